"""Tables: our list beside Textual's own DataTable, with the same rows, in the same app without anything else."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import DataTable

from benchmarks.common import Row, middle, ms
from benchmarks.filters import Bench
from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from musetui.simulation.populate import records
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.reservations import RESERVATION_COLUMNS

SIZE = (160, 45)
CHANGES = 5
"""Cells that are changed, one after the other."""

Taken = dict[str, float]
"""What was done, and how long it took until it was painted (seconds)."""


def picture(count: int) -> Swarm:
    """Return a swarm of so many reservations."""
    now = datetime.now(UTC)
    made = (record for record in records(count * 4 // 3 + 10, now=now) if isinstance(record, Reservation))
    swarm = Swarm()
    found = [
        Sighting(Slot(Kind.RESERVATION.folder, f"{each.reservation_id}.json"), each)
        for each, _ in zip(made, range(count), strict=False)
    ]
    swarm.apply(Batch(found=found), now, live=False)
    return swarm


async def _painted(pilot: Pilot[None], act: Callable[[], object], is_done: Callable[[], bool] = lambda: True) -> float:
    """Do something, and return how long it takes until it is done and painted."""
    began = time.perf_counter()
    act()
    while not is_done():  # noqa: ASYNC110 (it tells no event of its own)
        await asyncio.sleep(0)
    painted = asyncio.Event()
    pilot.app.screen.call_after_refresh(painted.set)
    await painted.wait()
    return time.perf_counter() - began


async def _pressed(pilot: Pilot[None], key: str, place: Callable[[], object]) -> float:
    """Press a key, and return how long it takes until the cursor is in another place, and painted there."""
    taken = []
    for _ in range(CHANGES):
        await pilot.pause()
        before = place()
        taken.append(
            await _painted(pilot, lambda: pilot.app.simulate_key(key), lambda before=before: place() != before)
        )
    return middle(taken)


class Theirs(App[None]):
    """Textual's table alone."""

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")


async def ours(swarm: Swarm) -> Taken:
    """Fill, change and sort our list."""
    app = Bench(swarm)
    async with app.run_test(size=SIZE) as pilot:
        table, ids = app.table, [held.record_id for held in swarm.reservations()]
        table.focus()
        first = await _painted(pilot, lambda: table.fill(ids), lambda: table.row_count == len(ids))
        changed = [
            await _painted(pilot, lambda row=row: table.apply(changed=(row,))) for row in table.shown()[:CHANGES]
        ]
        return {
            "filled": first,
            "one changed row": middle(changed),
            "sorted by another column": await _painted(pilot, table.action_sort_next, lambda: not table.is_ordering),
            "the cursor one row down": await _pressed(pilot, "down", lambda: table.cursor_id),
            "a page of rows down": await _pressed(pilot, "pagedown", lambda: table.cursor_id),
        }


async def theirs(swarm: Swarm) -> Taken:
    """Do the same with Textual's."""
    app = Theirs()
    async with app.run_test(size=SIZE) as pilot:
        table = app.query_one(DataTable)
        keys = table.add_columns(*(column.title for column in RESERVATION_COLUMNS))
        held = list(swarm.reservations())
        rows = [
            ["".join(span.text for span in column.cell(each, swarm.now)) for column in RESERVATION_COLUMNS]
            for each in held
        ]
        table.focus()
        first = await _painted(pilot, lambda: table.add_rows(rows))
        changed = [
            await _painted(pilot, lambda row=row: table.update_cell_at((row, 1), f"changed {row}"))  # type: ignore[arg-type]
            for row in range(CHANGES)
        ]
        return {
            "filled": first,
            "one changed row": middle(changed),
            "sorted by another column": await _painted(pilot, lambda: table.sort(keys[1])),
            "the cursor one row down": await _pressed(pilot, "down", lambda: table.cursor_row),
            "a page of rows down": await _pressed(pilot, "pagedown", lambda: table.cursor_row),
        }


def run(quick: bool) -> Iterator[Row]:
    """Do the same with both."""
    count = 2_000 if quick else 100_000
    swarm = picture(count)
    mine, peer = (asyncio.run(_of(measure, swarm)) for measure in (ours, theirs))
    for what, taken in mine.items():
        yield Row(f"{what}, {count:,} rows", ms(taken), f"{ms(peer[what])} (Textual's DataTable)", taken / peer[what])


async def _of(measure: Callable[[Swarm], Awaitable[Taken]], swarm: Swarm) -> Taken:
    return await measure(swarm)
