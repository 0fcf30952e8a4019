"""Load: all records of a repository, validated, against listing, reading and parsing the same files.

A dashboard's own loading also remembers how each file looks, and so takes longer than a command's. When it is started
again, it takes what has not changed from its snapshot.
"""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import orjson

from benchmarks.common import Row, middle, ms, repository
from musetui.coordination.attic import Attic
from musetui.coordination.batch import Batch
from musetui.coordination.ledger import Ledger
from musetui.coordination.outbox import Outbox
from musetui.coordination.reader import collection_paused, load
from musetui.coordination.repository import Repository
from musetui.coordination.snapshot import RACY_WITHIN, Snapshot
from musetui.swarm.picture import Swarm

Result = TypeVar("Result")


def floor(made: Repository) -> int:
    """List, read and parse every file, and keep nothing."""
    count = 0
    for folder in os.scandir(made.coordination):
        if folder.is_dir():
            for entry in os.scandir(folder.path):
                if entry.name.endswith(".json"):
                    with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123 (the cheapest way to read is the floor)
                        orjson.loads(file.read())
                    count += 1
    return count


def start(made: Repository, snapshot: Snapshot | None) -> list[Batch]:
    """Load as a dashboard does."""
    batches: list[Batch] = []
    with collection_paused():
        Ledger(made.coordination, Outbox(batches.append), Attic(None)).load(lambda: None, lambda *_: None, snapshot)
    return batches


def remember(made: Repository, folder: Path) -> None:
    """Write a snapshot of *made* into *folder*."""
    time.sleep(RACY_WITHIN)  # what is younger is not remembered
    snapshot = Snapshot(folder, made.coordination)
    start(made, snapshot)
    snapshot.write(lambda: None)


def run(quick: bool) -> Iterator[Row]:
    """Load repositories of growing size, all ways in turn."""
    for size in (1_000, 10_000) if quick else (1_000, 10_000, 100_000):
        ways: dict[str, list[float]] = {"floor": [], "load": [], "apply": [], "start": [], "again": []}
        with repository(size) as made, tempfile.TemporaryDirectory(prefix="musetui-bench-") as folder:
            remember(made, Path(folder))
            for _ in range(3):
                batch = _timed(ways["load"], lambda: load(made))
                _timed(ways["apply"], partial(Swarm().apply, batch, datetime.now(UTC), live=False))
                del batch
                gc.collect()
                _timed(ways["floor"], lambda: floor(made))
                _timed(ways["start"], lambda: start(made, None))
                gc.collect()
                _timed(ways["again"], lambda: start(made, Snapshot(Path(folder), made.coordination)))
                gc.collect()
        below = middle(ways["floor"])
        held_against = f"{ms(below)} (scandir, read, orjson)"
        for what, way, goal in (
            (f"load {size:,} records, validated", "load", "≤ 1.5 ×"),
            (f"… as a dashboard does, {size:,}", "start", ""),
            (f"… and started again, {size:,}", "again", "≤ 0.7 ×"),
        ):
            yield Row(what, ms(middle(ways[way])), held_against, middle(ways[way]) / below, goal)
        yield Row(f"make the live picture of {size:,}", ms(middle(ways["apply"])))


def _timed(times: list[float], work: Callable[[], Result]) -> Result:
    """Return what *work* does, and note how long it took."""
    began = time.perf_counter()
    done = work()
    times.append(time.perf_counter() - began)
    return done
