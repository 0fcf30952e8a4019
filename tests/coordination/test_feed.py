"""The feed against a real disk: whatever happens there, in whatever way it is told, the picture follows."""

import errno
import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from disk_picture import NEVER, Picture, feeding, open_root, put, reservation, unprivileged

from musetui.coordination import feed as feed_module
from musetui.coordination.batch import Batch, Slot
from musetui.coordination.feed import Feed, FeedStatus, WatchMode
from musetui.coordination.inotify import InotifyWatches
from musetui.coordination.observer import ObserverWatches
from musetui.coordination.repository import Repository
from musetui.coordination.watcher import Bell, Place, Watches

WAYS: dict[str, dict[str, Any]] = {
    "kernel": {"opening": InotifyWatches},
    "observer": {"opening": ObserverWatches},
    "polling": {"polling": True, "poll_interval": 0.02},
}


@pytest.fixture
def repository(muse_root: Path) -> Repository:
    return Repository(muse_root)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Run the feed in each way it can know of changes; none is helped by a regular comparison."""
    return WAYS[request.param]


class SilentWatches:
    """Watches that never ring: a disk whose changes the kernel does not see."""

    def __init__(self, bell: Bell) -> None:
        self._armed: set[str] = set()

    def arm(self, place: Place) -> None:
        self._armed.add(place.key)

    def disarm(self, key: str) -> None:
        self._armed.discard(key)

    def is_armed(self, key: str) -> bool:
        return key in self._armed

    def is_running(self) -> bool:
        return True

    def close(self) -> None:
        self._armed.clear()


def _replace(repository: Repository, record: dict[str, Any]) -> Slot:
    """Write a record to a temporary file and rename it into place."""
    slot = Slot("reservations", f"{record['reservation_id']}.json")
    folder = repository.coordination / slot.folder
    (folder / f".{slot.name}.tmp").write_text(json.dumps(record))
    (folder / f".{slot.name}.tmp").replace(folder / slot.name)
    return slot


def test_what_is_there_is_loaded(repository: Repository, way: dict[str, Any]) -> None:
    slots = [put(repository, reservation(f"r{number}")) for number in range(450)]
    put(repository, {}, "tasks", "no id.json")
    with feeding(repository, **way) as picture:
        picture.wait_settled()
        assert set(picture.found) == set(slots)
        assert picture.problems == {"tasks/no id.json": "the file's name is no id"}
        assert max(picture.batches) <= 200
        mode = WatchMode.POLLING if "polling" in way else WatchMode.KERNEL
        assert picture.statuses[0] == FeedStatus(WatchMode.LOADING)
        assert picture.status == FeedStatus(mode, picture.status.reason, 450, 450, settled=True)
        loaded = [status.loaded for status in picture.statuses]
        assert loaded == sorted(loaded)


def test_the_newest_files_are_loaded_first(repository: Repository) -> None:
    for number in range(600):
        slot = put(repository, reservation(f"r{number}"), "reservations" if number % 2 else "remote/reservation")
        os.utime(repository.coordination / slot.path, (number, number))
    with feeding(repository) as picture:
        picture.wait_settled()
        assert [slot.stem for slot in picture.news] == [f"r{number}" for number in reversed(range(600))]


def test_a_record_written_renamed_or_linked_into_place_appears(repository: Repository, way: dict[str, Any]) -> None:
    put(repository, reservation("first"))
    folder = repository.coordination / "reservations"
    outside = repository.root / "outside.json"
    with feeding(repository, **way) as picture:
        picture.wait_settled()
        picture.wait_for(put(repository, reservation("plain")))
        picture.wait_for(_replace(repository, reservation("renamed")))
        outside.write_text(json.dumps(reservation("moved")))
        outside.rename(folder / "moved.json")
        picture.wait_for(Slot("reservations", "moved.json"))
        outside.write_text(json.dumps(reservation("linked")))
        (folder / "linked.json").hardlink_to(outside)
        picture.wait_for(Slot("reservations", "linked.json"))
        assert picture.equals_disk(repository)
        assert not picture.ever_wrong


def test_a_record_deleted_or_moved_away_goes(repository: Repository, way: dict[str, Any]) -> None:
    gone, moved, stays = (put(repository, reservation(name)) for name in ("gone", "moved", "stays"))
    with feeding(repository, **way) as picture:
        picture.wait_settled()
        (repository.coordination / gone.path).unlink()
        picture.wait_without(gone)
        (repository.coordination / moved.path).rename(repository.root / "elsewhere.json")
        picture.wait_without(moved)
        assert set(picture.found) == {stays}


def test_a_record_replaced_or_rewritten_is_read_again(repository: Repository, way: dict[str, Any]) -> None:
    slot = put(repository, reservation("r1"))

    def is_shown(run_id: str) -> bool:
        return slot in picture.found and picture.found[slot].record.holder == run_id

    with feeding(repository, **way) as picture:
        picture.wait_for(slot)
        _replace(repository, reservation("r1", run_id="agent-2"))
        picture.wait(lambda: is_shown("agent-2"), "the replaced record")
        put(repository, reservation("r1", run_id="agent-3"))
        picture.wait(lambda: is_shown("agent-3"), "the rewritten record")
        for run_id in ("agent-4", "agent-5", "agent-6"):
            # Of the same size, and of the same moment, as on a disk with a slow clock.
            path = repository.coordination / slot.path
            before = path.stat()
            with path.open("r+") as file:
                file.write(json.dumps(reservation("r1", run_id=run_id)))
                file.flush()
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            picture.wait(lambda run_id=run_id: is_shown(run_id), f"{run_id} in the rewritten record")


def test_a_problem_comes_and_goes(repository: Repository, way: dict[str, Any]) -> None:
    slot = put(repository, reservation("r1"))
    path = repository.coordination / slot.path
    with feeding(repository, **way) as picture:
        picture.wait_for(slot)
        path.write_text("garbage")
        picture.wait(lambda: "not JSON" in picture.problems.get(slot.path, ""), "the problem")
        assert slot not in picture.found
        path.unlink()
        path.symlink_to("/dev/zero")
        picture.wait(lambda: "link" in picture.problems.get(slot.path, ""), "the link")
        path.unlink()
        picture.wait(lambda: not picture.problems, "no problem")
        put(repository, reservation("r1"))
        picture.wait_for(slot)
        path.unlink()
        path.mkdir()
        picture.wait(lambda: "folder" in picture.problems.get(slot.path, ""), "the folder")
        path.rmdir()
        put(repository, reservation("r1"))
        picture.wait_for(slot)
        assert not picture.problems


def test_a_file_in_the_midst_of_its_writing_is_no_problem(repository: Repository) -> None:
    first = put(repository, reservation("first"))
    text = json.dumps(reservation("slow"))
    slow = Slot("reservations", "slow.json")
    with feeding(repository) as picture:
        picture.wait_for(first)
        with (repository.coordination / slow.path).open("w") as file:
            file.write(text[:50])
            file.flush()
            picture.wait_for(put(repository, reservation("other")))
            assert not picture.ever_wrong
            file.write(text[50:])
        picture.wait_for(slow)
        assert not picture.ever_wrong


def test_a_file_left_half_written_is_a_problem_until_it_is_whole(repository: Repository, way: dict[str, Any]) -> None:
    put(repository, reservation("first"))
    text = json.dumps(reservation("slow"))
    slow = Slot("reservations", "slow.json")
    with feeding(repository, **way) as picture:
        picture.wait_settled()
        with (repository.coordination / slow.path).open("w") as file:
            file.write(text[:50])
            file.flush()
            picture.wait(lambda: slow.path in picture.problems, "the half to be reported")
            file.write(text[50:])
        picture.wait_for(slow)
        assert not picture.problems


def test_folders_may_come_late(repository: Repository, way: dict[str, Any]) -> None:
    with feeding(repository, **way) as picture:
        picture.wait_settled()
        for folder, name in (("remote/task", "task_id"), ("tasks", "task_id"), ("remote/claim", "task_id")):
            slot = put(repository, {name: "t1"}, folder, "t1.json")
            picture.wait_for(slot)
            picture.wait_for(put(repository, {name: "t2"}, folder, "t2.json"))
        assert picture.equals_disk(repository)


def test_a_folder_made_elsewhere_and_moved_in_is_seen_with_all_it_holds(
    repository: Repository, way: dict[str, Any]
) -> None:
    other = Repository(repository.root / "other")
    for number in range(20):
        put(other, reservation(f"r{number}"))
        put(other, reservation(f"r{number}"), "remote/reservation")
    with feeding(repository, **way) as picture:
        picture.wait_settled()
        other.coordination.rename(repository.coordination)
        picture.wait(lambda: len(picture.found) == 40, "all records")
        picture.wait_for(put(repository, reservation("late"), "remote/reservation"))


@pytest.mark.parametrize("place", ["reservations", "remote/reservation", "remote", ".", ".."])
def test_a_folder_removed_and_made_again_is_watched_again(
    repository: Repository, way: dict[str, Any], place: str
) -> None:
    folder = "remote/reservation" if place.startswith("remote") else "reservations"
    first = put(repository, reservation("r1"), folder)
    removed = repository.muse if place == ".." else repository.coordination / place
    with feeding(repository, **way) as picture:
        picture.wait_for(first)
        for round_ in range(3):
            shutil.rmtree(removed)
            picture.wait(lambda: not picture.found, "everything to go")
            picture.wait_for(put(repository, reservation(f"a{round_}"), folder))
            picture.wait_for(put(repository, reservation(f"b{round_}"), folder))
            # At once, so that the watching may meet only the new folder.
            shutil.rmtree(removed)
            picture.wait_for(put(repository, reservation(f"c{round_}"), folder))
            picture.wait(lambda: len(picture.found) == 1, "the old records to go")


@pytest.mark.parametrize("place", ["reservations", "."])
def test_a_folder_replaced_by_another_is_seen(repository: Repository, way: dict[str, Any], place: str) -> None:
    other = Repository(repository.root / "other")
    old, new = put(repository, reservation("old")), put(other, reservation("new"))
    with feeding(repository, **way) as picture:
        picture.wait_for(old)
        (repository.coordination / place).rename(repository.root / "away")
        (other.coordination / place).rename(repository.coordination / place)
        picture.wait_for(new)
        picture.wait_without(old)
        away = repository.root / "away" / ("" if place == "reservations" else "reservations")
        (away / "ghost.json").write_text(json.dumps(reservation("ghost")))
        picture.wait_for(put(repository, reservation("sure")))
        assert picture.equals_disk(repository)


@pytest.mark.parametrize("place", ["reservations", "remote", "."])
def test_a_folder_replaced_by_a_link_is_a_problem_and_not_followed(
    repository: Repository, way: dict[str, Any], place: str
) -> None:
    folder = "remote/reservation" if place == "remote" else "reservations"
    slot = put(repository, reservation("r1"), folder)
    path = repository.coordination / place
    with feeding(repository, **way) as picture:
        picture.wait_for(slot)
        path.rename(repository.root / "away")
        path.symlink_to(repository.root / "away")
        picture.wait(lambda: picture.problems == {place: "a symbolic link, not followed"}, "the problem")
        picture.wait_without(slot)
        path.unlink()
        (repository.root / "away").rename(path)
        picture.wait_for(slot)
        picture.wait(lambda: not picture.problems, "the problem to go")


def test_a_file_that_may_be_read_again_is_read_again() -> None:
    with open_root() as root:
        repository = Repository(root)
        slot = put(repository, reservation("r1"))
        with unprivileged(root):
            (repository.coordination / slot.path).chmod(0)
            with feeding(repository, reconcile_every=0.05) as picture:
                picture.wait(lambda: picture.problems == {slot.path: "no permission"}, "the problem")
                (repository.coordination / slot.path).chmod(0o600)
                picture.wait_for(slot)


def test_what_may_be_read_again_is_read_again_without_any_event() -> None:
    with open_root() as root:
        repository = Repository(root)
        slot, other = put(repository, reservation("r1")), put(repository, reservation("r2"))
        folder = repository.coordination / slot.folder
        with unprivileged(root), feeding(repository) as picture:
            picture.wait_for(slot, other)
            folder.chmod(0)
            picture.refresh()
            picture.wait(lambda: picture.problems == {slot.folder: "no permission"}, "the folder's problem")
            picture.wait(lambda: picture.status.reason == "reservations: no permission", "the status to tell")
            folder.chmod(0o700)
            picture.wait_for(slot, other)
            picture.wait(lambda: not picture.status.reason and not picture.problems, "all to be well")
            (folder / slot.name).chmod(0)
            (folder / slot.name).rename(folder / "r3.json")
            picture.wait(lambda: picture.problems == {"reservations/r3.json": "no permission"}, "the file's problem")
            (folder / "r3.json").chmod(0o600)
            picture.wait_for(Slot("reservations", "r3.json"))


def test_a_repository_that_is_moved_away_and_made_again_is_seen(repository: Repository, way: dict[str, Any]) -> None:
    old = put(repository, reservation("old"))
    with feeding(repository, **way) as picture:
        picture.wait_for(old)
        repository.root.rename(repository.root.with_name("moved"))
        picture.wait(lambda: picture.status.reason == "the repository is gone", "the status to tell")
        picture.wait_without(old)
        repository.muse.mkdir(parents=True)
        new = put(repository, reservation("new"))
        picture.wait_for(new)
        picture.wait_for(put(repository, reservation("sure")))
        assert picture.equals_disk(repository)


def test_what_passes_is_asked_again(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = {put(repository, reservation(f"r{number}")) for number in range(5)}
    real = os.open
    failing = threading.Event()

    def short_of_descriptors(path: Any, *args: Any, **options: Any) -> int:
        if failing.is_set() and threading.current_thread().name == "musetui-feed":
            raise OSError(errno.EMFILE, "too many open files")
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", short_of_descriptors)
    with feeding(repository) as picture:
        picture.wait_settled()
        failing.set()
        late = put(repository, reservation("late"))
        picture.wait(lambda: picture.problems.get(".") == "too many open files", "the problem")
        assert set(picture.found) == slots, "what is known stays known"
        failing.clear()
        picture.wait_for(late)
        picture.wait(lambda: not picture.problems, "the problem to go")


def test_a_silent_disk_is_compared_now_and_then_and_when_asked(repository: Repository) -> None:
    picture = Picture()
    feed = Feed(repository, picture.apply, picture.statuses.append, reconcile_every=NEVER, opening=SilentWatches)
    feed.start()
    try:
        picture.wait_settled()
        slot = put(repository, reservation("asked"))
        feed.refresh()
        picture.wait_for(slot)
    finally:
        feed.stop()
    with feeding(repository, opening=SilentWatches, reconcile_every=0.05) as picture:
        picture.wait_settled()
        picture.wait_for(put(repository, reservation("regular")))
        (repository.coordination / slot.path).unlink()
        picture.wait_without(slot)
        assert picture.status.mode is WatchMode.KERNEL


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENOSPC, errno.ENOSYS])
def test_without_a_kernel_to_ask_it_polls_and_says_why(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(feed_module, "_RETRY_KERNEL", 0.05)
    missing = threading.Event()
    missing.set()

    def opening(bell: Bell) -> Watches:
        if missing.is_set():
            raise OSError(code, os.strerror(code))
        return InotifyWatches(bell)

    with feeding(repository, opening=opening, poll_interval=0.02) as picture:
        picture.wait_settled()
        assert picture.status.mode is WatchMode.POLLING
        assert picture.status.reason
        picture.wait_for(put(repository, reservation("polled")))
        missing.clear()
        picture.wait(lambda: picture.status.mode is WatchMode.KERNEL, "the kernel")
        assert picture.status.reason == ""
        picture.wait_for(put(repository, reservation("told"), "remote/reservation"))


def test_watches_that_run_out_on_the_way_end_in_polling(repository: Repository) -> None:
    class ScarceWatches(InotifyWatches):
        def arm(self, place: Place) -> None:
            if place.key == "tasks":
                raise OSError(errno.ENOSPC, "inotify watch limit reached")
            super().arm(place)

    first = put(repository, reservation("r1"))
    with feeding(repository, opening=ScarceWatches, poll_interval=0.02) as picture:
        picture.wait_for(first)
        picture.wait(lambda: picture.status.mode is WatchMode.KERNEL, "the kernel")
        picture.wait_for(put(repository, {"task_id": "t1"}, "tasks", "t1.json"))
        picture.wait(lambda: picture.status.mode is WatchMode.POLLING, "polling")
        assert "max_user_watches" in picture.status.reason
        picture.wait_for(put(repository, reservation("r2")))


def test_a_watching_that_ends_by_itself_is_noticed(repository: Repository) -> None:
    class MortalWatches(InotifyWatches):
        def is_running(self) -> bool:
            return super().is_running() and not mortal.is_set()

    mortal = threading.Event()
    with feeding(repository, opening=MortalWatches, reconcile_every=0.05, poll_interval=0.02) as picture:
        picture.wait(lambda: picture.status.mode is WatchMode.KERNEL, "the kernel")
        mortal.set()
        picture.wait(lambda: picture.status.mode is WatchMode.POLLING, "polling")
        picture.wait_for(put(repository, reservation("r1")))


def _descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def _threads() -> set[int | None]:
    return {thread.ident for thread in threading.enumerate()}


def test_it_leaves_no_thread_and_no_descriptor(repository: Repository, way: dict[str, Any]) -> None:
    put(repository, reservation("r1"))
    with feeding(repository, **way) as picture:  # whatever is opened once and kept
        picture.wait_settled()
    threads, descriptors = _threads(), _descriptors()
    for number in range(10):
        with feeding(repository, **way) as picture:
            picture.wait_settled()
            picture.wait_for(put(repository, reservation(f"n{number}"), "remote/reservation"))
    assert _threads() <= threads
    assert len(os.listdir("/dev/fd")) <= descriptors  # noqa: PTH208


def test_it_stops_in_the_midst_of_loading(repository: Repository) -> None:
    for number in range(1_500):
        put(repository, reservation(f"r{number}"))
    threads, descriptors = _threads(), _descriptors()
    begun, stopping = threading.Event(), threading.Event()
    delivered: list[Batch] = []

    def deliver(batch: Batch) -> None:
        delivered.append(batch)
        begun.set()
        stopping.wait(20)

    feed = Feed(repository, deliver, lambda status: None)
    feed.start()
    assert begun.wait(20)
    threading.Timer(0.02, stopping.set).start()
    feed.stop()
    assert _threads() <= threads
    assert len(os.listdir("/dev/fd")) <= descriptors  # noqa: PTH208
    assert len(delivered) == 1


def test_it_may_be_stopped_from_its_own_thread_twice_and_before_it_began(repository: Repository) -> None:
    Feed(repository, lambda batch: None, lambda status: None).stop()
    put(repository, reservation("r1"))
    stopped = threading.Event()

    def deliver(batch: Batch) -> None:
        feed.stop()
        stopped.set()

    feed = Feed(repository, deliver, lambda status: None)
    feed.start()
    assert stopped.wait(20)
    feed.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_is_told_and_not_hidden(repository: Repository) -> None:
    picture = Picture()

    def deliver(batch: Batch) -> None:
        raise ZeroDivisionError

    put(repository, reservation("r1"))
    feed = Feed(repository, deliver, picture.statuses.append)
    feed.start()
    picture.wait(lambda: "ZeroDivisionError" in picture.status.reason, "the defect")
    feed.stop()


def _churn(repository: Repository, over: Callable[[], bool]) -> None:
    for number in range(100_000):
        if over():
            return
        put(repository, reservation(f"r{number % 300}", run_id=f"agent-{number}"))
        if number % 7 == 0:
            (repository.coordination / "reservations" / f"r{number * 5 % 300}.json").unlink(missing_ok=True)


def test_what_changes_while_it_loads_is_not_missed(repository: Repository, way: dict[str, Any]) -> None:
    for number in range(300):
        put(repository, reservation(f"r{number}"))
    over = threading.Event()
    thread = threading.Thread(target=_churn, args=(repository, over.is_set))
    thread.start()
    try:
        with feeding(repository, **way) as picture:
            picture.wait(lambda: picture.status.settled and len(picture.news) > 400, "the loading")
            over.set()
            thread.join()
            picture.wait_equal(repository)
    finally:
        over.set()
        thread.join()
