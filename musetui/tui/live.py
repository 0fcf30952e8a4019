"""The live picture behind the screens: the one owner of state, on the event loop.

The feed's thread hands batches over; they are applied here in slices of a few milliseconds, so that keys are answered
in between, and what changed is published as one merged delta: at once when it is calm, at most twenty times a second
when it is not.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from musetui.callgraph.edges import GraphChange
from musetui.coordination.batch import Batch
from musetui.coordination.feed import Feed, FeedStatus
from musetui.coordination.repository import Repository
from musetui.coordination.snapshot import Snapshot
from musetui.forecast.conflict import Conflict
from musetui.swarm.activity import Verb
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm
from musetui.swarm.story import Story
from musetui.swarm.thresholds import Thresholds
from musetui.swarm.told import ToldSwarm
from musetui.tui.advising import UNKNOWN
from musetui.tui.clock import Clock, now_utc
from musetui.tui.showing import PUBLISH_EVERY, SLICE, Showing

_log = logging.getLogger("musetui.live")

PUBLISH_EVERY_LOADING = 0.5
"""Seconds between deltas while all is read for the first time: each record that comes concerns others there are."""

LOOKED_AT_ONCE = 10_000
"""Files to be read at the start, from which on conflicts are looked for once, when all are read."""

SILENT_AFTER = 3
"""Seconds after which a disk that does not answer is told of."""


class Source(Protocol):
    """What tells of records: a feed, or a recording."""

    def start(self) -> None:
        """Begin to tell."""

    def stop(self) -> None:
        """Tell nothing any more."""

    def refresh(self) -> None:
        """Compare what was told with what there is."""

    def silent_for(self) -> float:
        """Return for how many seconds what it reads has not answered; 0 while it does."""


class Live(Showing):
    """Holds the swarm, its conflicts and what is stuck in it, and feeds them from disk.

    Attributes:
        is_loaded: whether all that was there at the start has been read; what is found later is news.
        knows_calls: whether views have been told what calls mean that were there at the start; likewise.

    Args:
        thresholds: when what is still there counts as a finding.
        polling: compare folders instead of asking the kernel.
        clock: returns the moment.
        cutoff: what was over before is set aside (aware); None to keep everything.
        snapshot: what is remembered of the repository's disk from an earlier start.
        on_defect: told of a mistake of ours in applying what was read; the rest is still applied.
        swarm: the picture, empty as yet; one of the present where none is given.
        source: makes what tells of the records, given who takes batches and who is told how reading goes; None for the
            repository's disk.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        thresholds: Thresholds,
        on_defect: Callable[[Exception], None],
        polling: bool = False,
        clock: Clock = now_utc,
        cutoff: datetime | None = None,
        snapshot: Snapshot | None = None,
        swarm: Swarm | None = None,
        source: "Callable[[Callable[[Batch], None], Callable[[FeedStatus], None]], Source] | None" = None,
    ) -> None:
        super().__init__(repository, swarm or Swarm(thresholds))
        self._clock = clock
        self._on_defect = on_defect
        self.is_loaded = False
        self.knows_calls = False
        source = source or partial(Feed, repository, polling=polling, cutoff=cutoff, snapshot=snapshot)
        self._feed = source(self._deliver, self._tell)
        self._inbox: deque[Batch | FeedStatus] = deque()
        self._heralds: list[Callable[[FeedStatus], None]] = []
        self._readers: list[Callable[[Batch], None]] = []
        self._drain_due = False
        self._work_due = False
        self._has_calls = False
        self._calls: list[GraphChange] = []

    def now(self) -> datetime:
        """Return this moment (aware)."""
        return self._clock()

    @property
    def publish_every(self) -> float:
        return PUBLISH_EVERY if self.is_loaded else PUBLISH_EVERY_LOADING

    def advised(self, conflict: Conflict) -> Conflict:
        """As of any picture; while all is read for the first time, what to do is not told: it would differ at once."""
        return super().advised(conflict) if self.is_loaded else replace(conflict, advise=lambda _: UNKNOWN)

    def start(self) -> None:
        """Start reading; called on the running loop, whose context the views are painted in."""
        self.begin()
        self._feed.start()

    def stop(self) -> None:
        """Stop reading. What arrives later is dropped."""
        super().stop()
        self._feed.stop()
        self._inbox.clear()
        self._heralds.clear()
        self._readers.clear()

    def refresh(self) -> None:
        """Ask for a comparison of the picture with the disk."""
        self._feed.refresh()

    def on_batch(self, reader: Callable[[Batch], None]) -> Callable[[], None]:
        """Call *reader* with each batch after it was taken in; return what ends that."""
        self._readers.append(reader)
        return lambda: self._readers.remove(reader) if reader in self._readers else None

    def note(self, verb: Verb, text: str) -> None:
        """Keep in the activity what became of the exchange with the hub."""
        self._note(self.swarm.note(verb, "hub", text, self.now()))
        self._publish_soon()

    def on_status(self, herald: Callable[[FeedStatus], None]) -> None:
        """Call *herald* with each new status of the feed, and at once with the present one."""
        self._heralds.append(herald)
        herald(self.status)

    def advance(self) -> None:
        """Let time pass: called every second."""
        self._tell_of_silence()
        if self._is_looking:
            return
        self._note(self.swarm.advance(self.now()))
        self._publish_soon()

    def _tell_of_silence(self) -> None:
        """Have the status say for how long the disk has not answered, for the feed cannot while it waits."""
        silent_for = int(self._feed.silent_for())
        silent_for = silent_for if silent_for >= SILENT_AFTER else 0
        if silent_for != self.status.silent_for:
            self._show_status(replace(self.status, silent_for=silent_for))

    def _show_status(self, status: FeedStatus) -> None:
        self.status = status
        for herald in self._heralds:
            herald(status)

    def take_story(self, story: Story) -> None:
        """Show as the activity what *story* tells: a recording knows more of that than lies there at its end."""
        assert isinstance(self.swarm, ToldSwarm)
        self.swarm.story = story
        self._show_again()

    def follow_calls(self, change: GraphChange) -> None:
        """Take in who calls whom; what that means for conflicts is worked off in slices."""
        self._calls.append(change)
        self._take_calls_in()

    def _take_calls_in(self) -> None:
        """Have the conflicts know of calls, unless these are not followed yet."""
        if self.is_forecast:
            for change in self._calls:
                self.conflicts.follow_calls(change)
            self._calls.clear()
            self._work_soon()

    def calls_read(self) -> None:
        """Hear that all calls of the work tree have been handed over once."""
        self._has_calls = True
        self._publish()

    def _work_soon(self) -> None:
        if self.conflicts.is_behind and not self._work_due:
            self._work_due = True
            self._loop.call_later(0.001, self._work, context=self._context)

    def _work(self) -> None:
        self._work_due = False
        conflicts = self.conflicts.work(SLICE)
        if self._runs is not None:
            self._pending_runs |= self._runs.update(Delta(), conflicts)
        self._pending_conflicts.merge(conflicts)
        self._publish_soon()
        self._work_soon()

    async def look_around(self) -> None:
        """Learn the current branch, and which others there are; called every few seconds."""
        self.branch = await asyncio.to_thread(self.repository.branch)
        self.branches = tuple(await asyncio.to_thread(self.repository.branches))

    def _deliver(self, batch: Batch) -> None:
        self._hand_over(batch)

    def _tell(self, status: FeedStatus) -> None:
        self._hand_over(status)

    def _hand_over(self, news: Batch | FeedStatus) -> None:
        """Queue *news*; runs in the feed's thread, if it has one."""
        self._inbox.append(news)
        if not self._drain_due:
            self._drain_due = True
            try:
                self._loop.call_soon_threadsafe(self._drain, context=self._context)
            except RuntimeError:  # the loop has ended; the feed is about to be stopped
                self._inbox.clear()

    def _drain(self) -> None:
        """Apply what waits, for one slice."""
        self._drain_due = False
        ends_at = time.perf_counter() + SLICE
        while self._inbox and not self._is_looking:
            news = self._inbox.popleft()
            try:
                self._take_in(news)
            except Exception as error:
                self._on_defect(error)
            if time.perf_counter() > ends_at:
                break
        if self._inbox and not self._drain_due and not self._is_looking:
            self._drain_due = True
            # A pause of one millisecond, not none: the loop must see keys between two slices.
            self._loop.call_later(0.001, self._drain, context=self._context)
        self._publish_soon()

    def _take_in(self, news: Batch | FeedStatus) -> None:
        if isinstance(news, FeedStatus):
            if not self.is_loaded and news.total >= LOOKED_AT_ONCE and self.swarm.is_empty:
                self.is_forecast = False
            if news.settled and not self.is_forecast:
                self._inbox.appendleft(news)
                self._look_for_all(self._looked, self._on_defect)
                return
            if news.settled != self.status.settled:
                # All that was read belongs to the loading: views see it before they are told that it is over.
                self._publish()
            is_over = news.settled and not self.is_loaded
            self.is_loaded |= news.settled
            self._show_status(news)
            if is_over:
                self._show_again()  # what was not worth while to be told while it would differ at once
        else:
            began = time.perf_counter()
            self._note(self.swarm.apply(news, self.now(), live=self.is_loaded))
            _log.debug("a batch of %d taken in, %.1f ms", len(news), (time.perf_counter() - began) * 1_000)
            for reader in self._readers:
                reader(news)

    def _looked(self) -> None:
        """Go on with what came meanwhile."""
        try:
            self._take_calls_in()
        finally:
            self._drain()

    def _note(self, delta: Delta) -> None:
        if delta:
            self._take_note(delta)
        if not self.is_forecast:
            return
        # Though nothing in the swarm differs: what is stuck comes and goes with time, too.
        self._pending_stale.merge(self.stale.update(delta))

    def _publish(self) -> None:
        super()._publish()
        self.knows_calls |= self._has_calls and not self._calls and not self.conflicts.is_behind
