"""Liveness: exactly one state at any moment, and the moments at which it changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.records.liveness import Lease, LeaseState, lease_of, lease_state
from musetui.records.models import Heartbeat, Release, Reservation
from tests.properties import patient

PATIENT = patient(500)
NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)

# Seconds close together and far apart, so that moments meet, cross and coincide.
moments = (st.integers(-20, 20) | st.integers(-100_000, 100_000)).map(lambda s: NOON + timedelta(seconds=s))
leases = st.builds(Lease, moments, moments, st.none() | moments)


def reservation(created_at: datetime = NOON, expires_at: datetime = NOON + HOUR) -> Reservation:
    return Reservation(
        reservation_id="r", run_id="agent", addresses=("a",), created_at=created_at, expires_at=expires_at
    )


def beat(until: datetime | None) -> Heartbeat:
    return Heartbeat(reservation_id="r", last_beat_at=NOON, extended_expires_at=until)


def release(at: datetime | None) -> Release:
    return Release(reservation_id="r", released_at=at)


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (HOUR, LeaseState.ACTIVE),
        (timedelta(minutes=6) + TICK, LeaseState.ACTIVE),
        (timedelta(minutes=6), LeaseState.EXPIRING),
        (timedelta(minutes=5), LeaseState.EXPIRING),
        (TICK, LeaseState.EXPIRING),
        (timedelta(0), LeaseState.EXPIRED),
        (-HOUR, LeaseState.EXPIRED),
    ],
)
def test_an_hour_ends_in_its_last_tenth(left: timedelta, state: LeaseState) -> None:
    assert lease_state(reservation(), (), (), NOON + HOUR - left) is state


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (timedelta(minutes=5) + TICK, LeaseState.ACTIVE),
        (timedelta(minutes=5), LeaseState.EXPIRING),
        (timedelta(0), LeaseState.EXPIRED),
    ],
)
def test_a_short_lease_ends_in_its_last_five_minutes(left: timedelta, state: LeaseState) -> None:
    until = NOON + timedelta(minutes=20)
    assert lease_state(reservation(expires_at=until), (), (), until - left) is state


def test_a_lease_shorter_than_five_minutes_is_expiring_from_its_start() -> None:
    assert lease_state(reservation(expires_at=NOON + timedelta(minutes=2)), (), (), NOON) is LeaseState.EXPIRING


def test_a_release_counts_from_its_own_moment_on() -> None:
    ends = (release(NOON + HOUR / 2),)
    assert lease_state(reservation(), (), ends, NOON + HOUR / 2 - TICK) is LeaseState.ACTIVE
    assert lease_state(reservation(), (), ends, NOON + HOUR / 2) is LeaseState.RELEASED
    assert lease_state(reservation(), (), ends, NOON + 9 * HOUR) is LeaseState.RELEASED


def test_a_release_of_unknown_time_counts_from_the_beginning() -> None:
    assert lease_state(reservation(), (), (release(None),), NOON) is LeaseState.RELEASED


def test_only_the_two_held_states_hold() -> None:
    assert [state for state in LeaseState if state.is_held] == [LeaseState.ACTIVE, LeaseState.EXPIRING]


@given(leases, moments)
@PATIENT
def test_exactly_one_state_by_plain_rules(lease: Lease, now: datetime) -> None:
    released = lease.released_at is not None and lease.released_at <= now
    expired = not released and lease.expires_at <= now
    left = lease.expires_at - now
    short = left <= timedelta(minutes=5) or left * 10 <= lease.expires_at - lease.created_at
    expected = {
        LeaseState.RELEASED: released,
        LeaseState.EXPIRED: expired,
        LeaseState.EXPIRING: not released and not expired and short,
        LeaseState.ACTIVE: not released and not expired and not short,
    }
    assert [state for state, holds in expected.items() if holds] == [lease.state(now)]


@given(leases, moments)
@PATIENT
def test_the_state_differs_at_its_next_change_and_not_before(lease: Lease, now: datetime) -> None:
    change = lease.next_change(now)
    if change is None:
        for later in (now, now + HOUR, now + timedelta(days=36_500)):
            assert lease.state(later) is lease.state(now)
    else:
        assert change > now
        assert lease.state(change) is not lease.state(now)
        assert lease.state(change - TICK) is lease.state(now)
        assert lease.state(now + (change - now) / 2) is lease.state(now)


@given(leases, moments)
@PATIENT
def test_changes_come_to_an_end(lease: Lease, now: datetime) -> None:
    seen = [lease.state(now)]
    moment: datetime | None = now
    while moment is not None and (moment := lease.next_change(moment)) is not None:
        seen.append(lease.state(moment))
        assert len(seen) <= len(LeaseState)
    assert seen[-1] in (LeaseState.RELEASED, LeaseState.EXPIRED)
    assert len(seen) == len(set(seen))


@given(moments, moments, st.lists((st.none() | moments).map(beat), max_size=4), st.randoms())
@PATIENT
def test_heartbeats_only_lengthen_in_whatever_order(
    created_at: datetime, expires_at: datetime, beats: list[Heartbeat], random: object
) -> None:
    record = reservation(created_at, expires_at)
    lease = lease_of(record, beats)
    ends = [expires_at, *(beat.extended_expires_at for beat in beats if beat.extended_expires_at is not None)]
    assert lease.expires_at == max(ends)
    for count in range(len(beats)):
        assert lease_of(record, beats[:count]).expires_at <= lease_of(record, beats[: count + 1]).expires_at
    shuffled = list(beats)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert lease_of(record, shuffled) == lease


@given(moments, moments, st.lists((st.none() | moments).map(release), min_size=1, max_size=4), moments)
@PATIENT
def test_a_release_ends_whatever_heartbeats_say(
    created_at: datetime, expires_at: datetime, releases: list[Release], now: datetime
) -> None:
    record = reservation(created_at, expires_at)
    beats = [beat(NOON + timedelta(days=365))]
    lease = lease_of(record, beats, releases)
    assert lease.released_at == min(release.released_at or created_at for release in releases)
    if now >= lease.released_at:
        assert lease_state(record, beats, releases, now) is LeaseState.RELEASED
    else:
        assert lease_state(record, beats, releases, now) is not LeaseState.RELEASED


@PATIENT
@given(leases, moments, moments)
def test_since_its_last_change_a_lease_has_been_in_one_state(lease: Lease, now: datetime, earlier: datetime) -> None:
    last = lease.last_change(now)
    if last is not None:
        assert last <= now
    if earlier <= now and (last is None or earlier >= last):
        assert lease.state(earlier) is lease.state(now)
        assert lease.last_change(earlier) == last
