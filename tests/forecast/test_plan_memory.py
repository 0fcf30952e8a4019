"""A plan made with what the last ones left is the plan made from nothing, whatever happened in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch
from musetui.forecast import meetings, plan_memory, terrain
from musetui.forecast.branch_work import HeldWork
from musetui.forecast.merge_plan import plan_merges
from musetui.forecast.plan_memory import PlanMemory
from musetui.forecast.what_if import WhatIf
from musetui.forecast.work_index import WorkIndex
from musetui.swarm.picture import Swarm
from tests.forecast.plain_plan import plan, remaining, touched
from tests.properties import patient
from tests.swarm.scene import ADDRESSES, MINUTE, NOON, at, found, local, reservation, steps

History = list[tuple[int, Batch | None]]
supposed = st.lists(
    st.sampled_from((WhatIf(), WhatIf(merged=("main",)), WhatIf(released=("ann",)), WhatIf(("dev",), ("bob",)))),
    max_size=3,
)


@patient(60)
@given(steps, st.lists(supposed, min_size=12, max_size=12))
def test_after_any_history_it_is_the_plan_from_nothing(history: History, wanted: list[list[WhatIf]]) -> None:
    swarm = Swarm()
    index, memory = WorkIndex(swarm), PlanMemory()
    now = NOON
    for (minutes, batch), what_ifs in zip(history, wanted, strict=False):
        now += minutes * MINUTE
        index.update(swarm.advance(now) if batch is None else swarm.apply(batch, now))
        work = HeldWork(index.parts(), index.waiting(), index.silent())
        assert plan_merges(work, memory=memory) == plan(swarm)
        assert plan_merges(work, memory=memory).remaining == remaining(touched(swarm))
        for what_if in what_ifs:
            there = what_if.among(work.branches, work.runs)
            assert plan_merges(work, there, memory) == plan_merges(work, there) == plan(swarm, there)


_holds = st.lists(
    st.tuples(st.sampled_from("vwxyz"), st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2)),
    min_size=1,
    max_size=14,
)


@patient(60)
@given(_holds, st.booleans())
def test_addresses_that_come_late_are_met(holds: list[tuple[str, list[str]]], kept: bool) -> None:
    swarm = Swarm()
    index, memory = WorkIndex(swarm), PlanMemory()
    with pytest.MonkeyPatch.context() as patched:
        if kept:
            # However little lies within, the set is kept, and must be forgotten in time.
            patched.setattr(terrain, "_FEW", 0)
        for number, (branch, addresses) in enumerate(holds):
            record = reservation(f"r{number}", f"run-{branch}", *addresses, branch=branch)
            index.update(swarm.apply(found(local(record)), at(1)))
            assert plan_merges(HeldWork(index.parts()), memory=memory) == plan(swarm)


@patient(40)
@given(_holds)
def test_it_begins_anew_when_most_of_what_it_knows_is_gone(holds: list[tuple[str, list[str]]]) -> None:
    swarm = Swarm()
    index, memory = WorkIndex(swarm), PlanMemory()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plan_memory, "_SPARE", 0)
        for number, (branch, addresses) in enumerate(holds):
            # Always the same file's name but for a number, and the one before is gone.
            named = [f"{number}/{address}" for address in addresses]
            index.update(swarm.apply(found(local(reservation("r1", branch, *named, branch=branch))), at(1)))
            assert plan_merges(HeldWork(index.parts()), memory=memory) == plan(swarm)
            assert len(memory._terrain.addresses) < 40


def test_what_stays_the_same_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[int] = []
    meeting_of = meetings.meeting_of
    monkeypatch.setattr(plan_memory, "meeting_of", lambda one, other: met.append(1) or meeting_of(one, other))
    swarm = Swarm()
    index, memory = WorkIndex(swarm), PlanMemory()
    holds = [reservation(f"r{n}", f"run-{n}", f"a{n % 3}.py::f", branch=f"b{n}") for n in range(8)]
    index.update(swarm.apply(found(*map(local, holds)), at(1)))
    work = HeldWork(index.parts())
    first = plan_merges(work, memory=memory)
    assert sum(met) == 8 * 7 // 2
    met.clear()
    # What is supposed, and what is no longer, costs what it changes.
    plan_merges(work, WhatIf(merged=("b1",)), memory)
    assert plan_merges(work, memory=memory) == first
    assert not met
    index.update(swarm.apply(found(local(reservation("r9", "run-9", "a1.py::f", branch="b3"))), at(2)))
    plan_merges(HeldWork(index.parts()), memory=memory)
    assert sum(met) == 7
