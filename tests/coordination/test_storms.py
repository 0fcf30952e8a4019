"""Storms and chance: after whatever happened to the disk, the picture equals a fresh load."""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from disk_picture import NOON, feeding, put, reservation

import musetui
from musetui.coordination.batch import FOLDERS, Batch, Problem, Sighting, Slot
from musetui.coordination.inotify import InotifyWatches
from musetui.coordination.observer import ObserverWatches
from musetui.coordination.outbox import BATCH_SIZE, Outbox
from musetui.coordination.reader import load, parse_slot
from musetui.coordination.repository import Repository
from musetui.coordination.watcher import Bell
from musetui.coordination.writer import Writer
from tests.properties import SEARCH

SOURCE = Path(musetui.__file__).parents[1]
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="speaks of inotify")


@pytest.fixture
def repository(muse_root: Path) -> Repository:
    return Repository(muse_root)


class CountingBell(Bell):
    """Rings another bell, and counts."""

    def __init__(self, bell: Bell) -> None:
        super().__init__()
        self.other = bell
        self.slots: list[Slot] = []
        self.others = 0

    def ring_slot(self, slot: Slot, settled: bool) -> None:
        self.slots.append(slot)
        self.other.ring_slot(slot, settled)

    def ring_tree(self) -> None:
        self.others += 1
        self.other.ring_tree()

    def ring_lost(self) -> None:
        self.others += 1
        self.other.ring_lost()


@linux_only
def test_a_record_rings_once_and_our_own_reading_and_temporary_files_never(repository: Repository) -> None:
    bells: list[CountingBell] = []

    def opening(bell: Bell) -> InotifyWatches:
        bells.append(CountingBell(bell))
        return InotifyWatches(bells[0])

    writer = Writer(repository)
    put(repository, reservation("r1"))
    put(repository, reservation("r1"), "heartbeats")
    with feeding(repository, opening=opening) as picture:
        picture.wait_settled()
        (bell,) = bells
        bell.slots.clear()
        folder = repository.coordination / "reservations"
        (folder / ".r9.json.tmp").write_text("x")
        (folder / ".r9.json.tmp").unlink()
        (folder / "notes.txt").write_text("x")
        for _ in range(3):
            assert len(load(repository).found) == 2
        rung = [put(repository, reservation("r2"))] * 2  # made, and closed: a plain write cannot ring less
        slot = writer.write_record(parse_record_of(reservation("r3")))
        beat = Slot("heartbeats", f"{writer.beat('r4', 'agent-1', now=NOW_MOMENT).reservation_id}.json")
        picture.wait_for(*rung, slot, beat)
        last = put(repository, reservation("last"))
        picture.wait(lambda: bell.slots.count(last) == 2, "the last bell")
        assert bell.slots == [*rung, slot, beat, last, last]
        assert bell.others == 0


def parse_record_of(fields: dict[str, Any]) -> Any:
    slot = Slot("reservations", f"{fields['reservation_id']}.json")
    outcome = parse_slot(slot, json.dumps(fields).encode())
    assert isinstance(outcome, Sighting)
    return outcome.record


NOW_MOMENT = parse_record_of(reservation("r1")).created_at


class GatedBell(CountingBell):
    """Holds up whoever rings it, until the gate is opened."""

    def __init__(self, bell: Bell) -> None:
        super().__init__(bell)
        self.gate = threading.Event()
        self.lost = 0

    def ring_slot(self, slot: Slot, settled: bool) -> None:
        self.gate.wait(60)
        super().ring_slot(slot, settled)

    def ring_lost(self) -> None:
        self.lost += 1
        super().ring_lost()


@linux_only
def test_a_queue_that_overflows_loses_nothing(repository: Repository) -> None:
    room = int(QUEUE.read_text())
    if room > 200_000:
        pytest.skip(f"a queue of {room} events takes too long to fill")
    bells: list[GatedBell] = []

    def opening(bell: Bell) -> InotifyWatches:
        bells.append(GatedBell(bell))
        return InotifyWatches(bells[0])

    slots = [put(repository, reservation(f"r{number}"), folder) for folder in FOLDERS for number in range(20)]
    with feeding(repository, opening=opening) as picture:
        picture.wait_settled()
        (bell,) = bells
        # The watching thread now stands still with this bell in its hand, and the kernel's queue fills.
        put(repository, reservation("first"))
        folder = repository.coordination / "reservations"
        for _ in range(room // 2 + 2_000):
            os.mkfifo(folder / "noise")
            (folder / "noise").unlink()
        for slot in slots[::2]:
            (repository.coordination / slot.path).unlink()
        for slot in slots[1::4]:
            put(repository, reservation(slot.stem, run_id="agent-2"), slot.folder)
        late = put(repository, reservation("late"), "remote/reservation")
        _make_again(repository.coordination / "claims")
        put(repository, {"task_id": "again"}, "claims", "again.json")
        assert late not in picture.found
        bell.gate.set()
        picture.wait_equal(repository)
        assert bell.lost
        assert any("dropped" in status.reason and not status.settled for status in picture.statuses)
        picture.wait(lambda: picture.status.settled and not picture.status.reason, "the doubt to end")
        picture.wait_for(put(repository, {"task_id": "after"}, "claims", "after.json"))


def _make_again(folder: Path) -> None:
    """Remove a folder and make it again, with the same inode number if the disk will have it so."""
    before = folder.stat().st_ino
    for _ in range(100):
        shutil.rmtree(folder)
        folder.mkdir()
        if folder.stat().st_ino == before:
            return


@linux_only
def test_more_dirty_slots_than_are_remembered_one_by_one(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musetui.coordination.watcher._SLOTS_LIMIT", 3)
    with feeding(repository, opening=InotifyWatches) as picture:
        picture.wait_settled()
        for number in range(200):
            put(repository, reservation(f"r{number}"))
            put(repository, reservation(f"r{number}"), "remote/reservation")
        picture.wait_equal(repository)


STORM = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer

writer = Writer(Repository(Path(sys.argv[1])), durable=False)
now = datetime.now(UTC)
for number in range(int(sys.argv[2])):
    ttl = timedelta(hours=1)
    made = writer.reserve(["src/a.py"], f"agent-{number % 9}", ttl=ttl, operation="modify", branch="main", now=now)
    writer.beat(made.reservation_id, "agent-1", now=now, extend_to=now + 2 * ttl)
    if number % 5 == 0:
        writer.release(made.reservation_id, "agent-1", now=now)
"""


def test_a_storm_of_several_writers_is_followed_to_the_last_record(repository: Repository) -> None:
    with feeding(repository) as picture:
        picture.wait_settled()
        arguments = [sys.executable, "-c", STORM, str(repository.root), "400"]
        writers = [subprocess.Popen(arguments, cwd=SOURCE) for _ in range(3)]
        assert [writer.wait(60) for writer in writers] == [0, 0, 0]
        picture.wait(lambda: len(picture.found) == 3 * (400 + 400 + 80), "all records")
        assert picture.equals_disk(repository)
        assert max(picture.batches) <= BATCH_SIZE
        assert not picture.ever_wrong


class Chance:
    """Does random things to a repository's records, each as some program or other may do it."""

    NAMES = ("a", "b", "c", "d", "no id")
    PLACES = ("reservations", "heartbeats", "remote/reservation", "remote/claim")

    def __init__(self, repository: Repository, seed: int) -> None:
        self._repository = repository
        self._random = random.Random(seed)
        self._serial = 0

    def step(self) -> None:
        """Do one thing; what cannot be done is not done."""
        deeds: list[tuple[Callable[[], object], int]] = [
            (self._write, 8),
            (self._replace, 8),
            (self._link, 4),
            (self._delete, 6),
            (self._rename, 4),
            (self._garbage, 3),
            (self._odd_file, 2),
            (self._make_folder, 3),
            (self._remove_folder, 1),
            (self._move_folder, 1),
            (self._swap_folder, 1),
        ]
        (deed,) = self._random.choices([deed for deed, _ in deeds], [weight for _, weight in deeds])
        with suppress(OSError):
            deed()

    def _folder(self) -> Path:
        return self._repository.coordination / self._random.choice(self.PLACES)

    def _path(self) -> Path:
        return self._folder() / f"{self._random.choice(self.NAMES)}.json"

    def _text(self) -> str:
        self._serial += 1
        record = reservation("", task_id="", run_id=f"agent-{self._serial % 10}", last_beat_at=NOON)
        record.pop("reservation_id")
        return json.dumps(record)

    def _write(self) -> None:
        self._write_plainly(self._text())

    def _write_plainly(self, text: str) -> None:
        # O_NONBLOCK, since a pipe may be there.
        descriptor = os.open(self._path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)

    def _replace(self) -> None:
        path = self._path()
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(self._text())
        temporary.replace(path)

    def _link(self) -> None:
        path = self._path()
        temporary = self._repository.root / "temporary"
        temporary.write_text(self._text())
        try:
            path.hardlink_to(temporary)
        finally:
            temporary.unlink()

    def _delete(self) -> None:
        path = self._path()
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()

    def _rename(self) -> None:
        self._path().rename(self._path())

    def _garbage(self) -> None:
        self._write_plainly(self._random.choice(("", "{", "[1]", "null", '{"run_id": 7}')))

    def _odd_file(self) -> None:
        path = self._path()
        self._random.choice((path.mkdir, lambda: path.symlink_to("a.json"), lambda: os.mkfifo(path)))()

    def _make_folder(self) -> None:
        self._folder().mkdir(parents=True)

    def _remove_folder(self) -> None:
        folder = self._random.choice((self._folder(), self._repository.coordination / "remote"))
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        else:
            shutil.rmtree(folder)

    def _move_folder(self) -> None:
        away = self._repository.root / "away"
        folder = self._random.choice((self._folder(), self._repository.coordination))
        if away.exists():
            away.rename(folder)
        else:
            folder.rename(away)

    def _swap_folder(self) -> None:
        folder = self._folder()
        if not folder.exists():
            self._random.choice((lambda: folder.symlink_to("heartbeats"), folder.touch))()


MORE = max(SEARCH, 1)
WAYS: dict[str, tuple[dict[str, Any], int]] = {
    "kernel": ({"opening": InotifyWatches}, 7 * MORE),
    "observer": ({"opening": ObserverWatches, "reconcile_every": 1.0}, 2 * MORE),
    "polling": ({"polling": True, "poll_interval": 0.02}, 2 * MORE),
}


@pytest.mark.parametrize(("way", "seed"), [(way, seed) for way, (_, seeds) in WAYS.items() for seed in range(seeds)])
def test_after_any_sequence_of_deeds_the_picture_equals_a_fresh_load(
    repository: Repository, way: str, seed: int
) -> None:
    chance = Chance(repository, seed)
    with feeding(repository, **WAYS[way][0]) as picture:
        for _ in range(6):
            for _ in range(70):
                chance.step()
            picture.wait_equal(repository, f"the picture to equal the disk (seed {seed})")
        assert max(picture.batches) <= BATCH_SIZE


@pytest.mark.parametrize("seed", range(5))
def test_batches_say_the_same_as_their_news_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    record = parse_record_of(reservation("r"))
    slots = [Slot("reservations", f"r{number}.json") for number in range(150)]
    expected: dict[str, object] = {}
    batches: list[Batch] = []
    outbox = Outbox(batches.append)
    for _ in range(3_000):
        slot = chance.choice(slots)
        held = expected.get(slot.path)
        match chance.randrange(4):
            case 0 | 1:
                expected[slot.path] = Sighting(slot, record, hub_id=len(batches))
                outbox.found(Sighting(slot, record, hub_id=len(batches)))
            case 2 if held is not None:
                del expected[slot.path]
                outbox.gone(slot)
            case 3:
                expected[slot.path] = Problem(slot.path, "reason")
                outbox.slot_problem(slot, "reason", held_record=isinstance(held, Sighting))
    outbox.flush()
    outbox.flush()
    told: dict[str, object] = {}
    for batch in batches:
        assert 0 < len(batch) <= BATCH_SIZE
        for slot in batch.gone:
            told.pop(slot.path)
        for sighting in batch.found:
            told[sighting.slot.path] = sighting
        for problem in batch.problems:
            told[problem.path] = problem
    assert told == expected
