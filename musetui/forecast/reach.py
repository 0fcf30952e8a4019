"""Reach: what one branch touches and what its changes reach, as sets of places; and what that means to another one.

A set is one large integer with a bit for each place; see `musetui.forecast.terrain`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from musetui.forecast.rework import SAME_ADDRESS, Change
from musetui.forecast.terrain import Terrain, as_set


class Shared(NamedTuple):
    """What two branches share.

    Attributes:
        exact: addresses that both touch.
        nested: other addresses of either that lie around or within one of the other's.
    """

    exact: int = 0
    nested: int = 0


class Price(NamedTuple):
    """What it costs if one branch is merged before another.

    Attributes:
        parts: the rework of the later one, in tenths of a unit.
        addresses: how many of its addresses it reworks.
    """

    parts: int = 0
    addresses: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What one branch touches, and what its changes reach. All are sets of places. It is the same as no other one.

    Attributes:
        touched: the addresses it touches.
        modified: those that it changes in a way that is done again at the price of an edit.
        rebuilt: those that it changes in any other way but by a delete.
        deleted: those that it deletes.
        strong: those that it changes in a way that clashes with any other change.
        met: the addresses at which another's change would meet one of its.
        met_by_delete: those of them at which a delete would, which agrees with its deletes.
        nested: the addresses around or within one of its own.
        outside: the addresses around one of its own.
        prices: what the dearest of its changes that meets each address asks of who comes later, in tenths, digit by
            digit: the addresses whose price has that power of two in it, the lowest power first.
        prices_of_delete: the same for deletes.
    """

    touched: int
    modified: int
    rebuilt: int
    deleted: int
    strong: int
    met: int
    met_by_delete: int
    nested: int
    outside: int
    prices: Sequence[int]
    prices_of_delete: Sequence[int]


DIGITS = 7
"""Digits of a price: the dearest change times the surest meeting is 40, and to be rebuilt doubles it."""


def reach_of(terrain: Terrain, by_change: Mapping[Change, Set[int]]) -> Reach:
    """Return the reach of a branch.

    Args:
        terrain: the addresses and how they nest.
        by_change: the places of all that it touches, each once, by what is done there.
    """
    own: dict[Change, int] = {}
    reached: dict[tuple[Change, int], int] = {}
    around = nested = 0
    for change in Change:
        places = by_change[change]
        own[change] = reached[change, SAME_ADDRESS] = as_set(places)
        inside = terrain.inside(places)
        for sure, outer in terrain.outside(places).items():
            outside = as_set(outer)
            around |= outside
            reached[change, sure] = outside | inside.get(sure, 0)
            nested |= reached[change, sure]
    not_deletes = {key: places for key, places in reached.items() if key[0] is not Change.DELETE}
    touched = _union(own.values())
    return Reach(
        touched=touched,
        modified=own[Change.MODIFY],
        rebuilt=own[Change.EXTRACT] | own[Change.RENAME] | own[Change.MOVE],
        deleted=own[Change.DELETE],
        strong=_union(places for change, places in own.items() if change.is_strong),
        met=touched | nested,
        met_by_delete=_union(not_deletes.values()),
        nested=nested,
        outside=around,
        prices=_prices(reached),
        prices_of_delete=_prices(not_deletes),
    )


def price(first: Reach, later: Reach) -> Price:
    """Return what it costs to merge *first* before *later*."""
    modified, rebuilt, deleted = later.modified, later.rebuilt, later.deleted
    parts = half = half_of_delete = 0
    # What is rebuilt or deleted is redone at twice the price of an edit, so that each of its digits is one higher. No
    # address is in two of the three, and all that have a digit are counted at once.
    for digit, (places, places_of_delete) in enumerate(zip(first.prices, first.prices_of_delete, strict=True)):
        here = (modified & places) | (rebuilt & half) | (deleted & half_of_delete)
        parts += here.bit_count() << digit
        half, half_of_delete = places, places_of_delete
    return Price(parts, redone(first, later).bit_count())


def redone(first: Reach, later: Reach) -> int:
    """Return the set of the addresses that *later* does again once *first* is merged."""
    return (later.touched & ~later.deleted & first.met) | (later.deleted & first.met_by_delete)


def shared(one: Reach, other: Reach) -> Shared:
    """Return what two branches share, whichever is named first."""
    exact = one.touched & other.touched
    nested = (one.touched & other.nested | other.touched & one.nested) & ~exact
    return Shared(exact.bit_count(), nested.bit_count())


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def _prices(reached: Mapping[tuple[Change, int], int]) -> list[int]:
    """Return the price of the dearest meeting at each place, digit by digit."""
    by_price: dict[int, int] = defaultdict(int)
    for (change, sure), places in reached.items():
        by_price[change.unsettles * sure] |= places
    digits = [0] * DIGITS
    covered = 0
    for asked in sorted(by_price, reverse=True):
        places = by_price[asked] & ~covered
        covered |= places
        for digit in range(asked.bit_length()):
            if asked >> digit & 1:
                digits[digit] |= places
    return digits
