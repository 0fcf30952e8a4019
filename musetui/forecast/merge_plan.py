"""The merge plan: the branches that hold anything, in the order that costs least rework, with the reasons.

Pure: what was gathered from a swarm goes in, and a frozen plan comes out. What each order of two branches costs
is in `musetui.forecast.rework`, how the order is found in `musetui.forecast.merge_order`. A branch that waits for
another one already is merged after it (`musetui.forecast.waits`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain

from musetui.forecast.branch_places import BranchPlaces
from musetui.forecast.branch_work import HeldWork, RunWork, by_branch
from musetui.forecast.hotspots import Hotspot, reserved_twice
from musetui.forecast.meetings import Meetings
from musetui.forecast.merge_order import MergeOrder, order_merges_by
from musetui.forecast.plan_memory import PlanMemory
from musetui.forecast.plan_reasons import Rework, Why
from musetui.forecast.plan_wording import Neighbour, advice_for, main_of, reason_for
from musetui.forecast.reach import Shared
from musetui.forecast.rework import POINT
from musetui.forecast.waits import Wait, beyond, waits_among
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
        operations: what its reservations and live intents say will be done on it, each word once, sorted.
        run_ids: the runs that hold something on it, or mean to.
        last_heard: when the last of these was heard of (aware), if all of them are silent; None if one is not.
        predicted_conflicts: how many of its addresses are reserved from other branches too, as Muse counts.
        shared: how many of the addresses it touches meet what another branch does: the same, around or within.
        muse_strategy: what Muse's rule makes of the conflicts that it predicts.
        strategy: what it takes at its place, by how many of its addresses are reworked there.
        rework: what it pays at its place for all that is merged before it, in units; that which is supposed to be
            merged already is among it.
        owed: what of that it pays for what is supposed to be merged already.
        reworked: how many of its addresses that concerns.
        reworks: the first of these by address, each with what is merged before it that it meets.
        reworked_for: the branch that is merged before it for which it pays most; "" if for none.
        reason: one sentence that says why it has its place; safe to paint as plain text.
        advice: one sentence that says what *strategy* comes from, where Muse's rule says another; "" where it says the
            same. Safe as well.
        shared_places: the set of the places that are *shared*, by the memory that the plan was made with.
    """

    branch: str
    addresses: int
    touched: int
    intents: tuple[str, ...]
    operations: tuple[str, ...]
    run_ids: tuple[str, ...]
    last_heard: datetime | None
    predicted_conflicts: int
    shared: int
    muse_strategy: Strategy
    strategy: Strategy
    rework: float
    owed: float
    reworked: int
    reworks: tuple[Rework, ...]
    reworked_for: str
    reason: str
    advice: str
    shared_places: int = field(repr=False, compare=False)


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
        conflict_hotspots: how many addresses are reserved from several branches, as Muse counts.
        hotspot_count: at how many addresses several branches meet: that they touch, or of which one touches the whole
            and another one a part.
        hotspots: those addresses, the hottest first; at most `HOTSPOTS_LIMIT`.
        matrix: what each branch shares with each, both in the order of *branches*; symmetric.
        cost: the rework of this order, in units (one edit on top of another one is 1.0); what any order pays for that
            which is supposed to be merged already is among it, and among *bound* and *muse_cost*.
        owed: what that is.
        bound: what any order costs at least; the same as *cost* where no other one can be cheaper.
        muse_cost: what the order of Muse's own rule costs.
        remaining: the conflicts that are left.
        left_out: how many branches are not planned, because there are too many.
        keeps_waits: whether any branch waits for another one already: no order that breaks that is compared.
    """

    what_if: WhatIf
    active_reservations: int
    active_intents: int
    branches: tuple[PlannedBranch, ...]
    conflict_hotspots: int
    hotspot_count: int
    hotspots: tuple[Hotspot, ...]
    matrix: tuple[tuple[Shared, ...], ...]
    cost: float
    owed: float
    bound: float
    muse_cost: float
    remaining: RemainingConflicts
    left_out: int
    keeps_waits: bool = False

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
    twice = reserved_twice(every)
    conflicts = {each.branch: len(twice & each.reserved) for each in every}
    chosen = sorted(every, key=lambda each: (-each.addresses, each.branch))[:BRANCHES_LIMIT]
    # The order of Muse's own rule.
    chosen.sort(key=lambda each: (conflicts[each.branch], len(each.reserved), each.branch))
    merged = [each for each in there if each.branch in gone]
    meetings = memory.meetings(chosen, merged)
    costs = [[meetings.price(one, other).parts for other in range(len(chosen))] for one in range(len(chosen))]
    contested = meetings.contested()
    starts = _starts(chosen, contested, memory)
    waits = _waits(chosen, work.waits(what_if))
    order = order_merges_by(sorted(range(len(chosen)), key=lambda one: (starts[one], one)), costs, waits)
    branches = [*chosen, *merged]
    owed = sum(meetings.price(one, other).parts for one in range(len(chosen), len(branches)) for other in order.places)
    of_branch = {branch: tuple(there) for branch, there in by_branch(parts).items()}
    return MergePlan(
        what_if=what_if,
        active_reservations=sum(part.reservations for part in parts),
        active_intents=sum(len(part.intents) for part in parts),
        branches=tuple(
            _planned(
                place,
                order,
                branches,
                of_branch[branches[order.places[place]].branch],
                conflicts,
                meetings,
                starts,
                contested,
                waits,
                memory,
                work,
            )
            for place in range(len(chosen))
        ),
        conflict_hotspots=len(twice),
        hotspot_count=meetings.hot.bit_count(),
        hotspots=memory.hotspots(
            meetings.hot, twice, [chosen[one] for one in order.places], list(map(meetings.reach, order.places))
        ),
        matrix=tuple(tuple(meetings.shared(one, other) for other in order.places) for one in order.places),
        cost=(order.cost + owed) / POINT,
        owed=owed / POINT,
        bound=(order.bound + owed) / POINT,
        muse_cost=(_cost_as_given(costs) + owed) / POINT,
        remaining=RemainingConflicts(meetings.overlaps, meetings.nests, meetings.clashes),
        left_out=len(every) - len(chosen),
        keeps_waits=bool(waits),
    )


Start = tuple[bool, datetime, str, str]
"""Whether a branch meets another one, since when, by which run, and where: the least goes first where either order will
do."""


def _starts(branches: Sequence[BranchPlaces], contested: Sequence[int], memory: PlanMemory) -> list[Start]:
    """Return when each branch first had an address at which it meets another one, as advice has it too."""
    found: list[Start] = []
    for branch, met in zip(branches, contested, strict=True):
        found.append((True, *branch.start(memory.is_among(met))) if met else (False, EARLIEST, "", ""))
    return found


BranchWaits = Mapping[tuple[int, int], Wait]
"""Which branch waits for which other one already, by way of others too; none that wait for each other."""


def _waits(branches: Sequence[BranchPlaces], waiting: dict[str, set[str]]) -> BranchWaits:
    """Return who waits for whom, where it is said for whom each branch waits."""
    if not waiting:
        return {}
    found = waits_among([each.branch for each in branches], waiting, lambda branch: beyond(branch, waiting))
    number = {each.branch: one for one, each in enumerate(branches)}
    return {(number[one], number[other]): wait for (one, other), wait in found.items()}


def _sooner(one: Start, other: Start) -> int:
    """Return below zero if *one* started first, above if *other* did, and zero if nobody."""
    return (one[1] > other[1]) - (one[1] < other[1])


def _cost_as_given(costs: Sequence[Sequence[int]]) -> int:
    return sum(sum(row[one + 1 :]) for one, row in enumerate(costs))


def _planned(
    place: int,
    order: MergeOrder,
    branches: Sequence[BranchPlaces],
    parts: Sequence[RunWork],
    conflicts: dict[str, int],
    meetings: Meetings,
    starts: Sequence[Start],
    contested: Sequence[int],
    waits: BranchWaits,
    memory: PlanMemory,
    work: HeldWork,
) -> PlannedBranch:
    """Return one branch of a plan. Of *branches*, those that are merged already stand behind those of the order."""
    here = order.places[place]
    branch = branches[here]
    merged = range(len(order.places), len(branches))
    earlier = (*merged, *order.places[:place])
    redone = meetings.reworked(here, earlier)
    reworked = redone.bit_count()
    muse, ours = _strategy(conflicts[branch.branch]), _strategy(reworked)
    owed = sum(meetings.price(one, here).parts for one in merged)
    dearest = max(earlier, key=lambda one: meetings.price(one, here).parts, default=here)
    by_price = [branches[one] for one in sorted(earlier, key=lambda one: one != dearest)]
    knot = [
        branches[other].branch for other in next((each for each in order.knots if here in each), ()) if other != here
    ]
    run_ids = tuple(part.run_id for part in parts)
    neighbours = _neighbours(place, order, branches, meetings, starts, waits)
    main = main_of(neighbours, is_in_knot=bool(knot))
    why = Why(None)
    if main is not None and main.wait is None:
        pair = branch, branches[main.number]
        why = memory.why(*(pair if main.is_later else reversed(pair)), is_decided=main.gain > 0)
    return PlannedBranch(
        branch=branch.branch,
        addresses=len(branch.reserved),
        touched=branch.addresses,
        intents=tuple(sorted(chain.from_iterable(part.intents for part in parts))),
        operations=tuple(sorted({word for run in branch.runs for word in run.operations})),
        run_ids=run_ids,
        last_heard=work.last_heard(run_ids),
        predicted_conflicts=conflicts[branch.branch],
        shared=contested[here].bit_count(),
        shared_places=contested[here],
        muse_strategy=muse,
        strategy=ours,
        rework=sum(meetings.price(one, here).parts for one in earlier) / POINT,
        owed=owed / POINT,
        reworked=reworked,
        reworked_for=branches[dearest].branch if meetings.price(dearest, here).parts else "",
        reworks=tuple(memory.reworks(branch, redone, by_price)),
        reason=reason_for(place, neighbours, main, why, knot, owed),
        advice=advice_for(
            ours, muse, reworked, shares_earlier=any(meetings.shared(one, here) != Shared() for one in earlier)
        ),
    )


def _strategy(conflicts: int) -> Strategy:
    if not conflicts:
        return Strategy.FAST_FORWARD
    return Strategy.REBASE if conflicts <= _REBASE_UP_TO else Strategy.MANUAL


def _neighbours(
    place: int,
    order: MergeOrder,
    branches: Sequence[BranchPlaces],
    meetings: Meetings,
    starts: Sequence[Start],
    waits: BranchWaits,
) -> list[Neighbour]:
    """Return the branches that the one at *place* meets, waits for or keeps waiting, in the order of merging."""
    here = order.places[place]
    found = []
    for other_place, other in enumerate(order.places):
        if other == here:
            continue
        is_later = other_place > place
        wait = waits.get((other, here) if is_later else (here, other)) if waits else None
        shares = meetings.shared(here, other) != Shared()
        if not shares and wait is None:
            continue
        ahead, behind = meetings.price(here, other), meetings.price(other, here)
        as_planned, other_way = (ahead, behind) if is_later else (behind, ahead)
        found.append(
            Neighbour(
                other,
                branches[other].branch,
                is_later,
                as_planned,
                other_way,
                _sooner(starts[here], starts[other]),
                starts[here if is_later else other][3],
                wait,
                shares,
            )
        )
    return found
