"""The reader against whatever may lie in a folder: each is one record or one plain reason, and none holds it up."""

import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from disk_picture import NOON, ONE, open_root, put, reservation, unprivileged

from musetui.coordination.batch import FOLDERS, Batch, Problem, Sighting, Slot
from musetui.coordination.files import UnreadableError, read_looked_at
from musetui.coordination.folders import FolderError
from musetui.coordination.reader import load, names_in, read_slot
from musetui.coordination.repository import Repository


@pytest.fixture
def repository(muse_root: Path) -> Repository:
    return Repository(muse_root)


@pytest.fixture
def open_repository() -> Iterator[Repository]:
    """Return a repository at a path short enough for a socket, which every user may enter."""
    with open_root() as root:
        yield Repository(root)


def _within_seconds(seconds: float, work: Callable[[], Batch]) -> Batch:
    """Do *work* in a thread, so that a reader that waits for ever fails the test instead of stopping it."""
    results: list[Batch] = []
    thread = threading.Thread(target=lambda: results.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert results, "the reader is held up, or has failed"
    return results[0]


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def _sparse(size: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.touch()
        os.truncate(path, size)

    return make


ZOO: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.touch(), "empty file"),
    "half": (lambda path: path.write_text(json.dumps(reservation("half"))[:80]), "not JSON"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 8), "not JSON"),
    "list": (lambda path: path.write_text("[1, 2]"), "not a JSON object"),
    "shape": (lambda path: path.write_text('{"reservation_id": "shape"}'), "run_id is missing"),
    "deep": (lambda path: path.write_text('{"a":' * 100_000 + "1" + "}" * 100_000), "nested too deep"),
    "deep-list": (lambda path: path.write_text("[" * 500_000), "nested too deep"),
    "large": (_sparse(50 * 1024 * 1024), "larger than 1024 KiB"),
    "just-over": (_sparse(1024 * 1024 + 1), "larger than 1024 KiB"),
    "link": (lambda path: path.symlink_to("good.json"), "a symbolic link, not followed"),
    "dangling": (lambda path: path.symlink_to("nowhere.json"), "a symbolic link, not followed"),
    "loop": (lambda path: path.symlink_to("loop.json"), "a symbolic link, not followed"),
    "device-link": (lambda path: path.symlink_to("/dev/zero"), "a symbolic link, not followed"),
    "pipe": (lambda path: os.mkfifo(path), "a named pipe, not a file"),
    "folder": (lambda path: path.mkdir(), "a folder, not a file"),
    "socket": (_socket, "a socket, not a file"),
    "no id": (lambda path: path.write_text(json.dumps(reservation("good"))), "the file's name is no id"),
    "\x1b[2J": (lambda path: path.write_text("{}"), "the file's name is no id"),
    "i" * 129: (lambda path: path.write_text("{}"), "the file's name is no id"),
    "surrogate": (lambda path: path.write_text('{"run_id": "\\ud800"}'), "not JSON"),
}
if sys.platform == "linux":  # elsewhere the disk itself refuses such a name
    ZOO[os.fsdecode(b"\xff\xfe")] = (lambda path: path.write_text("{}"), "the file's name is no id")


def test_each_beast_is_one_problem_and_hurts_no_other(open_repository: Repository) -> None:
    good = put(open_repository, reservation("good"))
    folder = open_repository.coordination / "reservations"
    for stem, (make, _) in ZOO.items():
        make(folder / f"{stem}.json")
    (folder / ".hidden.json").write_text("{")
    (folder / ".good.json.0123456789abcdef.tmp").write_text("{")
    (folder / "notes.txt").write_text("{")

    batch = _within_seconds(20, lambda: load(open_repository))
    assert [sighting.slot for sighting in batch.found] == [good]
    reasons = {problem.path: problem.reason for problem in batch.problems}
    assert len(batch.problems) == len(reasons)
    assert set(reasons) == {f"reservations/{stem}.json" for stem in ZOO}
    for stem, (_, reason) in ZOO.items():
        assert reason in reasons[f"reservations/{stem}.json"]
        assert "\n" not in reasons[f"reservations/{stem}.json"]
        alone = read_slot(open_repository.coordination, Slot("reservations", f"{stem}.json"))
        assert alone == Problem(f"reservations/{stem}.json", reasons[f"reservations/{stem}.json"])


def test_a_file_without_permission_is_a_problem(open_repository: Repository) -> None:
    slot = put(open_repository, reservation("shut"))
    (open_repository.coordination / slot.path).chmod(0)
    with unprivileged(open_repository.root):
        assert load(open_repository).problems == [Problem(slot.path, "no permission")]


def test_a_folder_without_permission_is_a_problem(open_repository: Repository) -> None:
    put(open_repository, reservation("shut"))
    (open_repository.coordination / "reservations").chmod(0)
    with unprivileged(open_repository.root):
        assert load(open_repository).problems == [Problem("reservations", "no permission")]
        (open_repository.coordination / "reservations").chmod(0o700)
        assert len(load(open_repository).found) == 1


def test_every_folder_is_read(repository: Repository) -> None:
    wire = {"id": 7, "record_id": "r1", "run_id": "agent-1", "created_at": ONE}
    for folder, (_, kind) in FOLDERS.items():
        payload = reservation("r1", intent_id="r1", task_id="r1", claimer_run_id="agent-1")
        record = wire | {"kind": kind, "payload": payload} if folder.startswith("remote/") else payload
        put(repository, record, folder, "r1.json")
    batch = load(repository)
    assert not batch.problems
    assert [sighting.slot.folder for sighting in batch.found] == list(FOLDERS)
    for sighting in batch.found:
        is_remote = sighting.slot.folder.startswith("remote/")
        assert sighting.record.kind is sighting.slot.kind
        assert sighting.hub_id == (7 if is_remote else None)
        assert (sighting.received_at is not None) == is_remote


def test_a_record_among_those_of_another_kind_is_a_problem(repository: Repository) -> None:
    envelope = {"id": 1, "kind": "task", "record_id": "r1", "payload": {"task_id": "r1"}, "created_at": NOON}
    put(repository, envelope, "remote/claim", "r1.json")
    assert [problem.path for problem in load(repository).problems] == ["remote/claim/r1.json"]


def test_no_coordination_folder_is_no_problem(repository: Repository) -> None:
    assert len(load(repository)) == 0
    assert names_in(repository.coordination, "reservations") == []
    assert read_slot(repository.coordination, Slot("reservations", "r.json")) is None


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("reservations", "reservations"),
        ("remote", "remote"),
        ("remote/reservation", "remote/reservation"),
        ("", "."),
    ],
)
def test_a_linked_folder_is_not_followed(repository: Repository, tmp_path: Path, place: str, path: str) -> None:
    elsewhere = Repository(tmp_path / "elsewhere")
    put(elsewhere, reservation("stolen"))
    put(elsewhere, reservation("stolen"), "remote/reservation")
    link = repository.coordination / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere.coordination / place)
    batch = load(repository)
    assert not batch.found
    assert batch.problems == [Problem(path, "a symbolic link, not followed")]
    slot = Slot("remote/reservation" if "remote" in place else "reservations", "stolen.json")
    assert read_slot(repository.coordination, slot) == batch.problems[0]


@pytest.mark.parametrize("make", [lambda path: path.write_text("x"), os.mkfifo], ids=["a file", "a pipe"])
def test_a_folder_that_is_none_is_a_problem(repository: Repository, make: Callable[[Path], object]) -> None:
    repository.coordination.mkdir()
    make(repository.coordination / "intents")
    good = put(repository, reservation("good"))
    batch = load(repository)
    assert [sighting.slot for sighting in batch.found] == [good]
    assert [problem.path for problem in batch.problems] == ["intents"]
    assert "not a folder" in batch.problems[0].reason
    with pytest.raises(FolderError, match="not a folder"):
        names_in(repository.coordination, "intents")


def test_a_listing_tells_the_names_of_what_may_be_records(repository: Repository) -> None:
    slot = put(repository, reservation("good"))
    (repository.coordination / "reservations" / "draft.txt").touch()
    (repository.coordination / "reservations" / ".hidden.json").touch()
    assert names_in(repository.coordination, "reservations") == [slot.name]


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_file_that_grows_under_the_reader_is_read_up_to_the_limit() -> None:
    # The files of /proc tell a size of 0 and hold much: to a reader, they grow while they are read.
    grown, status = read_looked_at("/proc/self/maps", 10_000_000)
    assert status.st_size == 0
    assert len(grown) > 1_000
    with pytest.raises(UnreadableError, match="larger"):
        read_looked_at("/proc/self/maps", 1_000)


def test_a_link_put_in_the_place_of_a_file_that_was_looked_at_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "r.json").symlink_to("secret")
    with pytest.raises(UnreadableError, match="symbolic link"):
        read_looked_at(tmp_path / "r.json", 1_000)


def test_a_pipe_put_in_the_place_of_a_file_that_was_looked_at_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "r.json")

    def read() -> Batch:
        with pytest.raises(UnreadableError, match="named pipe"):
            read_looked_at(tmp_path / "r.json", 1_000)
        return Batch()

    _within_seconds(10, read)


def test_files_that_come_and_go_while_they_are_read_are_seen_whole_or_not_at_all(repository: Repository) -> None:
    slots = [put(repository, reservation(f"r{number}")) for number in range(50)]
    over = threading.Event()

    def churn() -> None:
        while not over.is_set():
            for slot in slots:
                path = repository.coordination / slot.path
                path.replace(path.with_suffix(".away"))
                path.with_suffix(".away").replace(path)

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(40):
            batch = load(repository)
            assert not batch.problems
            assert all(isinstance(sighting, Sighting) for sighting in batch.found)
    finally:
        over.set()
        thread.join()
    assert len(load(repository).found) == 50


def test_what_is_longer_than_any_record_is_read_to_its_end(repository: Repository) -> None:
    whole = reservation("long") | {"note": "x" * 40_000}
    put(repository, whole)
    cut = json.dumps(reservation("cut")).encode().ljust(16_384) + b"and more"
    (repository.coordination / "reservations" / "cut.json").write_bytes(cut)
    batch = load(repository)
    assert [sighting.record.model_extra for sighting in batch.found] == [{"note": "x" * 40_000}]
    assert [problem.path for problem in batch.problems] == ["reservations/cut.json"]
