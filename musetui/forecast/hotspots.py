"""Hotspots: the addresses that are reserved from two or more branches, the hottest first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import groupby
from typing import NamedTuple

from musetui.forecast.branch_work import BranchWork, RunWork

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


def hot_addresses(branches: Iterable[BranchWork]) -> set[str]:
    """Return the addresses that are reserved from several branches."""
    once: set[str] = set()
    several: set[str] = set()
    for branch in branches:
        several |= once & branch.reserved
        once |= branch.reserved
    return several


def find_hotspots(hot: set[str], parts: Sequence[RunWork], places: Mapping[str, int]) -> tuple[Hotspot, ...]:
    """Return the hotspots: of the most branches first, then of the most runs, then by address; the hottest alone.

    Args:
        hot: the addresses that are reserved from several branches.
        parts: what each run holds on each branch, by branch and run.
        places: the place of each branch in the order of merging.
    """
    planned = sorted((part for part in parts if part.branch in places), key=lambda part: places[part.branch])
    held = [(part, hot.intersection(set().union(*part.reserved.values()))) for part in planned]
    branches: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for _, of_branch in groupby(held, key=lambda each: each[0].branch):
        here: set[str] = set()
        for _, addresses in of_branch:
            here |= addresses
            runs.update(addresses)
        branches.update(here)
    hottest = nsmallest(HOTSPOTS_LIMIT, branches, key=lambda address: (-branches[address], -runs[address], address))
    holders: dict[str, list[Holding]] = {address: [] for address in hottest}
    for part, addresses in held:
        for address in addresses & holders.keys():
            holders[address].append(Holding(part.run_id, part.branch))
    return tuple(
        Hotspot(address, tuple(dict.fromkeys(holding.branch for holding in there)), tuple(there))
        for address, there in holders.items()
    )
