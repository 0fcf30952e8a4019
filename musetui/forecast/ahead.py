"""Ahead: records that are dated later than this clock, so that somebody's clock is wrong."""

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_step import StaleStep
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
        self._found: set[StaleKey] = set()
        for run_id in swarm.runs_ahead(swarm.now + swarm.settings.future_tolerance):
            for kind, ids in swarm.of_run(run_id).items():
                for record_id in ids:
                    self._look(_key(kind, record_id))

    def every(self) -> set[StaleKey]:
        return self._found

    def follow(self, step: StaleStep) -> set[StaleKey]:
        now = micros(self._swarm.now)
        found: set[StaleKey] = set()
        for kind in Kind:
            touched = {_key(kind, record_id) for record_id in step.delta.touched(kind)}
            due = {_key(kind, record_id) for record_id in self._deadlines[kind].due(now)}
            for key in touched | due:
                was = key in self._found
                if self._look(key) or was:
                    found.add(key)
        return found

    def next(self) -> int | None:
        return min((at for each in self._deadlines.values() if (at := each.next()) is not None), default=None)

    def __contains__(self, key: StaleKey) -> bool:
        return key in self._found

    def _look(self, key: StaleKey) -> bool:
        """Look at a record anew, and return whether it is from the future."""
        entity = self._swarm.entity(key.kind, key.record_id)
        moment = None if entity is None else entity.record.moment
        comes_at = None if moment is None else micros(moment) - self._tolerance
        if comes_at is None or comes_at <= micros(self._swarm.now):
            self._found.discard(key)
            self._deadlines[key.kind].set(key.record_id, None)
            return False
        self._found.add(key)
        self._deadlines[key.kind].set(key.record_id, comes_at)
        return True


def _key(kind: Kind, record_id: str) -> StaleKey:
    return StaleKey(StaleReason.FROM_THE_FUTURE, kind, record_id)
