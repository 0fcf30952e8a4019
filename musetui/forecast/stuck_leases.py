"""Stuck leases: what is held by a run that shows no sign of life, and what is held for longer than is allowed."""

from collections.abc import Iterator

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_step import StaleStep
from musetui.records.kinds import Kind
from musetui.swarm.picture import Swarm


class StuckLeases:
    """Silent and overlong reservations. The swarm itself knows which these are, and when that differs."""

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm

    def every(self) -> Iterator[StaleKey]:
        for run_id in self._swarm.silent_runs():
            yield from map(_silent, self._swarm.held_of_run(run_id))
        yield from map(_overlong, self._swarm.overlong())

    def follow(self, step: StaleStep) -> set[StaleKey]:
        found = {*map(_silent, step.reservations), *map(_overlong, step.reservations)}
        for run_id in step.hushed:
            found.update(map(_silent, self._swarm.held_of_run(run_id)))
        return found

    def next(self) -> None:
        return None

    def __contains__(self, key: StaleKey) -> bool:
        if key.reason is StaleReason.OVERLONG:
            return key.record_id in self._swarm.overlong()
        held = self._swarm.reservation(key.record_id)
        return held is not None and held.silent


def _silent(reservation_id: str) -> StaleKey:
    return StaleKey(StaleReason.SILENT, Kind.RESERVATION, reservation_id)


def _overlong(reservation_id: str) -> StaleKey:
    return StaleKey(StaleReason.OVERLONG, Kind.RESERVATION, reservation_id)
