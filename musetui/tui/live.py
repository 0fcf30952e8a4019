"""The live picture behind the screens: the one owner of state, on the event loop.

The feed's thread hands batches over; they are applied here in slices of a few milliseconds, so that keys are answered
in between, and what changed is published as one merged delta: at once when it is calm, at most twenty times a second
when it is not.
"""

import asyncio
import contextvars
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from musetui.callgraph.edges import GraphChange
from musetui.coordination.batch import Batch
from musetui.coordination.feed import Feed, FeedStatus, WatchMode
from musetui.coordination.repository import Repository
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex
from musetui.forecast.run_index import RunIndex
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_index import StaleIndex
from musetui.swarm.activity import Verb
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm
from musetui.swarm.thresholds import Thresholds
from musetui.tui.clock import Clock, now_utc

SLICE = 0.006
"""Seconds of applying in one turn of the loop: well under a frame of 16 ms, with room for the paint that follows."""

PUBLISH_EVERY = 0.05
"""Seconds between deltas in a storm."""

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


class Live:
    """Holds the swarm, its conflicts and what is stuck in it, and feeds them from disk.

    Attributes:
        is_loaded: whether all that was there at the start has been read; what is found later is news.
        knows_calls: whether views have been told what calls mean that were there at the start; likewise.

    Args:
        thresholds: when what is still there counts as a finding.
        polling: compare folders instead of asking the kernel.
        clock: returns the moment.
        on_defect: told of a mistake of ours in applying what was read; the rest is still applied.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        thresholds: Thresholds,
        on_defect: Callable[[Exception], None],
        polling: bool = False,
        clock: Clock = now_utc,
    ) -> None:
        self._clock = clock
        self._on_defect = on_defect
        self.repository = repository
        self.swarm = Swarm(thresholds)
        self.conflicts = ConflictIndex(self.swarm)
        self.stale = StaleIndex(self.swarm, self.conflicts)
        self.status = FeedStatus(WatchMode.LOADING, "", 0, 0, False)
        self.is_loaded = False
        self.knows_calls = False
        self.branch = ""
        self.branches: tuple[str, ...] = ()
        self._runs: RunIndex | None = None
        self._filling: Iterator[set[str]] = iter(())
        self._filled: set[str] = set()
        self._feed = Feed(repository, self._deliver, self._tell, polling=polling)
        self._inbox: deque[Batch | FeedStatus] = deque()
        self._pending = Delta()
        self._pending_conflicts = ConflictDelta()
        self._pending_runs: set[str] = set()
        self._pending_stale = StaleDelta()
        self._views: list[Callable[[Change], None]] = []
        self._heralds: list[Callable[[FeedStatus], None]] = []
        self._readers: list[Callable[[Batch], None]] = []
        self._drain_due = False
        self._publish_due = False
        self._work_due = False
        self._has_calls = False
        self._published_at = 0.0

    @property
    def runs(self) -> RunIndex:
        """How it stands with every run. Nobody pays for it before it is first asked for; then it fills in slices."""
        if self._runs is None:
            self._runs = RunIndex(self.swarm, self.conflicts)
            self._filling = self._runs.fill()
            self._fill()
        return self._runs

    def now(self) -> datetime:
        """Return this moment (aware)."""
        return self._clock()

    def start(self) -> None:
        """Start reading; called on the running loop, whose context the views are painted in."""
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._feed.start()

    def stop(self) -> None:
        """Stop reading. What arrives later is dropped."""
        self._feed.stop()
        self._filling = iter(())
        self._inbox.clear()
        self._views.clear()
        self._heralds.clear()
        self._readers.clear()

    def refresh(self) -> None:
        """Ask for a comparison of the picture with the disk."""
        self._feed.refresh()

    def on_change(self, view: Callable[[Change], None]) -> Callable[[], None]:
        """Call *view* with each change; return what ends that."""
        self._views.append(view)
        return lambda: self._views.remove(view) if view in self._views else None

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
        self._note(self.swarm.advance(self.now()))
        self._publish_soon()

    def follow_calls(self, change: GraphChange) -> None:
        """Take in who calls whom; what that means for conflicts is worked off in slices."""
        self.conflicts.follow_calls(change)
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

    def known_addresses(self) -> Sequence[str]:
        """Return every address that a record names, sorted."""
        return sorted(self.swarm.addresses())

    def _deliver(self, batch: Batch) -> None:
        self._hand_over(batch)

    def _tell(self, status: FeedStatus) -> None:
        self._hand_over(status)

    def _hand_over(self, news: Batch | FeedStatus) -> None:
        """Queue *news*; runs in the feed's thread."""
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
        while self._inbox:
            news = self._inbox.popleft()
            try:
                self._take_in(news)
            except Exception as error:
                self._on_defect(error)
            if time.perf_counter() > ends_at:
                break
        if self._inbox and not self._drain_due:
            self._drain_due = True
            # A pause of one millisecond, not none: the loop must see keys between two slices.
            self._loop.call_later(0.001, self._drain, context=self._context)
        self._publish_soon()

    def _take_in(self, news: Batch | FeedStatus) -> None:
        if isinstance(news, FeedStatus):
            if news.settled != self.status.settled:
                # All that was read belongs to the loading: views see it before they are told that it is over.
                self._publish()
            self.status = news
            self.is_loaded |= news.settled
            for herald in self._heralds:
                herald(news)
        else:
            self._note(self.swarm.apply(news, self.now(), live=self.is_loaded))
            for reader in self._readers:
                reader(news)

    def _note(self, delta: Delta) -> None:
        if delta:
            conflicts = self.conflicts.update(delta)
            self._pending_runs |= delta.runs if self._runs is None else self._runs.update(delta, conflicts)
            self._pending_conflicts.merge(conflicts)
            self._pending.merge(delta)
        # Though nothing in the swarm differs: what is stuck comes and goes with time, too.
        self._pending_stale.merge(self.stale.update(delta))

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
        wait = self._published_at + PUBLISH_EVERY - time.perf_counter()
        if wait <= 0:
            self._publish()
        else:
            self._publish_due = True
            self._loop.call_later(wait, self._publish, context=self._context)

    def _publish(self) -> None:
        self._publish_due = False
        if self._has_news:
            self._show_news()
        self.knows_calls |= self._has_calls and not self.conflicts.is_behind

    def _show_news(self) -> None:
        self._published_at = time.perf_counter()
        change = Change(self._pending, self._pending_conflicts, self._pending_runs, self._pending_stale)
        self._pending = Delta()
        self._pending_conflicts = ConflictDelta()
        self._pending_runs = set()
        self._pending_stale = StaleDelta()
        for view in tuple(self._views):
            view(change)
