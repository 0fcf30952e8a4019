"""Running the commands of a person's own beside the dashboard: one record after the other, until done or stopped."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from musetui.programs import ProgramError, run_program
from musetui.records.text import counted, safe_text
from musetui.tui.own.command import OwnCommand
from musetui.tui.own.filling import Order
from musetui.tui.own.printed import Printed

QUIET = {"NO_COLOR": "1", "PAGER": "cat", "GIT_PAGER": "cat"}
"""What programs find in their environment that are shown in a pane, where neither colours nor pages mean anything."""


class Outcome(NamedTuple):
    """How one program ended.

    Attributes:
        well: whether it ended with 0.
        told: the same in a few words of safe text, such as `ended with 3 after 0.4 s`.
    """

    well: bool
    told: str


class Running:
    """One command under way, for one record or for several, one after the other.

    Attributes:
        command: which.
        printed: what was printed so far.
        outcomes: how those ended that have.
        is_over: whether nothing more comes.
        was_stopped: whether a person ended it.
    """

    def __init__(
        self, command: OwnCommand, orders: Sequence[Order], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.command = command
        self.printed = Printed()
        self.outcomes: list[Outcome] = []
        self.is_over = False
        self.was_stopped = False
        self._orders = orders
        self._folder = folder
        self._environment = {**environment, **QUIET}
        self._hearers: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> asyncio.Task[None]:
        """Run it as a task of the present loop."""
        self._task = asyncio.create_task(self._run())
        # Not by the task itself: one that is ended before its first step never takes it.
        self._task.add_done_callback(self._over)
        return self._task

    def on_change(self, hearer: Callable[[], None]) -> None:
        """Call *hearer* when there is more to show, and when it is over."""
        self._hearers.append(hearer)

    def stop(self) -> None:
        """End the program that runs, with all that it started; those that would follow do not run."""
        if self._task is not None and not self.is_over:
            self.was_stopped = True
            self._task.cancel()

    @property
    def went_well(self) -> bool:
        """Whether all of it ran, and ended with 0."""
        return len(self.outcomes) == len(self._orders) and all(outcome.well for outcome in self.outcomes)

    def summary(self) -> str:
        """Return how it stands, or went, in a few words of safe text."""
        many = len(self._orders)
        done = len(self.outcomes)
        if not self.is_over:
            return f"{done + 1:,} of {many:,} runs…" if many > 1 else "it runs…"
        if many == 1:
            return self.outcomes[0].told if self.outcomes else "ended by you"
        failed = sum(not outcome.well for outcome in self.outcomes)
        parts = [f"{counted(done - failed, 'record')} done", *([f"{failed:,} failed"] if failed else [])]
        return ", ".join([*parts, *([f"{many - done:,} not begun or ended by you"] if done < many else [])])

    async def _run(self) -> None:
        for order in self._orders:
            await self._run_one(order)
            self._tell()

    def _over(self, _task: asyncio.Task[None]) -> None:
        if self.was_stopped:
            self.printed.end()
            self.printed.say("— ended by you")
        self.is_over = True
        self._tell()

    async def _run_one(self, order: Order) -> None:
        printed = self.printed
        printed.say(f"$ {order.line}")
        began_at = time.monotonic()
        try:
            ended = await run_program(
                order.words,
                folder=self._folder,
                environment=self._environment,
                hear=self._hear,
                feed=order.feed,
                seconds=self.command.seconds,
            )
        except ProgramError as error:
            outcome = Outcome(False, safe_text(error, 300))
        else:
            took = f"after {time.monotonic() - began_at:.1f} s"
            late = f"took more than {self.command.seconds:g} s, and was ended" if self.command.seconds else ""
            outcome = Outcome(
                ended.code == 0 and not ended.was_late, late if ended.was_late else f"ended with {ended.code} {took}"
            )
        printed.end()
        printed.say(f"— {outcome.told}")
        self.outcomes.append(outcome)

    def _hear(self, data: bytes) -> None:
        self.printed.hear(data)
        self._tell()

    def _tell(self) -> None:
        for hearer in self._hearers:
            hearer()


class OwnRuns:
    """What is under way; to be closed with `aclose`.

    Args:
        folder: where programs run.
        environment: what they find.
        defect: told of a mistake of ours.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], defect: Callable[[BaseException], None]) -> None:
        self._folder = folder
        self._environment = environment
        self._defect = defect
        self._tasks: dict[asyncio.Task[None], Running] = {}

    def begin(self, command: OwnCommand, orders: Sequence[Order], hearer: Callable[[Running], None]) -> Running:
        """Run *command*; *hearer* is called whenever there is more to show, and when it is over."""
        running = Running(command, orders, self._folder, self._environment)
        running.on_change(lambda: hearer(running))
        task = running.begin()
        self._tasks[task] = running
        task.add_done_callback(self._ended)
        return running

    def under_way(self) -> list[Running]:
        """Return what runs now, the first to have begun first."""
        return list(self._tasks.values())

    async def aclose(self) -> None:
        """End what is under way, and wait for that."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._defect(error)
