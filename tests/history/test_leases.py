"""Leases read off a trail: from when to when each was held, whatever the order in which that became known."""

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch
from musetui.history.leases import Lease, Leases
from musetui.history.trail import Trail
from musetui.records.models import AnyRecord
from musetui.swarm.moments import micros
from tests.history.test_scrub import PATIENT, SECONDS, History, at_second, live_at, news_of, trail_of
from tests.swarm.scene import NOON, at, beat, found, local, release, remote, reservation, steps


def leases_of(*news: tuple[float, Batch]) -> dict[str, Lease]:
    """Return the leases that *news* tell of, each at so many minutes after noon."""
    trail = Trail()
    trail.look((), NOON)
    for minute, batch in news:
        trail.follow(batch, at(minute))
    leases = Leases(trail)
    list(leases.steps())
    return leases.of


def news(minute: float, record: AnyRecord) -> tuple[float, Batch]:
    return minute, found(local(record))


def test_a_lease_ends_when_it_runs_out_is_given_back_or_deleted() -> None:
    held = reservation(ends=60)
    assert leases_of(news(1, held))["r1"].ends == micros(at(60))
    assert leases_of(news(1, held), news(20, release(at_minute=20)))["r1"].ends == micros(at(20))
    gone = Batch(gone=[local(held).slot])
    assert leases_of(news(1, held), (30, gone))["r1"].ends == micros(at(30))
    assert leases_of(news(1, held), (30, gone), news(40, held))["r1"].gone is None


def test_what_a_hub_tells_later_was_held_before_and_is_known_from_then_on() -> None:
    pulled = [remote(record)._replace(received_at=at(90)) for record in (reservation(created=5), release(at_minute=20))]
    trail = Trail()
    trail.look([found(*pulled)], at(120))
    leases = Leases(trail)
    list(leases.steps())
    lease = leases.of["r1"]
    assert (lease.begins, lease.known, lease.ends) == (micros(at(5)), micros(at(90)), micros(at(20)))
    assert lease.shows == lease.ends


def test_what_had_ended_before_it_began_begins_where_it_ended() -> None:
    lease = leases_of(news(30, reservation(created=20)), news(31, release(at_minute=10)))["r1"]
    assert lease.begins == lease.shows == lease.ends == micros(at(10))


def test_what_still_lies_elsewhere_is_not_gone() -> None:
    held = reservation(ends=60)
    both = news(1, held), (2, found(remote(held)))
    assert leases_of(*both, (30, Batch(gone=[local(held).slot])))["r1"].gone is None
    assert leases_of(*both, (30, Batch(gone=[local(held).slot, remote(held).slot])))["r1"].gone == micros(at(30))


def test_each_heartbeat_is_kept_and_extends_it() -> None:
    lease = leases_of(
        news(1, reservation(ends=60)), news(20, beat(at_minute=20, ends=90)), news(40, beat(at_minute=40, ends=80))
    )["r1"]
    assert lease.beats == [micros(at(20)), micros(at(40))]
    assert lease.ends == micros(at(90))


def test_what_is_told_before_the_reservation_counts() -> None:
    lease = leases_of(
        (1, found(remote(release(at_minute=10)))), (2, found(remote(beat(at_minute=5)))), news(3, reservation(ends=60))
    )["r1"]
    assert (lease.released, lease.beats) == (micros(at(10)), [micros(at(5))])


@PATIENT
@given(steps, SECONDS)
def test_what_was_held_then_lies_within_its_lease(history: History, second: int) -> None:
    told = news_of(history)
    leases = Leases(trail_of(told))
    list(leases.steps())
    moment = at_second(second)
    swarm = live_at(told, moment)
    for held in swarm.reservations():
        lease = leases.of[held.record_id]
        assert lease.begins <= lease.shows <= lease.ends
        assert lease.known <= micros(moment)
        if held.state.is_held and lease.gone is None and lease.released is None:
            assert micros(moment) < lease.ends


@PATIENT
@given(steps, st.integers(0, 6))
def test_a_trail_is_read_on_where_it_was_left(history: History, first: int) -> None:
    told = news_of(history)
    trail = trail_of(told[:first])
    leases = Leases(trail)
    list(leases.steps())
    for moment, batch in told[first:]:
        trail.follow(batch, moment)
    list(leases.steps())
    whole = Leases(trail_of(told))
    list(whole.steps())
    assert leases.of == whole.of
