"""Double claims: the tasks that two or more runs claim at once, as a rule on two machines that met at a hub."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, cast

from musetui.coordination.batch import Sighting, Source
from musetui.forecast.conflict import HOLDERS_LIMIT, Conflict, ConflictKey, Holder
from musetui.forecast.holders import by_start, listed, second_run_at
from musetui.forecast.wording import describe_claims
from musetui.records.kinds import Kind
from musetui.records.models import EARLIEST, Claim, Task
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm


class _DoubleClaim(NamedTuple):
    """What is told of one task: who claims it, the earliest first, whether these are all, and what it is called."""

    holders: tuple[Holder, ...]
    complete: bool
    title: str


class DoubleClaims:
    """The tasks that several runs claim. Only claims in force count, and a run never collides with itself."""

    def __init__(self, swarm: Swarm, advise: Callable[[Conflict], str]) -> None:
        self._swarm = swarm
        self._advise = advise
        self._found: dict[str, _DoubleClaim] = {}
        for claimed in swarm.claims():
            if claimed.is_many:
                self._look(claimed.record_id)

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._found

    def tasks(self) -> set[str]:
        """Return the id of every task that several runs claim."""
        return set(self._found)

    def runs(self, task_id: str) -> set[str]:
        """Return the runs that claim a task, where these are several."""
        found = self._found.get(task_id)
        return set() if found is None else {holder.run_id for holder in found.holders}

    def follow(self, delta: Delta) -> set[str]:
        """Follow the swarm, and return the tasks of which something else is to be told."""
        return {task_id for task_id in delta.touched(Kind.CLAIM) | delta.touched(Kind.TASK) if self._look(task_id)}

    def conflict(self, key: ConflictKey) -> Conflict | None:
        """Return the conflict whole, or None if it is none."""
        found = self._found.get(key.address)
        if found is None:
            return None
        holders, complete, title = found
        return Conflict(
            key=key,
            confidence=1.0,
            since=second_run_at(holders),
            holders=holders,
            complete=complete,
            addresses=(key.address,),
            runs=tuple(dict.fromkeys(holder.run_id for holder in holders)),
            branches=(),
            sources=tuple(sorted({holder.source for holder in holders})),
            description=describe_claims(key.address, title, holders, complete=complete),
            advise=self._advise,
            title=title,
        )

    def _look(self, task_id: str) -> bool:
        """Look at a task anew, and return whether something else is to be told of it."""
        before = self._found.pop(task_id, None)
        found = self._find(task_id)
        if found is not None:
            self._found[task_id] = found
        return found != before

    def _find(self, task_id: str) -> _DoubleClaim | None:
        claimed = self._swarm.claimed(task_id)
        if claimed is None or len(claimed.in_force) < 2:
            return None
        task = self._swarm.entity(Kind.TASK, task_id)
        record = cast("Task", task.record) if task is not None else None
        created_at = record.created_at if record is not None else None
        # A run counts once for each place, by the earliest of its claims there.
        parts: dict[tuple[str, Source], Holder] = {}
        for holder in sorted((_holder(each, created_at) for each in claimed.in_force), key=by_start):
            parts.setdefault((holder.run_id, holder.source), holder)
        if len({run_id for run_id, _ in parts}) < 2:
            return None
        holders, complete = listed(list(parts.values()), HOLDERS_LIMIT)
        return _DoubleClaim(tuple(holders), complete, record.title if record is not None else "")


def _holder(sighting: Sighting, created_at: datetime | None) -> Holder:
    """Return a claim's part in a conflict; *created_at* is when the task was made, as far as is known.

    A claim that does not say since when is as old as what else is known of it: when the hub had it, or the task.
    """
    claim = cast("Claim", sighting.record)
    since = claim.claimed_at or sighting.received_at or created_at or EARLIEST
    return Holder(claim.claimer_run_id, "", "", claim.task_id, sighting.slot.source, since.astimezone(UTC))
