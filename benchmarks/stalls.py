"""Stalls: the longest that the loop goes without hearing a key, for each thing that is done with many records."""

import asyncio
import time
from asyncio.events import Handle
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from benchmarks.common import Row, ms, repository
from benchmarks.storm import write
from musetui.coordination.repository import Repository
from musetui.settings import Settings
from musetui.tui.app import MuseTui

GOAL = "≤ 16 ms"
"""A frame."""

CALM = 0.01
"""Seconds of work within a third of a second, below which nothing is going on."""

VIEWS = {
    "2": "agents",
    "3": "files",
    "4": "stuck",
    "5": "merge plan",
    "7": "tasks",
    "8": "problems",
    "1": "the dashboard again",
}


class Turns:
    """Takes the time of each turn of the loop, in processor time of its thread: others may use the machine too.

    Attributes:
        longest: the longest one since this was last set to 0 (seconds).
        whole: all of them together, likewise.
    """

    def __init__(self) -> None:
        self.longest = self.whole = 0.0

    @contextmanager
    def taken(self) -> Iterator["Turns"]:
        """Take the times, meanwhile."""
        run = Handle._run

        def timed(handle: Handle) -> None:
            before = time.thread_time()
            run(handle)
            took = time.thread_time() - before
            self.whole += took
            self.longest = max(self.longest, took)

        Handle._run = timed  # type: ignore[attr-defined]
        try:
            yield self
        finally:
            Handle._run = run  # type: ignore[attr-defined]

    async def until_calm(self) -> None:
        """Wait until a third of a second brings next to nothing."""
        before = -1.0
        while self.whole - before > CALM:
            before = self.whole
            await asyncio.sleep(0.33)


async def _stalls(made: Repository, storm: int, state: Path) -> list[tuple[str, float, float]]:
    """Return what was done, its longest turn, and all its turns together (seconds)."""
    found: list[tuple[str, float, float]] = []
    with Turns().taken() as turns:
        app = MuseTui(made, Settings(run_id="bench", state=state))

        async def do(what: str, act: Callable[[], Awaitable[object]]) -> None:
            turns.longest = turns.whole = 0.0
            await act()
            await turns.until_calm()
            found.append((what, turns.longest, turns.whole))

        async def read() -> None:
            while app.live is None or not app.live.status.settled:  # noqa: ASYNC110 (it tells no event of its own)
                await asyncio.sleep(0.01)

        async def storming() -> None:
            writer = write(made.root, storm)
            while writer.poll() is None:  # noqa: ASYNC110 (a process tells no event either)
                await asyncio.sleep(0.05)

        async def look_through(pilot: Pilot[int]) -> None:
            await pilot.press("6")
            while app.travel is None or app.travel.is_behind:  # noqa: ASYNC110 (nor does this)
                await asyncio.sleep(0.1)

        async with app.run_test(size=(160, 45)) as pilot:
            await do("all read", read)
            await do("another order", lambda: pilot.press("s"))
            await do("yet another order", lambda: pilot.press("s"))
            await do("the order turned round", lambda: pilot.press("S"))
            await pilot.press("slash")
            await do("the first letter of a filter", lambda: pilot.press("a"))
            await do("the next letter of it", lambda: pilot.press("g"))
            await do("another order of what it shows", lambda: pilot.press("enter", "s"))
            await do("all rows shown again", lambda: pilot.press("escape"))
            await do(f"{storm:,} records more", storming)
            for key, name in VIEWS.items():
                await do(f"first look at {name}" if key != "1" else name, lambda key=key: pilot.press(key))
            await do("a look at files again", lambda: pilot.press("3"))
            await do("first look at the timeline", lambda: look_through(pilot))
            await do("a moment of the past", lambda: pilot.press("left"))
            await do("a moment before it", lambda: pilot.press("left"))
            await do("the dashboard of that moment", lambda: pilot.press("1"))
            await do("back to now", lambda: pilot.press("escape"))
    return found


def run(quick: bool) -> Iterator[Row]:
    """Do each thing once."""
    many, storm = (5_000, 500) if quick else (100_000, 5_000)
    with repository(many) as made, TemporaryDirectory() as state:
        found = asyncio.run(_stalls(made, storm, Path(state)))
    yield Row(f"longest turn of the loop, of all that it takes, {many:,} records", "", goal=GOAL)
    for what, longest, whole in found:
        yield Row(f"… {what}", f"{ms(longest)} of {whole:.2f} s")
