"""Forecast: every conflict from scratch, and one more record, against one pass over the records."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.common import Row, middle, ms, set_aside
from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.forecast.index import ConflictIndex
from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from musetui.simulation.populate import records
from musetui.swarm.picture import Swarm


def run(quick: bool) -> Iterator[Row]:
    """Forecast swarms of growing size."""
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
