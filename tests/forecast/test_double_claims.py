"""One task, two runs that claim it: what that conflict tells, and when it is over."""

from datetime import timedelta

import pytest

from musetui.coordination.batch import Sighting, Source
from musetui.forecast.conflict import HOLDERS_LIMIT, Conflict, ConflictKey, ConflictType, Holder, Risk
from musetui.forecast.index import ConflictIndex
from musetui.records.kinds import Kind
from musetui.records.models import EARLIEST, Task
from musetui.swarm.picture import Swarm
from tests.swarm.scene import at, claim, found, gone, local, remote, reservation

T1 = ConflictKey(ConflictType.DOUBLE_CLAIM, "t1")


def watched(*sightings: Sighting) -> tuple[Swarm, ConflictIndex]:
    """Return the picture at five past noon, and its conflicts."""
    swarm = Swarm()
    index = ConflictIndex(swarm)
    index.update(swarm.apply(found(*sightings), at(5)))
    return swarm, index


def the_one(index: ConflictIndex) -> Conflict:
    """Return the only conflict there is."""
    (conflict,) = index.conflicts()
    return conflict


def test_a_task_claimed_here_and_on_the_hub_is_a_conflict() -> None:
    _, index = watched(
        local(claim("t1", "bob", at_minute=2)),
        remote(claim("t1", "ann", at_minute=1)),
        local(Task(task_id="t1", title="Fix the parser")),
    )
    conflict = the_one(index)
    assert conflict.key == T1
    assert (conflict.confidence, conflict.risk, conflict.since) == (1.0, Risk.HIGH, at(2))
    assert conflict.holders == (
        Holder("ann", "", "", "t1", Source.REMOTE, at(1)),
        Holder("bob", "", "", "t1", Source.LOCAL, at(2)),
    )
    assert (conflict.addresses, conflict.title) == (("t1",), "Fix the parser")
    assert (conflict.runs, conflict.branches) == (("ann", "bob"), ())
    assert conflict.sources == (Source.LOCAL, Source.REMOTE)
    assert conflict.description == "2 runs claim t1 (Fix the parser): ann from the hub, bob here"
    assert conflict.advice == "ann claimed it first, and that claim stands: let bob give the task back"


def test_it_counts_among_the_others_and_is_found_by_an_index_that_comes_late() -> None:
    swarm, index = watched(
        local(claim("t1", "bob")),
        remote(claim("t1", "ann")),
        local(reservation("r1", "ann", "src")),
        local(reservation("r2", "bob", "src/a.py")),
    )
    for each in (index, ConflictIndex(swarm)):
        assert each.keys() == (T1, (ConflictType.CONTAINMENT_OVERLAP, "src"))
        assert each.counts() == {Risk.HIGH: 1, Risk.MEDIUM: 1, Risk.LOW: 0}
        assert T1 in each
    assert not index.of_reservation("")


def test_claims_of_one_run_or_on_other_tasks_do_not_collide() -> None:
    _, index = watched(
        local(claim("t1", "ann")), remote(claim("t1", "ann", at_minute=3)), remote(claim("t2", "bob"), stem="t1b")
    )
    assert not index.keys()


def test_a_claim_that_runs_out_ends_it_when_the_swarm_is_told_the_time() -> None:
    swarm, index = watched(local(claim("t1", "ann", ends=30)), remote(claim("t1", "bob", ends=60)))
    assert T1 in index
    while (moment := swarm.next_deadline()) is not None and moment < at(30):
        assert not index.update(swarm.advance(moment))
    assert moment == at(30)
    delta = swarm.advance(at(30))
    assert (delta.changed[Kind.CLAIM], delta.runs) == ({"t1"}, {"ann"})
    assert index.update(delta).left == {T1}
    assert index.counts() == dict.fromkeys(Risk, 0)
    assert index.conflict(T1) is None


def test_a_claim_that_names_no_end_stays_and_one_that_is_over_never_counted() -> None:
    swarm, index = watched(local(claim("t1", "ann", ends=None)), remote(claim("t1", "bob", ends=4)))
    assert not index.keys()
    delta = index.update(swarm.apply(found(remote(claim("t1", "bob", ends=None))), at(6)))
    assert delta.appeared == {T1}
    assert not index.update(swarm.advance(at(1_000_000)))


def test_a_claim_that_is_given_back_ends_it() -> None:
    swarm, index = watched(local(claim("t1", "ann")), remote(claim("t1", "bob")))
    assert index.update(swarm.apply(gone(local(claim("t1"))), at(6))).left == {T1}


def test_a_clock_set_back_brings_it_back() -> None:
    swarm, index = watched(local(claim("t1", "ann", ends=30)), remote(claim("t1", "bob")))
    assert index.update(swarm.advance(at(40))).left == {T1}
    assert index.update(swarm.advance(at(20))).appeared == {T1}


def test_a_third_run_changes_it_and_a_longer_lease_does_not() -> None:
    swarm, index = watched(local(claim("t1", "ann")), remote(claim("t1", "bob", at_minute=1)))
    assert not index.update(swarm.apply(found(local(claim("t1", "ann", ends=90))), at(6)))
    third = remote(claim("t1", "cy", at_minute=2), stem="t1-again")
    assert index.update(swarm.apply(found(third), at(6))).changed == {T1}
    assert the_one(index).advice.endswith("let bob and cy give the task back")


def test_a_title_that_comes_late_is_told() -> None:
    swarm, index = watched(local(claim("t1", "ann")), remote(claim("t1", "bob")))
    assert the_one(index).description == "2 runs claim t1: ann here, bob from the hub"
    before = index.conflict(T1)
    delta = index.update(swarm.apply(found(local(Task(task_id="t1", title="Late"))), at(6)))
    assert delta.changed == {T1}
    after = index.conflict(T1)
    assert before is not None
    assert after is not None
    assert (before.title, after.title) == ("", "Late")
    assert not index.update(swarm.apply(found(local(Task(task_id="t1", title="Late", queue="q"))), at(6)))


def test_a_claim_of_unknown_time_is_as_old_as_what_else_is_known() -> None:
    nameless = claim("t1", "ann", at_minute=None)
    pulled = Sighting(remote(nameless).slot, nameless, hub_id=7, received_at=at(3))
    own = local(claim("t1", "bob", at_minute=1))
    assert the_one(watched(own, pulled)[1]).since == at(3)
    task = local(Task(task_id="t1", created_at=at(-10)))
    assert the_one(watched(own, remote(nameless), task)[1]).holders[0].created_at == at(-10)
    assert the_one(watched(own, remote(nameless))[1]).holders[0].created_at == EARLIEST


def test_where_no_claim_is_the_earlier_one_the_advice_says_so() -> None:
    _, index = watched(local(claim("t1", "bob")), remote(claim("t1", "ann")))
    assert (
        the_one(index).advice == "no claim came first, so the name decides: let ann keep the task, and bob give it back"
    )


def test_a_run_that_claims_in_both_places_is_named_once() -> None:
    _, index = watched(
        local(claim("t1", "ann", at_minute=1)),
        remote(claim("t1", "ann", at_minute=2)),
        remote(claim("t1", "bob", at_minute=3), stem="x"),
    )
    conflict = the_one(index)
    assert conflict.description == "2 runs claim t1: ann here and from the hub, bob from the hub"
    assert conflict.since - at(3) == timedelta(0)


@pytest.mark.parametrize("count", [8, HOLDERS_LIMIT + 10])
def test_of_a_crowd_a_handful_is_named(count: int) -> None:
    crowd = [local(claim("t1", f"agent-{n:05}", at_minute=n / 10_000), stem=f"c{n}") for n in range(count)]
    conflict = the_one(watched(*crowd)[1])
    assert len(conflict.holders) == min(count, HOLDERS_LIMIT)
    assert conflict.complete == (count <= HOLDERS_LIMIT)
    assert conflict.description.endswith(f"agent-00004 here and {min(count, HOLDERS_LIMIT) - 5} more")
    assert conflict.description.startswith("8 runs" if conflict.complete else "at least 2000 runs")


def test_hostile_names_are_made_visible_and_short() -> None:
    _, index = watched(
        local(claim("t1", "a\x1b[2J" * 80)),
        remote(claim("t1", "b\u202e" * 200)),
        local(Task(task_id="t1", title="\x07" * 10_000)),
    )
    conflict = the_one(index)
    for sentence in (conflict.description, conflict.advice):
        assert sentence.isprintable()
        assert len(sentence) < 400


def test_asked_before_the_index_has_followed_it_speaks_of_the_swarm_as_it_was() -> None:
    swarm, index = watched(local(claim("t1", "ann")), remote(claim("t1", "bob")))
    delta = swarm.apply(gone(local(claim("t1"))), at(6))
    before = index.conflict(T1)
    assert before is not None
    assert before.runs == ("ann", "bob")
    index.update(delta)
    assert index.conflict(T1) is None


def test_what_is_due_next_forgets_a_claim_that_is_gone() -> None:
    swarm, _ = watched(local(claim("t1", "ann", ends=10)))
    assert swarm.next_deadline() == at(10)
    swarm.apply(gone(local(claim("t1"))), at(6))
    assert swarm.next_deadline() is None


def test_news_at_the_moment_at_which_a_claim_runs_out_name_its_run_too() -> None:
    swarm, _ = watched(local(claim("t1", "ann", ends=10)))
    assert swarm.apply(found(remote(claim("t1", "bob"))), at(10)).runs == {"ann", "bob"}
