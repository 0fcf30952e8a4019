"""Plan reasons: at which addresses two branches meet, what decides which of them goes first, and what is done again.

Worked out of the places of two branches alone, so that it holds for as long as these stay the same.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from musetui.forecast.branch_places import BranchPlaces
from musetui.forecast.reach import Reach, redone
from musetui.forecast.rework import SAME_ADDRESS, Change, how_sure, rework
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
        decisive: what decides, where that is the case at any one address; then the others are not filled.
        now: what the later one does again.
        otherwise: what the earlier one would do again if it were the later one.
        met: the addresses of the earlier one at which they meet.
    """

    decisive: Decisive | None
    now: Some = Some()
    otherwise: Some = Some()
    met: Some = Some()


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


def why(
    terrain: Terrain,
    first: BranchPlaces,
    first_reach: Reach,
    later: BranchPlaces,
    later_reach: Reach,
    is_decided: bool,
) -> Why:
    """Return what is told of two branches, *first* merged before *later*; *is_decided* if that costs less."""
    decisive = _decisive(terrain, first, later) if is_decided else None
    if decisive is not None:
        return Why(decisive)
    met = first_reach.touched & later_reach.met
    return Why(
        None,
        _some(terrain, later, redone(first_reach, later_reach)),
        _some(terrain, first, redone(later_reach, first_reach)),
        _some(terrain, first, met),
    )


def first_of(terrain: Terrain, branch: BranchPlaces, places: int) -> tuple[int, ...]:
    """Return those of a set of a branch's places that are listed: the first by address."""
    return tuple(islice(_of(terrain, branch, places), REWORKS_LIMIT))


def rework_at(terrain: Terrain, here: BranchPlaces, place: int, other: BranchPlaces) -> Rework | None:
    """Return what *here* does again at one of its places on top of what *other* does; None if nothing."""
    change = _change(here, place)
    met = _dearest(terrain, other, place, change)
    if met is None:
        return None
    return Rework(terrain.addresses[place], change, other.branch, _change(other, met), terrain.addresses[met])


def _dearest(terrain: Terrain, branch: BranchPlaces, place: int, change: Change) -> int | None:
    """Return the place of a branch that costs a *change* at *place* most; one within it only if there is no other."""
    near: Iterable[int] = filter(lambda each: _has(branch, each), (place, *terrain.outward(place)))
    found = _best(terrain, branch, near, place, change)
    if found is None:
        below = list(islice(terrain.below(place), branch.addresses))
        if len(below) < branch.addresses:
            near = (each for each in below if _has(branch, each))
        else:
            near = (each for each in _all(branch) if place in terrain.outward(each))
        found = _best(terrain, branch, near, place, change)
    return found


def _best(terrain: Terrain, branch: BranchPlaces, near: Iterable[int], place: int, change: Change) -> int | None:
    costs = ((-_cost(terrain, branch, each, place, change), terrain.addresses[each], each) for each in near)
    best = min(costs, default=None)
    return best[2] if best is not None and best[0] else None


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
    first = islice(_of(terrain, branch, places), NAMED)
    return Some(tuple(map(terrain.addresses.__getitem__, first)), places.bit_count())


def _of(terrain: Terrain, branch: BranchPlaces, places: int) -> Iterator[int]:
    """Yield a set of a branch's places by address."""
    return filter(is_in(places), branch.by_address(terrain.addresses))


def _all(branch: BranchPlaces) -> Iterator[int]:
    for places in branch.touched.values():
        yield from places


def _has(branch: BranchPlaces, place: int) -> bool:
    return any(place in places for places in branch.touched.values())


def _change(branch: BranchPlaces, place: int) -> Change:
    """Return what a branch does at a place that it touches."""
    return next(change for change, places in branch.touched.items() if place in places)
