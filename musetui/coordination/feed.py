"""The feed: one thread that keeps telling what is on disk, from the first file to the last change.

It arms the watches, loads, and then answers the bell. A single ring is answered at once; a storm in windows of a
few milliseconds, so that many rings are one visit. All doubt (lost events, a replaced folder, a disk that rings no
bell) ends in a comparison of folders with what is known, and one is made now and then without any doubt at all.
"""

import errno
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from musetui.coordination.attic import Attic, SetAside
from musetui.coordination.batch import FOLDERS, Batch
from musetui.coordination.files import plain_reason
from musetui.coordination.ledger import Ledger
from musetui.coordination.outbox import Outbox
from musetui.coordination.reader import collection_paused
from musetui.coordination.repository import Repository
from musetui.coordination.snapshot import Snapshot
from musetui.coordination.watcher import Bell, Watcher, Watches, open_watches

_log = logging.getLogger("musetui.feed")

_WINDOW = 0.02
"""Seconds between two visits in a storm: a screen shows no more than this in a second anyway."""

_CALM_VISITS = 4
"""Visits that may follow one another without a window, so that a writer's two events for one file are both quick."""

_PROGRESS_EVERY = 0.05
_RETRY_KERNEL = 60.0
_REST = 20.0
"""A regular comparison is followed by a rest of at least so many times its own length: 5% of one core at most."""

_LOOK_EVERY = 1.0
"""Seconds between two looks at whether the repository is still the one that is watched; a look is three `stat`s."""

_STOP_WITHIN = 0.5

_WRITE_AFTER = 20.0
_WRITE_REST = 10.0
"""A snapshot is written after so many seconds of calm, or after so many times as long as loading took, if that is
longer: till then the loop makes the picture of what was loaded, and a storm may be on."""


class WatchMode(StrEnum):
    """How the feed knows of changes."""

    LOADING = "loading"
    KERNEL = "kernel"
    POLLING = "polling"


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """What a person should know about the feed.

    Attributes:
        mode: how it knows of changes.
        reason: why it polls, what it cannot read, or what it is in doubt of; "" if all is well.
        loaded: files read by the first loading so far.
        total: files to be read by it.
        settled: True if all that was on disk has been delivered, as far as the feed knows.
        set_aside: what was over too long ago to be kept in mind; None if nothing was.
        silent_for: seconds for which the disk has not answered; what is shown is at least as old. 0 while it does.
    """

    mode: WatchMode = WatchMode.LOADING
    reason: str = ""
    loaded: int = 0
    total: int = 0
    settled: bool = False
    set_aside: SetAside | None = None
    silent_for: int = 0


class _StoppedError(Exception):
    """The feed was told to stop, in the midst of something."""


class Feed:
    """Delivers what is on disk, and every change of it, from a thread of its own."""

    def __init__(
        self,
        repository: Repository,
        deliver: Callable[[Batch], None],
        tell: Callable[[FeedStatus], None],
        *,
        polling: bool = False,
        poll_interval: float = 1.0,
        reconcile_every: float = 30.0,
        cutoff: datetime | None = None,
        opening: Callable[[Bell], Watches] = open_watches,
        snapshot: Snapshot | None = None,
    ) -> None:
        """Prepare a feed; `start` begins it.

        Args:
            repository: whose records to read.
            deliver: called from the feed's thread with batches of at most 200 items.
            tell: called from the feed's thread whenever the status changes.
            polling: never ask the kernel.
            poll_interval: seconds between two looks while polling.
            reconcile_every: seconds between two comparisons that no event asked for.
            cutoff: what was over before is set aside (aware); None to keep everything.
            opening: how the kernel is asked.
            snapshot: what is remembered of an earlier loading; None to read everything.
        """
        self._repository = repository
        self._tell = tell
        self._polling = polling
        self._poll_interval = poll_interval
        self._reconcile_every = reconcile_every
        self._opening = opening
        self._bell = Bell()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="musetui-feed", daemon=True)
        self._deliver = deliver
        self._outbox = Outbox(self._hand_over)
        self._attic = Attic(cutoff)
        self._ledger = Ledger(repository.coordination, self._outbox, self._attic)
        self._watcher: Watcher | None = None
        self._status = FeedStatus()
        self._reason = ""
        self._retry_kernel_at = 0.0
        self._compare_at = 0.0
        self._look_at = 0.0
        self._snapshot = snapshot
        self._write_after = _WRITE_AFTER
        self._write_at: float | None = None
        self._visits = 0
        self._visited_at = 0.0
        self._asked_at: float | None = None

    def start(self) -> None:
        """Begin to load, and then to watch. May be called once."""
        self._thread.start()

    def stop(self) -> None:
        """End the feed; it returns within half a second, and nothing is delivered after."""
        self._stopping.set()
        self._bell.wake()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(_STOP_WITHIN)

    def refresh(self) -> None:
        """Compare everything with the disk now. Safe from any thread; returns at once."""
        self._bell.ring_all()

    def silent_for(self) -> float:
        """Return for how many seconds the disk has not answered, or has been slow to; 0 while nothing is asked of it.

        Safe from any thread: a file system far away can hold up the feed's own for as long as it likes.
        """
        asked_at = self._asked_at
        return 0.0 if asked_at is None else time.monotonic() - asked_at

    def _run(self) -> None:
        try:
            self._asked_at = time.monotonic()
            self._load()
            while True:
                self._visit()
        except _StoppedError:
            pass
        except Exception as error:
            # The thread ends here, and a picture that no longer moves must not pass for a live one.
            self._say(settled=False, reason=f"reading has stopped by a defect ({type(error).__name__}): start again")
            raise
        finally:
            self._asked_at = None
            self._close_kernel()

    def _load(self) -> None:
        self._tell(self._status)
        self._open_kernel()  # before the first look, so that nothing falls between the two
        told_at = 0.0

        def progress(loaded: int, total: int) -> None:
            nonlocal told_at
            if time.monotonic() - told_at >= _PROGRESS_EVERY:
                told_at = time.monotonic()
                self._say(loaded=loaded, total=total)

        began = time.monotonic()
        with collection_paused():
            total = self._ledger.load(self._pause, progress, self._snapshot)
        if self._snapshot is not None and self._snapshot.is_due:
            self._write_after = max(_WRITE_AFTER, (time.monotonic() - began) * _WRITE_REST)
            self._write_at = time.monotonic() + self._write_after
        else:
            self._snapshot = None
        self._plan_comparison(0.0)
        self._say_mode(loaded=total, total=total)

    def _visit(self) -> None:
        """Wait for the bell or for the next thing due, and do what is to be done."""
        self._wait()
        dirt = self._bell.take()
        folders = set(dirt.folders)
        now = time.monotonic()
        regular = now >= self._compare_at
        if dirt.lost:
            self._say(settled=False, reason="the kernel dropped events; everything is compared again")
        doubt = regular or dirt.lost
        if now >= self._look_at:
            self._look_at = now + _LOOK_EVERY
            dirt.tree |= self._watcher is not None and self._watcher.is_elsewhere()
        if self._watcher is None and not self._polling and now >= self._retry_kernel_at:
            self._open_kernel()
            doubt = True
        if doubt:
            folders.update(FOLDERS)
        if doubt or dirt.tree:
            folders |= self._rearm(renew=dirt.lost)
        self._compare(folders, gently=regular)
        self._ledger.read_slots(dirt.slots)
        self._ledger.read_due(self._pause)
        self._ledger.recall(self._pause)
        self._outbox.flush()
        if regular:
            self._plan_comparison(time.monotonic() - now)
        self._say_mode()
        self._remember(calm=not dirt.slots)

    def _remember(self, *, calm: bool) -> None:
        """Write the snapshot, once, if it is due and it is *calm*."""
        if self._snapshot is None or self._write_at is None:
            return
        if not calm:
            self._write_at = time.monotonic() + self._write_after
        elif time.monotonic() >= self._write_at:
            snapshot, self._snapshot = self._snapshot, None
            self._write_at = None
            snapshot.write(self._rest)

    def _wait(self) -> None:
        due = min(self._compare_at, self._look_at)
        if self._write_at is not None:
            due = min(due, self._write_at)
        if self._watcher is None and not self._polling:
            due = min(due, self._retry_kernel_at)
        if (held_until := self._ledger.next_due()) is not None:
            due = min(due, held_until)
        self._asked_at = None
        self._bell.wait(max(due - time.monotonic(), 0.0))
        # Many visits without a calm between them are a storm: let rings gather.
        now = time.monotonic()
        self._visits = self._visits + 1 if now - self._visited_at < _WINDOW else 0
        if self._visits >= _CALM_VISITS:
            self._stopping.wait(_WINDOW)
        self._visited_at = self._asked_at = time.monotonic()
        self._check_stop()

    def _compare(self, folders: set[str], *, gently: bool) -> None:
        for folder in [folder for folder in FOLDERS if folder in folders]:
            self._ledger.compare(folder, self._rest if gently else self._pause)
            self._outbox.flush()

    def _hand_over(self, batch: Batch) -> None:
        self._check_stop()
        self._deliver(batch)

    def _pause(self) -> None:
        """Between two bits of long work: let other threads run, answer what has just changed, or stop."""
        self._check_stop()
        self._asked_at = time.monotonic()
        time.sleep(0)
        slots = self._bell.take_slots()
        if slots:
            self._ledger.read_slots(slots)
            self._outbox.flush()

    def _rest(self) -> None:
        """As `_pause`, for work that nobody waits for."""
        time.sleep(0.001)
        self._pause()

    def _check_stop(self) -> None:
        if self._stopping.is_set():
            raise _StoppedError

    def _plan_comparison(self, cost: float) -> None:
        """Set when everything is compared next, given how many seconds it took."""
        interval = self._poll_interval if self._watcher is None else self._reconcile_every
        self._compare_at = time.monotonic() + max(interval, cost * (_REST if self._watcher else _REST / 5))

    def _open_kernel(self) -> None:
        if self._polling:
            self._reason = "polling was asked for"
            return
        try:
            self._watcher = Watcher(self._repository, self._bell, self._opening)
            self._watcher.rearm()
            self._reason = ""
        except OSError as error:
            self._fall_back(error)

    def _rearm(self, *, renew: bool) -> set[str]:
        if self._watcher is None:
            return set()
        try:
            if not self._watcher.is_running():
                raise OSError(errno.EIO, "the kernel's watching ended by itself")
            return self._watcher.rearm(renew=renew)
        except OSError as error:
            self._fall_back(error)
            return set(FOLDERS)

    def _fall_back(self, error: OSError) -> None:
        self._close_kernel()
        self._reason = _kernel_reason(error)
        self._retry_kernel_at = time.monotonic() + _RETRY_KERNEL
        self._plan_comparison(0.0)

    def _close_kernel(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.close()

    def _say_mode(self, loaded: int | None = None, total: int | None = None) -> None:
        mode = WatchMode.POLLING if self._watcher is None else WatchMode.KERNEL
        reason = _whereabouts(self._repository.muse) or self._reason or self._ledger.trouble()
        self._say(mode=mode, reason=reason, settled=True, loaded=loaded, total=total)

    def _say(
        self,
        *,
        mode: WatchMode | None = None,
        reason: str = "",
        loaded: int | None = None,
        total: int | None = None,
        settled: bool = False,
    ) -> None:
        before = self._status
        self._status = FeedStatus(
            before.mode if mode is None else mode,
            reason,
            before.loaded if loaded is None else loaded,
            before.total if total is None else total,
            settled,
            self._attic.told(),
        )
        if self._status != before:
            if (self._status.mode, reason, settled) != (before.mode, before.reason, before.settled):
                _log.info("%s, %s: %s", self._status.mode, "settled" if settled else "not settled", reason or "well")
            self._tell(self._status)


def _whereabouts(muse: Path) -> str:
    """Return why the repository at *muse* cannot be seen at all, or ""."""
    try:
        return "" if muse.is_dir() else "the repository is gone"
    except OSError as error:
        return f"the repository cannot be looked at ({plain_reason(error)})"


def _kernel_reason(error: OSError) -> str:
    if error.errno == errno.EMFILE:
        return "no inotify instance is left: raise fs.inotify.max_user_instances"
    if error.errno == errno.ENOSPC:
        return "no inotify watch is left: raise fs.inotify.max_user_watches"
    return f"the kernel cannot watch ({plain_reason(error)})"
