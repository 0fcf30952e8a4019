"""A load generator: any number of records at once, of a swarm far larger than any story's."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from musetui.coordination.encode import encode_record
from musetui.coordination.folders import make_folder
from musetui.coordination.repository import Repository
from musetui.placing import create_file
from musetui.records.kinds import INTENT_OPERATIONS, OPERATIONS, Kind
from musetui.records.models import (
    ID_FIELDS,
    AnyRecord,
    Claim,
    Dependency,
    Heartbeat,
    Intent,
    Release,
    Reservation,
    Task,
)
from musetui.simulation.code_base import source_files
from musetui.simulation.phrases import BRANCHES, DETAILS, REASONS, TASKS
from musetui.simulation.world import ranked

RUNS = 200
"""Runs that the records are spread over, unless told otherwise."""

_FILES_SHARE = 20
"""One source file for this many records, so that a larger swarm collides in more places, not ever harder in one."""

_SILENT_SHARE = 10
"""One run in this many was last heard of over twenty minutes ago."""


def populate(repository: Repository, count: int, seed: int = 1, *, now: datetime, runs: int = RUNS) -> Counter[Kind]:
    """Write *count* records into *repository*, each whole and at once, as fast as the disk takes them.

    Args:
        repository: where; its `.muse` folder is there.
        count: how many.
        seed: the same number, the same records.
        now: the moment they are seen at (aware).
        runs: how many runs they are of.

    Returns:
        How many were written of each kind.

    Raises:
        OSError: if the disk refuses, or if records of the same seed are there already.
    """
    written: Counter[Kind] = Counter()
    folders: dict[Kind, int] = {}
    try:
        for record in records(count, seed, now=now, runs=runs):
            kind = record.kind
            if kind not in folders:
                folders[kind] = make_folder(repository.coordination, kind.folder)
            name = f"{getattr(record, ID_FIELDS[kind])}.json"
            create_file(folders[kind], name, encode_record(record), durable=False)
            written[kind] += 1
    finally:
        for folder in folders.values():
            os.close(folder)
    return written


def records(count: int, seed: int = 1, *, now: datetime, runs: int = RUNS) -> Iterator[AnyRecord]:
    """Yield *count* records as seen at *now*; else as `populate`.

    Three in four are reservations: most of them active for hours, some about to run out, run out, or released. The
    others are intents, heartbeats, releases, and a few of each other kind; what names a reservation follows it.
    """
    load = _Load(Random(seed), now, runs, max(40, count // _FILES_SHARE))
    return (load.next() for _ in range(count))


class _Load:
    """What a stream of records has to remember, so that later ones fit earlier ones."""

    def __init__(self, rng: Random, now: datetime, runs: int, files: int) -> None:
        self._rng = rng
        self._now = now
        self._runs = [f"agent-{number:04}" for number in range(1, runs + 1)]
        outlined = source_files(files)
        self._leaves = [address for file in outlined for address in file.leaf_addresses()]
        self._outer = [address for file in outlined for address in (*file.class_addresses(), file.path)]
        # Of each write-once kind a reservation has at most one, so whoever is named leaves that kind's list.
        self._unnamed: dict[Kind, list[Reservation]] = {
            kind: [] for kind in (Kind.INTENT, Kind.HEARTBEAT, Kind.RELEASE, Kind.DEPENDENCY)
        }
        self._unclaimed: list[Task] = []

    def next(self) -> AnyRecord:
        """Return one more record."""
        dice = self._rng.random()
        if dice < 0.12:
            return self._intent()
        if dice < 0.18:
            return self._heartbeat()
        if dice < 0.22:
            return self._release()
        if dice < 0.24:
            return self._task_or_claim()
        return self._dependency() if dice < 0.245 else self._reservation()

    def _reservation(self) -> Reservation:
        rng = self._rng
        run = rng.randrange(len(self._runs))
        oldest, newest = (90, 20) if run % _SILENT_SHARE == _SILENT_SHARE - 1 else (80, 0)
        dice = rng.random()
        if dice < 0.88:
            left = rng.uniform(600, 8 * 3_600)
        elif dice < 0.92:
            left = rng.uniform(10, 290)
        else:
            left = -rng.uniform(10, 4 * 3_600)
        age = timedelta(minutes=rng.uniform(newest, oldest)) + timedelta(seconds=max(0.0, -left))
        reservation = Reservation(
            reservation_id=self._new_id(),
            run_id=self._runs[run],
            branch=BRANCHES[run % len(BRANCHES)][0],
            addresses=tuple({self._address() for _ in range(rng.choice((1, 1, 1, 2, 3)))}),
            created_at=self._now - age,
            expires_at=self._now + timedelta(seconds=left),
            operation=rng.choice(OPERATIONS),
        )
        for waiting in self._unnamed.values():
            waiting.append(reservation)
        return reservation

    def _intent(self) -> AnyRecord:
        reservation = self._one_for(Kind.INTENT)
        if reservation is None:
            return self._reservation()
        operation = self._rng.choice(INTENT_OPERATIONS)
        return Intent(
            intent_id=self._new_id(),
            reservation_id=reservation.reservation_id,
            run_id=reservation.run_id,
            branch=reservation.branch,
            addresses=reservation.addresses,
            operation=operation,
            created_at=reservation.created_at,
            detail=self._rng.choice(DETAILS[operation]).format(symbol="it"),
        )

    def _heartbeat(self) -> AnyRecord:
        reservation = self._one_for(Kind.HEARTBEAT)
        if reservation is None:
            return self._reservation()
        beat_at = self._since(reservation)
        return Heartbeat(
            reservation_id=reservation.reservation_id,
            run_id=reservation.run_id,
            last_beat_at=beat_at,
            extended_expires_at=beat_at + timedelta(hours=2) if self._rng.random() < 0.5 else None,
        )

    def _release(self) -> AnyRecord:
        reservation = self._one_for(Kind.RELEASE)
        if reservation is None:
            return self._reservation()
        return Release(
            reservation_id=reservation.reservation_id,
            run_id=reservation.run_id,
            released_at=self._since(reservation),
            reason=self._rng.choice(REASONS),
        )

    def _dependency(self) -> AnyRecord:
        reservation = self._one_for(Kind.DEPENDENCY)
        other = self._one_for(Kind.DEPENDENCY)
        if reservation is None or other is None:
            return self._reservation()
        return Dependency(
            reservation_id=reservation.reservation_id,
            depends_on=(other.reservation_id,),
            run_id=reservation.run_id,
            created_at=reservation.created_at,
        )

    def _task_or_claim(self) -> Task | Claim:
        rng = self._rng
        if self._unclaimed and rng.random() < 0.4:
            claimed_at = self._now - timedelta(minutes=rng.uniform(0, 40))
            return Claim(
                task_id=self._unclaimed.pop().task_id,
                claimer_run_id=rng.choice(self._runs),
                claimed_at=claimed_at,
                expires_at=claimed_at + timedelta(hours=1),
            )
        queue, title = rng.choice(TASKS)
        created_at = self._now - timedelta(minutes=rng.uniform(40, 90))
        task = Task(
            task_id=self._new_id(), run_id=rng.choice(self._runs), queue=queue, title=title, created_at=created_at
        )
        self._unclaimed.append(task)
        return task

    def _one_for(self, kind: Kind) -> Reservation | None:
        """Take a reservation that no record of *kind* names yet."""
        waiting = self._unnamed[kind]
        if not waiting:
            return None
        place = self._rng.randrange(len(waiting))
        waiting[place], waiting[-1] = waiting[-1], waiting[place]
        return waiting.pop()

    def _since(self, reservation: Reservation) -> datetime:
        """Return a moment at which *reservation* was held; of a run that fell silent, the one it began at."""
        silent = self._runs.index(reservation.run_id) % _SILENT_SHARE == _SILENT_SHARE - 1
        held = min(self._now, reservation.expires_at) - reservation.created_at
        return reservation.created_at + held * (0.0 if silent else self._rng.random())

    def _address(self) -> str:
        dice = self._rng.random()
        if dice < 0.03:
            return self._leaves[ranked(self._rng, len(self._leaves))]
        return self._rng.choice(self._outer if dice < 0.08 else self._leaves)

    def _new_id(self) -> str:
        return str(UUID(int=self._rng.getrandbits(128), version=4))
