"""Whatever came in whatever order, the picture is the one of the disk as it is, and of nothing else."""

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch, Slot
from musetui.records.kinds import Kind
from musetui.records.liveness import lease_of
from musetui.records.models import Claim, Heartbeat, Release
from musetui.swarm.claims import Claimed
from musetui.swarm.delta import Delta
from musetui.swarm.entity import Entity, Held
from musetui.swarm.picture import Swarm
from musetui.swarm.thresholds import Thresholds
from tests.properties import patient
from tests.swarm.scene import ADDRESSES, MINUTE, NOON, Disk, batches, sightings, steps

IDS = ("r1", "r2", "r3")
RUNS = ("ann", "bob", "cy", "")
PATIENT = patient(50)
History = list[tuple[int, Batch | None]]


def snapshot(entity: Entity) -> tuple[Any, ...]:
    """Return all that a view can see of *entity*."""
    seen: tuple[Any, ...] = (entity.record, entity.slots, entity.is_local, entity.is_remote, entity.source)
    if isinstance(entity, Held):
        seen += (entity.lease, entity.state, entity.silent, entity.heartbeats, entity.release)
    if isinstance(entity, Claimed):
        seen += (entity.in_force,)
    return seen


def everything(swarm: Swarm) -> dict[tuple[Kind, str], tuple[Any, ...]]:
    """Return the snapshot of everything there is."""
    return {(kind, entity.record_id): snapshot(entity) for kind in Kind for entity in swarm.entities(kind)}


def look(swarm: Swarm) -> dict[str, Any]:
    """Return all that a picture tells, but for its activity."""
    return {
        "entities": everything(swarm),
        "ids": {kind: set(swarm.ids(kind)) for kind in Kind},
        "counts": swarm.counts(),
        "at": {address: set(swarm.at_address(address)) for address in ADDRESSES},
        "ended at": {address: set(swarm.ended_at_address(address)) for address in ADDRESSES},
        "intents at": {address: set(swarm.intents_at(address)) for address in ADDRESSES},
        "runs": {run: {kind: set(ids) for kind, ids in swarm.of_run(run).items()} for run in RUNS},
        "held of runs": {run: set(swarm.held_of_run(run)) for run in RUNS},
        "branches": {name: {k: set(i) for k, i in swarm.of_branch(name).items()} for name in ("main", "dev", "")},
        "held of branches": {name: set(swarm.held_of_branch(name)) for name in ("main", "dev", "")},
        "intents of": {name: set(swarm.intents_of(name)) for name in IDS},
        "depends on": {name: swarm.depends_on(name) for name in IDS},
        "waiting on": {name: set(swarm.waiting_on(name)) for name in IDS},
        "names": (swarm.runs(), swarm.branches(), swarm.addresses()),
        "held": {address: set(ids) for address, ids in swarm.held_addresses()},
        "problems": dict(swarm.problems()),
        "signs": {run: (swarm.last_sign(run), swarm.is_silent(run)) for run in RUNS},
        "next": swarm.next_deadline(),
    }


def loaded(disk: Disk, now: datetime) -> Swarm:
    """Return a swarm that has read the whole disk in one go."""
    swarm = Swarm()
    swarm.apply(disk.batch(), now, live=False)
    return swarm


def step(swarm: Swarm, disk: Disk, batch: Batch | None, now: datetime) -> Delta:
    """Do one step to the swarm, and to the disk."""
    if batch is None:
        return swarm.advance(now)
    disk.follow(batch)
    return swarm.apply(batch, now)


@PATIENT
@given(steps)
def test_any_history_ends_in_the_picture_of_its_disk(history: History) -> None:
    swarm, disk, now = Swarm(), Disk(), NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, disk, batch, now)
    assert look(swarm) == look(loaded(disk, now))


@PATIENT
@given(st.lists(sightings, max_size=12), st.randoms(use_true_random=False))
def test_the_order_and_the_split_of_a_load_do_not_matter(found: list[Any], random: Any) -> None:
    disk = Disk()
    disk.follow(Batch(found=found))
    lying = list(disk.sightings.values())
    random.shuffle(lying)
    swarm = Swarm()
    while lying:
        cut = random.randint(1, len(lying))
        swarm.apply(Batch(found=lying[:cut]), NOON)
        lying = lying[cut:]
    swarm.advance(NOON)
    assert look(swarm) == look(loaded(disk, NOON))


@PATIENT
@given(st.lists(sightings, max_size=8))
def test_a_batch_told_twice_is_no_news(found: list[Any]) -> None:
    disk = Disk()
    disk.follow(Batch(found=found))
    swarm = loaded(disk, NOON)
    assert not swarm.apply(Batch(found=list(disk.sightings.values())), NOON)


@PATIENT
@given(steps)
def test_states_follow_from_the_records_alone(history: History) -> None:
    swarm, disk, now = Swarm(Thresholds(longest_lease=40 * MINUTE)), Disk(), NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, disk, batch, now)
        signs: dict[str, list[datetime]] = {}
        for run_id, moment in disk.signs(swarm):
            if moment <= now:
                signs.setdefault(run_id, []).append(moment)
        for held in swarm.reservations():
            record = held.reservation
            beats = [b for b in disk.records(Kind.HEARTBEAT) if isinstance(b, Heartbeat)]
            releases = [r for r in disk.records(Kind.RELEASE) if isinstance(r, Release)]
            lease = lease_of(
                record,
                [b for b in beats if b.reservation_id == held.record_id],
                [r for r in releases if r.reservation_id == held.record_id],
            )
            assert held.lease == lease
            assert held.state is lease.state(now)
            last = max(signs.get(record.run_id, []), default=None)
            assert held.silent == (held.is_held and last is not None and now - last >= swarm.settings.silent_after)
            overlong = held.is_held and lease.length > swarm.settings.longest_lease
            assert (held.record_id in swarm.overlong()) == overlong
        assert swarm.overlong() <= swarm.ids(Kind.RESERVATION)
        assert set(swarm.silent_runs()) == {run_id for run_id in signs if swarm.is_silent(run_id)}


@PATIENT
@given(steps)
def test_a_delta_names_every_run_that_was_last_heard_of_at_another_moment(history: History) -> None:
    swarm, disk, now = Swarm(), Disk(), NOON
    heard: dict[str, datetime | None] = {}
    for minutes, batch in history:
        now += minutes * MINUTE
        delta = step(swarm, disk, batch, now)
        before, heard = heard, {run_id: swarm.last_sign(run_id) for run_id in ("ann", "bob", "cy", "")}
        assert {run_id for run_id in heard if heard[run_id] != before.get(run_id)} <= delta.runs
        assert set(swarm.runs_ahead(now)) == {run_id for run_id, moment in disk.signs(swarm) if moment > now}


@PATIENT
@given(steps)
def test_claims_in_force_follow_from_the_records_alone(history: History) -> None:
    swarm, disk, now = Swarm(), Disk(), NOON
    told: dict[tuple[str, Slot], str] = {}
    for minutes, batch in history:
        now += minutes * MINUTE
        delta = step(swarm, disk, batch, now)
        before, told = told, {}
        for task_id in swarm.ids(Kind.CLAIM):
            claimed = swarm.claimed(task_id)
            assert claimed is not None
            told |= {(task_id, sighting.slot): sighting.record.holder for sighting in claimed.in_force}
        assert told == {
            (record.task_id, slot): record.claimer_run_id
            for slot, sighting in disk.sightings.items()
            if isinstance(record := sighting.record, Claim) and (record.expires_at is None or record.expires_at > now)
        }
        over = before.keys() - told.keys()
        assert {before[key] for key in over} <= delta.runs
        if batch is None:
            assert {task_id for task_id, _ in over} == delta.changed[Kind.CLAIM]


def replay(view: dict[Any, Any], delta: Delta, swarm: Swarm) -> None:
    """Repaint in *view* what *delta* names, as a table does."""
    for kind in Kind:
        here = {record_id for (of, record_id) in view if of is kind}
        assert not delta.appeared[kind] & here
        assert delta.changed[kind] <= here
        assert delta.left[kind] <= here
        for record_id in delta.left[kind]:
            del view[kind, record_id]
        for record_id in delta.appeared[kind] | delta.changed[kind]:
            entity = swarm.entity(kind, record_id)
            assert entity is not None
            view[kind, record_id] = snapshot(entity)


@PATIENT
@given(steps)
def test_a_view_that_repaints_what_deltas_name_shows_everything(history: History) -> None:
    swarm, disk, now = Swarm(), Disk(), NOON
    view: dict[Any, Any] = {}
    # A second view comes in now and then, with all deltas since then merged.
    slow: dict[Any, Any] = {}
    merged = Delta()
    for number, (minutes, batch) in enumerate(history):
        now += minutes * MINUTE
        before, problems = dict(view), dict(swarm.problems())
        delta = step(swarm, disk, batch, now)
        replay(view, delta, swarm)
        assert view == everything(swarm)
        assert delta.problems or problems == swarm.problems()
        if batch is None:
            unneeded = {key for key in before if key[1] in delta.changed[key[0]] and before[key] == view[key]}
            assert not unneeded
        merged.merge(delta)
        if number % 3 == 2 or number == len(history) - 1:
            replay(slow, merged, swarm)
            assert slow == view
            merged = Delta()


@PATIENT
@given(steps)
def test_nothing_changes_before_the_next_deadline(history: History) -> None:
    swarm, disk, now = Swarm(), Disk(), NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, disk, batch, now)
    before = everything(swarm)
    ends_at = swarm.next_deadline()
    if ends_at is None:
        assert not swarm.advance(now + 10_000 * MINUTE)
    else:
        assert ends_at > now
        assert not swarm.advance(ends_at - MINUTE / 60_000_000)
    assert everything(swarm) == before


@PATIENT
@given(steps, batches)
def test_a_clock_set_back_is_followed(history: History, last: Batch) -> None:
    swarm, disk, now = Swarm(), Disk(), NOON
    for minutes, batch in history:
        now += minutes * MINUTE
        step(swarm, disk, batch, now)
    earlier = now - 37 * MINUTE
    step(swarm, disk, last, earlier)
    assert look(swarm) == look(loaded(disk, earlier))
