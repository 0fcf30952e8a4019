"""Taking part: of which conflicts a hold, a reservation or an intent is a part, without looking at all there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from musetui.coordination.batch import Sighting
from musetui.forecast.blast_radius import BlastRadius
from musetui.forecast.conflict import ConflictKey, ConflictType
from musetui.forecast.nest import Nest
from musetui.forecast.nesting import around
from musetui.forecast.operation_conflicts import OperationConflicts
from musetui.records.address import nest_key
from musetui.records.models import Reservation
from musetui.swarm.picture import Swarm


class TakingPart:
    """Finds the conflicts that something is, or would be, a part of. Some are named twice, and some are none after all.

    Args:
        swarm: the picture.
        held: the reservations that are held, by id: a live view.
        nest: whose runs hold what.
        operations: where operations clash.
        radius: whom changes reach.
    """

    def __init__(
        self,
        swarm: Swarm,
        held: Mapping[str, Sighting],
        nest: Nest,
        operations: OperationConflicts,
        radius: BlastRadius,
    ) -> None:
        self._swarm = swarm
        self._held = held
        self._nest = nest
        self._operations = operations
        self._radius = radius

    def by_reservation(self, reservation_id: str) -> Iterator[ConflictKey]:
        """Yield the key of each conflict that a held reservation, or an intent on it, is a part of."""
        sighting = self._held.get(reservation_id)
        if sighting is None:
            return
        run_id = sighting.record.holder
        addresses = tuple(addresses_of(sighting))
        for address in addresses:
            yield from self._met(address, run_id)
            for changed in self._radius.of(address, run_id):
                yield ConflictKey(ConflictType.BLAST_RADIUS_OVERLAP, changed)
        yield from self._clashes(addresses, run_id)
        for intent_id in self._swarm.intents_of(reservation_id):
            yield from self._announced(intent_id)

    def by_intent(self, intent_id: str) -> Iterator[ConflictKey]:
        """Yield the key of each conflict that a live intent, or the reservation that it is on, is a part of."""
        live = self._operations.intents.get(intent_id)
        if live is not None and live.intent.reservation_id:
            yield from self.by_reservation(live.intent.reservation_id)
        else:
            yield from self._announced(intent_id)

    def by_hold(self, address: str, run_id: str, operation: str | None) -> Iterator[ConflictKey]:
        """Yield the key of each conflict that a hold of *address*, as nesting compares it, is or would be a part of."""
        yield from self._met(address, run_id)
        yield from self._clashes((address,), run_id, operation)

    def is_held_by_others(self, address: str, run_id: str) -> bool:
        """Return whether another run holds *address*, as nesting compares it, or something around or within it."""
        return next(self._met(address, run_id), None) is not None

    def _announced(self, intent_id: str) -> Iterator[ConflictKey]:
        live = self._operations.intents.get(intent_id)
        if live is not None:
            yield from self._clashes(tuple(live.addresses), live.intent.run_id)

    def _clashes(self, addresses: Sequence[str], run_id: str, operation: str | None = None) -> Iterator[ConflictKey]:
        for address in self._operations.met(addresses, run_id, operation):
            yield ConflictKey(ConflictType.OPERATION_CONFLICT, address)

    def _met(self, address: str, run_id: str) -> Iterator[ConflictKey]:
        nest = self._nest
        if nest.at(address) not in (None, run_id):
            yield ConflictKey(ConflictType.ADDRESS_OVERLAP, address)
        if nest.below(address) not in (None, run_id):
            yield nested(address)
        for outer in around(address):
            if nest.at(outer) not in (None, run_id):
                yield nested(outer)


def nested(address: str) -> ConflictKey:
    """Return the key of the conflict of those who hold *address* with those who hold something within it."""
    return ConflictKey(ConflictType.CONTAINMENT_OVERLAP, address)


def addresses_of(sighting: Sighting) -> Iterable[str]:
    """Return what a reservation names, each once, in the form in which nesting compares."""
    addresses = cast("Reservation", sighting.record).addresses
    if len(addresses) == 1:
        return (nest_key(addresses[0]),)
    return dict.fromkeys(map(nest_key, addresses))
