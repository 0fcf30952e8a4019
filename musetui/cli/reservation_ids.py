"""Which reservation is meant by an id, or by the first characters of one."""

from collections.abc import Collection
from difflib import SequenceMatcher
from heapq import nsmallest
from typing import TYPE_CHECKING

from musetui.cli.failures import CommandError, UsageError
from musetui.records.kinds import Kind
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.swarm.entity import Held
    from musetui.swarm.picture import Swarm

SHORTEST_PREFIX = 4
_NAMED = 3
_COMPARED = 200
_LONGEST = 128
"""Ids that are told, and ids that are looked at closely, where none is the one that is meant; how long one may be."""

_PLAUSIBLE = 0.6
"""How alike an id must be to what was typed, from 0 to 1, to be what may have been meant."""


def reservation_meant(swarm: "Swarm", text: str) -> "Held":
    """Return the reservation whose id is *text*, or begins with it as no other does.

    Raises:
        CommandError: if there is none, or more than one; it names the nearest.
    """
    held = swarm.reservation(text)
    if held is not None:
        return held
    if len(text) < SHORTEST_PREFIX:
        raise UsageError(
            f"{safe_text(text)!r} is too short for an id: give at least {SHORTEST_PREFIX} characters of it"
        )
    matching = [held for held in swarm.reservations() if held.record_id.startswith(text)]
    if not matching:
        near = _nearest(text, swarm.ids(Kind.RESERVATION))
        raise CommandError(f"no reservation begins with {safe_text(text, 128)}: {near}", "unknown_id")
    if len(matching) > 1:
        named = ", ".join(sorted(held.record_id for held in matching)[:_NAMED])
        more = f" and {len(matching) - _NAMED} more" if len(matching) > _NAMED else ""
        raise CommandError(
            f"{len(matching)} reservations begin with {safe_text(text, 128)}: {named}{more}; give more of the id",
            "ambiguous_id",
        )
    return matching[0]


def _nearest(text: str, ids: Collection[str]) -> str:
    if not ids:
        return "there are no reservations here"
    text = text[:_LONGEST]
    # Comparing closely costs much; those that begin alike are few, and are the likely ones.
    likely = nsmallest(_COMPARED, ids, key=lambda each: (-_alike(text, each), each))
    shares = {each: SequenceMatcher(None, text, each[: len(text)]).ratio() for each in likely}
    plausible = [each for each in likely if shares[each] >= _PLAUSIBLE]
    near = nsmallest(_NAMED, plausible, key=lambda each: (-shares[each], each))
    if not near:
        return "`musetui list reservation` prints those that there are"
    return f"the nearest {'is' if len(near) == 1 else 'are'} {', '.join(map(_as_typed, near))}"


def _as_typed(reservation_id: str) -> str:
    """Return an id as it is typed, since one that begins with a hyphen would be taken for an option."""
    return f"-- {reservation_id}" if reservation_id.startswith("-") else reservation_id


def _alike(one: str, other: str) -> int:
    """Return how many characters *one* and *other* begin alike with."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
