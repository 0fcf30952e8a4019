"""Stale: everything that is stuck from scratch, and one more record, against one pass over the records."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.common import Row, middle, ms, set_aside
from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.forecast.stale_index import StaleIndex
from musetui.records.models import ID_FIELDS, AnyRecord, Reservation
from musetui.simulation.populate import records
from musetui.swarm.picture import Swarm

_MORE = 100
"""Records that come one by one."""


def run(quick: bool) -> Iterator[Row]:
    """Look for what is stuck in swarms of growing size."""
    for size in (1_000, 10_000) if quick else (1_000, 10_000, 100_000):
        now = datetime.now(UTC)
        sightings = _sightings(size, now)
        before, later = sightings[:-_MORE], sightings[-_MORE:]
        swarm = Swarm()
        swarm.apply(Batch(found=before), now, live=False)
        set_aside()
        full: list[float] = []
        floor: list[float] = []
        for _ in range(5):
            began = time.perf_counter()
            by_run: dict[str, list[str]] = {}
            for sighting in before:
                by_run.setdefault(sighting.record.holder, []).append(sighting.record.record_id)
            floor.append(time.perf_counter() - began)
            began = time.perf_counter()
            index = StaleIndex(swarm)
            full.append(time.perf_counter() - began)
        more: list[float] = []
        for sighting in later:
            delta = swarm.apply(Batch(found=(sighting,)), now)
            began = time.perf_counter()
            index.update(delta)
            more.append(time.perf_counter() - began)
        began = time.perf_counter()
        told = len(index.findings())
        telling = time.perf_counter() - began
        yield Row(
            f"what is stuck among {size:,} reservations and all that names them",
            ms(middle(full)),
            f"{ms(middle(floor))} (one pass over the records)",
            middle(full) / middle(floor),
            "≤ 50 ms at 100,000",
        )
        yield Row(f"… one more record among {size:,}", f"{middle(more) * 1e3:.2f} ms", goal="≤ 1 ms")
        yield Row(f"… all {told:,} findings told, the worst first", ms(telling))


def _sightings(reservations: int, now: datetime) -> list[Sighting]:
    """Return the local records of a swarm with so many reservations."""
    found: list[AnyRecord] = []
    for record in records(reservations * 2, now=now):
        found.append(record)
        reservations -= isinstance(record, Reservation)
        if not reservations:
            break
    return [Sighting(Slot(each.kind.folder, f"{getattr(each, ID_FIELDS[each.kind])}.json"), each) for each in found]
