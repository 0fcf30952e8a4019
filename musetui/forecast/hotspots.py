"""Hotspots: the addresses that are reserved from two or more branches, the hottest first."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from heapq import nsmallest
from itertools import chain
from typing import NamedTuple

from musetui.forecast.branch_places import BranchPlaces

HOTSPOTS_LIMIT = 1_000
"""Hotspots that a plan lists, and tells the number of all. No person reads more, and no review has room for them."""


class Holding(NamedTuple):
    """Who holds a hotspot, and on which branch. All text is a record's own, and so hostile."""

    run_id: str
    branch: str


class Hotspot(NamedTuple):
    """An address that is reserved from several branches.

    Attributes:
        address: as nesting compares addresses (hostile text).
        branches: where it is reserved, in the order in which they are best merged.
        holders: who holds it, by branch in that order, then by run.
    """

    address: str
    branches: tuple[str, ...]
    holders: tuple[Holding, ...]


def hot_places(branches: Iterable[BranchPlaces]) -> set[int]:
    """Return the places that are reserved from several branches."""
    once: set[int] = set()
    several: set[int] = set()
    for branch in branches:
        several |= once & branch.reserved
        once |= branch.reserved
    return several


def find_hotspots(
    hot: set[int], planned: Sequence[BranchPlaces], address_of: Callable[[int], str]
) -> tuple[Hotspot, ...]:
    """Return the hotspots: of the most branches first, then of the most runs, then by address; the hottest alone.

    Args:
        hot: the places that are reserved from several branches.
        planned: the branches in the order of merging; the runs of each by id.
        address_of: returns the address at a place.
    """
    branches = Counter[int]()
    for branch in planned:
        branches.update(hot & branch.reserved)
    least = _least(branches)
    likely = {place for place, count in branches.items() if count >= least}
    held = [(Holding(run.run_id, branch.branch), run.held(likely)) for branch in planned for run in branch.runs]
    runs = Counter(chain.from_iterable(places for _, places in held))
    hottest = nsmallest(HOTSPOTS_LIMIT, likely, key=lambda place: (-branches[place], -runs[place], address_of(place)))
    holders: dict[int, list[Holding]] = {place: [] for place in hottest}
    listed = set(hottest)
    for holding, places in held:
        for place in places & listed:
            holders[place].append(holding)
    return tuple(
        Hotspot(address_of(place), tuple(dict.fromkeys(holding.branch for holding in there)), tuple(there))
        for place, there in holders.items()
    )


def _least(branches: Counter[int]) -> int:
    """Return of how many branches a hotspot is at least, if it is among those to be listed."""
    listed = 0
    for count, places in sorted(Counter(branches.values()).items(), reverse=True):
        listed += places
        if listed >= HOTSPOTS_LIMIT:
            return count
    return 0
