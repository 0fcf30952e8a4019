"""What a disk tells of its past, what it cannot tell, and how what was seen meanwhile fits in."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch, Problem, Sighting, Slot
from musetui.history.scrub import Scrub
from musetui.history.trail import Trail
from musetui.history.unknown import Unknown
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Dependency, Heartbeat, Reservation, Task
from musetui.records.writing import written_at
from musetui.swarm.picture import Swarm
from tests.properties import patient
from tests.swarm.scene import (
    MINUTE,
    NOON,
    Disk,
    at,
    beat,
    claim,
    found,
    gone,
    local,
    records,
    release,
    remote,
    reservation,
    steps,
)
from tests.swarm.test_same_as_loaded_at_once import History, look

END = at(120)


def looked(*sightings: Sighting, moment: datetime = END) -> Trail:
    """Return the trail of a disk on which these lie at *moment*, and of which nothing else is known."""
    trail = Trail()
    trail.look([found(*sightings)], moment)
    return trail


def held_at(trail: Trail, moment: datetime) -> set[str]:
    """Return the reservations that were held at *moment*."""
    scrub = Scrub(trail)
    scrub.go(moment)
    return {held.record_id for held in scrub.swarm.reservations() if held.is_held}


def all_at(trail: Trail, moment: datetime) -> set[str]:
    """Return the ids of all that was there at *moment*."""
    scrub = Scrub(trail)
    scrub.go(moment)
    return {record_id for kind in Kind for record_id in scrub.swarm.ids(kind)}


_dated = (
    st.sampled_from(list(Kind)).flatmap(lambda kind: records[kind]).filter(lambda record: record.moment is not None)
)


@patient(60)
@given(st.lists(_dated, max_size=12), st.integers(-50, 130))
def test_from_records_alone_the_picture_is_that_of_all_written_by_then(written: list[AnyRecord], minute: int) -> None:
    lying = {local(record).slot: local(record) for record in written}
    swarm = Swarm()
    for sighting in sorted(lying.values(), key=lambda each: each.record.moment or NOON):
        if sighting.record.moment is not None and sighting.record.moment <= at(minute):
            swarm.apply(found(sighting), max(swarm.now, sighting.record.moment))
    swarm.advance(at(minute))
    scrub = Scrub(looked(*lying.values(), moment=at(130)))
    scrub.go(at(minute))
    assert look(scrub.swarm) == look(swarm)


@patient(40)
@given(steps, st.integers(0, 3), st.lists(st.integers(0, 200), min_size=1, max_size=5))
def test_what_was_watched_is_exact_and_ends_in_the_disk_as_it_is(
    history: History, first: int, minutes: list[int]
) -> None:
    """Somebody comes after some of it, looks, watches, goes away and comes back at the end."""
    disk, now, trail = Disk(), NOON, Trail()
    pictures: dict[datetime, dict[str, object]] = {}
    for number, (passed, batch) in enumerate(history):
        now += (passed + 1) * MINUTE
        if batch is not None:
            disk.follow(batch)
        if number == first:
            trail.look([disk.batch()], now)
        elif number > first and batch is not None and number <= first + 5:
            trail.follow(batch, now)
        if first <= number <= first + 5:
            swarm = Swarm()
            swarm.apply(disk.batch(), now)
            pictures[now] = look(swarm)
            trail.keep_watch(now)
    trail.look([disk.batch()], now := now + MINUTE)
    swarm = Swarm()
    swarm.apply(disk.batch(), now)
    pictures[now] = look(swarm)
    scrub = Scrub(trail)
    for minute in minutes:
        moment = sorted(pictures)[minute % len(pictures)]
        scrub.go(moment)
        assert look(scrub.swarm) == pictures[moment]
        assert trail.is_watched(moment)


def test_a_heartbeat_written_over_is_not_guessed() -> None:
    trail = looked(local(reservation("r1", ends=30)), local(beat("r1", at_minute=50, ends=90)))
    assert held_at(trail, at(29)) == {"r1"}
    assert held_at(trail, at(40)) == set()
    assert held_at(trail, at(60)) == {"r1"}
    assert trail.unknown(at(40)) == Unknown(deleted=True, beats=1)
    assert trail.unknown(at(60)) == Unknown(deleted=True)
    assert trail.unknown(at(-1)) == Unknown(deleted=True)
    assert trail.unknown(END) == Unknown()


def test_of_what_was_watched_nothing_is_unknown() -> None:
    trail = looked(local(reservation("r1", ends=30)), moment=at(5))
    trail.follow(found(local(beat("r1", at_minute=20, ends=50))), at(21))
    trail.follow(found(local(beat("r1", at_minute=40, ends=90))), at(41))
    trail.follow(gone(local(reservation("r1"))), at(60))
    assert held_at(trail, at(45)) == held_at(trail, at(35)) == {"r1"}
    assert all_at(trail, at(61)) == {"r1"}  # the heartbeat is still there
    assert not any(trail.unknown(at(minute)) for minute in (5, 20, 30, 60))
    assert trail.unknown(at(4)) == trail.unknown(at(61)) == Unknown(deleted=True)


def test_between_two_watches_no_more_is_known_than_the_records_tell() -> None:
    trail = looked(local(reservation("r1", ends=30)), local(reservation("r2", created=1)), moment=at(5))
    trail.keep_watch(at(10))
    trail.look([found(local(reservation("r1", ends=30)), local(beat("r1", at_minute=40, ends=90)))], at(50))
    assert trail.unknown(at(20)) == Unknown(deleted=True, beats=1)
    # Where r2 was removed is not known; it was there when somebody last watched, and is known to be gone at the look.
    assert held_at(trail, at(49)) == {"r1", "r2"}
    assert held_at(trail, at(50)) == {"r1"}


def test_what_is_dated_before_a_watch_that_did_not_see_it_came_after_it() -> None:
    trail = looked(moment=at(10))
    trail.keep_watch(at(20))
    trail.look([found(local(reservation("r1", created=15)))], at(30))
    assert all_at(trail, at(20)) == set()
    assert all_at(trail, at(20) + MINUTE / 60_000_000) == {"r1"}


def test_what_is_dated_ahead_was_there_when_it_was_seen() -> None:
    trail = looked(local(reservation("r1", created=90, ends=100)), moment=at(50))
    assert all_at(trail, at(49)) == set()
    assert all_at(trail, at(50)) == {"r1"}


@pytest.mark.parametrize(
    "record",
    [release("r1", at_minute=None), Dependency(reservation_id="r1", depends_on=("r2",)), claim("t1", at_minute=None)],
    ids=lambda record: record.kind.value,
)
def test_a_record_without_a_date_is_as_old_as_what_it_is_about(record: AnyRecord) -> None:
    trail = looked(local(record), local(reservation("r1")), local(Task(task_id="t1", created_at=NOON)))
    before, after = Scrub(trail), Scrub(trail)
    before.go(at(-1))
    after.go(NOON)
    assert not before.swarm.count(record.kind)
    assert after.swarm.count(record.kind) == 1
    assert trail.unknown(NOON) == Unknown(deleted=True, undated=1)
    assert trail.begins == NOON


def test_a_record_about_nothing_known_was_always_there() -> None:
    trail = looked(local(release("r9", at_minute=None)))
    assert all_at(trail, at(-10_000)) == {"r9"}
    assert trail.begins is None


def test_what_is_dated_back_is_there_from_when_it_tells_that_it_was_written() -> None:
    again = Reservation.model_validate({**reservation("r2", ends=200).model_dump(), "written_at": at(40).isoformat()})
    extended = beat("r1", at_minute=0, ends=200).model_dump()
    longer = Heartbeat.model_validate({**extended, "written_at": at(90).isoformat()})
    trail = looked(local(reservation("r1", ends=60)), local(again), local(longer))
    assert held_at(trail, at(39)) == {"r1"}
    assert held_at(trail, at(40)) == {"r1", "r2"}
    assert held_at(trail, at(70)) == {"r2"}
    assert held_at(trail, at(90)) == {"r1", "r2"}


@pytest.mark.parametrize("told", ["", "soon", 7, None, [], "0001-01-01", "9999-12-31T23:59:59-14:00", "2026-99-01"])
def test_what_is_no_moment_of_writing_dates_nothing(told: object) -> None:
    assert written_at(Reservation.model_validate({**reservation("r1").model_dump(), "written_at": told})) == NOON


def test_what_came_from_a_hub_is_shown_from_when_the_hub_had_it() -> None:
    pulled = remote(reservation("r1", created=5))._replace(hub_id=7, received_at=at(8))
    trail = looked(pulled, remote(reservation("r2", created=6)))
    assert all_at(trail, at(7)) == {"r2"}
    assert all_at(trail, at(8)) == {"r1", "r2"}
    assert trail.unknown(at(9)) == Unknown(deleted=True, arrivals=2)
    assert trail.unknown(at(7)) == Unknown(deleted=True, arrivals=1)


def test_a_clock_set_back_does_not_put_news_before_what_came_earlier() -> None:
    trail = looked(moment=at(10))
    trail.follow(found(local(reservation("r1"))), at(20))
    trail.follow(gone(local(reservation("r1"))), at(15))
    assert trail.ends == at(20)
    assert all_at(trail, at(20)) == set()
    trail.look([found(local(reservation("r2")))], at(12))
    assert all_at(trail, at(20)) == set()
    assert all_at(trail, at(21)) == {"r2"}


def test_problems_come_and_go_with_what_was_seen() -> None:
    trail = looked(moment=at(0))
    slot = Slot("tasks", "t.json")
    trail.follow(Batch(problems=[Problem(slot.path, "not JSON"), Problem("claims", "a link")]), at(5))
    trail.follow(Batch(gone=[slot], solved=["claims"]), at(9))
    scrub = Scrub(trail)
    for minute, problems in ((4, {}), (5, {slot.path: "not JSON", "claims": "a link"}), (9, {}), (6, 2), (1, {})):
        scrub.go(at(minute))
        told = dict(scrub.swarm.problems())
        assert (len(told) if isinstance(problems, int) else told) == problems


def test_what_is_not_known_is_said_in_plain_words() -> None:
    said = Unknown(deleted=True, beats=2, undated=1, arrivals=3).sentences()
    assert [sentence.split()[0] for sentence in said] == ["nobody", "2", "1", "3"]
    assert not Unknown().sentences()
    assert not Unknown()


def test_a_trail_tells_where_it_begins_and_ends() -> None:
    trail = Trail()
    assert trail.begins is None
    assert trail.ends is None
    assert not trail.is_watched(NOON)
    trail = looked(local(reservation("r1", created=3)))
    assert trail.begins == at(3)
    assert trail.ends == END
    assert trail.number(at(3)) == 1
    assert trail.number(at(3) - timedelta(microseconds=1)) == 0
