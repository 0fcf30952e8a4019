"""Left behind: intents whose reservation is over or unknown, and reservations that wait for one that is."""

from collections.abc import Set
from typing import cast

from musetui.forecast.stale import StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_step import StaleStep
from musetui.forecast.stuck import Stuck
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
        self._orphans = Stuck(StaleReason.ORPHAN_INTENT, Kind.INTENT)
        self._waiting = Stuck(StaleReason.WAITS_ON_THE_DEAD, Kind.DEPENDENCY)
        self.found = {StaleReason.ORPHAN_INTENT: self._orphans, StaleReason.WAITS_ON_THE_DEAD: self._waiting}
        for reservation_id, intent_ids in swarm.intents_by_reservation():
            if reservation_id not in held:
                self._orphans.fill(Kind.INTENT, intent_ids)
        for reservation_id, waiting in swarm.waiting_by_reservation():
            if reservation_id and reservation_id not in held:
                self._waiting.fill(Kind.DEPENDENCY, [each for each in waiting if each in held])

    def follow(self, step: StaleStep, told: StaleDelta) -> None:
        swarm = self._swarm
        intents, waiting = step.delta.touched(Kind.INTENT), step.delta.touched(Kind.DEPENDENCY)
        # News of what stays held, by far the most, changes nothing for those that name it.
        for reservation_id in step.turned | (step.reservations - self._held):
            intents.update(swarm.intents_of(reservation_id))
            waiting.update(swarm.waiting_on(reservation_id))
        waiting |= swarm.ids(Kind.DEPENDENCY) & step.reservations
        self._orphans.compare(Kind.INTENT, intents, set(filter(self._is_orphan, intents)), told)
        self._waiting.compare(Kind.DEPENDENCY, waiting, set(filter(self._waits_in_vain, waiting)), told)

    def next(self) -> None:
        return None

    def _is_orphan(self, intent_id: str) -> bool:
        entity = self._swarm.entity(Kind.INTENT, intent_id)
        if entity is None:
            return False
        reservation_id = cast("Intent", entity.record).reservation_id
        return bool(reservation_id) and reservation_id not in self._held

    def _waits_in_vain(self, reservation_id: str) -> bool:
        if reservation_id not in self._held:
            return False
        return any(each and each not in self._held for each in self._swarm.depends_on(reservation_id))
