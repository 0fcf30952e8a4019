"""Shares: what one record adds to the heat of each of its addresses at a moment."""

from typing import TYPE_CHECKING, NamedTuple

from musetui.forecast.heat import LATELY, Part
from musetui.forecast.operations import kind_of
from musetui.records.address import nest_key
from musetui.swarm.moments import micros, span_micros

if TYPE_CHECKING:
    from musetui.forecast.live_intents import Announced
    from musetui.swarm.entity import Held


class Share(NamedTuple):
    """What one record adds at each of its addresses.

    Attributes:
        addresses: each once, as `nest_key` writes them.
        operation: what is done, or announced, as `kind_of` has it.
        ends: when a hold runs out (microseconds since 1970), else None.
    """

    part: Part
    run_id: str
    operation: str
    addresses: tuple[str, ...]
    ends: int | None = None


def forgotten_at(held: "Held") -> int | None:
    """Return when a reservation that is over counts no more (microseconds since 1970); None while it is held."""
    if held.is_held:
        return None
    lease = held.lease
    over = lease.expires_at if lease.released_at is None else min(lease.released_at, lease.expires_at)
    return micros(over) + span_micros(LATELY)


def share_of_reservation(held: "Held") -> Share:
    """Return what a reservation adds that is held, or was lately."""
    record = held.reservation
    part, ends = (Part.HELD, micros(held.lease.expires_at)) if held.is_held else (Part.LATE, None)
    addresses = tuple(dict.fromkeys(map(nest_key, record.addresses)))
    return Share(part, record.run_id, kind_of(record.operation), addresses, ends)


def share_of_intent(live: "Announced") -> Share:
    """Return what a live intent adds."""
    return Share(Part.ANNOUNCED, live.intent.run_id, kind_of(live.intent.operation), tuple(live.addresses))
