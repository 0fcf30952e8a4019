"""The plainest rules of a merge plan, which compare each address with each: what the real one must agree with."""

from typing import cast

from musetui.forecast.merge_plan import MergePlan, RemainingConflicts, plan_merges
from musetui.forecast.rework import IN_FILE, IN_FOLDER, IN_SYMBOL, POINT, Change, change_of
from musetui.forecast.what_if import WhatIf
from musetui.forecast.work_index import gather
from musetui.records.address import SYMBOL_MARK, contains, nest_key
from musetui.records.kinds import Kind
from musetui.records.models import Intent
from musetui.swarm.picture import Swarm

Touched = dict[str, dict[str, Change]]
"""What is done to each address, by branch."""


def plan(swarm: Swarm, what_if: WhatIf | None = None) -> MergePlan:
    """Return the merge plan of a swarm, made from nothing."""
    return plan_merges(gather(swarm), what_if)


def certainty(outer: str, inner: str) -> int:
    """Return how surely a change of *outer* and one of *inner*, within it, get into each other's way, in tenths."""
    if SYMBOL_MARK in outer:
        return IN_SYMBOL
    path, mark, _ = inner.partition(SYMBOL_MARK)
    return IN_FILE if mark and path == outer else IN_FOLDER


def touched(swarm: Swarm) -> Touched:
    """Return what each branch does, by what is held and by what is announced and still means something."""
    found: Touched = {}
    for held in filter(lambda held: held.is_held, swarm.reservations()):
        record = held.reservation
        _note(found, record.branch, record.addresses, record.operation)
    for entity in swarm.entities(Kind.INTENT):
        intent = cast("Intent", entity.record)
        about = swarm.reservation(intent.reservation_id)
        if about is not None and about.is_held:
            _note(found, about.reservation.branch, intent.addresses, intent.operation)
        elif not intent.reservation_id and not swarm.is_silent(intent.run_id):
            _note(found, intent.branch, intent.addresses, intent.operation)
    return found


def _note(found: Touched, branch: str, addresses: tuple[str, ...], operation: str | None) -> None:
    for address in map(nest_key, addresses if branch else ()):
        there = found.setdefault(branch, {})
        there[address] = max(there.get(address, Change.MODIFY), change_of(operation))
    if branch:
        found.setdefault(branch, {})


def waits(swarm: Swarm) -> set[tuple[str, str]]:
    """Return which branch waits for which other one, by way of others too, where that one does not wait for it."""
    branch_of = {held.record_id: held.reservation.branch for held in swarm.reservations() if held.is_held}
    found: set[tuple[str, str]] = set()
    for one, branch in branch_of.items():
        found |= {(branch, branch_of[other]) for other in swarm.depends_on(one) if other in branch_of}
    while more := {(one, last) for one, other in found for first, last in found if other == first} - found:
        found |= more
    return {(one, other) for one, other in found if (other, one) not in found}


def cost(touched: Touched, first: str, later: str) -> int:
    """Return what it costs to merge *first* before *later*, in tenths."""
    total = 0
    for address, change in touched[later].items():
        prices = [0]
        for other, others in touched[first].items():
            if others is Change.DELETE is change:
                continue
            if other == address:
                prices.append(POINT * others.unsettles)
            elif contains(other, address):
                prices.append(certainty(other, address) * others.unsettles)
            elif contains(address, other):
                prices.append(certainty(address, other) * others.unsettles)
        total += max(prices) * change.redone
    return total


def remaining(touched: Touched) -> RemainingConflicts:
    """Return how many addresses of each kind of conflict there are between branches."""
    overlaps, nests, clashes = set(), set(), set()
    for one, mine in touched.items():
        for address, change in mine.items():
            others = {each for other, theirs in touched.items() if other != one for each in theirs}
            same, within = address in others, any(contains(address, each) for each in others)
            overlaps.update({address} if same else ())
            nests.update({address} if within else ())
            clashes.update({address} if change.is_strong and (same or within) else ())
    return RemainingConflicts(len(overlaps), len(nests), len(clashes))
