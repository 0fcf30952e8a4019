"""Forecast: every conflict from scratch, and one more record, against one pass over the records; and beside Muse's own.

Muse is asked where there is an executable of that name: the same files, a whole process each.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.common import ROOT, Row, middle, ms, repository, set_aside
from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.forecast.index import ConflictIndex
from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from musetui.simulation.populate import records
from musetui.swarm.picture import Swarm

MUSE_WITHIN = 600.0
"""Seconds that Muse has for one forecast; over 100,000 records it takes longer, so it is not asked about these."""


def run(quick: bool) -> Iterator[Row]:
    """Forecast swarms of growing size."""
    yield from _in_process(quick)
    for size in (1_000,) if quick else (1_000, 10_000):
        yield _beside_muse(size)


def _beside_muse(size: int) -> Row:
    """Forecast one repository with both programs."""
    what = f"forecast of {size:,} records, a process that prints JSON"
    muse = shutil.which("muse")
    with repository(size) as made:
        ours = _took([sys.executable, "-m", "musetui", "conflicts", "--json", "--repo", str(made.root)], str(ROOT))
        if ours is None:
            raise RuntimeError("musetui conflicts --json has failed")
        if muse is None:
            return Row(what, ms(ours), "(no muse is found here)")
        theirs = _took([muse, "coord", "forecast", "--json"], str(made.root))
    if theirs is None:
        return Row(what, ms(ours), f"muse coord forecast fails, or takes more than {MUSE_WITHIN:.0f} s")
    return Row(what, ms(ours), f"{ms(theirs)} (muse coord forecast)", ours / theirs)


def _took(command: list[str], folder: str) -> float | None:
    """Return how long *command* takes in *folder* to print JSON, or None if it does not."""
    began = time.perf_counter()
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=MUSE_WITHIN, check=True)
        json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
    return time.perf_counter() - began


def _in_process(quick: bool) -> Iterator[Row]:
    for size in (1_000, 10_000) if quick else (1_000, 10_000, 100_000):
        now = datetime.now(UTC)
        reservations = [record for record in records(size * 4 // 3 + 10, now=now) if isinstance(record, Reservation)]
        sightings = [
            Sighting(Slot(Kind.RESERVATION.folder, f"{record.reservation_id}.json"), record) for record in reservations
        ][:size]
        swarm = Swarm()
        swarm.apply(Batch(found=sightings[:-100]), now, live=False)
        set_aside()
        full: list[float] = []
        floor: list[float] = []
        for _ in range(3):
            began = time.perf_counter()
            by_address: dict[str, list[str]] = {}
            for sighting in sightings:
                record = sighting.record
                assert isinstance(record, Reservation)
                for address in record.addresses:
                    by_address.setdefault(address, []).append(record.run_id)
            floor.append(time.perf_counter() - began)
            began = time.perf_counter()
            index = ConflictIndex(swarm)
            full.append(time.perf_counter() - began)
        more: list[float] = []
        for sighting in sightings[-100:]:
            began = time.perf_counter()
            index.update(swarm.apply(Batch(found=(sighting,)), now))
            more.append(time.perf_counter() - began)
        yield Row(
            f"forecast of {size:,} reservations",
            ms(middle(full)),
            f"{ms(middle(floor))} (one pass over the records)",
            middle(full) / middle(floor),
            "≤ 0.5 s at 100,000",
        )
        yield Row(
            f"… one more record among {size:,}, picture and conflicts", f"{middle(more) * 1e3:.2f} ms", goal="≤ 1 ms"
        )
