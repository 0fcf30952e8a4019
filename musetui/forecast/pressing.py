"""Pressing: how much of what is stuck is of medium severity or worse, kept up to date for less than looking at it all.

Most reasons settle the severity. The others depend on who waits and who collides, which differs without a word about
the finding itself. So what a step names is judged at the next count, and the rest in turns, a few after each step:
exact at once where little is stuck, and after some steps where very much is.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, islice

from musetui.forecast.stale import Severity, StaleKey, StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.records.kinds import Kind
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm

_ALWAYS = (StaleReason.WAITS_IN_A_CIRCLE, StaleReason.SILENT, StaleReason.CLAIMED_BY_A_GHOST)
"""Reasons of which every finding is at least medium."""

_BY_RECORD = {
    StaleReason.ABANDONED: Kind.RESERVATION,
    StaleReason.OVERLONG: Kind.RESERVATION,
    StaleReason.FROM_THE_FUTURE: Kind.RESERVATION,
    StaleReason.WAITS_ON_THE_DEAD: Kind.DEPENDENCY,
    StaleReason.ORPHAN_INTENT: Kind.INTENT,
}
"""Reasons that do not settle it, with the kind of record that is then in others' way."""

JUDGED_AT_ONCE = 250
"""Findings that are judged at once: some milliseconds."""


class Pressing:
    """Counts what is medium and worse.

    Args:
        swarm: the picture.
        present: every finding by its reason: a live view.
        severity: tells how bad a finding is now.
    """

    def __init__(
        self,
        swarm: Swarm,
        present: Mapping[StaleReason, Collection[StaleKey]],
        severity: Callable[[StaleKey], Severity],
    ) -> None:
        self._swarm = swarm
        self._present = present
        self._severity = severity
        self._worse: set[StaleKey] = set()
        self._doubts: dict[StaleKey, None] = {}
        self._round: Iterator[StaleKey] = iter(())
        self._has_moved = True
        self._is_due = True  # there was a step since the last count
        self._doubt(chain.from_iterable(present[reason] for reason in _BY_RECORD))

    def follow(self, delta: Delta, found: StaleDelta) -> None:
        """Follow a step of the swarm and what it brought; costs what these name."""
        self._is_due = True
        self._has_moved = self._has_moved or bool(delta or found)
        for key in found.left:
            self._worse.discard(key)
            self._doubts.pop(key, None)
        self._doubt(found.appeared | found.changed)
        if any(self._present[reason] for reason in _BY_RECORD):
            concerned = delta.touched(Kind.RESERVATION) | delta.touched(Kind.DEPENDENCY)
            for reservation_id in tuple(concerned):
                concerned.update(self._swarm.depends_on(reservation_id))
            self._doubt(StaleKey(reason, kind, each) for each in concerned for reason, kind in _BY_RECORD.items())

    def count(self) -> int:
        """Return how many findings are medium or worse, as far as they have been judged."""
        left = JUDGED_AT_ONCE - self._judge(list(islice(self._doubts, JUDGED_AT_ONCE)))
        was_due, self._is_due = self._is_due, False
        if was_due and left and self._judge(islice(self._round, left)) < left and self._has_moved:
            self._has_moved = False
            self._round = iter(self._unsettled())
            self._judge(islice(self._round, left))
        return sum(len(self._present[reason]) for reason in _ALWAYS) + len(self._worse)

    def _unsettled(self) -> list[StaleKey]:
        """Return what is judged in turns. What was abandoned grows worse only by a step that names it."""
        open_ones = (self._present[reason] for reason in _BY_RECORD if reason is not StaleReason.ABANDONED)
        return [*chain.from_iterable(open_ones), *(key for key in self._worse if key.reason is StaleReason.ABANDONED)]

    def _doubt(self, keys: Iterable[StaleKey]) -> None:
        for key in keys:
            if key.reason in _BY_RECORD and key in self._present[key.reason]:
                # There can be very many that were abandoned, and hardly ever does anybody wait for one.
                is_lone = key.reason is StaleReason.ABANDONED and not self._swarm.waiting_on(key.record_id)
                if not is_lone or key in self._worse:
                    self._doubts[key] = None

    def _judge(self, keys: Iterable[StaleKey]) -> int:
        """Judge findings anew, and return how many were asked for."""
        judged = 0
        for key in keys:
            judged += 1
            self._doubts.pop(key, None)
            if key in self._present[key.reason] and self._severity(key) is not Severity.LOW:
                self._worse.add(key)
            else:
                self._worse.discard(key)
        return judged
