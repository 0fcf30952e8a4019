"""The stale index: everything that is stuck, kept up to date record by record and moment by moment."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from musetui.forecast.abandoned import Abandoned
from musetui.forecast.ahead import Ahead
from musetui.forecast.circles import Circles
from musetui.forecast.ghosts import Ghosts
from musetui.forecast.index import ConflictIndex
from musetui.forecast.left_behind import LeftBehind
from musetui.forecast.pressing import Pressing
from musetui.forecast.stale import BASE_SEVERITY, Severity, StaleFinding, StaleKey, StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_gathering import StaleGathering
from musetui.forecast.stale_step import Turns, Watch
from musetui.forecast.stuck_leases import StuckLeases
from musetui.records.kinds import Kind
from musetui.swarm.delta import Delta
from musetui.swarm.moments import moment_at
from musetui.swarm.picture import Swarm

MANY = 2_000
"""Reservations of one step from which on all is looked at anew if they are most of all there are: that is quicker."""


class StaleIndex:
    """Everything in a swarm that is stuck.

    After each step of the swarm, whether it applied news or only advanced, hand its delta to `update`; until then the
    index speaks of the swarm as it was. An update costs about what the delta names. Which things are stuck is kept;
    what is told of each, its severity too, is worked out when asked, and so is never older than swarm and conflicts.

    Args:
        swarm: the picture. When something is stuck, its thresholds say.
        conflicts: the forecast of the same swarm, which makes what is in conflict worse, and which is to be brought up
            to date before this index; None where severity need not count conflicts.
    """

    def __init__(self, swarm: Swarm, conflicts: ConflictIndex | None = None) -> None:
        self._swarm = swarm
        self._gathering = StaleGathering(swarm, conflicts)
        self._look()

    def _look(self) -> None:
        """Look for everything from scratch."""
        swarm = self._swarm
        self._now = swarm.now
        self._turns = turns = Turns(swarm)
        self._circles = Circles(swarm, turns.held)
        self._watches: tuple[Watch, ...] = (
            StuckLeases(swarm),
            Abandoned(swarm),
            LeftBehind(swarm, turns.held),
            Ahead(swarm),
            self._circles,
            Ghosts(swarm),
        )
        self._present: dict[StaleReason, Collection[StaleKey]] = {}
        for watch in self._watches:
            self._present.update(watch.found)
        self._pressing = Pressing(swarm, self._present, self._gathering.severity)
        self._ranked: tuple[StaleKey, ...] | None = None

    def update(self, delta: Delta) -> StaleDelta:
        """Follow the swarm, and return which findings that concerns.

        A finding's severity can also differ because a conflict or a waiting reservation came or went elsewhere. Such a
        finding is not among the changed ones: ask `keys` for the order, and `finding` for what is on screen, anew.
        """
        if self._swarm.now < self._now or self._is_most(delta):
            return self._look_anew()
        self._now = self._swarm.now
        told = StaleDelta()
        step = self._turns.follow(delta)
        for watch in self._watches:
            watch.follow(step, told)
        self._pressing.follow(delta, told)
        if delta or told:
            self._ranked = None
        return told

    def _is_most(self, delta: Delta) -> bool:
        touched = len(delta.touched(Kind.RESERVATION))
        return touched >= MANY and 2 * touched > self._swarm.count(Kind.RESERVATION)

    def _look_anew(self) -> StaleDelta:
        """Follow a clock that was set back, as what was too old or had come may not be so any more, or a great step."""
        before = set(self.unranked())
        self._look()
        now = set(self.unranked())
        return StaleDelta(now - before, now & before, before - now)

    def next_deadline(self) -> datetime | None:
        """Return the next moment at which a finding comes or goes though nothing in the swarm differs, or None.

        At that moment advance the swarm and `update`, as at the swarm's own next deadline.
        """
        moments = [at for watch in self._watches if (at := watch.next()) is not None]
        return moment_at(min(moments)) if moments else None

    def keys(self) -> tuple[StaleKey, ...]:
        """Return the key of every finding, the worst first, then the one that has been so the longest."""
        if self._ranked is None:
            self._ranked = tuple(sorted(self.unranked(), key=self._rank))
        return self._ranked

    def unranked(self) -> Iterator[StaleKey]:
        """Yield the key of every finding, those of the worse reasons first, else in no order; to be read at once."""
        for reason in BASE_SEVERITY:
            yield from self._present[reason]

    def since(self, key: StaleKey) -> datetime:
        """Return when a finding became one (aware, UTC), without gathering it."""
        return self._gathering.since(key)

    def _rank(self, key: StaleKey) -> tuple[int, datetime, StaleKey]:
        return self._gathering.severity(key).rank, self._gathering.since(key), key

    def finding(self, key: StaleKey) -> StaleFinding | None:
        """Return a finding whole, or None if it is none (any more)."""
        return self._gathering.finding(key) if key in self else None

    def findings(self) -> list[StaleFinding]:
        """Return every finding whole, in the order of `keys`."""
        gathered = (self._gathering.finding(key) for key in self.keys())
        return [finding for finding in gathered if finding is not None]

    def severity(self, key: StaleKey) -> Severity:
        """Return how bad a finding is, without gathering it."""
        return self._gathering.severity(key)

    def count(self, reason: StaleReason) -> int:
        """Return how many findings have one reason."""
        return len(self._present[reason])

    def counts(self) -> Mapping[StaleReason, int]:
        """Return how many findings there are, by reason."""
        return {reason: len(present) for reason, present in self._present.items()}

    def pressing(self) -> int:
        """Return how many findings are medium or worse: what takes something from others now.

        Where hundreds are stuck that may be in others' way, the figure follows them within some steps.
        """
        return self._pressing.count()

    def severities(self) -> Mapping[Severity, int]:
        """Return how many findings there are, by severity; each is looked at."""
        counts = Counter(map(self.severity, self.unranked()))
        return {severity: counts[severity] for severity in Severity}

    def of(self, kind: Kind, record_id: str) -> list[StaleKey]:
        """Return the findings about one record, in the order of `keys`.

        What a reservation waits for is told by a dependency of the same id, and counts as about the reservation too.
        """
        kinds = (kind, Kind.DEPENDENCY) if kind is Kind.RESERVATION else (kind,)
        keys = {StaleKey(reason, each, record_id) for reason in StaleReason for each in kinds}
        if kind in (Kind.RESERVATION, Kind.DEPENDENCY):
            keys.update(self._circles.of(record_id))
        return sorted((key for key in keys if key in self), key=self._rank)

    def is_in_circle(self, reservation_id: str) -> bool:
        """Return whether a reservation waits in a circle."""
        return bool(self._circles.of(reservation_id))

    def __contains__(self, key: StaleKey) -> bool:
        return key in self._present[key.reason]

    def __iter__(self) -> Iterator[StaleKey]:
        return iter(self.keys())

    def __len__(self) -> int:
        return sum(map(len, self._present.values()))
