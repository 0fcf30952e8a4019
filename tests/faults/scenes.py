"""`python -m tests.faults.scenes NAME ROOT`: what befalls a feed and writers in a world of their own; fails by raising.

The repository at ROOT has its coordination folder on a small disk.
"""

import os
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from musetui.coordination import feed as feeds
from musetui.coordination import ledger
from musetui.coordination.batch import Batch, Slot
from musetui.coordination.feed import WatchMode
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.errors import MuseTuiError
from musetui.history.lines import Header
from musetui.history.recorder import Recorder
from musetui.history.recording import read_recording
from musetui.tui.export.file import write_new
from musetui.tui.shelf_file import read_shelf, write_shelf
from tests.coordination.disk_picture import feeding, put, reservation
from tests.faults.world import enter, limit, mount, remount, unmount

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
DISK = 262_144


def refusal(work: Callable[..., Any], *args: Any, **options: Any) -> str:
    """Return the sentence with which *work* is refused."""
    try:
        work(*args, **options)
    except MuseTuiError as error:
        return str(error)
    raise AssertionError("it was not refused")


def reserve(repository: Repository, run_id: str = "agent-1") -> None:
    """Reserve something."""
    Writer(repository).reserve(["x" * 500], run_id, ttl=timedelta(hours=1), operation=None, branch="main", now=NOW)


def no_instance_is_left(repository: Repository) -> None:
    """Of the kernel's ways to tell, none is left; later there is."""
    limit("max_inotify_instances", 0)
    with feeding(repository, poll_interval=0.02) as picture:
        picture.wait_settled()
        assert picture.status.mode is WatchMode.POLLING
        assert "max_user_instances" in picture.status.reason
        picture.wait_for(put(repository, reservation("polled")))
        limit("max_inotify_instances", 10)
        picture.wait(lambda: picture.status.mode is WatchMode.KERNEL, "the kernel")
        assert picture.status.reason == ""
        picture.wait_for(put(repository, reservation("told")))


def no_watch_is_left(repository: Repository) -> None:
    """There are too few watches for all folders; later there are enough."""
    put(repository, {"task_id": "t1"}, "tasks", "t1.json")
    limit("max_inotify_watches", 2)
    with feeding(repository, poll_interval=0.02) as picture:
        picture.wait_settled()
        picture.wait(lambda: "max_user_watches" in picture.status.reason, "the reason")
        assert picture.status.mode is WatchMode.POLLING
        picture.wait_for(put(repository, reservation("polled")))
        limit("max_inotify_watches", 1_000)
        picture.wait(lambda: picture.status.mode is WatchMode.KERNEL, "the kernel")
        picture.wait_for(put(repository, reservation("told")))


def the_disk_is_full(repository: Repository) -> None:
    """Nothing more fits, for records, filters, exports and recordings; then somebody makes room."""
    disk = repository.coordination
    shelf, recording = disk / "filters.json", disk / "day.jsonl"
    write_shelf(shelf, {"rows": {"mine": "run:a"}}, {})
    recorder = Recorder(recording, Header("orchard", "7d6c"))
    recorder.looked(NOW)
    with feeding(repository) as picture:
        reserve(repository)
        picture.wait(lambda: len(picture.found) == 1, "the first")
        _fill(disk / "filler")
        before = sorted(disk.rglob("*"))
        assert "the disk is full" in refusal(reserve, repository)
        assert "the disk is full" in refusal(write_shelf, shelf, {"rows": {"n": "run:b"}}, {})
        assert "no space" in refusal(write_new, disk / "stale.csv", b"x" * 9_000, may_number=False)
        (first,) = picture.found.values()
        many = [first._replace(slot=Slot("reservations", f"r{number}.json")) for number in range(20)]
        recorder.take_in(Batch(found=many), NOW)
        assert recorder.failure == "the disk is full"
        recorder.close(NOW)
        assert sorted(disk.rglob("*")) == before, "nothing half, and no rubbish"
        assert read_shelf(shelf).saved == {"rows": {"mine": "run:a"}}
        (disk / "filler").unlink()
        reserve(repository, "agent-2")
        picture.wait(lambda: len(picture.found) == 2, "the second")
        assert not picture.ever_wrong
    write_shelf(shelf, {"rows": {"n": "run:b"}}, {})
    assert len(read_shelf(shelf).saved["rows"]) == 2
    Recorder(recording, Header("orchard", "7d6c")).close(NOW)
    assert not read_recording(recording).damaged


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as opened:
        try:
            while True:
                opened.write(b"x" * 4_096)
        except OSError:
            return


def the_disk_is_read_only(repository: Repository) -> None:
    """What is there is still shown; nothing is written, and a sentence says why."""
    with feeding(repository) as picture:
        reserve(repository)
        picture.wait(lambda: len(picture.found) == 1, "the first")
        remount(repository.coordination, read_only=True)
        assert "the disk is read-only" in refusal(reserve, repository)
        assert picture.equals_disk(repository)
        remount(repository.coordination, read_only=False)
        reserve(repository, "agent-2")
        picture.wait(lambda: len(picture.found) == 2, "the second")


def the_disk_is_taken_away(repository: Repository) -> None:
    """The folder that is watched is gone from under the watch, and another disk lies there later."""
    with feeding(repository) as picture:
        reserve(repository)
        picture.wait(lambda: len(picture.found) == 1, "the first")
        unmount(repository.coordination)
        picture.wait(lambda: not picture.found, "nothing to be there")
        mount(repository.coordination, DISK)
        reserve(repository, "agent-2")
        picture.wait(lambda: len(picture.found) == 1 and picture.equals_disk(repository), "the second")


def no_handle_is_left(repository: Repository) -> None:
    """This process may open nothing more; what is known stays known, and the trouble is told."""
    slots = [put(repository, reservation(f"r{number}")) for number in range(3)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with feeding(repository, reconcile_every=0.05) as picture:
        picture.wait_for(*slots)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        picture.wait(lambda: "too many open files" in picture.status.reason, "the reason")
        assert len(picture.found) == 3
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        picture.wait_for(put(repository, reservation("later")))
        picture.wait(lambda: not picture.status.reason and picture.equals_disk(repository), "all to be well")


SCENES = {
    scene.__name__: scene
    for scene in (
        no_instance_is_left,
        no_watch_is_left,
        the_disk_is_full,
        the_disk_is_read_only,
        the_disk_is_taken_away,
        no_handle_is_left,
    )
}


def main() -> None:
    """Play one scene."""
    enter()
    repository = Repository(Path(sys.argv[2]))
    mount(repository.coordination, DISK)
    feeds._RETRY_KERNEL = ledger._RETRY_FOLDER = 0.05
    SCENES[sys.argv[1]](repository)
    os._exit(0)


if __name__ == "__main__":
    main()
