"""The work index after any history: what one look finds, by branch and run, and no work made anew that is the same."""

from collections import Counter
from itertools import chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch
from musetui.forecast.branch_work import HeldWork, Named
from musetui.forecast.what_if import WhatIf
from musetui.forecast.work_index import WorkIndex, gather
from musetui.swarm.picture import Swarm
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, at, found, intent, local, release, reservation, steps, swarm_of

History = list[tuple[int, Batch | None]]


def told(work: HeldWork) -> tuple[dict[tuple[str, str], Any], dict[str, set[str]], dict[str, Any]]:
    """Return all that there is, whatever order it is in, which branches wait for which, and who is silent."""
    parts = {
        (part.branch, part.run_id): (counted(part.reserved), counted(part.intended), part.intents, part.reservations)
        for part in work.parts(WhatIf())
    }
    return parts, work.waits(WhatIf()), {run_id: work.last_heard([run_id]) for run_id in work.runs}


def held(index: WorkIndex) -> HeldWork:
    return HeldWork(index.parts(), index.waiting(), index.silent())


def counted(named: Named) -> Any:
    return {
        change: Counter(frozenset(record.addresses) for record in records)
        for change, records in named.items()
        if records
    }


def filled(swarm: Swarm) -> WorkIndex:
    index = WorkIndex(swarm)
    for _ in index.fill():
        pass
    return index


@patient(60)
@given(steps)
def test_followed_it_is_what_one_look_finds(history: History) -> None:
    swarm = Swarm()
    index = filled(swarm)
    now = NOON
    before = told(held(index))
    for minutes, batch in history:
        now += minutes * MINUTE
        differs = index.update(swarm.advance(now) if batch is None else swarm.apply(batch, now))
        after = told(held(index))
        assert after == told(gather(swarm)) == told(held(filled(swarm)))
        assert differs or after == before
        before = after


@patient(60)
@given(steps, st.integers(0, 6))
def test_the_swarm_may_go_on_while_it_is_filled(history: History, begun_after: int) -> None:
    swarm = Swarm()
    now = NOON
    for minutes, batch in history[:begun_after]:
        now += minutes * MINUTE
        swarm.apply(batch or Batch(), now)
    index = WorkIndex(swarm)
    filling = index.fill()
    for minutes, batch in history[begun_after:]:
        now += minutes * MINUTE
        index.update(swarm.advance(now) if batch is None else swarm.apply(batch, now))
        next(filling, None)
    assert not list(chain.from_iterable(() for _ in filling))
    assert told(held(index)) == told(gather(swarm))


def test_of_whom_nothing_differs_the_work_is_the_same() -> None:
    swarm = swarm_of([reservation("r1", "ann", "a"), reservation("r2", "bob", "b")], at(1))
    index = filled(swarm)
    before = {part.run_id: part for part in index.parts()}
    assert index.update(swarm.apply(found(local(reservation("r3", "bob", "c"))), at(2)))
    after = {part.run_id: part for part in index.parts()}
    assert after["ann"] is before["ann"]
    assert after["bob"] is not before["bob"]
    # News of a lease that goes on are none of what is held.
    assert not index.update(swarm.apply(found(local(reservation("r3", "bob", "c"))), at(3)))
    assert index.update(swarm.apply(found(local(release("r1", "ann", at_minute=3))), at(4)))
    assert {part.run_id for part in index.parts()} == {"bob"}


def test_an_intent_happens_where_its_reservation_is() -> None:
    holds = reservation("r1", "ann", "a", branch="dev")
    means = intent("i1", "bob", "b", of="r1").model_copy(update={"branch": "elsewhere"})
    swarm = swarm_of([holds, means], at(1))
    index = filled(swarm)

    def told() -> set[tuple[str, str, tuple[str, ...]]]:
        return {(part.branch, part.run_id, part.intents) for part in index.parts()}

    # It is the work of the run that announced it, whoever holds the reservation.
    assert told() == {("dev", "ann", ()), ("dev", "bob", ("modify",))}
    moved = holds.model_copy(update={"branch": "main"})
    assert index.update(swarm.apply(found(local(moved)), at(2)))
    assert told() == {("main", "ann", ()), ("main", "bob", ("modify",))}


def test_what_is_held_on_a_branch_is_told_as_nesting_compares() -> None:
    work = gather(swarm_of([reservation("r1", "ann", "src/", "a"), reservation("r2", "bob", "src", branch="")], at(1)))
    assert work.reserved(WhatIf()) == {"main": {"src", "a"}}
    assert work.reserved(WhatIf(released=("ann",))) == {}
