"""One answer for one pair: all advice on two runs, and the merge plan of their branches, say alike who goes first."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.forecast.conflict import Conflict
from musetui.forecast.index import ConflictIndex
from musetui.records.models import AnyRecord, Dependency, Intent, Reservation
from musetui.swarm.picture import Swarm
from tests.forecast.plain_plan import plan
from tests.properties import patient
from tests.swarm.scene import (
    ADDRESSES,
    at,
    beat,
    claim,
    found,
    gone,
    intent,
    local,
    release,
    reservation,
    swarm_of,
)

BRANCHES = {"ann": "main", "bob": "dev"}
RUN = "(ann|bob)"
FIRST = re.compile(
    rf"let {RUN} go first, (?:then|before) |^{RUN} started first: |^{RUN} was first at "
    rf"|^nobody started first, so the name decides: let \w+ wait for {RUN}"
    rf"|^nobody started first, so the name decides: ask {RUN} to narrow"
    rf"|^nobody started first, so the name decides: let .* or wait for {RUN}$|^let {RUN} delete "
)
QUESTION = re.compile(r"^ask (ann|bob|ann and bob) whether \S+ is still to go: ")


def who_goes_first(conflict: Conflict) -> str:
    """Return the run that goes first by a conflict's advice; "" where that asks whether a delete is still wanted."""
    if QUESTION.match(conflict.advice):
        return ""
    named = FIRST.search(conflict.advice)
    assert named is not None, conflict.advice
    return next(filter(None, named.groups()))


def holding(run_id: str, *addresses: str, op: str | None = None, created: float = 0, branch: str = "") -> Reservation:
    """Return a reservation; a run's own branch is that of `BRANCHES`, or called after it."""
    name = f"{run_id}-{abs(hash((addresses, op, created))) % 10**9}"
    where = branch or BRANCHES.get(run_id, run_id)
    made = reservation(name, run_id, *addresses, branch=where, created=created, ends=600)
    return made.model_copy(update={"operation": op})


def waiting(one: Reservation, *others: Reservation) -> Dependency:
    """Return what says that one reservation waits for others."""
    ends = tuple(each.reservation_id for each in others)
    return Dependency(reservation_id=one.reservation_id, depends_on=ends, run_id=one.run_id)


def advice(*records: AnyRecord, minute: float = 1) -> dict[tuple[str, str], str]:
    """Return the advice on each conflict, by its kind and address."""
    index = ConflictIndex(swarm_of(records, at(minute)))
    return {(each.conflict_type.value, each.key.address): each.advice for each in index.conflicts()}


_operations = st.sampled_from((None, "modify", "extract", "rename", "move", "delete", "dance"))
_records = st.builds(
    lambda run, addresses, op, created, is_intent: (run, tuple(addresses), op, created, is_intent),
    st.sampled_from(sorted(BRANCHES)),
    st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3),
    _operations,
    st.integers(-4, 0),
    st.booleans(),
)


_dependencies = st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=2), max_size=2)
"""Which reservations wait for which others, by their numbers."""


@patient(400)
@given(st.lists(_records, min_size=2, max_size=8), _dependencies)
def test_all_advice_on_two_runs_and_the_plan_of_their_branches_agree(
    told: list[tuple[str, tuple[str, ...], str | None, int, bool]], waits: dict[int, list[int]]
) -> None:
    records: list[AnyRecord] = [
        Dependency(reservation_id=f"r{one}", depends_on=tuple(f"r{other}" for other in others))
        for one, others in waits.items()
    ]
    for number, (run_id, addresses, operation, created, is_intent) in enumerate(told):
        about: Reservation | Intent
        if is_intent and operation is not None:
            about = intent(f"i{number}", run_id, *addresses, created=created)
        else:
            about = reservation(f"r{number}", run_id, *addresses, created=created)
        records.append(about.model_copy(update={"operation": operation, "branch": BRANCHES[run_id]}))
    swarm = swarm_of(records)
    conflicts = ConflictIndex(swarm).conflicts()
    first = plan(swarm).order[0]
    held = {each.record_id: each.run_id for each in swarm.reservations()}
    edges = {(held.get(f"r{one}"), held.get(f"r{other}")) for one, others in waits.items() for other in others}
    for conflict in conflicts:
        said = who_goes_first(conflict)
        assert not said or BRANCHES[said] == first
        for one, other in (("ann", "bob"), ("bob", "ann")):
            if said and (one, other) in edges and (other, one) not in edges:
                assert said == other
                assert conflict.advice.endswith((f": {one} waits for {other} already", "the other leaves it out"))


def test_a_clash_elsewhere_decides_for_the_whole_pair_and_is_named() -> None:
    told = advice(
        holding("ann", "a.py::f", created=-4),
        holding("bob", "a.py::f", created=-3),
        holding("ann", "b.py::g", op="rename", created=-2),
        holding("bob", "b.py::g", op="modify", created=-1),
    )
    assert set(told.values()) == {
        "let bob go first, then ann: bob edits b.py::g, which ann renames",
        "let bob go first, then ann: bob edits what ann renames",
    }
    assert told["address_overlap", "a.py::f"].endswith("bob edits b.py::g, which ann renames")


def test_who_was_first_at_one_place_is_first_at_all_and_that_place_is_named() -> None:
    told = advice(
        holding("ann", "a.py::f", created=-4),
        holding("bob", "a.py::f", "b.py::g", created=-3),
        holding("ann", "b.py::g", created=-2),
    )
    assert told == {
        (
            "address_overlap",
            "a.py::f",
        ): "ann started first: let bob wait for its release, or split the work between them",
        ("address_overlap", "b.py::g"): (
            "ann was first at a.py::f: let bob wait for it here too, or split the work between them"
        ),
    }


def test_what_one_holds_for_itself_does_not_make_it_the_first() -> None:
    told = advice(
        holding("ann", "z.py", created=-9), holding("bob", "a.py", created=-5), holding("ann", "a.py", created=-1)
    )
    assert told["address_overlap", "a.py"].startswith("bob started first: let ann wait")


def test_a_delete_within_a_moved_file_is_a_delete_and_goes_after_the_move() -> None:
    told = advice(holding("ann", "a.py", op="move"), holding("bob", "a.py::f", op="delete", created=-2))
    assert set(told.values()) == {"let ann go first, then bob: ann moves a.py, around a.py::f, which bob deletes"}


def test_a_delete_is_asked_about_wherever_the_two_meet() -> None:
    told = advice(
        holding("ann", "p.py", "p.py::f", op="modify"),
        holding("bob", "p.py::f", op="delete"),
        holding("bob", "q.py"),
        holding("ann", "q.py"),
    )
    assert len(told) == 4
    assert set(told.values()) == {
        "ask bob whether p.py::f is still to go: if so, let ann stop, else let bob give it up"
    }


def test_who_comes_second_is_not_said_of_several_that_wait() -> None:
    told = advice(
        holding("bob", "a.py", op="modify"), holding("cyd", "a.py", op="rename"), holding("dan", "a.py", op="rename")
    )
    assert set(told.values()) == {"let bob go first, before cyd and dan: bob edits what cyd renames"}


def test_the_parts_go_before_the_whole() -> None:
    told = advice(holding("ann", "a.py", created=-2), holding("bob", "a.py::f", "a.py::g"))
    assert told == {("containment_overlap", "a.py"): "let bob go first, then ann: 1 address to redo, not 2"}


def test_an_edit_and_what_takes_apart_cost_the_same_so_who_came_first_goes_first() -> None:
    told = advice(holding("ann", "a.py::f", op="extract", created=-2), holding("bob", "a.py::f", op="modify"))
    assert told["operation_conflict", "a.py::f"].startswith("ann started first: let bob wait for its release")


def test_of_three_the_order_of_least_rework_is_told() -> None:
    told = advice(
        holding("ann", "a.py::f", op="rename", created=-4),
        holding("bob", "a.py::f", op="modify", created=-3),
        holding("cy", "a.py::f", op="modify", created=-2),
    )
    assert set(told.values()) == {"let bob go first, before cy and ann: bob edits what ann renames"}


def test_where_no_order_suits_all_that_is_said() -> None:
    told = advice(
        holding("ann", "x.py", "all.py"),
        holding("bob", "x.py", op="delete"),
        holding("bob", "y.py", "all.py"),
        holding("cy", "y.py", op="delete"),
        holding("cy", "z.py", "all.py"),
        holding("ann", "z.py", op="rename"),
    )
    assert told["address_overlap", "all.py"] == (
        "let ann go first, then bob and cy: no order suits them all, this one costs least"
    )


def test_of_a_crowd_those_that_edit_are_weighed_before_the_one_that_renames() -> None:
    crowd = [holding(f"run-{number:02}", "a.py::f", created=number / 10) for number in range(20)]
    told = advice(holding("ann", "a.py::f", op="rename", created=-9), *crowd, minute=4)
    assert told["address_overlap", "a.py::f"] == (
        "let run-00 go first, before run-01 and 19 more: run-00 edits what ann renames"
    )


def test_of_a_run_with_more_records_than_are_looked_at_the_place_counts() -> None:
    others = [
        holding("ann", f"{number}.py", created=-5).model_copy(update={"reservation_id": f"o{number}"})
        for number in range(1_200)
    ]
    told = advice(*others, holding("ann", "a.py", op="rename", created=-4), holding("bob", "a.py", op="modify"))
    assert told["operation_conflict", "a.py"] == "let bob go first, then ann: bob edits what ann renames"


def test_who_waits_for_the_other_already_does_not_go_first() -> None:
    ann, bob = holding("ann", "a.py::f", created=-10), holding("bob", "a.py::f", created=-5)
    told = advice(ann, bob, waiting(ann, bob))
    assert set(told.values()) == {"let bob go first, then ann: ann waits for bob already"}
    # Whatever it costs, and wherever it waits.
    elsewhere = holding("ann", "z.py"), holding("bob", "y.py")
    told = advice(
        holding("ann", "a.py::f", op="modify"),
        holding("bob", "a.py::f", op="rename"),
        *elsewhere,
        waiting(elsewhere[0], elsewhere[1]),
    )
    assert set(told.values()) == {"let bob go first, then ann: ann waits for bob already"}


def test_a_wait_by_way_of_others_counts_and_one_in_a_circle_does_not() -> None:
    ann, bob, cy = holding("ann", "a.py", created=-10), holding("bob", "a.py"), holding("cy", "z.py")
    assert advice(ann, bob, cy, waiting(ann, cy), waiting(cy, bob))["address_overlap", "a.py"] == (
        "let bob go first, then ann: ann waits for bob already, by way of others"
    )
    circle = waiting(ann, cy), waiting(cy, bob), waiting(bob, ann)
    assert advice(ann, bob, cy, *circle)["address_overlap", "a.py"].startswith("ann started first")


def test_of_three_whoever_waits_goes_after_the_one_it_waits_for() -> None:
    ann, bob, cy = (holding(run, "a.py", created=created) for run, created in (("ann", -9), ("bob", -1), ("cy", -5)))
    told = advice(ann, bob, cy, waiting(ann, bob))
    assert set(told.values()) == {"let cy go first, before bob and ann: ann waits for bob already"}


def test_of_a_crowd_whoever_waits_for_a_late_one_is_not_the_first() -> None:
    crowd = [holding(f"run-{number:02}", "a.py", created=number / 10) for number in range(20)]
    told = advice(*crowd, waiting(crowd[0], crowd[19]), minute=4)
    assert told["address_overlap", "a.py"].startswith(
        "let run-01 go first, before run-02 and 18 more: run-00 waits for"
    )


def test_a_wait_is_heard_of_when_it_begins_and_when_it_is_over() -> None:
    ann, bob = holding("ann", "a.py", created=0), holding("bob", "a.py", created=1)
    elsewhere = holding("bob", "y.py", created=2)
    swarm = swarm_of([ann, bob, elsewhere], at(3))
    index = ConflictIndex(swarm)
    (conflict,) = index.conflicts()
    assert conflict.advice.startswith("ann started first")
    says = local(waiting(ann, elsewhere))
    index.update(swarm.apply(found(says), at(4)))
    assert conflict.advice.startswith("let bob go first")
    index.update(swarm.apply(found(local(release(elsewhere.reservation_id, "bob", at_minute=5))), at(5)))
    assert conflict.advice.startswith("ann started first")


def test_what_is_only_thought_of_counts_as_if_it_were_held() -> None:
    index = ConflictIndex(swarm_of([holding("bob", "a.py::f", op="modify")]))
    told = {each.advice for each in index.probe(["a.py::f"], "ann", operation="rename")}
    assert told == {"let bob go first, then ann: bob edits what ann renames"}


@pytest.mark.parametrize("silent", ["ann", "bob"])
def test_nobody_waits_for_who_is_silent_and_its_hold_is_to_be_released(silent: str) -> None:
    living = "bob" if silent == "ann" else "ann"
    both = holding("ann", "a.py::f", created=-42), holding("bob", "a.py::f", created=-42)
    told = advice(*both, beat("other", living, at_minute=0), minute=0)
    assert told["address_overlap", "a.py::f"] == (
        f"{silent} is silent, last heard of 42m ago: ask it, else release its hold (see stale), then {living} goes on"
    )


def test_the_others_are_told_who_of_them_goes_first() -> None:
    three = [holding(run, "a.py::f", created=-80 + place) for place, run in enumerate(("ann", "bob", "cy"))]
    told = advice(*three, beat("x", "bob", at_minute=0), beat("y", "cy", at_minute=0), minute=0)
    assert told["address_overlap", "a.py::f"] == (
        "ann is silent, last heard of 1h20m ago: ask it, else release its hold (see stale); among the others, "
        "bob started first: let cy wait for its release, or split the work between them"
    )


def test_where_all_are_silent_nobody_goes_on() -> None:
    told = advice(holding("ann", "a.py", created=-30), holding("bob", "a.py::f", created=-20), minute=0)
    assert told["containment_overlap", "a.py"] == (
        "ann and bob are silent, last heard of 20m ago: ask them, else release their holds (see stale)"
    )


def test_those_that_only_met_the_silent_one_go_on_both() -> None:
    told = advice(
        holding("ann", "a.py", created=-30), holding("bob", "a.py::f", created=-2), holding("cy", "a.py::g"), minute=0
    )
    assert told["containment_overlap", "a.py"].endswith("(see stale), then bob and cy go on")


def test_who_is_silent_and_holds_nothing_there_is_only_asked() -> None:
    told = advice(
        holding("ann", "a.py", created=-1),
        intent("i1", "cy", "a.py", of="r1", created=-20).model_copy(update={"operation": "rename"}),
        reservation("r1", "bob", "b.py", branch="dev", created=-1),
        minute=0,
    )
    assert told["operation_conflict", "a.py"] == (
        "cy is silent, last heard of 20m ago, and holds nothing here: ask it, then ann goes on"
    )


def test_a_silent_claimer_does_not_keep_the_task_from_a_living_one() -> None:
    here, there = claim("t1", "ann", at_minute=-42), claim("t1", "bob", at_minute=-10)
    swarm = Swarm()
    swarm.apply(found(local(here), local(there, "t1-bob")), at(0))
    index = ConflictIndex(swarm)
    (conflict,) = index.conflicts()
    assert conflict.advice == "ann is silent, last heard of 42m ago: ask it, else let bob keep the task"
    index.update(swarm.advance(at(6)))
    assert (
        conflict.advice == "ann and bob are silent, last heard of 16m ago: ask them, else let another run take the task"
    )


def test_advice_is_right_as_time_goes_on_and_when_somebody_is_heard_of_again() -> None:
    swarm = swarm_of([holding("ann", "a.py", created=0), holding("bob", "a.py", created=10)], at(10))
    index = ConflictIndex(swarm)
    (conflict,) = index.conflicts()
    assert conflict.advice.startswith("ann started first: let bob wait")
    index.update(swarm.advance(at(16)))
    assert conflict.advice.startswith("ann is silent, last heard of 16m ago")
    index.update(swarm.advance(at(17)))
    assert conflict.advice.startswith("ann is silent, last heard of 17m ago")
    sign = local(beat("x", "ann", at_minute=17))
    index.update(swarm.apply(found(sign), at(17)))
    assert conflict.advice.startswith("ann started first: let bob wait")
    index.update(swarm.apply(gone(sign), at(17)))
    assert conflict.advice.startswith("ann is silent")


@patient(100)
@given(st.lists(_records, min_size=2, max_size=8), st.integers(0, 40))
def test_nobody_is_told_to_wait_for_who_is_silent(
    told: list[tuple[str, tuple[str, ...], str | None, int, bool]], later: int
) -> None:
    records = [
        reservation(f"r{number}", run_id, *addresses, created=created * 5, ends=600)
        for number, (run_id, addresses, _, created, _) in enumerate(told)
    ]
    swarm = swarm_of(records, at(later))
    for conflict in ConflictIndex(swarm).conflicts():
        silent = [run_id for run_id in conflict.runs if swarm.is_silent(run_id)]
        assert bool(silent) is (" silent, last heard of " in conflict.advice)
        assert not any(re.search(rf"wait for {run_id}|{run_id} started first", conflict.advice) for run_id in silent)


@patient(200)
@given(st.lists(st.tuples(_records, st.booleans()), min_size=2, max_size=10))
def test_what_is_remembered_of_runs_is_forgotten_with_what_they_do(
    steps: list[tuple[tuple[str, tuple[str, ...], str | None, int, bool], bool]],
) -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    there: list[AnyRecord] = []
    for number, ((run_id, addresses, operation, created, is_intent), goes) in enumerate(steps):
        about: Reservation | Intent
        if is_intent and operation is not None:
            # Announced by one run on what another one may hold: it lives as long as that.
            on = next((each.reservation_id for each in there if isinstance(each, Reservation)), "")
            about = intent(f"i{number}", run_id, *addresses, of=on, created=created)
        else:
            about = reservation(f"r{number}", run_id, *addresses, created=created)
        record = about.model_copy(update={"operation": operation})
        there.append(record)
        index.update(swarm.apply(found(local(record)), at(0)))
        if goes:
            index.update(swarm.apply(gone(local(there.pop(0))), at(0)))
        anew = ConflictIndex(swarm)
        assert [each.advice for each in index.conflicts()] == [each.advice for each in anew.conflicts()]
