"""What a picture shows, one story each."""

from datetime import timedelta

import pytest

from musetui.coordination.batch import Batch, Problem, Sighting, Slot, Source
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.records.models import Dependency, Heartbeat
from musetui.swarm.picture import Swarm
from musetui.swarm.problems import PROBLEMS_SHOWN
from tests.swarm.scene import at, beat, found, gone, intent, local, release, remote, reservation, swarm_of

ACTIVE, EXPIRING, RELEASED, EXPIRED = LeaseState


def state(swarm: Swarm, reservation_id: str = "r1") -> LeaseState:
    held = swarm.reservation(reservation_id)
    assert held is not None
    return held.state


def test_a_lease_runs_its_course() -> None:
    swarm = swarm_of([reservation(ends=60)])
    seen = []
    while (moment := swarm.next_deadline()) is not None:
        delta = swarm.advance(moment)
        if state(swarm) not in seen:
            seen.append(state(swarm))
            assert delta.changed[Kind.RESERVATION] == {"r1"}
    assert seen == [ACTIVE, EXPIRING, EXPIRED]
    assert swarm.now == at(60)
    assert not swarm.at_address("src/a.py")
    assert set(swarm.ended_at_address("src/a.py")) == {"r1"}


def test_a_heartbeat_that_came_before_its_reservation_counts() -> None:
    swarm = Swarm()
    swarm.apply(found(remote(beat(at_minute=50, ends=120), stem="ann")), at(70))
    swarm.apply(found(local(reservation(ends=60))), at(70))
    assert state(swarm) is ACTIVE
    held = swarm.reservation("r1")
    assert held is not None
    assert held.lease.expires_at == at(120)


def test_of_many_heartbeats_the_one_that_reaches_furthest_counts() -> None:
    swarm = swarm_of([reservation(ends=60)])
    beats = [
        local(beat(at_minute=1, ends=80)),
        remote(beat(at_minute=2, ends=300), stem="ann"),
        remote(beat(at_minute=3)),
    ]
    delta = swarm.apply(found(*beats), at(10))
    assert delta.changed[Kind.RESERVATION] == {"r1"}
    held = swarm.reservation("r1")
    assert held is not None
    assert len(held.heartbeats) == 3
    assert held.lease.expires_at == at(300)
    swarm.apply(gone(beats[1]), at(10))
    assert held.lease.expires_at == at(80)


@pytest.mark.parametrize("stem", ["r1", "any-name"])
def test_a_release_of_any_name_ends_its_reservation_and_its_removal_revives_it(stem: str) -> None:
    swarm = swarm_of([reservation(ends=60)])
    ended = local(release(at_minute=9), stem=stem)
    delta = swarm.apply(found(ended), at(10))
    assert delta.changed[Kind.RESERVATION] == {"r1"}
    assert state(swarm) is RELEASED
    assert not swarm.held_of_run("ann")
    delta = swarm.apply(gone(ended), at(11))
    assert delta.changed[Kind.RESERVATION] == {"r1"}
    assert state(swarm) is ACTIVE
    assert set(swarm.at_address("src/a.py")) == {"r1"}


def test_a_release_in_the_future_waits() -> None:
    swarm = swarm_of([reservation(ends=600), release(at_minute=20)])
    assert state(swarm) is ACTIVE
    swarm.advance(at(20))
    assert state(swarm) is RELEASED


def test_of_two_releases_the_earlier_ends_it_and_one_of_unknown_time_ends_it_from_the_start() -> None:
    swarm = swarm_of([reservation(created=2, ends=60)], at(30))
    later, earlier, unknown = (
        local(release(at_minute=20), stem="x"),
        remote(release(at_minute=10), stem="y"),
        local(release(at_minute=None), stem="z"),
    )
    swarm.apply(found(later, earlier, unknown), at(30))
    held = swarm.reservation("r1")
    assert held is not None
    assert (held.lease.released_at, held.release) == (at(2), unknown.record)
    swarm.apply(gone(unknown), at(30))
    assert (held.lease.released_at, held.release) == (at(10), earlier.record)
    swarm.apply(gone(earlier), at(30))
    assert (held.lease.released_at, held.release) == (at(20), later.record)


def test_a_run_falls_silent_and_is_heard_of_again() -> None:
    swarm = swarm_of([reservation(ends=600), reservation("r2", "bob", ends=600, created=10)], at(10))
    assert not swarm.advance(at(14.99))
    delta = swarm.advance(at(15))
    assert delta.changed[Kind.RESERVATION] == {"r1"}
    assert delta.runs == {"ann"}
    assert swarm.is_silent("ann")
    assert swarm.counts().silent == 1
    delta = swarm.apply(found(local(intent("i1", created=16))), at(16))
    assert delta.changed[Kind.RESERVATION] == {"r1"}
    assert swarm.counts().silent == 0
    assert swarm.last_sign("ann") == at(16)


def test_a_sign_of_life_too_far_ahead_counts_from_when_it_is_within_what_is_tolerated() -> None:
    swarm = swarm_of([reservation(ends=600), intent("i1", created=60)])
    swarm.advance(at(20))
    assert swarm.is_silent("ann")
    assert swarm.last_sign("ann") == at(0)
    assert swarm.sign_ahead("ann") == at(60)
    assert swarm.next_deadline() == at(59)
    swarm.advance(at(59))
    assert not swarm.is_silent("ann")
    assert swarm.last_sign("ann") == at(60)
    assert swarm.sign_ahead("ann") is None


def test_a_run_whose_clock_is_a_little_ahead_is_not_silent() -> None:
    """It writes its heartbeat again and again, and always ahead of this clock."""
    beat = Heartbeat(reservation_id="r1", run_id="ann", last_beat_at=at(120) + timedelta(seconds=42))
    swarm = swarm_of([reservation(ends=600), beat], at(120))
    assert not swarm.is_silent("ann")


def test_the_last_sign_of_life_is_forgotten_with_its_file() -> None:
    last = local(intent("i1", created=30))
    swarm = swarm_of([reservation(ends=600), last.record], at(31))
    assert swarm.last_sign("ann") == at(30)
    delta = swarm.apply(gone(last), at(31))
    assert swarm.last_sign("ann") == at(0)
    assert swarm.is_silent("ann")
    assert delta.changed[Kind.RESERVATION] == {"r1"}


def test_a_local_record_speaks_before_a_pulled_one_and_the_rightly_named_file_before_others() -> None:
    pulled, misnamed, own = (
        remote(reservation(branch="pulled")),
        local(reservation(branch="misnamed"), stem="aaa"),
        local(reservation(branch="own")),
    )
    swarm = Swarm()
    branches = []
    for sighting in (pulled, misnamed, own):
        swarm.apply(found(sighting), at(1))
        held = swarm.reservation("r1")
        assert held is not None
        branches.append(held.reservation.branch)
    assert branches == ["pulled", "misnamed", "own"]
    assert held is not None
    assert held.is_shared
    assert held.slots == (own.slot, misnamed.slot, pulled.slot)
    assert (swarm.counts().of(Source.LOCAL), swarm.counts().of(Source.REMOTE)) == (1, 0)
    swarm.apply(gone(misnamed, own), at(1))
    assert not held.is_local
    assert (swarm.counts().of(Source.LOCAL), swarm.counts().of(Source.REMOTE)) == (0, 1)


def test_a_file_replaced_within_one_batch_is_a_change() -> None:
    old = local(reservation("r1"), stem="file")
    swarm = Swarm()
    swarm.apply(found(old), at(1))
    same_id = Batch(gone=[old.slot], found=[local(reservation("r1", branch="dev"))])
    delta = swarm.apply(same_id, at(1))
    assert (delta.appeared[Kind.RESERVATION], delta.left[Kind.RESERVATION]) == (set(), set())
    assert delta.changed[Kind.RESERVATION] == {"r1"}
    delta = swarm.apply(found(Sighting(Slot("reservations", "r1.json"), reservation("r9"))), at(1))
    assert (delta.appeared[Kind.RESERVATION], delta.left[Kind.RESERVATION]) == ({"r9"}, {"r1"})


def test_a_dependency_can_be_followed_both_ways() -> None:
    swarm = swarm_of([Dependency(reservation_id="r1", depends_on=("r2", "r3"), run_id="ann")])
    assert swarm.depends_on("r1") == ("r2", "r3")
    assert set(swarm.waiting_on("r3")) == {"r1"}
    assert swarm.depends_on("r2") == ()


def test_a_problem_takes_a_records_place_and_a_record_a_problems() -> None:
    sighting = local(reservation())
    swarm = Swarm()
    swarm.apply(found(sighting), at(1))
    delta = swarm.apply(Batch(problems=[Problem(sighting.slot.path, "not JSON")]), at(1))
    assert delta.problems
    assert delta.left[Kind.RESERVATION] == {"r1"}
    assert swarm.problems() == {"reservations/r1.json": "not JSON"}
    delta = swarm.apply(found(sighting), at(1))
    assert delta.problems
    assert swarm.counts().problems == 0


def test_a_flood_of_problems_is_counted_whole_and_shown_in_part() -> None:
    flood = [Problem(f"tasks/{number}.json", "empty file") for number in range(PROBLEMS_SHOWN + 5)]
    swarm = Swarm()
    swarm.apply(Batch(problems=flood), at(0))
    assert swarm.counts().problems == PROBLEMS_SHOWN + 5
    assert len(swarm.problems()) == PROBLEMS_SHOWN
    swarm.apply(Batch(solved=[problem.path for problem in flood[:10]]), at(0))
    assert len(swarm.problems()) == PROBLEMS_SHOWN - 5
    assert flood[-1].path in swarm.problems()


def test_counts_tell_states_apart_here_and_remote() -> None:
    swarm = Swarm()
    swarm.apply(
        found(
            local(reservation("a", ends=600)),
            local(reservation("b", ends=4)),
            remote(reservation("c", ends=600)),
            remote(reservation("d", ends=600)),
            local(release("d", at_minute=1)),
            local(reservation("e", created=-60, ends=-1)),
            local(intent("i")),
        ),
        at(1),
    )
    counts = swarm.counts()
    assert counts.local == {ACTIVE: 1, EXPIRING: 1, RELEASED: 0, EXPIRED: 1}
    assert counts.remote == {ACTIVE: 1, EXPIRING: 0, RELEASED: 1, EXPIRED: 0}
    assert (counts.active, counts.expiring, counts.released, counts.expired, counts.held) == (2, 1, 1, 1, 3)
    assert (counts.reservations, counts.intents, counts.tasks, counts.claims) == (5, 1, 0, 0)


def test_a_clock_a_moment_behind_stands_still() -> None:
    swarm = swarm_of([reservation(ends=60)], at(60))
    assert not swarm.advance(at(60 - 0.01))
    assert swarm.now == at(60)
    assert state(swarm) is EXPIRED


def test_what_is_due_next_does_not_depend_on_when_a_sign_of_the_future_was_read() -> None:
    signs = [local(beat(at_minute=0)), remote(beat(at_minute=10), stem="ann")]
    early, late = Swarm(), Swarm()
    early.apply(found(*signs), at(1))
    early.advance(at(11))
    late.apply(found(*signs), at(11))
    assert early.next_deadline() == late.next_deadline() == at(25)


def test_a_file_that_goes_by_the_id_of_another_is_a_problem_until_it_is_none() -> None:
    mine, other = local(reservation("r1", "ann")), local(reservation("r1", "bob"), stem="copy")
    swarm = Swarm()
    assert swarm.apply(found(other), at(0)).problems is False
    assert swarm.apply(found(mine), at(0)).problems
    assert dict(swarm.problems()) == {
        "reservations/copy.json": "its id is that of r1.json, which is shown in its stead"
    }
    assert (swarm.counts().problems, swarm.counts().reservations) == (1, 1)
    assert swarm.apply(found(remote(reservation("r1", "ann"))), at(0)).problems is False
    assert swarm.apply(gone(mine), at(0)).problems
    assert not swarm.problems()
    held = swarm.reservation("r1")
    assert held is not None
    assert held.run_id == "bob"


def test_a_heartbeat_that_names_no_run_is_its_holders_sign_of_life() -> None:
    unsigned = local(beat(run_id="", at_minute=50))
    swarm = swarm_of([reservation(ends=200)])
    swarm.advance(at(60))
    assert swarm.is_silent("ann")
    delta = swarm.apply(found(unsigned), at(60))
    assert not swarm.is_silent("ann")
    assert swarm.last_sign("ann") == at(50)
    assert "ann" in delta.runs
    assert delta.changed[Kind.RESERVATION] == {"r1"}
    swarm.apply(found(local(reservation(run_id="bob", ends=200))), at(60))
    assert (swarm.last_sign("ann"), swarm.last_sign("bob")) == (None, at(50))
    swarm.apply(gone(unsigned), at(61))
    assert swarm.is_silent("bob")


def test_a_heartbeat_that_names_no_run_may_come_before_its_reservation_and_stay_behind() -> None:
    swarm = Swarm()
    swarm.apply(found(local(beat(run_id="", at_minute=50))), at(60))
    assert swarm.last_sign("ann") is None
    mine = local(reservation(ends=200))
    swarm.apply(found(mine), at(60))
    assert swarm.last_sign("ann") == at(50)
    swarm.apply(gone(mine), at(60))
    assert swarm.last_sign("ann") is None
