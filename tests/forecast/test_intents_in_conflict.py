"""What an intent is a part of, on a reservation or on none, and the one branch on which it happens."""

from hypothesis import given

from musetui.coordination.batch import Batch
from musetui.forecast.conflict import ConflictKey, ConflictType, Risk
from musetui.forecast.index import ConflictIndex
from musetui.forecast.run_index import RunIndex
from musetui.records.kinds import Kind
from musetui.records.models import Intent
from musetui.swarm.picture import Swarm
from tests.forecast.plain_plan import plan
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, at, beat, found, gone, intent, local, reservation, steps, swarm_of

CLASH = ConflictKey(ConflictType.OPERATION_CONFLICT, "src/a.py")


def renaming(intent_id: str, run_id: str, *, of: str = "", branch: str = "main") -> Intent:
    """Return an intent to rename a file."""
    return intent(intent_id, run_id, "src/a.py", of=of).model_copy(update={"operation": "rename", "branch": branch})


def test_an_intent_on_no_reservation_knows_its_conflict_and_so_do_the_agents() -> None:
    swarm = swarm_of([reservation("r1", "ann"), renaming("i1", "bob"), intent("i2", "bob", "src/z.py")], at(1))
    conflicts = ConflictIndex(swarm)
    assert conflicts.of_intent("i1") == [CLASH]
    assert conflicts.intent_has_conflict("i1")
    assert conflicts.of_intent("i2") == conflicts.of_intent("i3") == []
    assert not conflicts.intent_has_conflict("i2")
    runs = RunIndex(swarm, conflicts)
    for _ in runs.fill():
        pass
    facts = runs.facts("bob")
    assert facts is not None
    assert facts.conflicts == {Risk.MEDIUM: 1}


def test_it_knows_none_any_more_once_its_run_is_silent_or_the_other_is_done() -> None:
    holds = local(reservation("r1", "ann", ends=90))
    swarm = Swarm()
    swarm.apply(found(holds, local(renaming("i1", "bob")), local(beat("x", "ann", at_minute=20))), at(1))
    conflicts = ConflictIndex(swarm)
    assert conflicts.intent_has_conflict("i1")
    conflicts.update(swarm.advance(at(16)))
    assert not conflicts.intent_has_conflict("i1")
    conflicts.update(swarm.apply(found(local(beat("y", "bob", at_minute=16))), at(16)))
    assert conflicts.intent_has_conflict("i1")
    conflicts.update(swarm.apply(gone(holds), at(17)))
    assert not conflicts.intent_has_conflict("i1")


def test_one_on_a_reservation_has_its_conflicts_too() -> None:
    swarm = swarm_of([reservation("r1", "ann"), reservation("r2", "bob"), intent("i1", "bob", "docs", of="r2")], at(1))
    conflicts = ConflictIndex(swarm)
    assert conflicts.of_intent("i1") == conflicts.of_reservation("r2") != []


@patient(60)
@given(steps)
def test_what_an_intent_clashes_in_is_what_names_it(history: list[tuple[int, Batch | None]]) -> None:
    swarm = Swarm()
    conflicts = ConflictIndex(swarm)
    now = NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        conflicts.update(swarm.advance(now) if batch is None else swarm.apply(batch, now))
    for intent_id in swarm.ids(Kind.INTENT):
        named = {
            each.key for each in conflicts.conflicts() if intent_id in {holder.intent_id for holder in each.holders}
        }
        assert named <= set(conflicts.of_intent(intent_id))
        assert conflicts.intent_has_conflict(intent_id) is bool(conflicts.of_intent(intent_id))


def test_an_intent_happens_on_the_branch_of_its_reservation_in_conflicts_plan_and_agents() -> None:
    elsewhere = renaming("i1", "bob", of="r2", branch="feature/z")
    swarm = swarm_of([reservation("r1", "ann"), reservation("r2", "bob", "docs", branch="dev"), elsewhere], at(1))
    conflicts = ConflictIndex(swarm)
    (clash,) = conflicts.conflicts()
    assert clash.branches == ("main", "dev")
    assert "bob (dev) renames src/a.py" in clash.description
    assert sorted(plan(swarm).order) == ["dev", "main"]
    runs = RunIndex(swarm, conflicts)
    for _ in runs.fill():
        pass
    facts = runs.facts("bob")
    assert facts is not None
    assert facts.branches == ("dev",)
