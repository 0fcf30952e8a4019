"""What is to be done to several reservations, and how it went, line by line; all text is safe."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from musetui.forecast.ending import ends_without
from musetui.forecast.wording import few_names
from musetui.records.models import Reservation
from musetui.records.text import counted, safe_text
from musetui.tui.presentation.cells import run_name
from musetui.tui.presentation.glyphs import STATES, state_word
from musetui.tui.presentation.time_text import countdown

if TYPE_CHECKING:
    from musetui.forecast.index import ConflictIndex
    from musetui.swarm.entity import Held
    from musetui.swarm.picture import Swarm

Thing = TypeVar("Thing")

_ASKED = 100
"""Conflicts that are looked at whole before a question is asked; it must not keep anybody waiting."""

MOST = 200
"""Lines of a list that is shown whole; no person reads more, and how many more there are is said."""


def held_line(held: "Held", now: datetime) -> str:
    """Return what is done to, in one line: the state, whose it is, where, and how much of the lease is left."""
    word = state_word(held)
    left = countdown(held.lease.expires_at - now) if held.state.is_held else ""
    elsewhere = "" if held.is_local else " · on another machine"
    return f"{STATES[word][0]} {word:<8} {left:>5}  {reservation_line(held.reservation)}{elsewhere}"


def reservation_line(reservation: Reservation) -> str:
    """Return whose a reservation is, and what it takes."""
    branch = f" on {safe_text(reservation.branch, 40)}" if reservation.branch else ""
    return f"{run_name(reservation.run_id, 40)}{branch} · {addresses_text(reservation.addresses)}"


def addresses_text(addresses: Sequence[str]) -> str:
    """Return the first of *addresses* and how many more there are."""
    if not addresses:
        return "(no address)"
    return safe_text(addresses[0], 120) + (f" +{len(addresses) - 1:,}" if len(addresses) > 1 else "")


def ending_sentence(reservation_id: str, conflicts: "ConflictIndex", swarm: "Swarm") -> str:
    """Say what becomes of the conflicts of a reservation once it is released; "" where there are none."""
    keys = conflicts.of_reservation(reservation_id)
    if not keys:
        return ""
    if len(keys) > _ASKED:
        return f"{len(keys):,} conflicts end by it, or have a holder less."
    found = [conflict for key in keys if (conflict := conflicts.conflict(key)) is not None]
    ended = sum(ends_without(conflict, reservation_id, swarm) for conflict in found)
    left = len(keys) - ended
    ends = f"{counted(ended, 'conflict')} {'ends' if ended == 1 else 'end'} by it" if ended else ""
    rest = f"{'the other' if left == 1 else f'{left:,} others'}" if ended else counted(left, "conflict")
    goes_on = f"{rest} {'has' if left == 1 else 'have'} a holder less" if left else ""
    return f"{', and '.join(filter(None, (ends, goes_on)))}."


def waiters_sentence(reservations: Iterable[str], swarm: "Swarm", goes_on: str) -> str:
    """Say who waits for some reservations, by their ids, and what that means to them; "" where nobody does.

    Args:
        goes_on: what is said of them, of one; such as `can go on`.
    """
    waiting = {each for reservation_id in reservations for each in swarm.waiting_on(reservation_id)}
    held = [found for each in sorted(waiting) if (found := swarm.reservation(each)) is not None and found.is_held]
    if not held:
        return ""
    runs = sorted({each.run_id for each in held})
    return f"{few_names(runs)} wait{'s' if len(runs) == 1 else ''} for it: {goes_on}."


def endings_sentence(reservations: Sequence[str], conflicts: "ConflictIndex") -> str:
    """Say how many conflicts several reservations are in that are released at once; "" where none."""
    keys = {key for reservation_id in reservations for key in conflicts.of_reservation(reservation_id)}
    if not keys:
        return ""
    if len(keys) == 1:
        return "1 conflict ends by it, or has a holder less."
    return f"{len(keys):,} conflicts end by it, or have a holder less."


def listed(things: Sequence[Thing], line_of: Callable[[Thing], str]) -> list[str]:
    """Return a line for each of *things*, the first `MOST` of them, and how many more there are."""
    lines = [line_of(thing) for thing in things[:MOST]]
    more = len(things) - MOST
    return [*lines, f"… and {more:,} more"] if more > 0 else lines


def failure_lines(done: int, did: str, failed: Sequence[tuple[Reservation, str]]) -> list[str]:
    """Return how a deed on several reservations went of which some failed."""
    first = f"{did} {counted(done, 'reservation')}. " if done else ""
    others = "This one was not, and is as it was:" if len(failed) == 1 else "These were not, and are as they were:"
    return [f"{first}{others}", "", *listed(failed, lambda each: f"{reservation_line(each[0])}: {each[1]}")]
