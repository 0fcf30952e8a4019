"""The merge plan: the branches that hold anything, in the order that costs least rework, with the reasons.

Pure: what was gathered from a swarm goes in, and a frozen plan comes out. What each order of two branches costs
is in `musetui.forecast.rework`, how the order is found in `musetui.forecast.merge_order`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from musetui.forecast.branch_places import BranchPlaces
from musetui.forecast.branch_work import HeldWork, RunWork, by_branch
from musetui.forecast.hotspots import Hotspot, find_hotspots, hot_places
from musetui.forecast.meetings import Meetings
from musetui.forecast.merge_order import MergeOrder, order_merges_by
from musetui.forecast.plan_memory import PlanMemory
from musetui.forecast.plan_wording import Neighbour, advice_for, reason_for
from musetui.forecast.reach import Shared
from musetui.forecast.rework import POINT
from musetui.forecast.what_if import WhatIf
from musetui.records.models import EARLIEST

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
        addresses: how many addresses are held on it.
        touched: how many addresses it touches: those held, and those that its live intents name.
        intents: the operations of its live intents.
        run_ids: the runs that hold something on it.
        predicted_conflicts: how many of its addresses are reserved from other branches too, as Muse counts.
        muse_strategy: what Muse's rule makes of that.
        strategy: what it takes at its place, by how many of its addresses are reworked there.
        rework: what it pays at its place for all that is merged before it, in units; that which is supposed to be
            merged already is among it.
        owed: what of that it pays for what is supposed to be merged already.
        reworked: how many of its addresses that concerns.
        reworked_for: the branch that is merged before it for which it pays most; "" if for none.
        reason: one sentence that says why it has its place; safe to paint as plain text.
        advice: one sentence that says what *strategy* comes from, where Muse's rule says another; "" where it says the
            same. Safe as well.
    """

    branch: str
    addresses: int
    touched: int
    intents: tuple[str, ...]
    run_ids: tuple[str, ...]
    predicted_conflicts: int
    muse_strategy: Strategy
    strategy: Strategy
    rework: float
    owed: float
    reworked: int
    reworked_for: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class RemainingConflicts:
    """How many conflicts there are between branches that are not merged yet, by type; named as the types in JSON.

    Attributes:
        address_overlap: addresses that several branches touch.
        containment_overlap: addresses that one branch touches, and another one something within.
        operation_conflict: addresses that one branch deletes, moves, renames or takes apart while another one changes
            them too, or something within them.
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
        cost: the rework of this order, in units (one edit on top of another one is 1.0); what any order pays for that
            which is supposed to be merged already is among it, and among *bound* and *muse_cost*.
        owed: what that is.
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
    owed: float
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


def plan_merges(work: HeldWork, what_if: WhatIf | None = None, memory: PlanMemory | None = None) -> MergePlan:
    """Return the merge plan of all that is held.

    Args:
        work: what is held, and meant to be done.
        what_if: what is supposed to have happened; nothing if None.
        memory: what the last plan has left; whoever makes several of the same swarm keeps it.

    Raises:
        UnknownNameError: if *what_if* names a branch or a run by which nothing is held.
    """
    what_if = what_if or WhatIf()
    what_if.check(work.branches, work.runs)
    memory = memory or PlanMemory()
    parts = tuple(work.parts(what_if))
    gone = set(what_if.merged)
    there = memory.branches(work.parts(replace(what_if, merged=())))
    every = [each for each in there if each.branch not in gone]
    hot = hot_places(every)
    conflicts = {each.branch: len(hot & each.reserved) for each in every}
    chosen = sorted(every, key=lambda each: (-each.addresses, each.branch))[:BRANCHES_LIMIT]
    # The order of Muse's own rule.
    chosen.sort(key=lambda each: (conflicts[each.branch], len(each.reserved), each.branch))
    merged = [each for each in there if each.branch in gone]
    meetings = memory.meetings(chosen, merged)
    costs = [[meetings.price(one, other).parts for other in range(len(chosen))] for one in range(len(chosen))]
    order = order_merges_by(_preferred(chosen, meetings, memory), costs)
    branches = [*chosen, *merged]
    owed = sum(meetings.price(one, other).parts for one in range(len(chosen), len(branches)) for other in order.places)
    of_branch = {branch: tuple(there) for branch, there in by_branch(parts).items()}
    return MergePlan(
        what_if=what_if,
        active_reservations=sum(part.reservations for part in parts),
        active_intents=sum(len(part.intents) for part in parts),
        branches=tuple(
            _planned(place, order, branches, of_branch[branches[order.places[place]].branch], conflicts, meetings)
            for place in range(len(chosen))
        ),
        conflict_hotspots=len(hot),
        hotspots=find_hotspots(hot, [chosen[one] for one in order.places], memory.address),
        matrix=tuple(tuple(meetings.shared(one, other) for other in order.places) for one in order.places),
        cost=(order.cost + owed) / POINT,
        owed=owed / POINT,
        bound=(order.bound + owed) / POINT,
        muse_cost=(_cost_as_given(costs) + owed) / POINT,
        remaining=RemainingConflicts(meetings.overlaps, meetings.nests, meetings.clashes),
        left_out=len(every) - len(chosen),
    )


def _preferred(branches: Sequence[BranchPlaces], meetings: Meetings, memory: PlanMemory) -> list[int]:
    """Return in which order some go where the cost leaves a choice, of *branches* in the order of Muse's own rule.

    First what meets nothing, then by who started first at an address that another one meets, as advice has it too.
    """
    keys = []
    for one, (branch, met) in enumerate(zip(branches, meetings.contested(), strict=True)):
        keys.append((True, *branch.start(memory.is_among(met)), one) if met else (False, EARLIEST, "", one))
    return sorted(range(len(branches)), key=keys.__getitem__)


def _cost_as_given(costs: Sequence[Sequence[int]]) -> int:
    return sum(sum(row[one + 1 :]) for one, row in enumerate(costs))


def _planned(
    place: int,
    order: MergeOrder,
    branches: Sequence[BranchPlaces],
    parts: Sequence[RunWork],
    conflicts: dict[str, int],
    meetings: Meetings,
) -> PlannedBranch:
    """Return one branch of a plan. Of *branches*, those that are merged already stand behind those of the order."""
    here = order.places[place]
    branch = branches[here]
    merged = range(len(order.places), len(branches))
    earlier = (*merged, *order.places[:place])
    reworked = meetings.reworked(here, earlier)
    muse, ours = _strategy(conflicts[branch.branch]), _strategy(reworked)
    owed = sum(meetings.price(one, here).parts for one in merged)
    dearest = max(earlier, key=lambda one: meetings.price(one, here).parts, default=here)
    knot = next((knot for knot in order.knots if here in knot), ())
    return PlannedBranch(
        branch=branch.branch,
        addresses=len(branch.reserved),
        touched=branch.addresses,
        intents=tuple(sorted(chain.from_iterable(part.intents for part in parts))),
        run_ids=tuple(part.run_id for part in parts),
        predicted_conflicts=conflicts[branch.branch],
        muse_strategy=muse,
        strategy=ours,
        rework=sum(meetings.price(one, here).parts for one in earlier) / POINT,
        owed=owed / POINT,
        reworked=reworked,
        reworked_for=branches[dearest].branch if meetings.price(dearest, here).parts else "",
        reason=reason_for(
            branch.branch,
            place,
            _neighbours(place, order.places, branches, meetings),
            [branches[other].branch for other in knot if other != here],
            owed,
        ),
        advice=advice_for(ours, muse, reworked),
    )


def _strategy(conflicts: int) -> Strategy:
    if not conflicts:
        return Strategy.FAST_FORWARD
    return Strategy.REBASE if conflicts <= _REBASE_UP_TO else Strategy.MANUAL


def _neighbours(
    place: int, places: Sequence[int], branches: Sequence[BranchPlaces], meetings: Meetings
) -> list[Neighbour]:
    """Return the branches that the one at *place* meets, in the order of merging."""
    here = places[place]
    found = []
    for other_place, other in enumerate(places):
        if other == here or meetings.shared(here, other) == Shared():
            continue
        ahead, behind = meetings.price(here, other), meetings.price(other, here)
        is_later = other_place > place
        as_planned, other_way = (ahead, behind) if is_later else (behind, ahead)
        found.append(Neighbour(branches[other].branch, is_later, as_planned, other_way))
    return found
