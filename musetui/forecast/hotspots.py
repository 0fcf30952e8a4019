"""Hotspots: the addresses at which two or more branches meet, the hottest first.

A branch takes part in a hotspot if it touches it, or something within it: so a file that one branch deletes while
another one edits what is in it is one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import chain, islice
from typing import NamedTuple

from musetui.forecast.branch_places import BranchPlaces
from musetui.forecast.reach import Reach
from musetui.forecast.terrain import Terrain, as_places, as_set, is_in

HOTSPOTS_LIMIT = 1_000
"""Hotspots that a plan lists, and tells the number of all. No person reads more, and no review has room for them."""

_WITHIN_LIMIT = 2_000
"""Places within the listed hotspots that are looked at for who takes part there: a few milliseconds."""


class Holding(NamedTuple):
    """Who takes part in a hotspot, and on which branch. All text is a record's own, and so hostile."""

    run_id: str
    branch: str


class Hotspot(NamedTuple):
    """An address at which several branches meet.

    Attributes:
        address: as nesting compares addresses (hostile text).
        branches: where it, or something within it, is held or meant to be changed, in the order of merging.
        holders: who does that, by branch in that order, then by run; of much that lies within, not all.
        is_reserved_twice: whether it is reserved from several branches, so that Muse counts it too.
    """

    address: str
    branches: tuple[str, ...]
    holders: tuple[Holding, ...]
    is_reserved_twice: bool


def reserved_twice(branches: Iterable[BranchPlaces]) -> set[int]:
    """Return the places that are reserved from several branches."""
    once: set[int] = set()
    several: set[int] = set()
    for branch in branches:
        several |= once & branch.reserved
        once |= branch.reserved
    return several


def find_hotspots(
    hot: int, twice: set[int], planned: Sequence[tuple[BranchPlaces, Reach]], terrain: Terrain
) -> tuple[Hotspot, ...]:
    """Return the hotspots: of the most branches first, then of the most runs right there, then by address.

    Args:
        hot: the set of places at which several branches meet.
        twice: the places that are reserved from several branches.
        planned: the branches in the order of merging, each with its reach; the runs of each by id.
        terrain: the addresses.
    """
    taking = [hot & (reach.touched | reach.outside) for _, reach in planned]
    branches = dict(_by_count(taking, hot))
    likely = branches.keys()
    among = set(likely)
    there = [(Holding(run.run_id, branch.branch), run.touching(among)) for branch, _ in planned for run in branch.runs]
    runs = Counter(chain.from_iterable(places for _, places in there))
    address = terrain.addresses.__getitem__
    hottest = nsmallest(HOTSPOTS_LIMIT, likely, key=lambda place: (-branches[place], -runs[place], address(place)))
    holders = _holders(hottest, there, planned, terrain)
    named = {place: tuple(dict.fromkeys(each.branch for each in found)) for place, found in holders.items()}
    # Of what lies within some, not all was looked at.
    rest = [place for place, names in named.items() if len(names) < branches[place]]
    named.update(dict.fromkeys(rest, ()))
    for (branch, _), places in zip(planned, taking, strict=True) if rest else ():
        for place in filter(is_in(places), rest):
            named[place] += (branch.branch,)
    return tuple(Hotspot(address(place), named[place], tuple(holders[place]), place in twice) for place in hottest)


def _holders(
    hottest: Sequence[int],
    there: Sequence[tuple[Holding, set[int]]],
    planned: Sequence[tuple[BranchPlaces, Reach]],
    terrain: Terrain,
) -> dict[int, dict[Holding, None]]:
    """Return who takes part in each of the *hottest* places; *there* is who touches which of all that are likely."""
    outside = is_in(as_set(hottest) & _union(reach.outside for _, reach in planned))
    outer_of: dict[int, list[int]] = {}
    left = _WITHIN_LIMIT
    for place in filter(outside, hottest):
        for inner in islice(terrain.below(place), left):
            outer_of.setdefault(inner, []).append(place)
            left -= 1
    holders: dict[int, dict[Holding, None]] = {place: {} for place in hottest}
    listed, inside = set(hottest), set(outer_of)
    runs = (run for branch, _ in planned for run in branch.runs)
    for (holding, places), run in zip(there, runs, strict=True):
        for place in places & listed:
            holders[place][holding] = None
        for inner in run.touching(inside) if inside else ():
            for place in outer_of[inner]:
                holders[place][holding] = None
    return holders


def _by_count(taking: Sequence[int], hot: int) -> Iterator[tuple[int, int]]:
    """Yield those of the *hot* places that can be among the hottest, each with how many sets of *taking* it is in.

    All places are counted at once, digit by digit: a set for each power of two in the count.
    """
    digits: list[int] = []
    for carried in taking:
        for place, digit in enumerate(digits):
            digits[place], carried = digit ^ carried, digit & carried
            if not carried:
                break
        if carried:
            digits.append(carried)
    listed = 0
    for count, places in _parted(hot, digits, len(digits) - 1):
        found = as_places(places)
        yield from ((place, count) for place in found)
        listed += len(found)
        if listed >= HOTSPOTS_LIMIT:
            return


def _parted(places: int, digits: Sequence[int], last: int) -> Iterator[tuple[int, int]]:
    """Yield the sets of *places* that are counted alike, the highest count first, each with its count."""
    if not places:
        return
    if last < 0:
        yield 0, places
        return
    for count, part in _parted(places & digits[last], digits, last - 1):
        yield count + (1 << last), part
    yield from _parted(places & ~digits[last], digits, last - 1)


def _union(sets: Iterable[int]) -> int:
    found = 0
    for each in sets:
        found |= each
    return found
