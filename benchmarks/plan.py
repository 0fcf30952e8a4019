"""Plan: the merge plan of 50 branches from scratch, after one more record, and with a what-if, against one pass."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.common import Row, middle, ms, set_aside
from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.forecast.branch_work import HeldWork
from musetui.forecast.merge_plan import plan_merges
from musetui.forecast.plan_memory import PlanMemory
from musetui.forecast.what_if import WhatIf
from musetui.forecast.work_index import WorkIndex, gather
from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from musetui.simulation.populate import records
from musetui.swarm.picture import Swarm

BRANCHES = 50
_MORE = 10
"""Records that come one by one, and things that are supposed."""


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
        swarm.apply(Batch(found=found[:-_MORE]), now, live=False)
        set_aside()
        floor: list[float] = []
        whole: list[float] = []
        for _ in range(3):
            began = time.perf_counter()
            by_address: dict[str, list[str]] = {}
            for record in spread:
                for address in record.addresses:
                    by_address.setdefault(address, []).append(record.branch)
            floor.append(time.perf_counter() - began)
            began = time.perf_counter()
            plan_merges(gather(swarm))
            whole.append(time.perf_counter() - began)
        index, memory = WorkIndex(swarm), PlanMemory()
        for _ in index.fill():
            pass
        plan_merges(HeldWork(index.parts()), memory=memory)
        more: list[float] = []
        for sighting in found[-_MORE:]:
            delta = swarm.apply(Batch(found=[sighting]), now)
            began = time.perf_counter()
            index.update(delta)
            plan_merges(HeldWork(index.parts()), memory=memory)
            more.append(time.perf_counter() - began)
        work = HeldWork(index.parts())
        supposed: list[float] = []
        for run_id in sorted(work.runs)[:_MORE]:
            began = time.perf_counter()
            plan_merges(work, WhatIf(merged=("feature/00",), released=(run_id,)), memory)
            supposed.append(time.perf_counter() - began)
        yield Row(
            f"merge plan of {BRANCHES} branches, {size:,} reservations, from scratch",
            ms(middle(whole)),
            f"{ms(middle(floor))} (one pass over the records)",
            middle(whole) / middle(floor),
        )
        for what, took in (("after one more record", more), ("with a branch merged and a run done", supposed)):
            yield Row(
                f"… {what}, {size:,} reservations",
                ms(middle(took)),
                f"{ms(middle(floor))} (one pass over the records)",
                middle(took) / middle(floor),
                "≤ 0.2 s at 100,000",
            )
