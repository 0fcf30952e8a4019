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
        nested: those of them around or within an address of its own.
        levels: the same by the price of the dearest meeting there, which each stands at alone.
        levels_for_delete: the same without the meetings with its deletes, for the deletes of others.
        inward: the addresses around one of its own.
    """

    touched: int
    by_change: Mapping[Change, int]
    met: int
    nested: int
    levels: Sequence[tuple[int, int]]
    levels_for_delete: Sequence[tuple[int, int]]
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

    def neighbours(self) -> Iterable[tuple[int, int]]:
        """Return every pair of branches that meet, the lower number first."""
        return self._shared.keys()

    def reworked(self, later: int, earlier: Iterable[int]) -> int:
        """Return how many of its addresses a branch reworks once the *earlier* ones are merged, each counted once."""
        there = self._reaches[later]
        met = for_deletes = 0
        for first in earlier:
            met |= self._reaches[first].met
            for _, places in self._reaches[first].levels_for_delete:
                for_deletes |= places
        deletes = there.by_change[Change.DELETE]
        return (there.touched & ~deletes & met).bit_count() + (deletes & for_deletes).bit_count()


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
        self._around = _held_around(held)
        places = crowded.union(self._around, *self._around.values())
        self._places = {address: place for place, address in enumerate(places)}
        self._within: dict[str, dict[int, list[int]]] = {}
        for inner, outers in self._around.items():
            for outer in outers:
                tight = self._within.setdefault(outer, {})
                tight.setdefault(certainty(outer, inner), []).append(self._places[inner])

    def reach(self, touched: Mapping[str, Change]) -> _Reach:
        """Return what a branch touches and reaches."""
        own: dict[Change, list[int]] = {change: [] for change in Change}
        spots: dict[tuple[Change, int], list[int]] = defaultdict(list)
        inward: list[int] = []
        for address, change in touched.items():
            place = self._places.get(address)
            if place is None:
                continue
            own[change].append(place)
            for outer in self._around.get(address, ()):
                around = self._places[outer]
                inward.append(around)
                spots[change, certainty(outer, address)].append(around)
            for tight, within in self._within.get(address, {}).items():
                spots[change, tight].extend(within)
        by_change = {change: self._set(places) for change, places in own.items()}
        reached = {key: self._set(places) for key, places in spots.items()}
        nested = _union(reached.values())
        for change, places in by_change.items():
            reached[change, SAME_ADDRESS] = places
        touches = _union(by_change.values())
        others = {key: places for key, places in reached.items() if key[0] is not Change.DELETE}
        return _Reach(
            touches, by_change, touches | nested, nested, _levels(reached), _levels(others), self._set(inward)
        )

    def _set(self, places: Iterable[int]) -> int:
        """Return the set of these places."""
        digits = bytearray(b"0") * (len(self._places) or 1)
        for place in places:
            digits[place] = 49  # "1"
        return int(digits, 2)


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


def _levels(reached: Mapping[tuple[Change, int], int]) -> list[tuple[int, int]]:
    """Return the places by the price of the dearest meeting there, dearest first, each place once."""
    by_price: dict[int, int] = defaultdict(int)
    for (change, tight), places in reached.items():
        by_price[change.unsettles * tight] |= places
    levels = []
    covered = 0
    for price in sorted(by_price, reverse=True):
        places = by_price[price] & ~covered
        covered |= places
        if places:
            levels.append((price, places))
    return levels


def _price(first: _Reach, later: _Reach) -> Price:
    parts = addresses = 0
    for change, own in later.by_change.items():
        here = own & first.met
        if not here:
            continue
        levels = first.levels_for_delete if change is Change.DELETE else first.levels
        for unsettled, places in levels:
            count = (here & places).bit_count()
            addresses += count
            parts += count * unsettled * change.redone
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
