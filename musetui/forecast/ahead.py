"""Ahead: records that are dated later than this clock, so that somebody's clock is wrong."""

from collections.abc import Collection

from musetui.forecast.stale import StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_step import StaleStep
from musetui.forecast.stuck import Stuck
from musetui.records.kinds import Kind
from musetui.swarm.deadlines import Deadlines
from musetui.swarm.moments import micros, span_micros
from musetui.swarm.picture import Swarm


class Ahead:
    """Records from the future, until their moment comes.

    Any kind of record tells a moment: when it was made, or its heart beat, or it was released or claimed.
    """

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self._tolerance = span_micros(swarm.settings.future_tolerance)
        self._deadlines = {kind: Deadlines() for kind in Kind}
        self._ahead = Stuck(StaleReason.FROM_THE_FUTURE, *Kind)
        self.found = {StaleReason.FROM_THE_FUTURE: self._ahead}
        limit = swarm.now + swarm.settings.future_tolerance
        for run_id in swarm.runs_ahead(limit):
            for kind, ids in swarm.of_run(run_id).items():
                self._ahead.fill(kind, self._look(kind, ids))

    def follow(self, step: StaleStep, told: StaleDelta) -> None:
        now = micros(self._swarm.now)
        for kind in Kind:
            looked_at = step.delta.touched(kind)
            looked_at.update(self._deadlines[kind].due(now))
            if looked_at:
                ahead = self._look(kind, looked_at)
                for record_id in self._ahead.ids(kind) & looked_at - ahead:
                    self._deadlines[kind].set(record_id, None)
                self._ahead.compare(kind, looked_at, ahead, told)

    def next(self) -> int | None:
        return min((at for each in self._deadlines.values() if (at := each.next()) is not None), default=None)

    def _look(self, kind: Kind, ids: Collection[str]) -> set[str]:
        """Look at some records anew, and return those that are from the future."""
        limit = self._swarm.now + self._swarm.settings.future_tolerance
        find, ahead = self._swarm.entity, set[str]()
        for record_id in ids:
            entity = find(kind, record_id)
            moment = None if entity is None else entity.record.moment
            if moment is not None and moment > limit:
                ahead.add(record_id)
                self._deadlines[kind].set(record_id, micros(moment) - self._tolerance)
        return ahead
