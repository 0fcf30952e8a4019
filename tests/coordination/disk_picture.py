"""What the tests of this room share: files to write by hand, and a picture kept by a feed's batches."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.coordination.feed import Feed, FeedStatus
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository

NOON = "2026-03-18T12:00:00+00:00"
ONE = "2026-03-18T13:00:00+00:00"
NEVER = 3_600.0
"""Seconds: longer than any test, so that what a test sees was not found by chance."""


def reservation(reservation_id: str, **fields: Any) -> dict[str, Any]:
    """Return a reservation as an agent writes it."""
    record = {
        "schema_version": 1,
        "reservation_id": reservation_id,
        "run_id": "agent-1",
        "branch": "main",
        "addresses": ["src/billing.py"],
        "created_at": NOON,
        "expires_at": ONE,
        "operation": "modify",
    }
    return record | fields


def put(repository: Repository, record: dict[str, Any], folder: str = "reservations", name: str = "") -> Slot:
    """Write a record plainly: open, write, close, as Muse does."""
    slot = Slot(folder, name or f"{record['reservation_id']}.json")
    path = repository.coordination / folder
    path.mkdir(parents=True, exist_ok=True)
    (path / slot.name).write_text(json.dumps(record))
    return slot


class Picture:
    """What batches say is on disk; applied as a batch asks to be."""

    def __init__(self) -> None:
        self.found: dict[Slot, Sighting] = {}
        self.problems: dict[str, str] = {}
        self.ever_wrong: set[str] = set()
        self.batches: list[int] = []
        self.news: list[Slot] = []
        self.statuses: list[FeedStatus] = []
        self.refresh: Callable[[], None] = lambda: None

    def apply(self, batch: Batch) -> None:
        """Take in one batch."""
        self.batches.append(len(batch))
        for path in batch.solved:
            self.problems.pop(path, None)
        for slot in batch.gone:
            self.found.pop(slot, None)
            self.problems.pop(slot.path, None)
        for sighting in batch.found:
            self.found[sighting.slot] = sighting
            self.problems.pop(sighting.slot.path, None)
            self.news.append(sighting.slot)
        for problem in batch.problems:
            self.problems[problem.path] = problem.reason
            self.ever_wrong.add(problem.path)

    @property
    def status(self) -> FeedStatus:
        """What the feed said last."""
        return self.statuses[-1] if self.statuses else FeedStatus()

    def wait(self, condition: Callable[[], object], what: str = "the condition", seconds: float = 20.0) -> None:
        """Wait until *condition* holds; fail after *seconds*."""
        ends_at = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > ends_at:
                pytest.fail(f"waited in vain for {what}: {self.status}, {len(self.found)} found, {self.problems}")
            time.sleep(0.002)

    def wait_for(self, *slots: Slot) -> None:
        """Wait until a record is known in each of *slots*."""
        self.wait(lambda: all(slot in self.found for slot in slots), f"{slots} to appear")

    def wait_without(self, *slots: Slot) -> None:
        """Wait until no record is known in any of *slots*."""
        self.wait(lambda: not any(slot in self.found for slot in slots), f"{slots} to go")

    def wait_settled(self) -> None:
        """Wait until the first loading is over."""
        self.wait(lambda: self.status.settled, "the first loading")

    def wait_equal(self, repository: Repository, what: str = "the picture to equal the disk") -> None:
        """Wait until this is what a fresh load finds, made once: nobody may write meanwhile."""
        fresh = Picture()
        fresh.apply(load(repository))
        self.wait(lambda: self.found == fresh.found and self.problems == fresh.problems, what)

    def equals_disk(self, repository: Repository) -> bool:
        """Return True if this is what a fresh load finds."""
        fresh = Picture()
        fresh.apply(load(repository))
        return self.found == fresh.found and self.problems == fresh.problems


@contextmanager
def feeding(repository: Repository, picture: Picture | None = None, **options: Any) -> Iterator[Picture]:
    """Run a feed into a picture; by default one that nothing but the kernel tells of changes."""
    picture = picture or Picture()
    options.setdefault("reconcile_every", NEVER)
    feed = Feed(repository, picture.apply, picture.statuses.append, **options)
    picture.refresh = feed.refresh
    feed.start()
    try:
        yield picture
    finally:
        feed.stop()


@contextmanager
def open_root() -> Iterator[Path]:
    """Make a repository at a short path that every user may enter."""
    root = Path(tempfile.mkdtemp(prefix="mt-"))
    try:
        root.chmod(0o755)
        (root / ".muse" / "coordination" / "reservations").mkdir(parents=True)
        yield root
    finally:
        shutil.rmtree(root)


@contextmanager
def unprivileged(*folders: Path) -> Iterator[None]:
    """Be a user to whom the disk can say no; *folders* and all in them become that user's own."""
    if os.geteuid() != 0:
        yield
        return
    nobody = 65_534
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody, nobody)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)
