"""What is shown: the picture of one moment with all that is made of it, and word to the views of what differs."""

import asyncio
import contextvars
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from musetui.coordination.feed import FeedStatus, WatchMode
from musetui.coordination.repository import Repository
from musetui.forecast.conflict import Conflict
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex
from musetui.forecast.run_index import RunIndex
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_index import StaleIndex
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm
from musetui.tui.advising import Advising

SLICE = 0.006
"""Seconds of applying in one turn of the loop: well under a frame of 16 ms, with room for the paint that follows."""

PUBLISH_EVERY = 0.05
"""Seconds between deltas in a storm."""

MANY_CONFLICTS = 1_000
"""Conflicts from which on advice on one is likely to take longer than a frame."""

FILLED_EVERY = 0.5
"""Seconds between deltas that tell what has been found of runs so far: of all of them, as a rule, and each time."""


@dataclass(frozen=True, slots=True)
class Change:
    """What views repaint: what differs in the swarm, among the conflicts and of what is stuck since the last change.

    Attributes:
        runs: the runs of which something differs; of more than the delta's own, once someone has asked for the runs.
    """

    delta: Delta
    conflicts: ConflictDelta
    runs: set[str] = field(default_factory=set)
    stale: StaleDelta = field(default_factory=StaleDelta)


class Showing:
    """Holds a swarm, its conflicts and what is stuck in it: now or at a moment that has passed.

    While a great part of the picture is still to come, conflicts and what is stuck are not followed, but looked for
    once at the end: record by record that costs ten times as much.

    Attributes:
        swarm: the picture.
        is_forecast: whether conflicts and what is stuck are those of the picture; until then nothing is told of them.
        status: how far it has been read.
        branch: the branch that is checked out, and `branches` all there are.

    Args:
        repository: whose picture it is.
        swarm: the picture, empty as yet.
    """

    def __init__(self, repository: Repository, swarm: Swarm) -> None:
        self.repository = repository
        self.swarm = swarm
        self.conflicts = ConflictIndex(swarm)
        self.stale = StaleIndex(swarm, self.conflicts)
        self.status = FeedStatus(WatchMode.LOADING)
        self.is_forecast = True
        self.branch = ""
        self.branches: tuple[str, ...] = ()
        self._runs: RunIndex | None = None
        self._filling: Iterator[set[str]] = iter(())
        self._filled: set[str] = set()
        self._pending = Delta()
        self._pending_conflicts = ConflictDelta()
        self._pending_runs: set[str] = set()
        self._pending_stale = StaleDelta()
        self._views: list[Callable[[Change], None]] = []
        self._publish_due = False
        self._published_at = 0.0
        self._advising = Advising(self._later, self._show_again, lambda: len(self.conflicts) > MANY_CONFLICTS)
        self._unfollowed = Delta()
        self._looking: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        """Return the moment that is shown (aware)."""
        raise NotImplementedError

    @property
    def runs(self) -> RunIndex:
        """How it stands with every run. Nobody pays for it before it is first asked for; then it fills in slices."""
        if self._runs is None:
            self._runs = RunIndex(self.swarm, self.conflicts)
            self._filling = self._runs.fill()
            self._fill()
        return self._runs

    def known_addresses(self) -> Sequence[str]:
        """Return every address that a record names, sorted."""
        return sorted(self.swarm.addresses())

    def advised(self, conflict: Conflict) -> Conflict:
        """Return *conflict* with advice for a detail: what is not known yet, views are told of as soon as it is."""
        return self._advising.advised(conflict)

    def on_change(self, view: Callable[[Change], None]) -> Callable[[], None]:
        """Call *view* with each change; return what ends that."""
        self._views.append(view)
        return lambda: self._views.remove(view) if view in self._views else None

    def begin(self) -> None:
        """Remember the running loop, and the context that views are painted in."""
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()

    def stop(self) -> None:
        """Show nothing any more."""
        self._filling = iter(())
        if self._looking is not None:
            self._looking.cancel()
        self._advising.stop()
        self._views.clear()

    @property
    def publish_every(self) -> float:
        """Seconds between deltas, where one follows the other."""
        return PUBLISH_EVERY

    def _later(self, seconds: float, callback: Callable[[], None]) -> None:
        self._loop.call_later(seconds, callback, context=self._context)

    def _take_note(self, delta: Delta) -> None:
        """Bring conflicts and runs up to date with a step of the swarm, and keep it for the views."""
        if self.is_forecast:
            conflicts = self.conflicts.update(delta)
        else:
            conflicts = ConflictDelta()
            self._unfollowed.merge(delta)
        self._pending_runs |= delta.runs if self._runs is None else self._runs.update(delta, conflicts)
        self._pending_conflicts.merge(conflicts)
        self._pending.merge(delta)

    @property
    def _is_looking(self) -> bool:
        """Whether all conflicts are being looked for: the swarm must stay as it is meanwhile."""
        return self._looking is not None and not self._looking.done()

    def _look_for_all(self, then: Callable[[], None], on_defect: Callable[[Exception], None]) -> None:
        """Look for all conflicts, and what is stuck, in a picture that has not been followed; *then* comes after."""

        async def look() -> None:
            try:
                made, conflicts = await asyncio.to_thread(self.conflicts.anew)
                self.conflicts.become(made)
                self._pending_conflicts.merge(conflicts)
                unfollowed, self._unfollowed = self._unfollowed, Delta()
                self._pending_stale.merge(self.stale.update(unfollowed))
            except Exception as error:
                on_defect(error)
            self.is_forecast = True
            if self._runs is not None:
                self._runs = None  # what conflicts mean to each run is looked for anew, in slices
                self._pending_runs |= set(self.runs.runs())
            # When this has ended: then the swarm may move on.
            self._loop.call_soon(then, context=self._context)

        self._looking = self._loop.create_task(look(), context=self._context)

    def _fill(self) -> None:
        """Go on looking at all there is of runs, for one slice. Views paint now and then what has been found."""
        ends_at = time.perf_counter() + SLICE
        for concerned in self._filling:
            self._filled |= concerned
            if time.perf_counter() > ends_at:
                self._loop.call_later(0.001, self._fill, context=self._context)
                if ends_at < self._published_at + FILLED_EVERY:
                    return
                break
        self._pending_runs |= self._filled
        self._filled.clear()
        self._publish_soon()

    @property
    def _has_news(self) -> bool:
        return bool(self._pending or self._pending_conflicts or self._pending_runs or self._pending_stale)

    def _publish_soon(self) -> None:
        if self._publish_due or not self._has_news:
            return
        wait = self._published_at + self.publish_every - time.perf_counter()
        if wait <= 0:
            self._publish()
        else:
            self._publish_due = True
            self._loop.call_later(wait, self._publish, context=self._context)

    def _publish(self) -> None:
        self._publish_due = False
        if self._has_news:
            self._show_news()

    def _show_again(self) -> None:
        """Have views paint what is said of records, though nothing differs in these."""
        for view in tuple(self._views):
            view(Change(Delta(), ConflictDelta()))

    def _show_news(self) -> None:
        self._published_at = time.perf_counter()
        change = Change(self._pending, self._pending_conflicts, self._pending_runs, self._pending_stale)
        self._pending = Delta()
        self._pending_conflicts = ConflictDelta()
        self._pending_runs = set()
        self._pending_stale = StaleDelta()
        for view in tuple(self._views):
            view(change)
