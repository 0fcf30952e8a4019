"""A start from a snapshot is the start without one, whatever became of the files, or of the snapshot, in between."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from disk_picture import NOON, Picture, put, reservation
from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.attic import Attic
from musetui.coordination.batch import Slot
from musetui.coordination.feed import Feed
from musetui.coordination.ledger import Ledger
from musetui.coordination.outbox import Outbox
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.coordination.snapshot import Snapshot
from musetui.simulation.populate import populate
from tests.conftest import wait_until
from tests.properties import patient


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loadings take place a minute after what they read was written, so that nothing is racy, nor half written."""
    monkeypatch.setattr("musetui.coordination.ledger._HOLD", 0.0)
    monkeypatch.setattr("musetui.coordination.ledger.time.time_ns", lambda: int((time.time() + 60) * 1e9))


@pytest.fixture
def repository(muse_root: Path) -> Repository:
    return Repository(muse_root)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "snapshots"


def start(repository: Repository, cache: Path, pause: Callable[[], None] = lambda: None) -> tuple[Picture, Snapshot]:
    """Load *repository* as a dashboard does, and return what is then known."""
    picture, snapshot = Picture(), Snapshot(cache, repository.coordination, fewest=1)
    Ledger(repository.coordination, Outbox(picture.apply), Attic(None)).load(pause, lambda *_: None, snapshot)
    return picture, snapshot


def remember(repository: Repository, cache: Path) -> None:
    """Load *repository*, and write the snapshot if that is due."""
    _, snapshot = start(repository, cache)
    if snapshot.is_due:
        assert snapshot.write(lambda: None)


def check_as_fresh(repository: Repository, picture: Picture) -> None:
    """Compare *picture* with what is read without any memory."""
    fresh = load(repository)
    assert picture.found == {sighting.slot: sighting for sighting in fresh.found}
    assert picture.problems == {problem.path: problem.reason for problem in fresh.problems}


def the_file(cache: Path) -> Path:
    """Return the only snapshot that is there."""
    (file,) = cache.glob("*.snapshot")
    return file


def recalled(repository: Repository, cache: Path) -> int:
    """Start again, check that all is as without a snapshot, and return how many records came from it."""
    picture, snapshot = start(repository, cache)
    check_as_fresh(repository, picture)
    return snapshot.recalled_count


NAMES = ("a", "b", "c")
CHANGES = ("write", "rewrite", "replace alike", "overwrite alike", "remove", "break", "touch", "link", "annotate")


def change(repository: Repository, deed: str, name: str, number: int) -> None:
    """Do to one file what agents, editors and enemies do."""
    folder = repository.coordination / "reservations"
    path = folder / f"{name}.json"
    there = path.stat() if path.is_file() and not path.is_symlink() else None
    run_id = f"agent-{number % 10}"
    if deed in ("write", "rewrite", "annotate"):
        fields = {"note": number} if deed == "annotate" else {}
        path.unlink(missing_ok=True)
        put(repository, reservation(name, run_id=run_id, **fields))
    elif deed in ("replace alike", "overwrite alike") and there is not None:
        # Another content of the same size, with the same time of change: by another file, or in the same one.
        whole = json.loads(path.read_bytes() or b"0") if there.st_size > 20 else 0
        data = json.dumps(whole | {"run_id": run_id} if isinstance(whole, dict) else whole).encode()
        if deed == "replace alike":
            (folder / ".new").write_bytes(data)
            (folder / ".new").replace(path)
        else:
            path.write_bytes(data)
        os.utime(path, ns=(there.st_atime_ns, there.st_mtime_ns))
    elif deed == "remove":
        path.unlink(missing_ok=True)
    elif deed == "break" and there is not None:
        path.write_bytes(b"{}")
    elif deed == "touch" and there is not None:
        path.touch()
    elif deed == "link" and there is None:
        path.unlink(missing_ok=True)
        path.symlink_to("elsewhere.json")
    # As in life, where what is younger than a tick of the clock is not remembered: its times are told apart.
    while there is not None and path.is_file() and (now := path.stat()).st_ctime_ns == there.st_ctime_ns:
        os.utime(path, ns=(now.st_atime_ns, now.st_mtime_ns))


@given(st.lists(st.lists(st.tuples(st.sampled_from(CHANGES), st.sampled_from(NAMES)), max_size=5), max_size=4))
@patient(60)
def test_every_start_is_as_a_fresh_one(
    tmp_path_factory: pytest.TempPathFactory, starts: list[list[tuple[str, str]]]
) -> None:
    root = tmp_path_factory.mktemp("orchard")
    repository, cache = Repository(root), root / "cache"
    for name in NAMES:
        put(repository, reservation(name))
    remember(repository, cache)
    number = 1
    for changes in starts:
        for deed, name in changes:
            number += 1
            change(repository, deed, name, number)
        recalled(repository, cache)
        remember(repository, cache)
    plain = [sighting for sighting in load(repository).found if not sighting.record.model_extra]
    assert recalled(repository, cache) == len(plain)


def test_all_that_is_as_it_was_comes_from_the_snapshot(repository: Repository, cache: Path) -> None:
    from datetime import UTC, datetime

    populate(repository, 1_300, now=datetime.now(UTC))
    envelope = {"id": 7, "kind": "task", "record_id": "t1", "created_at": NOON, "payload": {"task_id": "t1"}}
    put(repository, envelope, "remote/task", "t1.json")
    put(repository, {"task_id": "t2", "priority": 3}, "tasks", "t2.json")
    remember(repository, cache)
    assert recalled(repository, cache) == 1_301  # of a record with fields of its own, nothing is kept
    picture, snapshot = start(repository, cache)
    assert not snapshot.is_due
    assert picture.found[Slot("remote/task", "t1.json")].hub_id == 7
    for path in list((repository.coordination / "reservations").iterdir())[:200]:
        path.unlink()
    _, snapshot = start(repository, cache)
    assert snapshot.is_due


def test_what_was_young_when_it_was_read_is_read_again(
    repository: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(repository, reservation("a"))
    monkeypatch.setattr("musetui.coordination.ledger.time.time_ns", lambda: int((time.time() + 1) * 1e9))
    _, snapshot = start(repository, cache)
    assert not snapshot.is_due
    os.utime(repository.coordination / "reservations" / "a.json", (0, 0))  # not even if it says that it is old
    _, snapshot = start(repository, cache)
    assert not snapshot.is_due


@pytest.mark.parametrize("place", [0, 40, 300, -400, -30])
@pytest.mark.parametrize("harm", ["flipped", "cut", "more"])
def test_a_damaged_snapshot_is_left(repository: Repository, cache: Path, place: int, harm: str) -> None:
    for number in range(20):
        put(repository, reservation(f"r{number}"))
    put(repository, {"task_id": "t1"}, "tasks", "t1.json")
    remember(repository, cache)
    data = bytearray(the_file(cache).read_bytes())
    if harm == "flipped":
        data[place] ^= 1
    elif harm == "cut":
        del data[place:]
    else:
        data[place:place] = b"\n{}\n"
    the_file(cache).write_bytes(data)
    assert recalled(repository, cache) < 21
    remember(repository, cache)
    assert recalled(repository, cache) == 21


def _writable(file: Path) -> None:
    file.chmod(0o620)


def _folder_writable(file: Path) -> None:
    file.parent.chmod(0o770)


def _linked(file: Path) -> None:
    file.rename(file.with_name("real"))
    file.symlink_to("real")


def _a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


@pytest.mark.parametrize("harm", [_writable, _folder_writable, _linked, _a_folder, _a_pipe])
def test_what_others_may_have_written_is_not_believed(
    repository: Repository, cache: Path, harm: Callable[[Path], None]
) -> None:
    put(repository, reservation("a"))
    remember(repository, cache)
    assert recalled(repository, cache) == 1
    harm(the_file(cache))
    assert recalled(repository, cache) == 0


def test_what_belongs_to_another_user_is_not_believed(
    repository: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(repository, reservation("a"))
    remember(repository, cache)
    assert (the_file(cache).stat().st_mode & 0o777, cache.stat().st_mode & 0o777) == (0o600, 0o700)
    other = os.geteuid() + 1
    monkeypatch.setattr("musetui.coordination.snapshot_file.os.geteuid", lambda: other)
    picture, snapshot = start(repository, cache)
    assert snapshot.recalled_count == 0
    assert not snapshot.write(lambda: None)
    assert len(picture.found) == 1


def test_a_snapshot_of_another_version_or_repository_is_left(
    repository: Repository, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(repository, reservation("a"))
    remember(repository, cache)
    mine = the_file(cache)
    other = Repository(tmp_path / "other")
    other.muse.mkdir(parents=True)
    (other.muse / "coordination").symlink_to(repository.coordination)
    with monkeypatch.context() as patched:
        patched.setattr("musetui.coordination.snapshot.__version__", "9.9.9")
        assert recalled(repository, cache) == 0
    put(other := Repository(tmp_path / "another"), reservation("b"))
    remember(other, cache)
    theirs = next(file for file in cache.glob("*.snapshot") if file != mine)
    theirs.replace(mine)
    assert recalled(repository, cache) == 0


def test_where_nothing_can_be_kept_all_is_read(repository: Repository, tmp_path: Path) -> None:
    put(repository, reservation("a"))
    (tmp_path / "cache").write_text("a file")
    picture, snapshot = start(repository, tmp_path / "cache" / "snapshots")
    check_as_fresh(repository, picture)
    assert snapshot.is_due
    assert not snapshot.write(lambda: None)


def test_writing_that_is_ended_leaves_the_last_snapshot(repository: Repository, cache: Path) -> None:
    put(repository, reservation("a"))
    remember(repository, cache)
    before = the_file(cache).read_bytes()
    for number in range(600):
        put(repository, reservation(f"r{number}"))
    _, snapshot = start(repository, cache)

    def end() -> None:
        raise InterruptedError

    assert not snapshot.write(end)
    assert the_file(cache).read_bytes() == before
    assert [path.name for path in cache.iterdir()] == [the_file(cache).name]


def test_only_the_snapshots_of_the_last_few_repositories_are_kept(tmp_path: Path, cache: Path) -> None:
    for number in range(11):
        repository = Repository(tmp_path / f"repository-{number}")
        put(repository, reservation("a"))
        remember(repository, cache)
    assert len(list(cache.iterdir())) == 8
    assert recalled(repository, cache) == 1


@pytest.mark.parametrize("deed", ["rewrite", "remove"])
@pytest.mark.parametrize("when", ["listing", "recalling"])
def test_what_changes_during_a_start_is_not_told_as_it_was(
    repository: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch, when: str, deed: str
) -> None:
    monkeypatch.setattr("musetui.coordination.ledger._PAUSE_EVERY", 1)
    put(repository, {"task_id": "t1"}, "tasks", "t1.json")
    put(repository, {"task_id": "t1"}, "claims", "t1.json")
    remember(repository, cache)
    picture, snapshot = Picture(), Snapshot(cache, repository.coordination, fewest=1)
    ledger = Ledger(repository.coordination, Outbox(picture.apply), Attic(None))
    changed: list[Slot] = []

    def pause() -> None:
        # The bell rings, for a file that was listed and not told yet.
        if changed or (when == "recalling" and not picture.found):
            return
        slot = next(slot for slot in (Slot("tasks", "t1.json"), Slot("claims", "t1.json")) if slot not in picture.found)
        changed.append(slot)
        if deed == "remove":
            (repository.coordination / slot.path).unlink()
        else:
            put(repository, {"task_id": "t1", "run_id": "new"}, slot.folder, slot.name)
        ledger.read_slots({slot: True})

    ledger.load(pause, lambda *_: None, snapshot)
    assert len(changed) == 1
    check_as_fresh(repository, picture)
    assert snapshot.recalled_count == 1


def test_feeds_write_it_when_it_is_calm_and_two_at_once_do_no_harm(
    repository: Repository, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musetui.coordination.feed._WRITE_AFTER", 0.0)
    monkeypatch.setattr("musetui.coordination.feed._WRITE_REST", 0.0)
    for number in range(30):
        put(repository, reservation(f"r{number}"))
    pictures = [Picture(), Picture()]
    snapshots = [Snapshot(cache, repository.coordination, fewest=1) for _ in pictures]
    feeds = [
        Feed(repository, picture.apply, picture.statuses.append, snapshot=snapshot)
        for picture, snapshot in zip(pictures, snapshots, strict=True)
    ]
    for feed in feeds:
        feed.start()
    try:
        wait_until(lambda: all(len(picture.found) == 30 for picture in pictures))
        wait_until(lambda: list(cache.glob("*.snapshot")) and not any(each.is_due for each in snapshots))
        put(repository, reservation("late"))
        wait_until(lambda: all(len(picture.found) == 31 for picture in pictures))
    finally:
        for feed in feeds:
            feed.stop()
    assert recalled(repository, cache) == 30


def test_a_snapshot_that_is_not_to_be_written_is_read_only(repository: Repository, cache: Path) -> None:
    put(repository, reservation("a"))
    remember(repository, cache)
    snapshot = Snapshot(cache, repository.coordination, writes=False, fewest=1)
    picture = Picture()
    put(repository, reservation("b"))
    Ledger(repository.coordination, Outbox(picture.apply), Attic(None)).load(lambda: None, lambda *_: None, snapshot)
    check_as_fresh(repository, picture)
    assert (snapshot.recalled_count, snapshot.is_due) == (1, False)
