"""Filter: from a typed letter to the last row judged, against one pass of `in` over the text of the same rows."""

import asyncio
import gc
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from textual.app import App, ComposeResult

from benchmarks.common import Row, middle, ms, repository
from musetui.coordination.reader import load
from musetui.filters.vocabulary.reservations import reservation_vocabulary
from musetui.swarm.entity import Held
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.reservations import RESERVATION_COLUMNS
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until

OF_RESERVATIONS = 1.3
"""Records that are made for each reservation that is wanted."""

TYPED = "agent-1"
HARDER = ("state:active", "addr:src/*", r"/catalog.*total/", "/(a+)+$/", "left:<10m age:>10s")


class Letter(NamedTuple):
    """What one letter took (seconds of processor time).

    Attributes:
        first: until the rows in sight were those of the new filter.
        whole: until all rows had been judged.
        longest: the longest turn of the loop, in which no key was answered.
    """

    first: float
    whole: float
    longest: float


class Bench(App[None]):
    """A list of reservations."""

    def __init__(self, swarm: Swarm) -> None:
        super().__init__()
        self.table: RecordTable[Held] = RecordTable(
            RESERVATION_COLUMNS,
            row_of=swarm.reservation,
            empty="",
            sort="state",
            clock=lambda: datetime.now(UTC),
            fields=reservation_vocabulary(lambda: None),
        )

    def compose(self) -> ComposeResult:
        yield self.table


async def typed(table: RecordTable[Any], text: str) -> Letter:
    """Filter by *text* until all is judged."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.process_time()
            await asyncio.sleep(0)
            longest = max(longest, time.process_time() - before)
            await asyncio.sleep(0.0005)

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.005)
    busy = time.process_time()
    table.filter_by(text)
    first = time.process_time() - busy
    await until(lambda: not table.is_sifting, seconds=120.0)
    letter = Letter(first, time.process_time() - busy, max(longest, first))
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return letter


async def letters(swarm: Swarm, rounds: int) -> tuple[list[Letter], list[Letter], dict[str, Letter]]:
    """Return what the first letter of a filter took, what each following one did, and harder filters."""
    app = Bench(swarm)
    first: list[Letter] = []
    following: list[Letter] = []
    async with app.run_test(size=(160, 45)) as pilot:
        app.table.load([held.record_id for held in swarm.reservations()])
        await pilot.pause()
        gc.freeze()
        for _ in range(rounds):
            app.table.filter_by("")
            first.append(await typed(app.table, TYPED[0]))
            following += [await typed(app.table, TYPED[:length]) for length in range(2, len(TYPED) + 1)]
        harder = {text: await typed(app.table, text) for text in HARDER}
    gc.unfreeze()
    return first, following, harder


def floor(swarm: Swarm, rounds: int) -> float:
    """Return how long one pass of `in` takes over the text of every reservation (seconds of processor time)."""
    fields = reservation_vocabulary(lambda: None)
    texts = [fields.text(held) for held in swarm.reservations()]
    taken = []
    for _ in range(rounds):
        before = time.process_time()
        [text for text in texts if TYPED in text]
        taken.append(time.process_time() - before)
    return middle(taken)


def run(quick: bool) -> Iterator[Row]:
    """Type into lists of several sizes."""
    for wanted in (5_000,) if quick else (10_000, 100_000):
        with repository(int(wanted * OF_RESERVATIONS)) as made:
            swarm = Swarm()
            swarm.apply(load(made), datetime.now(UTC), live=False)
        rows = f"{len(swarm.reservations()):,} rows"
        least = floor(swarm, 5)
        first, following, harder = asyncio.run(letters(swarm, 2 if quick else 3))
        words = f"{ms(least)} (one pass of `in` over their text)"
        whole = middle([each.whole for each in following])
        yield Row(f"letter typed into a filter, {rows}: all judged", ms(whole), words, whole / least)
        whole = middle([each.whole for each in first])
        yield Row("… the first letter, which gathers their text", ms(whole), words, whole / least)
        every = [*first, *following]
        yield Row(
            "… until what is in sight has been judged, median / longest",
            f"{ms(middle([each.first for each in every]))} / {ms(max(each.first for each in every))}",
            goal="≤ 16 ms",
        )
        longest = max(each.longest for each in (*every, *harder.values()))
        yield Row("… longest turn of the loop", ms(longest), goal="≤ 16 ms")
        for text, letter in harder.items():
            yield Row(f"… filter `{text}`: all judged", ms(letter.whole), words, letter.whole / least)
