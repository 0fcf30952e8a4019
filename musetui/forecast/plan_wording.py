"""Plan wording: why a branch has its place, and what to do there, each in one sentence that is safe to paint."""

from collections.abc import Sequence
from typing import NamedTuple

from musetui.forecast.reach import Price
from musetui.forecast.rework import POINT
from musetui.records.text import safe_text

_NAME_LENGTH = 60


class Neighbour(NamedTuple):
    """A branch that another one meets, seen from that one.

    Attributes:
        branch: its name (hostile text).
        is_later: whether it is merged after that one.
        as_planned: what the later of the two pays in this order.
        other_way: what the later would pay the other way round.
    """

    branch: str
    is_later: bool
    as_planned: Price
    other_way: Price

    @property
    def gain(self) -> int:
        """How much dearer the other way round is, in tenths; below zero if it would be cheaper."""
        return self.other_way.parts - self.as_planned.parts


def reason_for(branch: str, place: int, neighbours: Sequence[Neighbour], knot: Sequence[str], owed: int = 0) -> str:
    """Say why a branch has its place.

    Args:
        branch: its name (hostile text).
        place: its place, from 0.
        neighbours: the branches that it meets.
        knot: the others with which its preferences run in a circle, if any.
        owed: what it pays, wherever it stands, for that which is merged already, in tenths.
    """
    why = _place_for(branch, place, neighbours, knot)
    return f"{why}; for what is merged already it pays {points(owed)}" if owed else why


def _place_for(branch: str, place: int, neighbours: Sequence[Neighbour], knot: Sequence[str]) -> str:
    if not neighbours:
        return "first: shares nothing" if place == 0 else "shares nothing with any other branch"
    deciding = [each for each in neighbours if each.gain > 0]
    if not deciding:
        return _undecided(neighbours, knot)
    # What is still to come is what a reader can still change; so that is told first where both weigh the same.
    main = max(deciding, key=lambda each: (each.gain, each.is_later))
    sentence = _compared(_name(branch), main)
    more = len(deciding) - 1
    return f"{sentence}; so it is with {more} more" if more else sentence


def _undecided(neighbours: Sequence[Neighbour], knot: Sequence[str]) -> str:
    if knot:
        return _circle(knot)
    first = neighbours[0]
    others = f" and {len(neighbours) - 1} more" if len(neighbours) > 1 else ""
    return f"either order with {_name(first.branch)}{others} costs the same: fewer conflicts, then less work goes first"


def _compared(own: str, neighbour: Neighbour) -> str:
    name = _name(neighbour.branch)
    planned, other = neighbour.as_planned, neighbour.other_way
    word, later, earlier = ("before", name, own) if neighbour.is_later else ("after", own, name)
    if planned.addresses < other.addresses:
        now, then = addresses(planned.addresses), f"{other.addresses:,}"
        return f"{word} {name}: this way {later} reworks {now}, the other way round {earlier} would rework {then}"
    now, then = points(planned.parts), points(other.parts)
    return f"{word} {name}: this way {later} pays {now}, the other way round {earlier} would pay {then}"


def _circle(knot: Sequence[str]) -> str:
    named = ", ".join(map(_name, knot[:2])) + (f" and {len(knot) - 2} more" if len(knot) > 2 else "")
    return f"in a circle with {named}: no order suits them all, this one costs least"


def advice_for(ours: str, muse: str, reworked: int) -> str:
    """Say why *ours* is how a branch is best merged at its place, where Muse's own rule says *muse*; "" where not."""
    if ours == muse:
        return ""
    met = f"{addresses(reworked)} of its own {'meets' if reworked == 1 else 'meet'} what is merged before it"
    why = met if reworked else "nothing that it shares is merged before it"
    return f"{ours}, where Muse's rule says {muse}: {why}"


def addresses(count: int) -> str:
    """Return a number of addresses in words."""
    return f"{count:,} address" if count == 1 else f"{count:,} addresses"


def points(parts: int) -> str:
    """Return tenths of a unit of rework as text."""
    return f"{parts / POINT:,.1f}"


def _name(branch: str) -> str:
    return safe_text(branch, _NAME_LENGTH)
