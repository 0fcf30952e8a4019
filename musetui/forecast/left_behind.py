"""Left behind: intents whose reservation is over or unknown, and reservations that wait for one that is."""

from collections.abc import Iterator, Set
from typing import cast

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_step import StaleStep
from musetui.records.kinds import Kind
from musetui.records.models import Intent
from musetui.swarm.picture import Swarm


class LeftBehind:
    """Orphan intents, and dependencies on the dead.

    An intent that names no reservation stands alone, and is no orphan. A reservation that is over waits for nothing.

    Args:
        swarm: the picture.
        held: the reservations that are held: a live view.
    """

    def __init__(self, swarm: Swarm, held: Set[str]) -> None:
        self._swarm = swarm
        self._held = held

    def every(self) -> Iterator[StaleKey]:
        held = self._held
        for reservation_id, intent_ids in self._swarm.intents_by_reservation():
            if reservation_id not in held:
                yield from map(_orphan, intent_ids)
        for reservation_id, waiting in self._swarm.waiting_by_reservation():
            if reservation_id and reservation_id not in held:
                yield from (_waits(each) for each in waiting if each in held)

    def follow(self, step: StaleStep) -> set[StaleKey]:
        swarm = self._swarm
        found = {*map(_orphan, step.delta.touched(Kind.INTENT)), *map(_waits, step.delta.touched(Kind.DEPENDENCY))}
        for reservation_id in step.reservations:
            # News of what stays held, by far the most, changes nothing for those that name it.
            if reservation_id in step.turned or reservation_id not in self._held:
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
            if key.record_id not in self._held:
                return False
            return any(each and each not in self._held for each in swarm.depends_on(key.record_id))
        entity = swarm.entity(Kind.INTENT, key.record_id)
        if entity is None:
            return False
        reservation_id = cast("Intent", entity.record).reservation_id
        return bool(reservation_id) and reservation_id not in self._held


def _orphan(intent_id: str) -> StaleKey:
    return StaleKey(StaleReason.ORPHAN_INTENT, Kind.INTENT, intent_id)


def _waits(reservation_id: str) -> StaleKey:
    return StaleKey(StaleReason.WAITS_ON_THE_DEAD, Kind.DEPENDENCY, reservation_id)
