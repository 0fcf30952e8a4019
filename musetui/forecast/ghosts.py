"""Ghosts: tasks whose claim is held by a run that shows no sign of life, or is over."""

from collections.abc import Iterator

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_step import StaleStep
from musetui.records.kinds import Kind
from musetui.swarm.id_index import IdIndex
from musetui.swarm.picture import Swarm


class Ghosts:
    """Claimed tasks that nobody works on. Where the task is not known, a claim that is over is none."""

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self._tasks_of = IdIndex()
        self._runs_of: dict[str, tuple[str, ...]] = {}
        for task_id in swarm.ids(Kind.CLAIM):
            self._file(task_id)

    def every(self) -> Iterator[StaleKey]:
        haunted = {task_id for run_id in self._swarm.silent_runs() for task_id in self._tasks_of.get(run_id)}
        idle = self._swarm.ids(Kind.CLAIM) - self._runs_of.keys()
        return (key for key in map(_key, haunted | idle) if key in self)

    def follow(self, step: StaleStep) -> set[StaleKey]:
        touched = step.delta.touched(Kind.CLAIM)
        for task_id in touched:
            self._file(task_id)
        found = {*map(_key, touched), *map(_key, step.delta.touched(Kind.TASK))}
        for run_id in step.hushed:
            found.update(map(_key, self._tasks_of.get(run_id)))
        return found

    def next(self) -> None:
        return None

    def __contains__(self, key: StaleKey) -> bool:
        claimed = self._swarm.claimed(key.record_id)
        if claimed is None:
            return False
        if claimed.in_force:
            return any(self._swarm.is_silent(sighting.record.holder) for sighting in claimed.in_force)
        return self._swarm.entity(Kind.TASK, key.record_id) is not None

    def _file(self, task_id: str) -> None:
        """File a task under the runs that claim it now."""
        self._tasks_of.discard_all(self._runs_of.pop(task_id, ()), task_id)
        claimed = self._swarm.claimed(task_id)
        if claimed is not None and claimed.in_force:
            self._runs_of[task_id] = runs = tuple(sighting.record.holder for sighting in claimed.in_force)
            self._tasks_of.add_all(runs, task_id)


def _key(task_id: str) -> StaleKey:
    return StaleKey(StaleReason.CLAIMED_BY_A_GHOST, Kind.CLAIM, task_id)
