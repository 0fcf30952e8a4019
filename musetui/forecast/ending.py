"""Ending: whether a conflict is over once one of its reservations is released, told before anything is written."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from musetui.forecast.conflict import ConflictType
from musetui.forecast.live_intents import is_live
from musetui.forecast.operations import deed_of
from musetui.forecast.places import Place, in_rows
from musetui.forecast.run_counts import Runs, join
from musetui.records.kinds import Kind

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict
    from musetui.records.models import Intent
    from musetui.swarm.picture import Swarm


def ends_without(conflict: "Conflict", reservation_id: str, swarm: "Swarm") -> bool:
    """Return whether *conflict* is over once a reservation is released; a False may be caution where it is crowded.

    Args:
        conflict: one that the reservation, or an intent on it, takes part in.
        reservation_id: the reservation. The intents on it mean nothing any more once it is released.
        swarm: what the conflict is of.
    """
    if not conflict.complete:
        return False
    if conflict.conflict_type is ConflictType.OPERATION_CONFLICT:
        return _clash_ends(conflict, reservation_id, swarm)
    left = [holder for holder in conflict.holders if holder.reservation_id != reservation_id]
    if len({holder.run_id for holder in left}) < 2:
        return True
    sides = {holder.address == conflict.key.address for holder in left}
    return conflict.conflict_type is not ConflictType.ADDRESS_OVERLAP and len(sides) < 2


def _clash_ends(conflict: "Conflict", reservation_id: str, swarm: "Swarm") -> bool:
    # Of one run the holders name a deed once, whatever it rests on: so what is left is looked up.
    outer, *inner = conflict.addresses
    within: Runs = None
    for address in inner:
        for run_id, _ in _deeds_at(address, reservation_id, swarm):
            within = join(within, run_id)
    return Place(in_rows(_deeds_at(outer, reservation_id, swarm))).worst(within) is None


def _deeds_at(address: str, without: str, swarm: "Swarm") -> Iterator[tuple[str, str]]:
    """Yield who does what to exactly *address*, but for one reservation and the intents on it."""
    for reservation_id in swarm.at_address(address):
        held = swarm.reservation(reservation_id) if reservation_id != without else None
        if held is not None:
            yield held.run_id, deed_of(held.reservation.operation)
    for intent_id in swarm.intents_at(address):
        entity = swarm.entity(Kind.INTENT, intent_id)
        intent = cast("Intent", entity.record) if entity is not None else None
        if intent is not None and intent.reservation_id != without and is_live(swarm, intent):
            yield intent.run_id, deed_of(intent.operation)
