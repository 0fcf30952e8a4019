"""Storm: many files as fast as the disk takes them, in front of a running dashboard."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.common import ROOT, Row, ms, percentile, repository
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.records.kinds import Kind
from musetui.settings import Settings
from musetui.swarm.picture import Swarm
from musetui.tui.app import MuseTui

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from musetui.coordination.repository import Repository
from musetui.simulation.populate import populate
populate(Repository(Path(sys.argv[1])), int(sys.argv[2]), seed=9, now=datetime.now(UTC))
"""


def write(root: Path, count: int) -> "subprocess.Popen[bytes]":
    """Start the writer of *count* records."""
    return subprocess.Popen([sys.executable, "-c", WRITER, str(root), str(count)], cwd=ROOT)


async def watched(made: Repository, count: int) -> tuple[float, float, float, int]:
    """Return (seconds of writing, seconds from the last file to the exact picture, p95 of the loop's delay, missed)."""
    app = MuseTui(made, Settings(run_id="bench"))
    async with app.run_test(size=(160, 45)) as pilot:
        while app.live is None or not app.live.status.settled:  # noqa: ASYNC110 (the feed tells no event of its own)
            await asyncio.sleep(0.01)
        delays: list[float] = []
        began = time.perf_counter()
        writer = write(made.root, count)
        ended = 0.0
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            delays.append(time.perf_counter() - before - 0.005)
            if not ended and writer.poll() is not None:
                ended = time.perf_counter()
                fresh = Swarm()
                fresh.apply(await asyncio.to_thread(load, made), datetime.now(UTC), live=False)
                wanted = {kind: set(fresh.ids(kind)) for kind in Kind}
                loaded = time.perf_counter() - ended
            if ended:
                swarm = app.live.swarm
                missed = sum(len(ids - set(swarm.ids(kind))) for kind, ids in wanted.items())
                if not missed or time.perf_counter() - ended > 60:
                    exact = max(time.perf_counter() - ended - loaded, 0.0)
                    await pilot.pause()
                    return ended - began, exact, percentile(delays, 0.95), missed


def run(quick: bool) -> Iterator[Row]:
    """Write once with nobody watching, and once before the dashboard."""
    count = 5_000 if quick else 50_000
    with repository(0) as made:
        began = time.perf_counter()
        write(made.root, count).wait()
        alone = time.perf_counter() - began
    with repository(0) as made:
        writing, exact, delay, missed = asyncio.run(watched(made, count))
    yield Row(
        f"storm of {count:,} files: writing, watched",
        f"{writing:.1f} s, {missed} missed",
        f"{alone:.1f} s (nobody watching)",
        writing / alone,
        "0 missed",
    )
    yield Row("… last file to a picture equal to a fresh load", f"{exact:.2f} s", goal="≤ 2 s")
    yield Row("… delay of the event loop meanwhile, p95", ms(delay), goal="keys answered")
