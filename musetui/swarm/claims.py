"""Claims: who claims each task, which of the claims are in force, and when the next one runs out."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from musetui.coordination.batch import Sighting
from musetui.records.models import Claim
from musetui.swarm.deadlines import Deadlines
from musetui.swarm.entity import Entity
from musetui.swarm.moments import micros


class Claimed(Entity):
    """All claims on one task: as a rule one, but another machine may have claimed the same task meanwhile.

    Attributes:
        in_force: where a claim lies whose lease was not over when the swarm was last told the time, in the order of
            `sightings`. A claim that names no end is always in force.
    """

    __slots__ = ("in_force",)

    in_force: tuple[Sighting, ...]

    def __init__(self, record_id: str) -> None:
        super().__init__(record_id)
        self.in_force = ()


class Claims:
    """Where every claim stands, and which is the next to run out."""

    def __init__(self) -> None:
        self._deadlines = Deadlines()

    def place(self, claimed: Claimed, now: datetime) -> set[str]:
        """Work out which of a task's claims are in force at *now* (aware), and return the runs for which that differs.

        Args:
            claimed: the task's claims.
            now: the moment.
        """
        before = {sighting.slot: sighting.record.holder for sighting in claimed.in_force}
        standing: list[Sighting] = []
        ends: list[datetime] = []
        for sighting in claimed.sightings:
            expires_at = cast("Claim", sighting.record).expires_at
            if expires_at is None:
                standing.append(sighting)
            elif expires_at > now:
                standing.append(sighting)
                ends.append(expires_at)
        claimed.in_force = tuple(standing)
        self._deadlines.set(claimed.record_id, micros(min(ends)) if ends else None)
        after = {sighting.slot: sighting.record.holder for sighting in standing}
        return {run_id for _, run_id in before.items() ^ after.items()}

    def remove(self, task_id: str) -> None:
        """Forget a task that nobody claims any more."""
        self._deadlines.set(task_id, None)

    def due(self, now: int) -> Iterator[str]:
        """Yield each task of which a claim may be over because it is *now* (microseconds)."""
        return self._deadlines.due(now)

    def next(self) -> int | None:
        """Return the next moment (microseconds) at which a claim runs out, or None."""
        return self._deadlines.next()
