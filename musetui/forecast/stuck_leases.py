"""Stuck leases: what is held by a run that shows no sign of life, and what is held for longer than is allowed."""

from musetui.forecast.stale import StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_step import StaleStep
from musetui.forecast.stuck import Stuck
from musetui.records.kinds import Kind
from musetui.swarm.picture import Swarm


class StuckLeases:
    """Silent and overlong reservations. The swarm itself knows which these are, and when that differs."""

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self._silent = Stuck(StaleReason.SILENT, Kind.RESERVATION)
        self._overlong = Stuck(StaleReason.OVERLONG, Kind.RESERVATION)
        self.found = {StaleReason.SILENT: self._silent, StaleReason.OVERLONG: self._overlong}
        for run_id in swarm.silent_runs():
            self._silent.fill(Kind.RESERVATION, swarm.held_of_run(run_id))
        self._overlong.fill(Kind.RESERVATION, swarm.overlong())

    def follow(self, step: StaleStep, told: StaleDelta) -> None:
        looked_at = step.reservations.union(*map(self._swarm.held_of_run, step.hushed))
        silent = {held.record_id for held in step.there if held.silent}
        for reservation_id in looked_at - step.reservations:
            held = self._swarm.reservation(reservation_id)
            if held is not None and held.silent:
                silent.add(reservation_id)
        self._silent.compare(Kind.RESERVATION, looked_at, silent, told)
        self._overlong.compare(Kind.RESERVATION, step.reservations, self._swarm.overlong(), told)

    def next(self) -> None:
        return None
