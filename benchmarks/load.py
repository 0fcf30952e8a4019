"""Load: all records of a repository, validated, against listing, reading and parsing the same files."""

import gc
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import orjson

from benchmarks.common import Row, middle, ms, repository
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.swarm.picture import Swarm


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


def run(quick: bool) -> Iterator[Row]:
    """Load repositories of growing size, both ways in turn."""
    for size in (1_000, 10_000) if quick else (1_000, 10_000, 100_000):
        with repository(size) as made:
            ours: list[float] = []
            floors: list[float] = []
            applied: list[float] = []
            for _ in range(3):
                began = time.perf_counter()
                floor(made)
                floors.append(time.perf_counter() - began)
                began = time.perf_counter()
                batch = load(made)
                ours.append(time.perf_counter() - began)
                began = time.perf_counter()
                Swarm().apply(batch, datetime.now(UTC), live=False)
                applied.append(time.perf_counter() - began)
                del batch
                gc.collect()
        yield Row(
            f"load {size:,} records, validated",
            ms(middle(ours)),
            f"{ms(middle(floors))} (scandir, read, orjson)",
            middle(ours) / middle(floors),
            "≤ 1.5 ×",
        )
        yield Row(f"… and make the live picture of {size:,}", ms(middle(applied)))
