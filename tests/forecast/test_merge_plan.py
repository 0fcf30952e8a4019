"""What a merge plan tells, one story each, and the plainest plan there is to compare it with."""

import re
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import UnknownNameError
from musetui.forecast import hotspots
from musetui.forecast.merge_plan import BRANCHES_LIMIT, MergePlan, RemainingConflicts, Strategy, plan_merges
from musetui.forecast.plan_summary import cost_sentence
from musetui.forecast.reach import Shared
from musetui.forecast.rework import POINT
from musetui.forecast.what_if import WhatIf
from musetui.forecast.work_index import gather
from musetui.records.address import contains, nest_key
from musetui.records.models import Dependency, Intent, Reservation
from musetui.swarm.picture import Swarm
from tests.forecast.plain_plan import cost, plan, remaining, touched, waits
from tests.properties import patient
from tests.swarm.scene import ADDRESSES, NOON, at, found, intent, local, release, remote, reservation, swarm_of

OPERATIONS = (None, "modify", "extract", "rename", "move", "delete", "dance")


def on(branch: str, *addresses: str, op: str | None = None, run: str = "", name: str = "") -> Reservation:
    """Return a reservation of *addresses* on *branch*, by a run of that branch unless told otherwise."""
    record_id = name or re.sub(r"[^a-z0-9-]", "_", f"{branch}-{run}")[:128]
    made = reservation(record_id, run or f"run-{branch}", *addresses, branch=branch)
    return made.model_copy(update={"operation": op})


def planned(*records: Reservation | Intent, what_if: WhatIf | None = None) -> MergePlan:
    """Return the plan of some records."""
    return plan(swarm_of(records), what_if)


def test_nothing_is_planned_where_nothing_is_held() -> None:
    empty = planned()
    assert (empty.order, empty.cost, empty.gap, empty.hotspots, empty.matrix) == ((), 0, 0, (), ())
    assert empty.remaining == RemainingConflicts(0, 0, 0)


def test_with_no_overlap_the_order_is_muses_own() -> None:
    it = planned(on("a", "x", "y", "z"), on("b", "u"), on("c", "v"), on("d", "w", "t"))
    assert it.order == ("b", "c", "d", "a")
    assert it.cost == it.bound == it.muse_cost == 0
    assert it.branches[0].reason == "first: shares nothing"
    assert it.branches[1].reason == "shares nothing with any other branch"
    assert all(each.strategy is Strategy.FAST_FORWARD and not each.advice for each in it.branches)


def test_an_edit_on_an_edit_costs_one_either_way() -> None:
    it = planned(on("b", "a.py::f", op="modify"), on("a", "a.py::f"))
    assert (it.order, it.cost, it.bound) == (("a", "b"), 1.0, 1.0)
    first, second = it.branches
    assert first.reason == "before b: nobody started first, either order costs the same (a.py::f)"
    assert (first.strategy, first.muse_strategy) == (Strategy.FAST_FORWARD, Strategy.REBASE)
    assert first.advice == ("fast-forward, where Muse's rule says rebase: nothing that it shares is merged before it")
    assert (second.strategy, second.advice, second.rework, second.reworked) == (Strategy.REBASE, "", 1.0, 1)


def test_a_delete_goes_last_and_a_rename_after_edits() -> None:
    it = planned(on("a", "a.py::f", op="delete"), on("b", "a.py::f", op="rename"), on("c", "a.py::f"))
    assert it.order == ("c", "b", "a")
    #  c before b: 1 × 2. c before a: 1 × 2. b before a: 3 × 2.
    assert it.cost == 10.0
    assert it.muse_cost == 15.0  # a, b, c: 4 × 2 + 4 × 1 + 3 × 1
    assert it.branches[0].reason == (
        "before a: it edits a.py::f, which a deletes (rework 2.0, not 4.0); so it is with 1 more"
    )


def test_two_deletes_agree() -> None:
    it = planned(on("a", "a.py", op="delete"), on("b", "a.py::f", op="delete"), on("c", "a.py", op="delete"))
    assert it.cost == 0
    # The later one finds nothing, and that is told; but it need not do anything again.
    assert it.remaining == RemainingConflicts(1, 1, 1)
    assert [each.reworked for each in it.branches] == [0, 0, 0]
    same = next(each for each in it.branches if each.branch == "c")
    assert same.advice == (
        "fast-forward, where Muse's rule says rebase: what it shares with what is merged before it, both delete, "
        "so nothing is done again"
    )


def test_where_the_cost_leaves_a_choice_muses_rule_decides() -> None:
    it = planned(on("a", "x"), on("b", "x"), on("free", "u", "v", "w"))
    assert it.order == ("free", "a", "b")


def test_what_lies_right_in_a_file_meets_it_more_surely_than_what_lies_below_a_folder() -> None:
    it = planned(on("whole", "src"), on("parts", "src::f", "src/b.py::g"))
    assert (it.order, it.cost, it.muse_cost) == (("parts", "whole"), 0.8, 1.4)


def test_a_file_goes_after_the_methods_in_it() -> None:
    methods = tuple(f"a.py::C.m{number}" for number in range(7))
    it = planned(on("rewrite", "a.py"), on("tweaks", *methods))
    assert it.order == ("tweaks", "rewrite")
    assert (it.cost, it.muse_cost) == (0.8, 5.6)
    assert [each.reason for each in it.branches] == [
        "before rewrite: 1 address to redo (a.py), not 7 (a.py::C.m0, a.py::C.m1, a.py::C.m2 and 4 more)",
        "after tweaks: 1 address to redo (a.py), not 7 (a.py::C.m0, a.py::C.m1, a.py::C.m2 and 4 more)",
    ]
    assert it.matrix == ((Shared(), Shared(0, 8)), (Shared(0, 8), Shared()))
    assert it.remaining == RemainingConflicts(0, 1, 0)
    assert (it.branches[1].strategy, it.branches[1].muse_strategy) == (Strategy.REBASE, Strategy.FAST_FORWARD)
    assert it.branches[1].advice == (
        "rebase, where Muse's rule says fast-forward: 1 address of its own meets what is merged before it"
    )


def test_an_address_is_reworked_once_at_the_price_of_its_dearest_meeting() -> None:
    it = planned(on("a", "a.py", "a.py::C", "a.py::C.m"), on("b", "a.py::C.m"))
    #  b first: of a, the method costs 1.0, the class 0.9, the file 0.8. a first: b's method costs 1.0, once.
    assert (it.order, it.cost, it.muse_cost) == (("a", "b"), 1.0, 2.7)


def test_what_an_intent_says_counts_and_only_while_it_is_live() -> None:
    renames = intent("i1", "run-a", "a.py::f", of="a-").model_copy(update={"operation": "rename"})
    loose = intent("i2", "run-a", "b.py::g").model_copy(update={"branch": "a"})
    gone = intent("i3", "run-a", "c.py", of="unknown")
    ended = intent("i5", "run-a", "c.py", of="ended")
    over = on("a", "d.py", name="ended"), release("ended", at_minute=-1)
    holds = on("a", "a.py"), on("b", "a.py::f", "b.py::g", "c.py")
    it = planned(*holds, *over, renames, loose, gone, ended)
    assert it.active_intents == 2
    assert {each.branch: each.intents for each in it.branches} == {"a": ("modify", "rename"), "b": ()}
    assert it.order == ("b", "a")
    #  a pays for its file 0.8, for the method that it renames 2 × 1.0, for the one that it edits 1.0.
    assert it.cost == 3.8
    assert it.remaining == RemainingConflicts(2, 1, 1)
    assert it.conflict_hotspots == 0


def test_where_something_is_only_announced_will_be_merged_too() -> None:
    loose = intent("i1", "ann", "c.py").model_copy(update={"branch": "dev", "operation": "split"})
    swarm = swarm_of([loose, on("main", "c.py::f", run="bob")])
    it = plan(swarm)
    #  Either way it is 1.6, and dev holds less.
    assert it.order == ("dev", "main")
    assert (it.branches[0].run_ids, it.branches[0].addresses, it.branches[0].touched) == (("ann",), 0, 1)
    assert (it.cost, it.remaining, it.conflict_hotspots) == (1.6, RemainingConflicts(0, 1, 1), 0)
    # Nobody waits for what a run meant to do that is heard of no more.
    swarm.advance(at(16))
    assert plan(swarm).order == ("main",)


def test_what_one_takes_apart_clashes_with_what_another_does_within() -> None:
    it = planned(on("a", "a.py", op="split"), on("b", "a.py::f"), on("c", "a.py::f", op="move"))
    assert it.remaining == RemainingConflicts(1, 1, 2)


def test_hotspots_are_told_hottest_first_with_their_holders() -> None:
    it = planned(
        on("a", "z", "y", run="ann"),
        on("b", "z", "y", run="bob"),
        on("b", "y/", run="cy"),
        on("c", "a", "z", run="ann"),
        on("a", "a", run="dan"),
        on("a", "alone", run="eve"),
    )
    assert it.conflict_hotspots == 3
    assert [(spot.address, spot.branches) for spot in it.hotspots] == [
        ("z", it.order),
        ("y", tuple(branch for branch in it.order if branch != "c")),
        ("a", tuple(branch for branch in it.order if branch != "b")),
    ]
    assert {tuple(holding) for holding in it.hotspots[1].holders} == {("ann", "a"), ("bob", "b"), ("cy", "b")}
    assert {each.branch: each.predicted_conflicts for each in it.branches} == {"a": 3, "b": 2, "c": 2}


def test_a_file_whose_symbols_others_edit_is_a_hotspot_and_shared() -> None:
    parts = tuple(f"src/a.py::f{number}" for number in range(4))
    it = planned(on("fa", "src/a.py", op="delete", run="ann"), on("fb", *parts, run="bob"), on("fc", "src", run="cy"))
    assert it.conflict_hotspots == 0
    assert {each.branch: (each.predicted_conflicts, each.shared) for each in it.branches} == {
        "fa": (0, 1),
        "fb": (0, 4),
        "fc": (0, 1),
    }
    assert it.hotspot_count == 2
    assert [(spot.address, spot.branches) for spot in it.hotspots] == [
        ("src", it.order),
        ("src/a.py", tuple(branch for branch in it.order if branch != "fc")),
    ]
    assert {tuple(holding) for holding in it.hotspots[1].holders} == {("ann", "fa"), ("bob", "fb")}
    assert not any(spot.is_reserved_twice for spot in it.hotspots)


def test_what_is_only_announced_is_shared_and_takes_part_in_a_hotspot() -> None:
    loose = intent("i1", "ann", "c.py").model_copy(update={"branch": "dev", "operation": "rename"})
    it = plan(swarm_of([loose, on("main", "c.py::f", run="bob"), on("x", "c.py", run="cy")]))
    assert {each.branch: each.shared for each in it.branches} == {"dev": 1, "main": 1, "x": 1}
    (spot,) = it.hotspots
    assert (spot.address, {holding.run_id for holding in spot.holders}) == ("c.py", {"ann", "bob", "cy"})


def test_of_a_hotspot_with_more_within_than_is_looked_at_all_branches_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hotspots, "_WITHIN_LIMIT", 1)
    it = planned(on("a", "src"), *(on(f"b{number}", f"src/{number}.py") for number in range(3)))
    (spot,) = it.hotspots
    assert spot.branches == it.order


def test_what_is_over_or_names_no_branch_is_not_planned() -> None:
    it = planned(on("a", "x"), on("b", "x"), on("", "x", run="ann"), release("b-", at_minute=-1))
    assert it.order == ("a",)
    assert it.active_reservations == 2


def test_of_too_many_branches_the_smallest_are_left_out() -> None:
    it = planned(*(on(f"b{number:03}", "x", *("y",) * (number > 2)) for number in range(BRANCHES_LIMIT + 3)))
    assert it.left_out == 3
    assert not {"b000", "b001", "b002"} & set(it.order)


def test_a_hostile_name_is_safe_in_every_sentence() -> None:
    evil = "\x1b[31m\u202e" + "x" * 500
    it = planned(on(evil, "x", op="delete"), on("b", "x"), on("c\n", "x"))
    assert all(sentence.isprintable() for each in it.branches for sentence in (each.reason, each.advice))
    assert all(len(each.reason) < 300 for each in it.branches)


def test_what_if_a_branch_is_merged_or_a_run_is_done() -> None:
    records = (
        on("a", "x", "y", run="ann"),
        on("b", "x", run="bob"),
        on("c", "y", run="cy"),
        on("c", "x", run="dan"),
    )
    work = gather(swarm_of(records))
    before = plan_merges(work)
    assert before.remaining.address_overlap == 2
    merged = before.what_if.toggle_merged("a")
    after = plan_merges(work, merged)
    assert after.order == ("b", "c")
    #  b pays 1.0 for a; c 2.0 for a, and 1.0 for b.
    assert [(each.rework, each.owed, each.reworked) for each in after.branches] == [(1.0, 1.0, 1), (3.0, 2.0, 2)]
    assert (after.cost, after.owed, after.bound, after.muse_cost) == (4.0, 3.0, 4.0, 4.0)
    assert after.branches[0].reworked_for == "a"
    assert after.branches[0].reason.endswith("; for what is merged already it pays 1.0")
    assert after.branches[0].strategy is Strategy.REBASE
    assert plan_merges(work, merged).remaining == RemainingConflicts(1, 0, 0)
    both = merged.toggle_released("dan")
    after = plan_merges(work, both)
    assert (after.remaining, after.cost, after.owed) == (RemainingConflicts(0, 0, 0), 2.0, 2.0)
    assert after.active_reservations == 2
    assert after.what_if == WhatIf(("a",), ("dan",))
    assert plan_merges(work, both.toggle_released("dan").toggle_merged("a")) == before == plan_merges(work)


@pytest.mark.parametrize(
    ("what_if", "sentence"),
    [
        (
            WhatIf(merged=("feature/x1",)),
            "no branch on which anything is held is called 'feature/x1': did you mean feature/x?",
        ),
        (WhatIf(released=("agent-4",)), "no run that holds anything is called 'agent-4': did you mean agent-41?"),
        (WhatIf(merged=("\x1b",)), "no branch on which anything is held is called '␛': there is feature/x, main"),
    ],
)
def test_what_nobody_is_called_names_the_nearest(what_if: WhatIf, sentence: str) -> None:
    work = gather(swarm_of([on("feature/x", "x", run="agent-41"), on("main", "y", run="agent-7")]))
    with pytest.raises(UnknownNameError) as caught:
        plan_merges(work, what_if)
    assert str(caught.value) == sentence
    assert what_if.among(work.branches, work.runs) == WhatIf()


# Against the plainest plan there is

_branches = st.sampled_from(("main", "dev", "x", "y", "z"))
_holds = st.lists(
    st.tuples(
        _branches,
        st.sampled_from(("ann", "bob", "cy")),
        st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3),
        st.sampled_from(OPERATIONS),
        st.booleans(),
    ),
    max_size=8,
)


_waits = st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=2), max_size=4)
"""Which holds wait for which others, by their numbers."""


def waiting(one: str, *others: str) -> Dependency:
    return Dependency(reservation_id=one, depends_on=others)


def swarm_from(holds: list[Any], waits: dict[int, list[int]] | None = None) -> Swarm:
    """Return the swarm of some holds, in that order of arrival."""
    swarm = Swarm()
    for one, others in (waits or {}).items():
        swarm.apply(found(local(waiting(f"r{one}", *(f"r{other}" for other in others)))), NOON)
    for number, (branch, run_id, addresses, operation, is_remote) in holds:
        record = on(branch, *addresses, op=operation, run=run_id, name=f"r{number}")
        swarm.apply(found((remote if is_remote else local)(record)), NOON)
    return swarm


@patient(60)
@given(_holds, _waits)
def test_no_order_that_keeps_the_waits_is_cheaper_than_the_planned_one(
    holds: list[Any], waiting: dict[int, list[int]]
) -> None:
    swarm = swarm_from(list(enumerate(holds)), waiting)
    it, kept = plan(swarm), waits(swarm)
    names = sorted({hold[0] for hold in holds})
    there = touched(swarm)
    costs = {(one, other): cost(there, one, other) for one in names for other in names if one != other}

    def of_order(order: tuple[str, ...]) -> float:
        return sum(costs[one, other] for place, one in enumerate(order) for other in order[place + 1 :]) / POINT

    def keeps(order: tuple[str, ...]) -> bool:
        return all(order.index(other) < order.index(one) for one, other in kept)

    assert sorted(it.order) == names
    assert keeps(it.order)
    assert it.cost == of_order(it.order) == it.bound == min(map(of_order, filter(keeps, permutations(names))))
    for one, other in kept:
        assert re.search(r"already|so it is with", it.branches[it.order.index(one)].reason), (one, other)
    assert it.remaining == remaining(there)
    assert sum(each.rework for each in it.branches) == pytest.approx(it.cost)


def test_a_branch_that_waits_for_another_one_is_merged_after_it_whatever_that_costs() -> None:
    renames, edits = on("b", "x", op="rename", name="rb"), on("a", "x", op="modify", name="ra")
    it = plan(swarm_of([edits, renames, on("c", "z"), waiting("ra", "rb")]))
    assert it.order == ("c", "b", "a")
    assert (it.cost, it.bound, it.muse_cost) == (3.0, 3.0, 2.0)
    assert [each.reason for each in it.branches[1:]] == [
        "before a: a waits for it already, though the other way round would cost less (rework 2.0, not 3.0)",
        "after b: it waits for b already, though the other way round would cost less (rework 2.0, not 3.0)",
    ]
    assert cost_sentence(it) == "rework 3.0: no order that keeps who waits for whom costs less"
    # What is merged, or given back, is waited for no more.
    work = gather(swarm_of([edits, renames, on("b", "y", run="bob"), waiting("ra", "rb")]))
    assert plan_merges(work, WhatIf(released=("run-b",))).branches[0].reason == "first: shares nothing"


def test_a_wait_for_a_branch_with_which_nothing_is_shared_counts_too() -> None:
    it = plan(swarm_of([on("a", "x", name="ra"), on("b", "y", "z", name="rb"), waiting("ra", "rb")]))
    assert [(each.branch, each.reason) for each in it.branches] == [
        ("b", "before a: a waits for it already, though they share nothing"),
        ("a", "after b: it waits for b already, though they share nothing"),
    ]


def test_a_wait_may_lead_by_way_of_what_is_on_no_branch() -> None:
    holds = on("a", "x", name="ra"), on("", "u", run="cy", name="rc"), on("b", "x", name="rb")
    it = plan(swarm_of([*holds, waiting("ra", "rc"), waiting("rc", "rb")]))
    assert [each.reason for each in it.branches] == [
        "before a: a waits for it already, by way of others, and either order costs the same",
        "after b: it waits for b already, by way of others, and either order costs the same",
    ]


def test_branches_that_wait_for_each_other_all_around_are_planned_as_if_they_did_not() -> None:
    holds = on("a", "x", name="ra"), on("b", "x", name="rb")
    it = plan(swarm_of([*holds, waiting("ra", "rb"), waiting("rb", "ra")]))
    assert it.branches[0].reason == "before b: nobody started first, either order costs the same (x)"
    assert not it.keeps_waits


@patient(60)
@given(_holds, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_show(holds: list[Any], random: Any) -> None:
    numbered = list(enumerate(holds))
    once = plan(swarm_from(numbered))
    random.shuffle(numbered)
    assert plan(swarm_from(numbered)) == once


@patient(60)
@given(_holds)
def test_the_matrix_is_symmetric_and_counts_what_two_share(holds: list[Any]) -> None:
    it = plan(swarm_from(list(enumerate(holds))))
    held = {branch: {nest_key(a) for hold in holds if hold[0] == branch for a in hold[2]} for branch in it.order}
    for row, one in zip(it.matrix, it.order, strict=True):
        for shared, other in zip(row, it.order, strict=True):
            if one == other:
                assert shared == Shared()
                continue
            exact = held[one] & held[other]
            nested = {
                address
                for mine, theirs in ((held[one], held[other]), (held[other], held[one]))
                for address in mine - exact
                if any(contains(address, each) or contains(each, address) for each in theirs)
            }
            assert shared == Shared(len(exact), len(nested))
    assert it.matrix == tuple(zip(*it.matrix, strict=True))


@patient(60)
@given(_holds)
def test_what_if_is_the_plan_of_what_remains_and_undone_it_changes_nothing(holds: list[Any]) -> None:
    numbered = list(enumerate(holds))
    swarm = swarm_from(numbered)
    work, there = gather(swarm), touched(swarm)
    before = plan_merges(work)
    for branch in sorted(work.branches):
        supposed = WhatIf().toggle_merged(branch)
        after = plan_merges(work, supposed)
        rest = plan(swarm_from([(number, hold) for number, hold in numbered if hold[0] != branch]))
        assert (after.order, after.hotspots, after.remaining) == (rest.order, rest.hotspots, rest.remaining)
        owed = {each.branch: cost(there, branch, each.branch) / POINT for each in rest.branches}
        assert {each.branch: each.owed for each in after.branches} == owed
        for one, other in zip(after.branches, rest.branches, strict=True):
            assert one.rework == pytest.approx(other.rework + one.owed)
        assert after.cost == pytest.approx(rest.cost + sum(owed.values()))
        assert after.cost - after.bound == pytest.approx(rest.cost - rest.bound)
        assert plan_merges(work, supposed.toggle_merged(branch)) == before
    for run_id in sorted(work.runs):
        after = plan_merges(work, WhatIf().toggle_released(run_id))
        rest = plan(swarm_from([(number, hold) for number, hold in numbered if hold[1] != run_id]))
        assert (after.branches, after.hotspots, after.remaining) == (rest.branches, rest.hotspots, rest.remaining)


@patient(60)
@given(_holds, st.integers(1, 4))
def test_hotspots_are_where_two_branches_meet_at_the_same_or_within(holds: list[Any], limit: int) -> None:
    swarm = swarm_from(list(enumerate(holds)))
    there = touched(swarm)
    taking = {
        address: {
            branch for branch, own in there.items() if any(each == address or contains(address, each) for each in own)
        }
        for address in {address for own in there.values() for address in own}
    }
    hot = {address: branches for address, branches in taking.items() if len(branches) > 1}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hotspots, "HOTSPOTS_LIMIT", limit)
        it = plan(swarm)
    assert it.hotspot_count == len(hot)
    counts = sorted(map(len, hot.values()), reverse=True)
    assert [len(spot.branches) for spot in it.hotspots] == counts[:limit]
    for spot in it.hotspots:
        assert set(spot.branches) == hot[spot.address]
        assert {holding.branch for holding in spot.holders} == hot[spot.address]
    meet = {
        branch: sum(
            any(
                a == o or contains(a, o) or contains(o, a)
                for other, theirs in there.items()
                if other != branch
                for o in theirs
            )
            for a in own
        )
        for branch, own in there.items()
    }
    assert {each.branch: each.shared for each in it.branches} == meet


def test_a_lease_that_runs_out_leaves_the_plan() -> None:
    swarm = swarm_of([on("a", "x"), on("b", "x")])
    assert plan(swarm).conflict_hotspots == 1
    swarm.advance(at(61))
    assert plan(swarm).order == ()
