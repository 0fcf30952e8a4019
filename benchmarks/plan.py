"""Plan: the merge plan of 50 branches from scratch, and again with a what-if, against one pass over the records."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.common import Row, middle, ms
from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.forecast.merge_plan import gather, plan_merges
from musetui.forecast.what_if import WhatIf
from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from musetui.simulation.populate import records
from musetui.swarm.picture import Swarm

BRANCHES = 50


def run(quick: bool) -> Iterator[Row]:
    """Plan swarms of growing size, in which every branch meets every other one."""
    for size in (1_000, 10_000) if quick else (1_000, 10_000, 100_000):
        now = datetime.now(UTC)
        reservations = [record for record in records(size * 4 // 3 + 10, now=now) if isinstance(record, Reservation)]
        spread = [
            record.model_copy(update={"branch": f"feature/{int(record.run_id[-4:]) % BRANCHES:02}"})
            for record in reservations[:size]
        ]
        swarm = Swarm()
        found = [Sighting(Slot(Kind.RESERVATION.folder, f"{each.reservation_id}.json"), each) for each in spread]
        swarm.apply(Batch(found=found), now, live=False)
        floor: list[float] = []
        gathered: list[float] = []
        planned: list[float] = []
        for _ in range(3):
            began = time.perf_counter()
            by_address: dict[str, list[str]] = {}
            for record in spread:
                for address in record.addresses:
                    by_address.setdefault(address, []).append(record.branch)
            floor.append(time.perf_counter() - began)
            began = time.perf_counter()
            work = gather(swarm)
            gathered.append(time.perf_counter() - began)
            began = time.perf_counter()
            plan_merges(work, WhatIf())
            planned.append(time.perf_counter() - began)
        whole = middle(gathered) + middle(planned)
        yield Row(
            f"merge plan of {BRANCHES} branches, {size:,} reservations",
            ms(whole),
            f"{ms(middle(floor))} (one pass over the records)",
            whole / middle(floor),
            "≤ 0.2 s at 100,000",
        )
        yield Row(f"… again with a what-if, {size:,} reservations", ms(middle(planned)))
