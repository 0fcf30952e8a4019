"""Ghosts: tasks whose claim is held by a run that shows no sign of life, or is over."""

from musetui.forecast.stale import StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_step import StaleStep
from musetui.forecast.stuck import Stuck
from musetui.records.kinds import Kind
from musetui.swarm.id_index import IdIndex
from musetui.swarm.picture import Swarm


class Ghosts:
    """Claimed tasks that nobody works on. Where the task is not known, a claim that is over is none."""

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self._tasks_of = IdIndex()
        self._runs_of: dict[str, tuple[str, ...]] = {}
        self._ghosts = Stuck(StaleReason.CLAIMED_BY_A_GHOST, Kind.CLAIM)
        self.found = {StaleReason.CLAIMED_BY_A_GHOST: self._ghosts}
        for task_id in swarm.ids(Kind.CLAIM):
            self._file(task_id)
        haunted = {task_id for run_id in swarm.silent_runs() for task_id in self._tasks_of.get(run_id)}
        idle = swarm.ids(Kind.CLAIM) - self._runs_of.keys()
        self._ghosts.fill(Kind.CLAIM, filter(self._is_haunted, haunted | idle))

    def follow(self, step: StaleStep, told: StaleDelta) -> None:
        tasks = step.delta.touched(Kind.CLAIM)
        for task_id in tasks:
            self._file(task_id)
        tasks |= step.delta.touched(Kind.TASK)
        tasks.update(*map(self._tasks_of.get, step.hushed))
        self._ghosts.compare(Kind.CLAIM, tasks, set(filter(self._is_haunted, tasks)), told)

    def next(self) -> None:
        return None

    def _is_haunted(self, task_id: str) -> bool:
        claimed = self._swarm.claimed(task_id)
        if claimed is None:
            return False
        if claimed.in_force:
            return any(self._swarm.is_silent(sighting.record.holder) for sighting in claimed.in_force)
        return self._swarm.entity(Kind.TASK, task_id) is not None

    def _file(self, task_id: str) -> None:
        """File a task under the runs that claim it now."""
        self._tasks_of.discard_all(self._runs_of.pop(task_id, ()), task_id)
        claimed = self._swarm.claimed(task_id)
        if claimed is not None and claimed.in_force:
            self._runs_of[task_id] = runs = tuple(sighting.record.holder for sighting in claimed.in_force)
            self._tasks_of.add_all(runs, task_id)
