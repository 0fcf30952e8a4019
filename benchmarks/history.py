"""History: a trail of years with a little that is new, kept whole, and as it is kept usually."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.calm import cpu, memory
from benchmarks.common import Row, dashboard, repository, wait_for_bytes
from musetui.coordination.repository import Repository
from musetui.simulation.populate import populate

NEW = 1_000
"""Records of today."""


def write_old(made: Repository, count: int) -> None:
    """Write records that were over long ago, with files as old."""
    then = datetime.now(UTC) - timedelta(days=200)
    before = set(made.coordination.rglob("*.json"))
    populate(made, count, 7, now=then)
    for path in made.coordination.rglob("*.json"):
        if path not in before:
            os.utime(path, (then.timestamp(), then.timestamp()))


def run(quick: bool) -> Iterator[Row]:
    """Show today's records with and without an old trail beside them."""
    old = int(os.environ.get("MUSETUI_OLD_RECORDS", "0")) or (20_000 if quick else 200_000)
    with repository(NEW) as made:
        alone = _look(made, "all")
        write_old(made, old)
        for what, history in ((f"{old:,} old records beside them", "30d"), ("… all of them kept", "all")):
            if history == "all" and old > 200_000:
                continue
            first, settled, seconds, taken = _look(made, history)
            yield Row(
                f"{NEW:,} new records in order, {what}", f"{first:.2f} s", f"{alone[0]:.2f} s (alone)", first / alone[0]
            )
            yield Row("… until all was looked at", f"{settled:.1f} s, {seconds:.1f} s of CPU")
            yield Row("… memory", f"{taken / 1e6:.0f} MB", f"{alone[3] / 1e6:.0f} MB (alone)", taken / alone[3])


def _look(made: Repository, history: str) -> tuple[float, float, float, int]:
    """Return seconds until the first records are shown, and until all was looked at, with CPU and memory then."""
    began = time.perf_counter()
    with dashboard(made, MUSETUI_HISTORY=history) as terminal:
        wait_for_bytes(terminal, "◔".encode(), 0, 600)
        first = time.perf_counter() - began
        wait_for_bytes(terminal, "◉ live".encode(), 0, 600)
        return first, time.perf_counter() - began, cpu(terminal), memory(terminal)
