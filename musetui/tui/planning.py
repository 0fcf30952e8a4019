"""Planning: the merge plan behind its view, made anew when what is held differs or something else is supposed.

What is held is gathered on the event loop, at first for a few milliseconds at a time, then record by record; all else
is done in a thread, on what was gathered. So keys are answered meanwhile, however much is held.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from musetui.forecast.branch_work import HeldWork, RunWork, Waiting
from musetui.forecast.merge_plan import MergePlan, plan_merges
from musetui.forecast.plan_memory import PlanMemory
from musetui.forecast.what_if import WhatIf
from musetui.forecast.work_index import WorkIndex
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.plan import BranchRow, RunRow, branch_rows, run_rows
from musetui.tui.presentation.plan_matrix import MatrixPicture, matrix_picture

PLAN_EVERY = 0.5
"""Seconds between two plans of a swarm that changes all the time; more where a plan takes long."""

AFTER_DEFECT = 5.0
"""Seconds until a plan is tried again after a mistake of ours, so that it is not told of all the time."""

_SLICE = 0.006
"""Seconds of gathering in one turn of the loop."""

_Gathered = tuple[Sequence[RunWork], Waiting, Mapping[str, datetime]]
"""What a plan is made of: the work there is, who waits for whom, and who is silent since when."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """A plan, with all that a view shows of it.

    Attributes:
        plan: the plan.
        cost_before: what the plan costs that supposes nothing.
        branches: its rows, by name.
        runs: the runs of each branch, by branch and id.
        matrix: what the branches share.
    """

    plan: MergePlan
    cost_before: float
    branches: dict[str, BranchRow]
    runs: Mapping[str, dict[str, RunRow]]
    matrix: MatrixPicture


class Planning:
    """Makes the plans of a swarm, one after another.

    Args:
        swarm: what is planned.
        show: told of each plan, on the event loop.
    """

    def __init__(self, swarm: Swarm, show: Callable[[Foresight], None]) -> None:
        self._swarm = swarm
        self._begin()
        self._show = show
        self._suppositions = [WhatIf()]
        self._work = HeldWork(())
        self._cost_before: float | None = None
        self._planned: WhatIf | None = None
        self._is_stale = False
        self._is_busy = False
        self._next_at = 0.0
        self._news = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None

    def _begin(self) -> None:
        """Know nothing yet, or no more."""
        self._index = WorkIndex(self._swarm)
        self._filling = self._index.fill()
        self._memory = PlanMemory()

    @property
    def what_if(self) -> WhatIf:
        """What is supposed now; names of what is no longer held are among it, in case it comes back."""
        return self._suppositions[-1]

    @property
    def is_settled(self) -> bool:
        """Whether the last plan that was shown is that of what is held and supposed now."""
        return self._planned is self.what_if and not self._is_stale and not self._is_busy

    def follow(self, delta: Delta) -> bool:
        """Hear of each step of the swarm, from the beginning on; return whether what is held or announced differs."""
        return self._index.update(delta)

    def look(self) -> None:
        """Hear that somebody looks, and that what is held or announced may differ from what is planned."""
        self._is_stale = True
        self._news.set()

    def suppose(self, what_if: WhatIf) -> None:
        """Plan with something else supposed; `undo` takes that back."""
        self._suppositions.append(what_if)
        self._news.set()

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return len(self._suppositions) > 1

    def undo(self) -> None:
        """Suppose again what was supposed before, if anything was."""
        if self.can_undo:
            self._suppositions.pop()
            self._news.set()

    async def run(self) -> None:
        """Plan whenever there is reason to. Ends when cancelled, and with a defect; then it can be run again.

        After a defect all is gathered anew when the next news comes, or what is supposed differs: not at once, for it
        would only come again, and not for every change of a busy swarm.
        """
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await self._look_again()
        except Exception:
            self._begin()
            self._is_stale = True
            self._next_at = time.monotonic() + AFTER_DEFECT
            raise
        finally:
            self._is_busy = False

    async def _look_again(self) -> None:
        """Plan if there is reason to, and show it."""
        began = time.monotonic()
        gathered: _Gathered | None = None
        if self._is_stale and began >= self._next_at:
            self._is_stale, self._is_busy = False, True
            await self._fill()
            gathered = self._index.parts(), self._index.waiting(), self._index.silent()
        elif self._is_stale:
            self._wake_in(self._next_at - began)
        # What is only supposed is shown at once, on what was gathered last.
        if gathered is None and self.what_if is self._planned:
            return
        self._planned = self.what_if
        self._is_busy = True
        found = await asyncio.to_thread(self._plan, gathered, self._planned)
        self._is_busy = False
        if gathered is not None:
            # Half of the time is for all else, however long it takes.
            self._next_at = began + max(PLAN_EVERY, 2 * (time.monotonic() - began))
        self._show(found)

    def _wake_in(self, seconds: float) -> None:
        if self._alarm is None or self._alarm.when() <= asyncio.get_running_loop().time():
            self._alarm = asyncio.get_running_loop().call_later(seconds, self._news.set)

    async def _fill(self) -> None:
        """Gather all there was at the beginning, unless that is done."""
        ends_at = time.perf_counter() + _SLICE
        for _ in self._filling:
            if time.perf_counter() > ends_at:
                await asyncio.sleep(0.001)
                ends_at = time.perf_counter() + _SLICE

    def _plan(self, gathered: _Gathered | None, what_if: WhatIf) -> Foresight:
        """Plan; runs in a thread, one at a time."""
        if gathered is not None:
            self._work = HeldWork(*gathered)
            self._cost_before = None
        work, memory = self._work, self._memory
        made = plan_merges(work, what_if.among(work.branches, work.runs), memory)
        if not made.what_if:
            self._cost_before = made.cost
        elif self._cost_before is None:
            self._cost_before = plan_merges(work, memory=memory).cost
        return Foresight(
            made, self._cost_before or 0.0, branch_rows(made, work), run_rows(made, work, memory), matrix_picture(made)
        )
