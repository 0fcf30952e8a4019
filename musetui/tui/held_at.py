"""What is at an address: the conflicts there, who holds it, and which of that opens when the place is opened."""

from heapq import nsmallest
from typing import TYPE_CHECKING

from musetui.forecast.conflict import ConflictKey, ConflictType
from musetui.tui.subject import Subject, SubjectKind

if TYPE_CHECKING:
    from musetui.swarm.entity import Held
    from musetui.tui.showing import Showing

_KINDS = (ConflictType.ADDRESS_OVERLAP, ConflictType.OPERATION_CONFLICT, ConflictType.CONTAINMENT_OVERLAP)


def conflicts_at(address: str, live: "Showing") -> list[ConflictKey]:
    """Return the conflicts at exactly *address*, the likeliest to hurt first."""
    index = live.conflicts
    keys = [key for kind in _KINDS if (key := ConflictKey(kind, address)) in index]
    return sorted(keys, key=lambda key: (-index.confidence(key), key))


def holders_at(address: str, live: "Showing", limit: int) -> "list[Held]":
    """Return the *limit* earliest reservations that hold exactly *address*."""
    held = (live.swarm.reservation(reservation_id) for reservation_id in live.swarm.at_address(address))
    there = [each for each in held if each is not None]
    return nsmallest(limit, there, key=lambda each: (each.reservation.created_at, each.record_id))


def subject_at(address: str, live: "Showing") -> Subject | None:
    """Return what opens for *address*: the conflict there, or else who came first to hold it; None if nobody does."""
    conflicts = conflicts_at(address, live)
    if conflicts:
        return Subject(SubjectKind.CONFLICT, conflicts[0])
    holders = holders_at(address, live, 1)
    return Subject(SubjectKind.RESERVATION, holders[0].record_id) if holders else None
