"""Runs: what each holds, announces, claims and collides with; and that following is the same as looking once."""

from hypothesis import given

from musetui.coordination.batch import Batch, Source
from musetui.forecast.conflict import Risk
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex
from musetui.forecast.run_index import RunFacts, RunIndex
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, at, beat, claim, found, intent, local, release, remote, reservation, steps


def filled(swarm: Swarm, conflicts: ConflictIndex) -> RunIndex:
    index = RunIndex(swarm, conflicts)
    for _ in index.fill():
        pass
    return index


def told(index: RunIndex) -> dict[str, tuple[RunFacts | None, object, object]]:
    """Return all that an index tells."""
    return {
        run_id: (index.facts(run_id), dict(index.conflicts_of(run_id)), set(index.claims_of(run_id)))
        for run_id in index.runs()
    }


def facts(index: RunIndex, run_id: str) -> RunFacts:
    known = index.facts(run_id)
    assert known is not None
    return known


def test_it_counts_what_still_means_something() -> None:
    swarm = Swarm()
    conflicts = ConflictIndex(swarm)
    delta = swarm.apply(
        found(
            local(reservation("r1", "ann", "src/a.py")),
            local(reservation("r2", "ann", "src/b", branch="dev")),
            local(reservation("r3", "ann", "src/c", branch="dev")),
            local(reservation("r4", "ann", "src/a.py", branch="old")),
            local(release("r4", "ann", at_minute=1)),
            local(intent("i1", "ann", of="r1")),
            local(intent("i2", "ann", of="r4")),
            remote(reservation("r5", "bob", "src/a.py")),
            local(claim("t1", "ann")),
            remote(claim("t1", "bob")),
            local(claim("t2", "ann", ends=3)),
        ),
        at(5),
    )
    conflicts.update(delta)
    index = filled(swarm, conflicts)
    ann = facts(index, "ann")
    assert (ann.holds, ann.intents, ann.claims) == (3, 1, 1)
    assert ann.branches == ("dev", "main")
    assert ann.sources == (Source.LOCAL,)
    assert ann.conflicts == {Risk.HIGH: 2}
    assert ann.has_something
    bob = facts(index, "bob")
    assert (bob.holds, bob.claims, bob.sources) == (1, 1, (Source.REMOTE,))
    assert index.claims_of("bob") == {"t1"}
    assert set(index.runs()) == {"ann", "bob"}


def test_a_run_that_has_nothing_any_more_is_told_by_what_it_had() -> None:
    swarm = Swarm()
    conflicts = ConflictIndex(swarm)
    swarm.apply(found(remote(reservation("r1", "ann", branch="dev", ends=1)), remote(beat("r1", at_minute=0))), at(5))
    ann = facts(filled(swarm, conflicts), "ann")
    assert ann == RunFacts(0, 0, 0, {}, ("dev",), (Source.REMOTE,))
    assert not ann.has_something


def test_a_branch_that_a_record_names_beside_its_fields_counts() -> None:
    swarm = Swarm()
    named = beat("r1", "ann", at_minute=0).model_copy(update={"branch": "dev"})
    swarm.apply(found(local(type(named).model_validate(named.model_dump()))), at(5))
    assert facts(filled(swarm, ConflictIndex(swarm)), "ann").branches == ("dev",)


def test_a_claim_that_is_here_and_on_the_hub_is_one() -> None:
    swarm = Swarm()
    swarm.apply(found(local(claim("t1", "ann")), remote(claim("t1", "ann"))), at(5))
    ann = facts(filled(swarm, ConflictIndex(swarm)), "ann")
    assert (ann.claims, ann.sources) == (1, (Source.LOCAL, Source.REMOTE))


def test_the_last_record_takes_its_run_along() -> None:
    swarm = Swarm()
    conflicts = ConflictIndex(swarm)
    index = filled(swarm, conflicts)
    lies = local(reservation("r1", "ann"))
    delta = swarm.apply(found(lies), at(5))
    assert index.update(delta, conflicts.update(delta)) == {"ann"}
    assert "ann" in index
    delta = swarm.apply(Batch(gone=[lies.slot]), at(6))
    assert index.update(delta, conflicts.update(delta)) == {"ann"}
    assert index.facts("ann") is None
    assert len(index) == 0


@given(steps)
@patient(60)
def test_following_is_the_same_as_looking_once(history: list[tuple[int, Batch | None]]) -> None:
    swarm = Swarm()
    conflicts = ConflictIndex(swarm)
    index = filled(swarm, conflicts)
    now = NOON
    before = told(index)
    for minutes, news in history:
        now += minutes * MINUTE
        delta = swarm.advance(now) if news is None else swarm.apply(news, now)
        concerned = index.update(delta, conflicts.update(delta))
        after = told(index)
        assert after == told(filled(swarm, conflicts))
        differing = {run_id for run_id in before.keys() | after.keys() if before.get(run_id) != after.get(run_id)}
        assert differing <= concerned
        before = after


@given(steps)
@patient(30)
def test_what_happens_while_it_fills_is_not_missed(history: list[tuple[int, Batch | None]]) -> None:
    swarm = Swarm()
    conflicts = ConflictIndex(swarm)
    now = NOON
    half, rest = history[: len(history) // 2], history[len(history) // 2 :]
    for minutes, news in half:
        now += minutes * MINUTE
        conflicts.update(swarm.advance(now) if news is None else swarm.apply(news, now))
    index = RunIndex(swarm, conflicts)
    filling = index.fill()
    for minutes, news in rest:
        now += minutes * MINUTE
        delta = swarm.advance(now) if news is None else swarm.apply(news, now)
        index.update(delta, conflicts.update(delta))
        next(filling, None)
    for _ in filling:
        pass
    assert index.is_whole
    assert told(index) == told(filled(swarm, conflicts))


def test_nothing_new_concerns_nobody() -> None:
    swarm = Swarm()
    conflicts = ConflictIndex(swarm)
    assert filled(swarm, conflicts).update(Delta(), ConflictDelta()) == set()


def test_a_third_run_in_a_conflict_leaves_the_others_in_it() -> None:
    swarm = Swarm()
    swarm.apply(found(local(reservation("r1", "ann")), local(reservation("r2", "bob"))), at(1))
    conflicts = ConflictIndex(swarm)
    index = filled(swarm, conflicts)
    delta = swarm.apply(found(local(reservation("r3", "cy"))), at(2))
    assert index.update(delta, conflicts.update(delta)) == {"ann", "bob", "cy"}
    assert [facts(index, run_id).conflicts for run_id in ("ann", "bob", "cy")] == [{Risk.HIGH: 1}] * 3
    delta = swarm.apply(found(local(release("r3", "cy", at_minute=3))), at(3))
    index.update(delta, conflicts.update(delta))
    assert [facts(index, run_id).conflicts for run_id in ("ann", "bob", "cy")] == [{Risk.HIGH: 1}, {Risk.HIGH: 1}, {}]
    assert index.conflicts_of("cy") == {}


def test_an_intent_counts_no_more_when_its_reservation_is_released() -> None:
    swarm = Swarm()
    swarm.apply(found(local(reservation("r1", "ann")), local(intent("i1", "bob", of="r1"))), at(1))
    conflicts = ConflictIndex(swarm)
    index = filled(swarm, conflicts)
    assert facts(index, "bob").intents == 1
    delta = swarm.apply(found(local(release("r1", "ann", at_minute=2))), at(2))
    assert "bob" in index.update(delta, conflicts.update(delta))
    assert facts(index, "bob").intents == 0
