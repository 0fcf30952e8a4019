"""The engine: hears what happens, and says when somebody is to be disturbed by what.

What happens within a moment is gathered into one notice, so that a storm of a thousand conflicts is one disturbance. A
rule gives only so many notices in a length of time, and none in quiet hours; what comes meanwhile is held back, and the
next notice says how much that was. Nothing is lost without a word. The moment is an argument throughout.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from heapq import heapify, heappop, heappush
from itertools import count

from musetui.alerts.matching import is_about, is_severe
from musetui.alerts.notice import SHOWN, Notice
from musetui.alerts.rule import Rule
from musetui.news.kinds import ENDINGS, LASTING, NewsKind
from musetui.news.news import News
from musetui.news.occurrence import Occurrence
from musetui.news.teller import Teller
from musetui.quiet_hours import LONGEST_DAY, NEVER, QuietHours

GATHER = timedelta(seconds=1)
"""How long it must have been calm before what was gathered is told."""

_SPARE = 1_000
"""Moments kept beyond those still needed, before they are sorted out."""

LONGEST_GATHER = timedelta(seconds=5)
"""How long is gathered at most, however little calm there is."""


class Alerts:
    """All rules at work on one picture.

    Args:
        rules: what is worth an alert.
        teller: says all there is to say of an occurrence.
        quiet_hours: those of rules that say none.
        repository: the picture's name, for the notices.
        zone: by whose clock hours are quiet; None for this machine's.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        teller: Teller,
        *,
        quiet_hours: QuietHours = NEVER,
        repository: str = "",
        zone: tzinfo | None = None,
    ) -> None:
        self._desks = [_Desk(rule, teller, rule.quiet_hours or quiet_hours, zone, repository) for rule in rules]

    def hear(self, occurrences: Iterable[Occurrence], now: datetime) -> None:
        """Take note of what happened; `due` then says what comes of it."""
        for occurrence in occurrences:
            for desk in self._desks:
                desk.hear(occurrence, now)

    def due(self, now: datetime) -> list[Notice]:
        """Return the notices that are to be given at *now* (aware); each is given once."""
        return [notice for desk in self._desks if (notice := desk.due(now)) is not None]

    def next_due(self, now: datetime) -> datetime | None:
        """Return the next moment, as far as is known at *now*, at which `due` has something to give, or None."""
        return min((at for desk in self._desks if (at := desk.next_due(now)) is not None), default=None)


_State = tuple[NewsKind, Hashable]
"""A state that may last: the kind of news that began it, and which one it is."""


class _Desk:
    """One rule at work.

    A state *ripens* until it has lasted long enough; then it *waits*, as all other news does, for its notice.
    """

    def __init__(
        self, rule: Rule, teller: Teller, quiet_hours: QuietHours, zone: tzinfo | None, repository: str
    ) -> None:
        self._rule = rule
        self._teller = teller
        self._quiet_hours = quiet_hours
        self._quiet_until: datetime | None = None
        self._zone = zone
        self._repository = repository
        self._given: deque[datetime] = deque()
        self._ripening: dict[_State, tuple[datetime, Occurrence]] = {}
        self._ripe: list[tuple[datetime, int, _State]] = []
        self._numbers = count()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._count = self._over = 0
        self._waiting: set[_State] = set()
        self._news: list[News] = []
        self._since = self._latest = datetime.min

    def hear(self, occurrence: Occurrence, now: datetime) -> None:
        kind, rule = occurrence.kind, self._rule
        state = _state_of(occurrence)
        if state in self._ripening or state in self._waiting:
            if kind in ENDINGS or (kind is NewsKind.CONFLICT_CHANGED and not self._still_fits(occurrence)):
                self._end(state)
            if kind in LASTING:
                return
        if kind not in rule.on or (occurrence.is_initial and not rule.lasting):
            return
        if not is_about(rule, occurrence, self._teller):
            return
        ripe_at = self._teller.since(occurrence) + rule.lasting if rule.lasting else now
        if ripe_at > now:
            self._ripening[state] = (ripe_at, occurrence)
            self._remember(ripe_at, state)
        elif not occurrence.is_initial and is_severe(rule, occurrence, self._teller):
            self._take(occurrence, now)

    def due(self, now: datetime) -> Notice | None:
        while self._ripe and self._ripe[0][0] <= now:
            ripe_at, _, state = heappop(self._ripe)
            ripening = self._ripening.get(state)
            if ripening is not None and ripening[0] == ripe_at:
                del self._ripening[state]
                if is_severe(self._rule, ripening[1], self._teller):
                    self._take(ripening[1], now)
        if not self._count:
            return None
        gathered = self._gathered()
        if max(gathered, self._open_at(now)) > now:
            return None
        held = self._count if self._open_at(gathered) > gathered else 0
        notice = Notice(
            self._rule, now, self._since, self._count, self._over, held, tuple(self._news), self._repository
        )
        while self._given and (self._given[0] + self._rule.within <= now or self._given[0] > now):
            self._given.popleft()
        self._given.append(now)
        self._begin_anew()
        return notice

    def next_due(self, now: datetime) -> datetime | None:
        moments = [self._ripe[0][0]] if self._ripe else []
        if self._count:
            moments.append(self._open_at(max(now, self._gathered())))
        return min(moments, default=None)

    def _still_fits(self, occurrence: Occurrence) -> bool:
        """Return whether a conflict that changed is still one that the rule is about."""
        return is_about(self._rule, replace(occurrence, kind=NewsKind.CONFLICT), self._teller)

    def _remember(self, ripe_at: datetime, state: _State) -> None:
        heappush(self._ripe, (ripe_at, next(self._numbers), state))
        if len(self._ripe) > 2 * len(self._ripening) + _SPARE:
            # What ended before it was ripe is still in there.
            self._ripe = [(at, next(self._numbers), each) for each, (at, _) in self._ripening.items()]
            heapify(self._ripe)

    def _take(self, occurrence: Occurrence, now: datetime) -> None:
        if not self._count:
            self._since = now
        self._count += 1
        self._latest = now
        if occurrence.kind in LASTING:
            self._waiting.add(_state_of(occurrence))
        if len(self._news) < SHOWN:
            self._news.append(self._teller.tell(occurrence))

    def _end(self, state: _State) -> None:
        self._ripening.pop(state, None)
        if state in self._waiting:
            self._waiting.discard(state)
            self._over += 1

    def _gathered(self) -> datetime:
        """Return when it has been calm for long enough, or has gone on for too long."""
        return min(self._latest + GATHER, self._since + LONGEST_GATHER)

    def _open_at(self, now: datetime) -> datetime:
        """Return the first moment from *now* on at which the rule may give a notice."""
        # One in the future was given before the clock was set back.
        recent = [given for given in self._given if given <= now < given + self._rule.within]
        at_most = self._rule.at_most
        at = recent[-at_most] + self._rule.within if len(recent) >= at_most else now
        if not self._quiet_hours.hold(at, self._zone):
            return at
        until = self._quiet_until
        if until is None or not at < until <= at + LONGEST_DAY:
            until = self._quiet_until = self._quiet_hours.over(at, self._zone)
        return until


def _state_of(occurrence: Occurrence) -> _State:
    kind = NewsKind.CONFLICT if occurrence.kind is NewsKind.CONFLICT_CHANGED else occurrence.kind
    return ENDINGS.get(kind, kind), occurrence.key
