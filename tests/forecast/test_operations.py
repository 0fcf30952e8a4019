"""What clashes with what, and what a clash of operations tells, one story each."""

from itertools import product

import pytest
from hypothesis import given

from musetui.forecast.conflict import Conflict, ConflictKey, ConflictType, Risk
from musetui.forecast.index import ConflictIndex
from musetui.forecast.operations import EDIT, STRONG, clash, clash_around, kind_of
from musetui.records.address import nest_key
from musetui.records.kinds import INTENT_OPERATIONS, Kind
from musetui.records.models import AnyRecord, Intent
from musetui.swarm.picture import Swarm
from tests.forecast.test_against_every_pair import History, step
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, at, beat, found, gone, local, release, remote, reservation, steps

CLASH = ConflictType.OPERATION_CONFLICT
F = "src/a.py::f"


def intent(
    intent_id: str, run_id: str, operation: str, *addresses: str, on: str = "", branch: str = "dev", created: int = 3
) -> Intent:
    """Return an intent; *created* is in minutes after noon."""
    return Intent(
        intent_id=intent_id,
        reservation_id=on,
        run_id=run_id,
        branch=branch,
        addresses=addresses or (F,),
        operation=operation,
        created_at=at(created),
    )


def clashes(*records: AnyRecord, minute: int = 5) -> list[Conflict]:
    """Return the clashes of operations among some local records."""
    swarm = Swarm()
    swarm.apply(found(*map(local, records)), at(minute))
    return [conflict for conflict in ConflictIndex(swarm).conflicts() if conflict.conflict_type is CLASH]


def holding(reservation_id: str, run_id: str, operation: str | None, *addresses: str, created: int = 0) -> AnyRecord:
    """Return a reservation with an operation."""
    record = reservation(reservation_id, run_id, *(addresses or (F,)), created=created)
    return record.model_copy(update={"operation": operation})


def test_what_one_deletes_another_must_not_edit() -> None:
    (conflict,) = clashes(
        holding("r1", "ann", "delete", created=1),
        holding("r2", "bob", "modify", created=2),
        intent("i1", "cy", "extract", on=""),
    )
    assert conflict.key == (CLASH, F)
    assert (conflict.confidence, conflict.risk, conflict.since) == (0.9, Risk.HIGH, at(2))
    assert conflict.runs == ("ann", "bob", "cy")
    assert conflict.description == (
        f"ann (main) deletes and cy (dev) extracts {F}, while bob (main) edits it: "
        "what one deletes, the other still works on"
    )
    assert conflict.advice.startswith(f"ask ann whether {F} is still to go: if so, let bob and cy stop")


def test_what_is_within_is_meant_too() -> None:
    (conflict,) = clashes(holding("r1", "ann", "delete", "src/a.py"), holding("r2", "bob", None, "src/a.py::C.m"))
    assert conflict.key == (CLASH, "src/a.py")
    assert conflict.addresses == ("src/a.py", "src/a.py::C.m")
    assert conflict.confidence == 0.9
    assert "while bob (main) holds src/a.py::C.m within it" in conflict.description


def test_what_is_done_within_does_not_touch_what_is_around() -> None:
    assert not clashes(holding("r1", "ann", "modify", "src/a.py"), holding("r2", "bob", "delete", "src/a.py::C.m"))


def test_two_edits_are_an_overlap_and_no_more() -> None:
    assert not clashes(holding("r1", "ann", "modify"), holding("r2", "bob", None), intent("i1", "cy", "reticulate"))


def test_a_run_does_not_clash_with_itself() -> None:
    assert not clashes(
        holding("r1", "ann", "modify"), intent("i1", "ann", "delete", on="r1"), holding("r2", "ann", "move")
    )


def test_a_lease_and_its_own_intent_are_one_deed() -> None:
    (conflict,) = clashes(
        holding("r1", "ann", "delete"),
        intent("i1", "ann", "delete", on="r1"),
        holding("r2", "bob", "modify", created=1),
    )
    assert [(holder.run_id, holder.intent_id) for holder in conflict.holders] == [("ann", ""), ("bob", "")]


@pytest.mark.parametrize(
    ("operation", "other", "confidence"),
    [("delete", "delete", 0.5), ("rename", "move", 0.9), ("rename", "modify", 0.8), ("split", "modify", 0.7)],
)
def test_how_sure_it_is_depends_on_what_is_done(operation: str, other: str, confidence: float) -> None:
    (conflict,) = clashes(holding("r1", "ann", operation), holding("r2", "bob", other))
    assert conflict.confidence == confidence


def test_the_surest_pair_tells_how_sure_it_is_and_the_counts_follow() -> None:
    swarm = Swarm()
    swarm.apply(found(local(holding("r1", "ann", "rename")), local(holding("r2", "bob", "modify"))), at(5))
    index = ConflictIndex(swarm)
    key = ConflictKey(CLASH, F)
    assert (index.risk(key), index.count(Risk.MEDIUM)) == (Risk.MEDIUM, 1)
    delta = index.update(swarm.apply(found(local(holding("r3", "cy", "delete"))), at(6)))
    assert key in delta.changed
    assert (index.risk(key), index.count(Risk.MEDIUM)) == (Risk.HIGH, 0)
    index.update(swarm.apply(gone(local(holding("r3", "cy", "delete"))), at(7)))
    assert (index.risk(key), index.count(Risk.MEDIUM)) == (Risk.MEDIUM, 1)


def test_an_intent_dies_with_its_reservation() -> None:
    records = (holding("r1", "ann", "modify"), holding("r2", "bob", "modify"), intent("i1", "ann", "delete", on="r1"))
    assert len(clashes(*records)) == 1
    assert not clashes(*records, release("r1", "ann", at_minute=4))
    assert not clashes(*records[1:])


def test_an_intent_on_nothing_lives_as_long_as_its_run() -> None:
    records = (holding("r1", "ann", "modify"), intent("i1", "bob", "delete"))
    assert len(clashes(*records)) == 1
    assert not clashes(*records, minute=19)
    assert len(clashes(*records, beat("other", "bob", at_minute=10), minute=19)) == 1


def test_here_and_at_the_hub_clash() -> None:
    swarm = Swarm()
    swarm.apply(found(local(holding("r1", "ann", "delete")), remote(holding("r2", "bob", "modify"))), at(5))
    (conflict,) = [each for each in ConflictIndex(swarm).conflicts() if each.conflict_type is CLASH]
    assert [source.value for source in conflict.sources] == ["local", "remote"]


def test_hostile_names_are_shown_and_do_nothing() -> None:
    (conflict,) = clashes(
        holding("r1", "a\x1b[31m", "delete", "x\u202e::[b]"), holding("r2", "b", None, "x\u202e::[b]")
    )
    assert conflict.description.isprintable()
    assert conflict.advice.isprintable()


def test_every_strong_operation_clashes_with_every_change_but_its_own_runs() -> None:
    for one, other in product(INTENT_OPERATIONS, repeat=2):
        assert clash(one, other) == clash(other, one)
        assert (clash(one, other) is None) == (one == other == EDIT)
        assert (clash_around(one) is None) == (one not in STRONG)
    assert kind_of(None) == kind_of("reticulate") == EDIT


@patient(40)
@given(steps)
def test_all_that_muse_foretells_is_foretold(history: History) -> None:
    """Of two runs or more, and of what is still held and meant: that is where we differ from Muse."""
    swarm = Swarm()
    index = ConflictIndex(swarm)
    now = NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, index, batch, now)
    for address, ids in swarm.held_addresses():
        if len({swarm.reservation(each).run_id for each in ids}) > 1:  # type: ignore[union-attr]
            conflict = index.conflict(ConflictKey(ConflictType.ADDRESS_OVERLAP, address))
            assert conflict is not None
            assert (conflict.confidence, conflict.addresses) == (1.0, (address,))
    deeds: dict[str, set[tuple[str, str]]] = {}
    for entity in swarm.entities(Kind.INTENT):
        record = entity.record
        assert isinstance(record, Intent)
        held = swarm.reservation(record.reservation_id)
        if held is not None and held.is_held:
            for address in record.addresses:
                deeds.setdefault(nest_key(address), set()).add((record.run_id, record.operation))
    for address, there in deeds.items():
        done = {operation for _, operation in there}
        if len({run_id for run_id, _ in there}) > 1 and "delete" in done and done & {"modify", "rename", "extract"}:
            conflict = index.conflict(ConflictKey(CLASH, address))
            assert conflict is not None
            assert conflict.confidence == 0.9
            assert {run_id for run_id, _ in there} <= set(conflict.runs)


def test_whose_runs_clash_is_told_with_the_rest_and_without() -> None:
    swarm = Swarm()
    index = ConflictIndex(swarm)
    holds = reservation("r1", "ann", "src/a.py").model_copy(update={"operation": "delete"})
    within = [intent(f"i{n}", run_id, "modify", F) for n, run_id in enumerate(("bob", "cy", "ann"))]
    here = intent("i9", "dan", "modify", "src/a.py")
    index.update(swarm.apply(found(*map(local, (holds, *within, here))), at(5)))
    key = ConflictKey(CLASH, "src/a.py")
    conflict = index.conflict(key)
    assert conflict is not None
    assert index.runs(key) == set(conflict.runs) == {"ann", "bob", "cy", "dan"}
    assert index.runs(ConflictKey(CLASH, F)) == set()
