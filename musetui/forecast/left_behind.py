"""Left behind: intents whose reservation is over or unknown, and reservations that wait for one that is."""

from collections.abc import Iterator
from typing import cast

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_step import StaleStep, is_held
from musetui.records.kinds import Kind
from musetui.records.models import Intent
from musetui.swarm.picture import Swarm


class LeftBehind:
    """Orphan intents, and dependencies on the dead.

    An intent that names no reservation stands alone, and is no orphan. A reservation that is over waits for nothing.
    """

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm

    def every(self) -> Iterator[StaleKey]:
        for kind, key in ((Kind.INTENT, _orphan), (Kind.DEPENDENCY, _waits)):
            yield from (each for each in map(key, self._swarm.ids(kind)) if each in self)

    def follow(self, step: StaleStep) -> set[StaleKey]:
        swarm = self._swarm
        found = {*map(_orphan, step.delta.touched(Kind.INTENT)), *map(_waits, step.delta.touched(Kind.DEPENDENCY))}
        for reservation_id in step.reservations:
            # News of what stays held, by far the most, changes nothing for those that name it.
            if reservation_id in step.turned or not is_held(swarm, reservation_id):
                found.update(map(_orphan, swarm.intents_of(reservation_id)))
                found.update(map(_waits, swarm.waiting_on(reservation_id)))
            if swarm.depends_on(reservation_id):
                found.add(_waits(reservation_id))
        return found

    def next(self) -> None:
        return None

    def __contains__(self, key: StaleKey) -> bool:
        swarm = self._swarm
        if key.reason is StaleReason.WAITS_ON_THE_DEAD:
            return is_held(swarm, key.record_id) and any(dead_ends(swarm, key.record_id))
        entity = swarm.entity(Kind.INTENT, key.record_id)
        if entity is None:
            return False
        reservation_id = cast("Intent", entity.record).reservation_id
        return bool(reservation_id) and not is_held(swarm, reservation_id)


def dead_ends(swarm: Swarm, reservation_id: str) -> Iterator[str]:
    """Yield each reservation that is waited for in vain: it is released, expired or unknown."""
    return (each for each in swarm.depends_on(reservation_id) if each and not is_held(swarm, each))


def _orphan(intent_id: str) -> StaleKey:
    return StaleKey(StaleReason.ORPHAN_INTENT, Kind.INTENT, intent_id)


def _waits(reservation_id: str) -> StaleKey:
    return StaleKey(StaleReason.WAITS_ON_THE_DEAD, Kind.DEPENDENCY, reservation_id)
