"""Plan reasons: at which addresses two branches meet, what decides which of them goes first, and what is done again.

Worked out of the places of two branches alone, so that it holds for as long as these stay the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import NamedTuple

from musetui.forecast.branch_places import BranchPlaces
from musetui.forecast.reach import Reach, redone
from musetui.forecast.rework import SAME_ADDRESS, Change, rework
from musetui.forecast.run_changes import how_sure
from musetui.forecast.terrain import Terrain, is_in

NAMED = 3
"""Addresses that a reason names; of more, it tells the number."""

REWORKS_LIMIT = 20
"""Addresses to be reworked that a plan lists for each branch; of more, it tells the number."""


class Some(NamedTuple):
    """The first of some addresses, in order, and how many there are."""

    addresses: tuple[str, ...] = ()
    total: int = 0


class Decisive(NamedTuple):
    """What decides that one branch is merged before another one.

    Attributes:
        change: what the earlier one does,
        address: and where.
        later: what the later one does,
        at: and where: at the same address, around it or within.
        more: how many further addresses of the earlier one there are of which the same is to be said.
    """

    change: Change
    address: str
    later: Change
    at: str
    more: int


class Why(NamedTuple):
    """What is told of one branch that is merged before another one.

    Attributes:
        decisive: what decides, where that is the case at any one address.
        now: what the later one does again.
        otherwise: what the earlier one would do again if it were the later one.
        met: the addresses of the earlier one at which they meet.
    """

    decisive: Decisive | None
    now: Some
    otherwise: Some
    met: Some


class Rework(NamedTuple):
    """An address that a branch does again at its place, on top of what another one does.

    Attributes:
        address: as nesting compares addresses (hostile text).
        change: what the branch does to it.
        branch: the other one (hostile text).
        met: what that does to the same address, to one around it or one within it,
        met_at: and to which of these (hostile text).
    """

    address: str
    change: Change
    branch: str
    met: Change
    met_at: str


def why(terrain: Terrain, first: BranchPlaces, first_reach: Reach, later: BranchPlaces, later_reach: Reach) -> Why:
    """Return what is told of two branches, *first* merged before *later*."""
    met = first_reach.touched & later_reach.met
    return Why(
        _decisive(terrain, first, later),
        _some(terrain, later, redone(first_reach, later_reach)),
        _some(terrain, first, redone(later_reach, first_reach)),
        _some(terrain, first, met),
    )


def reworks(
    terrain: Terrain, here: BranchPlaces, places: int, earlier: Sequence[tuple[BranchPlaces, Reach]]
) -> tuple[Rework, ...]:
    """Return the first of the addresses that a branch does again, by address.

    Args:
        terrain: the addresses.
        here: the branch.
        places: the set of all that it does again.
        earlier: the branches that are merged before it, those first by which it is best told.
    """
    found = []
    chosen = nsmallest(REWORKS_LIMIT, _of(here, is_in(places)), key=terrain.addresses.__getitem__)
    meeting = [(branch, is_in(reach.met), is_in(reach.met_by_delete)) for branch, reach in earlier]
    for place in chosen:
        change = _change(here, place)
        for branch, meets, meets_delete in meeting:
            other = None
            if (meets_delete if change is Change.DELETE else meets)(place):
                other = _dearest(terrain, branch, place, change)
            if other is not None:
                address, at = terrain.addresses[place], terrain.addresses[other]
                found.append(Rework(address, change, branch.branch, _change(branch, other), at))
                break
    return tuple(found)


def _dearest(terrain: Terrain, branch: BranchPlaces, place: int, change: Change) -> int | None:
    """Return the place of a branch that costs a *change* at *place* most; one within it only if there is no other."""
    around = [place, *terrain.outward(place)]
    near: Iterable[int] = [each for each in around if _has(branch, each)]
    if not any(_cost(terrain, branch, each, place, change) for each in near):
        near = (each for each in _all(branch) if place in terrain.outward(each))
    costs = ((_cost(terrain, branch, each, place, change), each) for each in near)
    best = min(costs, key=lambda found: (-found[0], terrain.addresses[found[1]]), default=None)
    return best[1] if best is not None and best[0] else None


def _cost(terrain: Terrain, branch: BranchPlaces, other: int, place: int, change: Change) -> int:
    one, here = terrain.addresses[other], terrain.addresses[place]
    sure = SAME_ADDRESS if other == place else how_sure(*sorted((one, here), key=len))
    return rework(_change(branch, other), change, sure)


def _decisive(terrain: Terrain, first: BranchPlaces, later: BranchPlaces) -> Decisive | None:
    """Return what it is for which *first* had better go first: at the same address before what only nests."""
    best: tuple[int, Change, Change, set[int]] | None = None
    for one, other in _DECIDING:
        places = first.touched[one] & later.touched[other]
        if places and (best is None or _gain(one, other) > best[0]):
            best = _gain(one, other), one, other, places
    if best is not None:
        _, one, other, places = best
        address = min(map(terrain.addresses.__getitem__, places))
        return Decisive(one, address, other, address, len(places) - 1)
    nests: dict[tuple[Change, Change], dict[int, int]] = {}
    for place, at in _nested(terrain, first, later):
        one, other = _change(first, place), _change(later, at)
        if _gain(one, other) > 0:
            nests.setdefault((one, other), {}).setdefault(place, at)
    if not nests:
        return None
    one, other = max(nests, key=lambda pair: (_gain(*pair), pair))
    found = nests[one, other]
    place = min(found, key=terrain.addresses.__getitem__)
    ats = [at for each, at in _nested(terrain, first, later) if each == place and _change(later, at) is other]
    return Decisive(one, terrain.addresses[place], other, min(map(terrain.addresses.__getitem__, ats)), len(found) - 1)


def _gain(one: Change, other: Change) -> int:
    """Return what it costs more to have *other* done before *one* than after it, where they meet for sure."""
    return rework(other, one, 1) - rework(one, other, 1)


_DECIDING = [(one, other) for one in Change for other in Change if _gain(one, other) > 0]


def _nested(terrain: Terrain, one: BranchPlaces, other: BranchPlaces) -> Iterator[tuple[int, int]]:
    """Yield each place of one branch with each of another around or within it."""
    for place in _all(one):
        for outer in terrain.outward(place):
            if _has(other, outer):
                yield place, outer
    for place in _all(other):
        for outer in terrain.outward(place):
            if _has(one, outer):
                yield outer, place


def _some(terrain: Terrain, branch: BranchPlaces, places: int) -> Some:
    if not places:
        return Some()
    addresses = nsmallest(NAMED, map(terrain.addresses.__getitem__, _of(branch, is_in(places))))
    return Some(tuple(addresses), places.bit_count())


def _of(branch: BranchPlaces, is_one: Callable[[int], bool]) -> Iterator[int]:
    """Yield those places of a branch that are such."""
    return filter(is_one, _all(branch))


def _all(branch: BranchPlaces) -> Iterator[int]:
    for places in branch.touched.values():
        yield from places


def _has(branch: BranchPlaces, place: int) -> bool:
    return any(place in places for places in branch.touched.values())


def _change(branch: BranchPlaces, place: int) -> Change:
    """Return what a branch does at a place that it touches."""
    return next(change for change, places in branch.touched.items() if place in places)
