"""Latency: from a file's renaming into place to its text on a real terminal, when it is calm."""

import queue
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from watchdog.events import FileMovedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from benchmarks.common import Row, dashboard, ms, percentile, repository, until_calm, wait_for_bytes
from musetui.coordination.repository import Repository


def put(made: Repository, number: int) -> float:
    """Rename a reservation into place; return when that was done."""
    now = datetime.now(UTC)
    name = f"bench-{number:04}"
    record = {
        "schema_version": 1,
        "reservation_id": name,
        "run_id": name,
        "branch": "main",
        "addresses": [f"src/bench/{name}.py"],
        "created_at": now.isoformat(),
        # It runs out first, so that its row is the first of the list.
        "expires_at": (now + timedelta(seconds=60)).isoformat(),
        "operation": "modify",
    }
    final = made.coordination / "reservations" / f"{name}.json"
    temporary = final.with_name(f".{name}.tmp")
    temporary.write_bytes(orjson.dumps(record))
    temporary.rename(final)
    return time.perf_counter()


class Heard(FileSystemEventHandler):
    """Notes the moment of each event."""

    def __init__(self) -> None:
        self.moments: queue.Queue[float] = queue.Queue()

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.moments.put(time.perf_counter())


def watchdog_floor(folder: Path, made: Repository, count: int) -> list[float]:
    """Return how long watchdog alone takes to tell a handler of a rename (seconds)."""
    heard = Heard()
    observer = Observer()
    observer.schedule(heard, str(folder), event_filter=[FileMovedEvent])
    observer.start()
    try:
        taken = []
        for number in range(count):
            done = put(made, 5_000 + number)
            taken.append(max(heard.moments.get(timeout=10) - done, 0.0))
            time.sleep(0.01)
        return taken
    finally:
        observer.stop()
        observer.join()


def run(quick: bool) -> Iterator[Row]:
    """Put records one at a time, and wait for each."""
    count = 20 if quick else 100
    with repository(200) as made:
        floor = watchdog_floor(made.coordination / "reservations", made, count)
        with dashboard(made) as terminal:
            wait_for_bytes(terminal, "◉ live".encode(), 0)
            taken = []
            for number in range(count):
                until_calm(terminal)
                start = len(terminal.raw)
                done = put(made, number)
                taken.append(wait_for_bytes(terminal, f"bench-{number:04}".encode(), start) - done)
    yield Row(
        "record renamed into place to text on the terminal, p50 / p95",
        f"{ms(percentile(taken, 0.5))} / {ms(percentile(taken, 0.95))}",
        f"{ms(percentile(floor, 0.95))} (watchdog to a handler, p95)",
        percentile(taken, 0.95) / max(percentile(floor, 0.95), 1e-6),
        "p95 ≤ 100 ms",
    )
