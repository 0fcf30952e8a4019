"""The merge plan: the branches that hold anything, in the order that costs least rework, with the reasons.

Pure: a swarm goes in, or what was gathered from it, and a frozen plan comes out. What each order of two branches costs
is in `musetui.forecast.rework`, how the order is found in `musetui.forecast.merge_order`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from musetui.forecast.branch_work import BranchWork, HeldWork, by_branch, gather
from musetui.forecast.hotspots import Hotspot, find_hotspots, hot_addresses
from musetui.forecast.meetings import Meetings, Shared
from musetui.forecast.merge_order import MergeOrder, order_merges
from musetui.forecast.plan_wording import Neighbour, advice_for, reason_for
from musetui.forecast.rework import POINT
from musetui.forecast.what_if import WhatIf
from musetui.swarm.picture import Swarm

BRANCHES_LIMIT = 200
"""Branches that are planned, those with the most addresses; of more, the plan says how many it leaves out."""

_REBASE_UP_TO = 2
"""Conflicts, or addresses to be reworked, up to which Muse says rebase."""


class Strategy(StrEnum):
    """How a branch is merged; the value is the name in JSON."""

    FAST_FORWARD = "fast-forward"
    REBASE = "rebase"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class PlannedBranch:
    """One branch at its place in a plan. All text but the two sentences is the records' own, and so hostile.

    Attributes:
        branch: its name.
        reserved: the addresses held on it.
        touched: how many addresses it touches: those held, and those that its live intents name.
        intents: the operations of its live intents.
        run_ids: the runs that hold something on it.
        predicted_conflicts: how many of its addresses are reserved from other branches too, as Muse counts.
        strategy: what Muse's rule makes of that.
        rework: what it pays at its place for all that is merged before it, in units.
        reworked: how many of its addresses that concerns.
        reworked_for: the branch that is merged before it for which it pays most; "" if for none.
        reason: one sentence that says why it has its place; safe to paint as plain text.
        advice: one sentence that says how to merge it, where that is not *strategy*; "" where it is. Safe as well.
    """

    branch: str
    reserved: frozenset[str]
    touched: int
    intents: tuple[str, ...]
    run_ids: tuple[str, ...]
    predicted_conflicts: int
    strategy: Strategy
    rework: float
    reworked: int
    reworked_for: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class RemainingConflicts:
    """How many conflicts between branches are left, by type; the names are those of the types in JSON.

    Attributes:
        address_overlap: addresses that several branches touch.
        containment_overlap: addresses that one branch touches, and another one something within.
        operation_conflict: addresses that one branch deletes, moves or renames while another one changes them too.
    """

    address_overlap: int
    containment_overlap: int
    operation_conflict: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """The order in which the branches of a swarm are best merged.

    Attributes:
        what_if: what it supposes.
        active_reservations: how many reservations are held.
        active_intents: how many live intents there are.
        branches: the branches, the one to be merged first first.
        conflict_hotspots: how many addresses are reserved from several branches.
        hotspots: those addresses, the hottest first; at most `HOTSPOTS_LIMIT`.
        matrix: what each branch shares with each, both in the order of *branches*; symmetric.
        cost: the rework of this order, in units (one edit on top of another one is 1.0).
        bound: what any order costs at least; the same as *cost* where no other one can be cheaper.
        muse_cost: what the order of Muse's own rule costs.
        remaining: the conflicts that are left.
        left_out: how many branches are not planned, because there are too many.
    """

    what_if: WhatIf
    active_reservations: int
    active_intents: int
    branches: tuple[PlannedBranch, ...]
    conflict_hotspots: int
    hotspots: tuple[Hotspot, ...]
    matrix: tuple[tuple[Shared, ...], ...]
    cost: float
    bound: float
    muse_cost: float
    remaining: RemainingConflicts
    left_out: int

    @property
    def gap(self) -> float:
        """By how much of the bound the cost is above it at most, from 0."""
        return (self.cost - self.bound) / self.bound if self.bound else 0.0

    @property
    def order(self) -> tuple[str, ...]:
        """The names of the branches, the one to be merged first first."""
        return tuple(planned.branch for planned in self.branches)


def plan(swarm: Swarm, what_if: WhatIf | None = None) -> MergePlan:
    """Return the merge plan of a swarm. Else as `plan_merges`."""
    return plan_merges(gather(swarm), what_if)


def plan_merges(work: HeldWork, what_if: WhatIf | None = None) -> MergePlan:
    """Return the merge plan of all that is held.

    Args:
        work: what is held, and meant to be done.
        what_if: what is supposed to have happened; nothing if None.

    Raises:
        UnknownNameError: if *what_if* names a branch or a run by which nothing is held.
    """
    what_if = what_if or WhatIf()
    what_if.check(work.branches, work.runs)
    parts = tuple(work.parts(what_if))
    every = by_branch(parts)
    hot = hot_addresses(every)
    conflicts = {each.branch: len(hot & each.reserved) for each in every}
    chosen = sorted(every, key=lambda each: (-len(each.touched), each.branch))[:BRANCHES_LIMIT]
    # The order of Muse's rule, so that it stays wherever the cost leaves a choice.
    chosen.sort(key=lambda each: (conflicts[each.branch], len(each.reserved), each.branch))
    meetings = Meetings([each.touched for each in chosen])
    costs = [[meetings.price(one, other).parts for other in range(len(chosen))] for one in range(len(chosen))]
    order = order_merges(costs)
    places = {chosen[one].branch: place for place, one in enumerate(order.places)}
    return MergePlan(
        what_if=what_if,
        active_reservations=sum(part.reservations for part in parts),
        active_intents=sum(part.intents.total() for part in parts),
        branches=tuple(_planned(place, order, chosen, conflicts, meetings) for place in range(len(chosen))),
        conflict_hotspots=len(hot),
        hotspots=find_hotspots(hot, parts, places),
        matrix=tuple(tuple(meetings.shared(one, other) for other in order.places) for one in order.places),
        cost=order.cost / POINT,
        bound=order.bound / POINT,
        muse_cost=_cost_as_given(costs),
        remaining=RemainingConflicts(meetings.overlaps, meetings.nests, meetings.clashes),
        left_out=len(every) - len(chosen),
    )


def _cost_as_given(costs: Sequence[Sequence[int]]) -> float:
    return sum(sum(row[one + 1 :]) for one, row in enumerate(costs)) / POINT


def _planned(
    place: int, order: MergeOrder, chosen: Sequence[BranchWork], conflicts: dict[str, int], meetings: Meetings
) -> PlannedBranch:
    here = order.places[place]
    work = chosen[here]
    earlier = order.places[:place]
    reworked = meetings.reworked(here, earlier)
    strategy = _strategy(conflicts[work.branch])
    dearest = max(earlier, key=lambda one: meetings.price(one, here).parts, default=here)
    knot = next((knot for knot in order.knots if here in knot), ())
    return PlannedBranch(
        branch=work.branch,
        reserved=work.reserved,
        touched=len(work.touched),
        intents=work.intents,
        run_ids=work.run_ids,
        predicted_conflicts=conflicts[work.branch],
        strategy=strategy,
        rework=sum(meetings.price(one, here).parts for one in earlier) / POINT,
        reworked=reworked,
        reworked_for=chosen[dearest].branch if meetings.price(dearest, here).parts else "",
        reason=reason_for(
            work.branch,
            place,
            _neighbours(place, order.places, chosen, meetings),
            [chosen[other].branch for other in knot if other != here],
        ),
        advice=advice_for(_strategy(reworked), strategy, reworked),
    )


def _strategy(conflicts: int) -> Strategy:
    if not conflicts:
        return Strategy.FAST_FORWARD
    return Strategy.REBASE if conflicts <= _REBASE_UP_TO else Strategy.MANUAL


def _neighbours(place: int, places: Sequence[int], chosen: Sequence[BranchWork], meetings: Meetings) -> list[Neighbour]:
    """Return the branches that the one at *place* meets, in the order of merging."""
    here = places[place]
    found = []
    for other_place, other in enumerate(places):
        if other == here or meetings.shared(here, other) == Shared():
            continue
        ahead, behind = meetings.price(here, other), meetings.price(other, here)
        is_later = other_place > place
        as_planned, other_way = (ahead, behind) if is_later else (behind, ahead)
        found.append(Neighbour(chosen[other].branch, is_later, as_planned, other_way))
    return found
