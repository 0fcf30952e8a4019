"""Meetings: where branches get into each other's way, and what each order of two of them costs.

The addresses at which branches can meet are numbered, and what a branch touches or reaches is one large integer with a
bit for each: two branches are compared in a few operations, however much they hold.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from musetui.forecast.nesting import parent
from musetui.forecast.rework import SAME_ADDRESS, Change, certainty


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


class _Reach(NamedTuple):
    """What one branch touches, and what its changes reach. All are sets of numbered addresses.

    Attributes:
        touched: the addresses it touches.
        by_change: the same by what is done to them.
        met: the addresses at which another's change would meet one of its.
        met_by_delete: those of them at which a delete would, which agrees with its deletes.
        nested: the addresses around or within one of its own.
        prices: what the dearest of its changes that meets each address asks of who comes later, in tenths, digit by
            digit: the addresses whose price has that power of two in it.
        prices_of_delete: the same for deletes.
        inward: the addresses around one of its own.
    """

    touched: int
    by_change: Mapping[Change, int]
    met: int
    met_by_delete: int
    nested: int
    prices: Sequence[tuple[int, int]]
    prices_of_delete: Sequence[tuple[int, int]]
    inward: int


class Meetings:
    """How some branches meet.

    Args:
        branches: for each branch what is done to every address that it touches, as nesting compares addresses.
    """

    def __init__(self, branches: Sequence[Mapping[str, Change]]) -> None:
        self._terrain = _Terrain(branches)
        self._reaches = [self._terrain.reach(touched) for touched in branches]
        self._prices: dict[tuple[int, int], Price] = {}
        self._shared: dict[tuple[int, int], Shared] = {}
        overlaps = nests = clashes = seen = 0
        for first, one in enumerate(self._reaches):
            overlaps |= seen & one.touched
            seen |= one.touched
            for second in range(first):
                other = self._reaches[second]
                if not one.met & other.touched:
                    continue  # meeting is mutual
                self._prices[first, second] = _price(one, other)
                self._prices[second, first] = _price(other, one)
                self._shared[second, first] = _shared(one, other)
                nests |= (one.touched & other.inward) | (other.touched & one.inward)
                clashes |= _clashes(one, other)
        self.overlaps = overlaps.bit_count()
        self.nests = nests.bit_count()
        self.clashes = clashes.bit_count()

    def price(self, first: int, later: int) -> Price:
        """Return what it costs to merge the branch *first* before *later*; both are places in what was given."""
        return self._prices.get((first, later), _FREE)

    def shared(self, one: int, other: int) -> Shared:
        """Return what two branches share, whichever is named first."""
        return self._shared.get((min(one, other), max(one, other)), _NOTHING)

    def reworked(self, later: int, earlier: Iterable[int]) -> int:
        """Return how many of its addresses a branch reworks once the *earlier* ones are merged, each counted once."""
        there = self._reaches[later]
        met = by_delete = 0
        for first in earlier:
            met |= self._reaches[first].met
            by_delete |= self._reaches[first].met_by_delete
        deletes = there.by_change[Change.DELETE]
        return (there.touched & ~deletes & met).bit_count() + (deletes & by_delete).bit_count()


_FREE = Price()
_NOTHING = Shared()


class _Terrain:
    """The numbered addresses at which branches can meet, and how they nest."""

    def __init__(self, branches: Sequence[Mapping[str, Change]]) -> None:
        held: set[str] = set()
        crowded: set[str] = set()
        for touched in branches:
            crowded |= held & touched.keys()
            held |= touched.keys()
        around = _held_around(held)
        numbered = crowded.union(around, *around.values())
        self._places = {address: place for place, address in enumerate(numbered)}
        # By place: the places around it and within it, each with how sure a meeting there is.
        self._around: list[Sequence[tuple[int, int]]] = [()] * len(numbered)
        self._within: list[Sequence[tuple[int, list[int]]]] = [()] * len(numbered)
        known: dict[tuple[str, int], list[tuple[int, int]]] = {}
        within: dict[tuple[int, int], list[int]] = defaultdict(list)
        for inner, outers in around.items():
            here = self._places[inner]
            # The nearest one around, and how surely it meets, decide all that are further out.
            key = outers[0], certainty(outers[0], inner)
            found = known.get(key)
            if found is None:
                found = known[key] = [(certainty(outer, inner), self._places[outer]) for outer in outers]
            self._around[here] = found
            for sure, outer_place in found:
                within[outer_place, sure].append(here)
        for (place, sure), inner_places in within.items():
            self._within[place] = (*self._within[place], (sure, inner_places))

    def reach(self, touched: Mapping[str, Change]) -> _Reach:
        """Return what a branch touches and reaches."""
        places: list[list[int | None]] = [[] for _ in Change]
        for address, change in touched.items():
            places[change].append(self._places.get(address))
        by_change: dict[Change, int] = {}
        reached: dict[tuple[Change, int], int] = {}
        inward = nested = 0
        for change in Change:
            here = [place for place in places[change] if place is not None]
            around: dict[int, list[int]] = defaultdict(list)
            within: dict[int, list[int]] = defaultdict(list)
            for place in here:
                for sure, outer in self._around[place]:
                    around[sure].append(outer)
                for sure, inner in self._within[place]:
                    within[sure].extend(inner)
            by_change[change] = reached[change, SAME_ADDRESS] = self._set(here)
            for sure in around.keys() | within.keys():
                outside, inside = self._set(around[sure]), self._set(within[sure])
                inward |= outside
                nested |= outside | inside
                reached[change, sure] = outside | inside
        not_deletes = {key: places for key, places in reached.items() if key[0] is not Change.DELETE}
        touches = _union(by_change.values())
        return _Reach(
            touched=touches,
            by_change=by_change,
            met=touches | nested,
            met_by_delete=_union(not_deletes.values()),
            nested=nested,
            prices=_prices(reached),
            prices_of_delete=_prices(not_deletes),
            inward=inward,
        )

    def _set(self, places: Iterable[int]) -> int:
        """Return the set of these places."""
        bits = bytearray(len(self._places) // 8 + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")


def _held_around(held: set[str]) -> dict[str, tuple[str, ...]]:
    """Return, for every address that lies within another one, those around it, nearest first."""
    known: dict[str, tuple[str, ...]] = {}

    def at_or_around(address: str) -> tuple[str, ...]:
        found = known.get(address)
        if found is None:
            up = parent(address)
            found = at_or_around(up) if up is not None else ()
            if address in held:
                found = (address, *found)
            known[address] = found
        return found

    around: dict[str, tuple[str, ...]] = {}
    for address in held:
        up = parent(address)
        outers = at_or_around(up) if up is not None else ()
        if outers:
            around[address] = outers
    return around


def _union(sets: Iterable[int]) -> int:
    together = 0
    for each in sets:
        together |= each
    return together


def _prices(reached: Mapping[tuple[Change, int], int]) -> list[tuple[int, int]]:
    """Return the price of the dearest meeting at each place, digit by digit."""
    by_price: dict[int, int] = defaultdict(int)
    for (change, sure), places in reached.items():
        by_price[change.unsettles * sure] |= places
    digits: dict[int, int] = defaultdict(int)
    covered = 0
    for price in sorted(by_price, reverse=True):
        places = by_price[price] & ~covered
        covered |= places
        for digit in range(price.bit_length()):
            if price >> digit & 1:
                digits[1 << digit] |= places
    return [(digit, places) for digit, places in digits.items() if places]


def _price(first: _Reach, later: _Reach) -> Price:
    moves, deletes = later.by_change[Change.EXTRACT] | later.by_change[Change.MOVE], later.by_change[Change.DELETE]
    parts = addresses = 0
    for own, redone, met, prices in (
        (later.by_change[Change.MODIFY], Change.MODIFY.redone, first.met, first.prices),
        (moves, Change.MOVE.redone, first.met, first.prices),
        (deletes, Change.DELETE.redone, first.met_by_delete, first.prices_of_delete),
    ):
        here = own & met
        if here:
            addresses += here.bit_count()
            parts += redone * sum(digit * (here & places).bit_count() for digit, places in prices)
    return Price(parts, addresses)


def _shared(one: _Reach, other: _Reach) -> Shared:
    exact = one.touched & other.touched
    nested = (one.touched & other.nested | other.touched & one.nested) & ~exact
    return Shared(exact.bit_count(), nested.bit_count())


def _clashes(one: _Reach, other: _Reach) -> int:
    """Return the addresses that one of the two deletes, moves or renames while the other changes them too."""
    drastic = _union(reach.by_change[change] for reach in (one, other) for change in (Change.MOVE, Change.DELETE))
    agreed = one.by_change[Change.DELETE] & other.by_change[Change.DELETE]
    return one.touched & other.touched & drastic & ~agreed
