"""The reporter: turns what a step did to the picture, its conflicts and what is stuck into occurrences.

Everything is noted and nothing is gathered, so that a storm costs little more than its events.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from musetui.forecast.conflict import ConflictKey, ConflictType, Risk
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_index import StaleIndex
from musetui.news.kinds import NewsKind
from musetui.news.occurrence import Occurrence
from musetui.records.models import Heartbeat
from musetui.swarm.activity import Event, Verb
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm

_KINDS = {
    Verb.RESERVED: NewsKind.RESERVED,
    Verb.INTENDS: NewsKind.INTENT,
    Verb.RELEASED: NewsKind.RELEASED,
    Verb.BEAT: NewsKind.BEAT,
    Verb.WAITS: NewsKind.WAITS,
    Verb.QUEUED: NewsKind.TASK,
    Verb.CLAIMED: NewsKind.CLAIM,
    Verb.CHANGED: NewsKind.CHANGED,
    Verb.LEFT: NewsKind.REMOVED,
    Verb.EXPIRED: NewsKind.EXPIRED,
    Verb.SILENT: NewsKind.SILENT,
    Verb.RETURNED: NewsKind.RETURNED,
    Verb.PUSHED: NewsKind.PUSHED,
    Verb.PULLED: NewsKind.PULLED,
}
"""What each verb of the activity is called; what failed at the hub is told by its being away, and that it answers
again by its being back."""

_RISKS = tuple(Risk)
"""The worst first."""


class Reporter:
    """Follows one picture from now on.

    Args:
        swarm: the picture; its live events are listened to from here on.
        conflicts: its conflicts.
        stale: what is stuck in it.
    """

    def __init__(self, swarm: Swarm, conflicts: ConflictIndex, stale: StaleIndex) -> None:
        self._swarm = swarm
        self._conflicts = conflicts
        self._stale = stale
        self._events: list[Event] = []
        self._problems: dict[str, str] = {}
        self._is_hub_away = False
        self._stop_listening = swarm.activity.listen(self._events.append)

    def stop(self) -> None:
        """Follow no more."""
        self._stop_listening()

    def look(self) -> list[Occurrence]:
        """Return the conflicts, findings and problems that there are now, the worst first; what follows is news."""
        self._events.clear()
        now = self._swarm.now
        self._problems = dict(self._swarm.problems())
        return [
            *(
                Occurrence(NewsKind.CONFLICT, now, key, risk=self._conflicts.risk(key), is_initial=True)
                for key in self._conflicts
            ),
            *(Occurrence(NewsKind.STALE, now, key, is_initial=True) for key in self._stale),
            *(
                Occurrence(NewsKind.PROBLEM, now, path, text=reason, is_initial=True)
                for path, reason in self._problems.items()
            ),
        ]

    def report(
        self, delta: Delta, conflicts: ConflictDelta, stale: StaleDelta, now: datetime, *, knows_calls: bool = True
    ) -> list[Occurrence]:
        """Return what a step, or several merged, came to: records first, then what follows from them.

        Args:
            delta: what differs in the picture.
            conflicts: what differs among its conflicts.
            stale: what differs of what is stuck.
            now: the moment (aware).
            knows_calls: False while the calls that were there at the start are still being read: what only they tell
                of was so before.
        """
        events = self._events.copy()
        self._events.clear()
        return [
            *_told_by(events),
            *self._about_conflicts(conflicts, now, knows_calls=knows_calls),
            *(Occurrence(NewsKind.STALE, now, key) for key in sorted(stale.appeared)),
            *(Occurrence(NewsKind.STALE_ENDED, now, key) for key in sorted(stale.left)),
            *(self._about_problems(now) if delta.problems else ()),
        ]

    def hear_of_hub(self, reason: str, now: datetime) -> list[Occurrence]:
        """Return what it comes to that the hub is away or says no, for *reason*, or is there (""), at *now*."""
        was_away, self._is_hub_away = self._is_hub_away, bool(reason)
        if was_away == self._is_hub_away:
            return []
        return [Occurrence(NewsKind.HUB_AWAY if reason else NewsKind.HUB_BACK, now, "", text=reason)]

    def _about_conflicts(self, delta: ConflictDelta, now: datetime, *, knows_calls: bool) -> Iterator[Occurrence]:
        for key in self._ordered(delta.appeared | delta.changed):
            risk, was = self._conflicts.risk(key), delta.before.get(key)
            # One that has become worse is as good as new.
            is_new = was is None or _RISKS.index(risk) < _RISKS.index(was)
            kind = NewsKind.CONFLICT if is_new else NewsKind.CONFLICT_CHANGED
            was_there = not knows_calls and key.conflict_type is ConflictType.BLAST_RADIUS_OVERLAP
            yield Occurrence(kind, now, key, risk=risk, was=was, is_initial=was_there)
        for key in sorted(delta.left):
            yield Occurrence(NewsKind.CONFLICT_ENDED, now, key, risk=delta.before.get(key), was=delta.before.get(key))

    def _ordered(self, keys: Iterable[ConflictKey]) -> list[ConflictKey]:
        return sorted(
            (key for key in keys if key in self._conflicts), key=lambda key: (-self._conflicts.confidence(key), key)
        )

    def _about_problems(self, now: datetime) -> Iterator[Occurrence]:
        before, self._problems = self._problems, dict(self._swarm.problems())
        for path, reason in self._problems.items():
            if before.get(path) != reason:
                yield Occurrence(NewsKind.PROBLEM, now, path, text=reason)
        for path in before.keys() - self._problems.keys():
            yield Occurrence(NewsKind.PROBLEM_SOLVED, now, path)


def _told_by(events: Iterable[Event]) -> Iterator[Occurrence]:
    for event in events:
        kind = _KINDS.get(event.verb)
        if kind is None:
            continue
        if isinstance(event.record, Heartbeat) and kind is NewsKind.BEAT and event.record.extended_expires_at:
            kind = NewsKind.EXTENDED
        key = event.run_id if kind in (NewsKind.SILENT, NewsKind.RETURNED) else None
        yield Occurrence(kind, event.at, key, event)
