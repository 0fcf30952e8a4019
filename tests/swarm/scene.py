"""A small world in which everything meets: few ids, runs and addresses, many places and moments."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from musetui.coordination.batch import Batch, Problem, Sighting, Slot
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Claim, Dependency, Heartbeat, Intent, Release, Reservation, Task
from musetui.swarm.picture import Swarm

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

ADDRESSES = (
    "src",
    "src/",
    "src/a.py",
    "src/a.py::C",
    "src/a.py::C.m",
    "src/a.py::C.m.n",
    "src/a.py::f",
    "src/b/c.py::g",
    "src/b",
    "docs/x.md",
)


def at(minutes: float) -> datetime:
    """Return the moment *minutes* after noon."""
    return NOON + timedelta(minutes=minutes)


def reservation(
    reservation_id: str = "r1",
    run_id: str = "ann",
    *addresses: str,
    branch: str = "main",
    created: float = 0,
    ends: float = 60,
) -> Reservation:
    """Return a reservation; moments are minutes after noon."""
    return Reservation(
        reservation_id=reservation_id,
        run_id=run_id,
        branch=branch,
        addresses=addresses or ("src/a.py",),
        created_at=at(created),
        expires_at=at(ends),
    )


def beat(reservation_id: str = "r1", run_id: str = "ann", *, at_minute: float, ends: float | None = None) -> Heartbeat:
    """Return a heartbeat; moments are minutes after noon."""
    until = None if ends is None else at(ends)
    return Heartbeat(
        reservation_id=reservation_id, run_id=run_id, last_beat_at=at(at_minute), extended_expires_at=until
    )


def release(reservation_id: str = "r1", run_id: str = "ann", *, at_minute: float | None) -> Release:
    """Return a release; the moment is minutes after noon."""
    return Release(
        reservation_id=reservation_id, run_id=run_id, released_at=None if at_minute is None else at(at_minute)
    )


def intent(intent_id: str, run_id: str = "ann", *addresses: str, of: str = "", created: float = 0) -> Intent:
    """Return an intent to modify; the moment is minutes after noon."""
    return Intent(
        intent_id=intent_id,
        reservation_id=of,
        run_id=run_id,
        branch="main",
        addresses=addresses or ("src/a.py",),
        operation="modify",
        created_at=at(created),
    )


def claim(task_id: str = "t1", run_id: str = "ann", *, at_minute: float | None = 0, ends: float | None = 60) -> Claim:
    """Return a claim on a task; moments are minutes after noon."""
    return Claim(
        task_id=task_id,
        claimer_run_id=run_id,
        claimed_at=None if at_minute is None else at(at_minute),
        expires_at=None if ends is None else at(ends),
    )


def local(record: AnyRecord, stem: str = "") -> Sighting:
    """Return *record* as it lies among the local ones."""
    return Sighting(Slot(record.kind.folder, f"{stem or record.record_id}.json"), record)


def remote(record: AnyRecord, stem: str = "") -> Sighting:
    """Return *record* as it lies among those pulled from a hub."""
    return Sighting(Slot(f"remote/{record.kind.value}", f"{stem or record.record_id}.json"), record)


def found(*sightings: Sighting) -> Batch:
    """Return a batch of sightings."""
    return Batch(found=sightings)


def gone(*sightings: Sighting) -> Batch:
    """Return a batch in which what was sighted is no longer there."""
    return Batch(gone=[sighting.slot for sighting in sightings])


def swarm_of(records: Iterable[AnyRecord], now: datetime = NOON) -> Swarm:
    """Return a swarm of local records."""
    swarm = Swarm()
    swarm.apply(found(*map(local, records)), now)
    return swarm


_ids = st.sampled_from(("r1", "r2", "r3"))
_runs = st.sampled_from(("ann", "bob", "cy", ""))
_branches = st.sampled_from(("main", "dev", ""))
_addresses = st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3).map(tuple)
_zones = st.sampled_from((UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-7))))
# Minutes near each other, so that leases, silences and steps meet at the same moment.
_moments = st.builds(lambda minute, zone: at(minute).astimezone(zone), st.integers(-40, 90), _zones)
_maybe = st.none() | _moments

records: dict[Kind, st.SearchStrategy[AnyRecord]] = {
    Kind.RESERVATION: st.builds(
        Reservation,
        reservation_id=_ids,
        run_id=_runs,
        branch=_branches,
        addresses=_addresses,
        created_at=_moments,
        expires_at=_moments,
        operation=st.sampled_from((None, "modify", "delete", "move")),
    ),
    Kind.INTENT: st.builds(
        Intent,
        intent_id=_ids,
        reservation_id=_ids | st.just(""),
        run_id=_runs,
        branch=_branches,
        addresses=_addresses,
        operation=st.sampled_from(("modify", "delete", "rename", "split", "")),
        created_at=_moments,
    ),
    Kind.RELEASE: st.builds(
        Release, release_id=_ids | st.just(""), reservation_id=_ids, run_id=_runs, released_at=_maybe
    ),
    Kind.HEARTBEAT: st.builds(
        Heartbeat, reservation_id=_ids, run_id=_runs, last_beat_at=_maybe, extended_expires_at=_maybe
    ),
    Kind.DEPENDENCY: st.builds(
        Dependency,
        reservation_id=_ids,
        depends_on=st.lists(_ids, max_size=2).map(tuple),
        run_id=_runs,
        created_at=_maybe,
    ),
    Kind.TASK: st.builds(Task, task_id=_ids, run_id=_runs, title=st.sampled_from(("t", "u")), created_at=_maybe),
    Kind.CLAIM: st.builds(Claim, task_id=_ids, claimer_run_id=_runs, claimed_at=_maybe, expires_at=_maybe),
}

# What decides liveness and conflicts comes up most.
_kinds = st.sampled_from(
    (
        *Kind,
        Kind.RESERVATION,
        Kind.RESERVATION,
        Kind.RESERVATION,
        Kind.HEARTBEAT,
        Kind.HEARTBEAT,
        Kind.RELEASE,
        Kind.CLAIM,
    )
)


def _slots(kind: Kind) -> st.SearchStrategy[Slot]:
    folders = st.sampled_from((kind.folder, f"remote/{kind.value}"))
    return st.builds(Slot, folders, st.sampled_from(("r1.json", "r2.json", "r3.json", "other.json")))


slots = _kinds.flatmap(_slots)
sightings = _kinds.flatmap(
    lambda kind: st.builds(Sighting, _slots(kind), records[kind], st.none() | st.integers(1, 9), _maybe)
)
_problems = st.builds(
    Problem, slots.map(lambda slot: slot.path) | st.just("reservations"), st.sampled_from(("no", "bad"))
)
batches = st.builds(
    Batch,
    found=st.lists(sightings, max_size=4),
    gone=st.lists(slots, max_size=2),
    problems=st.lists(_problems, max_size=1),
    solved=st.lists(st.just("reservations"), max_size=1),
)

steps = st.lists(st.tuples(st.integers(0, 12), st.none() | batches), min_size=1, max_size=12)
"""A history: minutes that pass before each step, and the news of that step, or None where only time passes."""


class Disk:
    """What lies on disk at the end: the plain model that a swarm must agree with."""

    def __init__(self) -> None:
        self.sightings: dict[Slot, Sighting] = {}
        self.problems: dict[str, str] = {}

    def follow(self, batch: Batch) -> None:
        """Do to the disk what *batch* tells."""
        for path in batch.solved:
            self.problems.pop(path, None)
        for slot in batch.gone:
            self.sightings.pop(slot, None)
            self.problems.pop(slot.path, None)
        for sighting in batch.found:
            self.sightings[sighting.slot] = sighting
            self.problems.pop(sighting.slot.path, None)
        for problem in batch.problems:
            self.problems[problem.path] = problem.reason
            self.sightings = {slot: lies for slot, lies in self.sightings.items() if slot.path != problem.path}

    def batch(self) -> Batch:
        """Return all that lies there."""
        problems = [Problem(path, reason) for path, reason in self.problems.items()]
        return Batch(found=list(self.sightings.values()), problems=problems)

    def signs(self, swarm: Swarm) -> list[tuple[str, datetime]]:
        """Return every sign of life, as run and moment; *swarm* knows whose each reservation is."""
        found = []
        for sighting in self.sightings.values():
            record = sighting.record
            if record.moment is not None:
                found.append((record.holder, record.moment))
                held = swarm.reservation(record.record_id) if record.kind is Kind.HEARTBEAT else None
                if held is not None and not record.holder and held.run_id:
                    found.append((held.run_id, record.moment))
        return found

    def records(self, kind: Kind) -> list[AnyRecord]:
        """Return every record of *kind*, once for each place."""
        return [sighting.record for sighting in self.sightings.values() if sighting.record.kind is kind]
