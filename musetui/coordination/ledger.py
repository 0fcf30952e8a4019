"""What is known of every slot, and so what is news.

The ledger remembers how each file looked when it was read, and reads again what looks different. Two things can
deceive such a memory, and both are provided for. A file written twice within one tick of the disk's clock looks the
same both times: whatever was read while that young is *racy*, and is read once more at a later comparison. A file
met in the midst of its writing is no problem to report: it is *held* back until its writer is done, for a second
at most.
"""

import os
import time
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from musetui.coordination.attic import Attic
from musetui.coordination.batch import FOLDERS, Problem, Sighting, Slot
from musetui.coordination.files import AT_ONCE, RefusedError, UnreadableError, look, read_listed
from musetui.coordination.folders import FolderError, list_folder, list_names, open_folder
from musetui.coordination.outbox import Outbox
from musetui.coordination.reader import check_slot, may_be_record, parse_slot, slot_bytes
from musetui.coordination.snapshot import RACY_WITHIN, Snapshot

_HOLD = 1.0
"""Seconds that a file which is no record yet is given."""

_RETRY_FOLDER = 1.0
"""Seconds until a folder that the system refused to show is asked for again."""

_DOUBTS_LIMIT = 200
"""Unreadable files that are asked for again each second; of more, the rest waits for the next comparison."""

_PAUSE_EVERY = 200

_UNKNOWN = 0
"""The stamp of a file that was not seen: it differs from any other."""


class _Folder:
    """What is known of one folder: how its files looked, what is wrong with some, which are racy."""

    __slots__ = ("problems", "racy", "stamps")

    def __init__(self) -> None:
        self.stamps: dict[str, int] = {}
        self.problems: dict[str, str] = {}
        self.racy: dict[str, int] = {}


_Listed = tuple[int, str, str, int]
"""A file that is to be read: when it, or what is known of it, changed last (nanoseconds since 1970), its folder, its
name, and its stamp, `_UNKNOWN` for one that is racy or larger than records are."""


class _Loading(NamedTuple):
    """What the steps of the first loading share; see `Ledger.load`."""

    descriptors: dict[str, int]
    total: int
    snapshot: Snapshot | None
    pause: Callable[[], None]
    progress: Callable[[int, int], None]


class Ledger:
    """Compares the disk with what has been told, and tells the difference. Used by one thread."""

    def __init__(self, coordination: Path, outbox: Outbox, attic: Attic) -> None:
        """Look below *coordination* (`.muse/coordination`) and put news into *outbox*, but for what *attic* takes."""
        self._coordination = coordination
        self._outbox = outbox
        self._attic = attic
        self._folders = {folder: _Folder() for folder in FOLDERS}
        self._folder_problems: dict[str, Problem] = {}
        self._held: dict[Slot, float] = {}
        self._no_records = 0
        self._retry: dict[str, float] = {}
        self._unread: dict[str, dict[str, int]] = {}

    def load(
        self, pause: Callable[[], None], progress: Callable[[int, int], None], snapshot: Snapshot | None = None
    ) -> int:
        """Read everything for the first time, newest files first.

        Args:
            pause: called now and then; may raise to end the loading.
            progress: called with the number of files read and of all.
            snapshot: what is remembered of an earlier loading, and takes note of this one.

        Returns:
            The number of files.
        """
        descriptors: dict[str, int] = {}
        try:
            listed_at = time.time_ns()
            listed = self._listed(descriptors, listed_at, pause)
            loading = _Loading(descriptors, len(listed), snapshot, pause, progress)
            self._go_on(loading)
            if snapshot is not None:
                # What is new is told first, and only then what is remembered.
                new = bisect_left(listed, -snapshot.begin(listed_at), key=lambda each: -each[0])
                for _, folder, name, _ in listed[:new]:
                    self._unread[folder].pop(name, None)
                del listed[new:]
                self._read_listed(loading, listed)
                self._recall(loading, snapshot)
                listed = [(0, folder, *each) for folder, names in self._unread.items() for each in names.items()]
            self._read_listed(loading, listed)
        finally:
            self._unread = {}
            for descriptor in descriptors.values():
                os.close(descriptor)
        self.recall(pause)
        self._outbox.flush()
        return loading.total

    def _listed(self, descriptors: dict[str, int], now: int, pause: Callable[[], None]) -> list[_Listed]:
        """Return what there is to read *now* (nanoseconds), newest first, and open the folders that have it."""
        listed: list[_Listed] = []
        old = now - int(RACY_WITHIN * 1e9)
        for folder in FOLDERS:
            descriptor = self._open(folder)
            if descriptor is None:
                continue
            descriptors[folder] = descriptor
            unread = self._unread[folder] = {}
            try:
                for count, (name, status) in enumerate(list_folder(descriptor), 1):
                    changed_at, known_at = status.st_mtime_ns, status.st_ctime_ns
                    changed_at = changed_at if changed_at > known_at else known_at
                    if changed_at < old and status.st_size < AT_ONCE and may_be_record(name, status):
                        unread[name] = stamp = _stamp(status)
                        listed.append((changed_at, folder, name, stamp))
                    elif self._check(Slot(folder, name), status):
                        unread[name] = _UNKNOWN
                        listed.append((changed_at, folder, name, _UNKNOWN))
                    if not count % _PAUSE_EVERY:
                        pause()
            except RefusedError as error:
                self._ask_again(folder, Problem(folder, str(error)))
        listed.sort(reverse=True)
        self._no_records = sum(len(known.stamps) for known in self._folders.values())
        return listed

    def _recall(self, loading: _Loading, snapshot: Snapshot) -> None:
        """Tell what *snapshot* has of the unread files that are as they were; these are unread no more."""
        for folder, stamps, found in snapshot.recalled(self._unread):
            unread = self._unread.get(folder, {})
            for name in stamps:
                del unread[name]
            kept = [each for each in found if not self._attic.takes(each, stamps[each.slot.name])]
            if len(kept) < len(found):
                stamps = {each.slot.name: stamps[each.slot.name] for each in kept}
            self._folders[folder].stamps.update(stamps)
            self._outbox.found_all(kept)
            self._go_on(loading)

    def _read_listed(self, loading: _Loading, listed: list[_Listed]) -> None:
        for start in range(0, len(listed), _PAUSE_EVERY):
            for _, folder, name, stamp in listed[start : start + _PAUSE_EVERY]:
                slot, descriptor = Slot(folder, name), loading.descriptors[folder]
                if stamp == _UNKNOWN or not self._read_quickly(descriptor, slot, stamp, loading.snapshot):
                    self._read(descriptor, slot, settled=False)
            self._outbox.flush()
            self._go_on(loading)

    def _go_on(self, loading: _Loading) -> None:
        """Say how far loading has come, and let others have their turn."""
        looked_at = sum(len(known.stamps) + self._attic.count(folder) for folder, known in self._folders.items())
        # What is no record by its name is not among what is to be read.
        loading.progress(looked_at - self._no_records, loading.total)
        loading.pause()

    def _read_quickly(self, descriptor: int, slot: Slot, stamp: int, snapshot: Snapshot | None) -> bool:
        """Read *slot*, which was listed as a plain file that is not racy, and return whether that found a record."""
        try:
            outcome = parse_slot(slot, read_listed(slot.name, descriptor))
        except OSError:
            return False
        if isinstance(outcome, Problem):
            return False
        if self._tell_record(outcome, stamp) and snapshot is not None:
            snapshot.note(outcome, stamp)
        return True

    def recall(self, pause: Callable[[], None]) -> None:
        """Read again what was set aside and is spoken of by what is kept."""
        while folders := self._attic.recall():
            for folder in sorted(folders):
                self.compare(folder, pause)

    def compare(self, folder: str, pause: Callable[[], None]) -> None:
        """Compare one folder with what is known of it, and read what looks different, or is racy."""
        self._retry.pop(folder, None)
        descriptor = self._open(folder)
        if descriptor is None:
            return
        try:
            different, absent = self._differences(folder, descriptor, pause)
            self._solve_folder_problem(folder)
            for count, slot in enumerate(different, 1):
                self._read(descriptor, slot, settled=False)
                if not count % _PAUSE_EVERY:
                    pause()
            # Absent from a listing is not yet gone: a file replaced meanwhile may be missing in it.
            for count, slot in enumerate(absent, 1):
                self._look(descriptor, slot, settled=False)
                if not count % _PAUSE_EVERY:
                    pause()
        except RefusedError as error:
            self._ask_again(folder, Problem(folder, str(error)))
        finally:
            os.close(descriptor)

    def _differences(self, folder: str, descriptor: int, pause: Callable[[], None]) -> tuple[list[Slot], list[Slot]]:
        """Return the slots that look different from what is known, or are racy, and those that are not listed."""
        known, attic = self._folders[folder], self._attic
        seen: set[str] = set()
        different: list[Slot] = []
        away = 0
        for count, (name, status) in enumerate(list_folder(descriptor), 1):
            stamp, before = _stamp(status), known.stamps.get(name)
            if before is not None:
                seen.add(name)
            elif attic.holds(folder, name, stamp):
                away += 1
                before = stamp
            if before != stamp or name in known.racy:
                slot = Slot(folder, name)
                if self._check(slot, status):
                    different.append(slot)
            if not count % _PAUSE_EVERY:
                pause()
        if away < attic.count(folder):
            attic.forget_absent(folder, list_names(descriptor))
        return different, [Slot(folder, name) for name in known.stamps if name not in seen]

    def read_slots(self, slots: dict[Slot, bool]) -> None:
        """Read each slot afresh, whatever is known of it; its value says if its writer is done."""
        by_folder: dict[str, list[tuple[Slot, bool]]] = {}
        for slot, settled in slots.items():
            self._unread.get(slot.folder, {}).pop(slot.name, None)  # what is remembered of it is the past
            by_folder.setdefault(slot.folder, []).append((slot, settled))
        for folder, dirty in by_folder.items():
            descriptor = self._open(folder)
            if descriptor is None:
                continue
            try:
                for slot, settled in dirty:
                    self._look(descriptor, slot, settled=settled)
            finally:
                os.close(descriptor)

    def trouble(self) -> str:
        """Return which folder cannot be read, and why; "" if all can."""
        problem = next(iter(self._folder_problems.values()), None)
        return "" if problem is None else f"{problem.path}: {problem.reason}"

    def next_due(self) -> float | None:
        """Return when something held back is due (seconds of `time.monotonic`), or None."""
        return min((*self._held.values(), *self._retry.values()), default=None)

    def read_due(self, pause: Callable[[], None]) -> None:
        """Read what was held back and is due by now."""
        now = time.monotonic()
        self.read_slots({slot: False for slot, due in self._held.items() if due <= now})
        for folder in [folder for folder, due in self._retry.items() if due <= now]:
            self.compare(folder, pause)

    def _open(self, folder: str) -> int | None:
        """Open *folder*, or tell what became of all that it held and return None."""
        try:
            return open_folder(self._coordination, folder)
        except FileNotFoundError:
            self._solve_folder_problem(folder)
        except FolderError as error:
            problem = Problem(error.path, str(error))
            if error.passing:
                self._ask_again(folder, problem)
                return None
            self._tell_folder_problem(folder, problem)
            self._retry[folder] = time.monotonic() + _RETRY_FOLDER  # nothing rings when it is put right
        for name in list(self._folders[folder].stamps):
            self._forget(Slot(folder, name))
        self._attic.forget_folder(folder)
        for slot in [slot for slot in self._held if slot.folder == folder]:
            del self._held[slot]
        return None

    def _ask_again(self, folder: str, problem: Problem) -> None:
        """Tell *problem*, keep what is known of *folder*, and look again a little later."""
        self._tell_folder_problem(folder, problem)
        due = time.monotonic() + _RETRY_FOLDER
        self._retry[folder] = due
        self._held.update([(slot, due) for slot in self._held if slot.folder == folder])

    def _tell_folder_problem(self, folder: str, problem: Problem) -> None:
        before = self._folder_problems.get(folder)
        if before == problem:
            return
        self._solve_folder_problem(folder)
        if problem not in self._folder_problems.values():
            self._outbox.folder_problem(problem)
        self._folder_problems[folder] = problem

    def _solve_folder_problem(self, folder: str) -> None:
        problem = self._folder_problems.pop(folder, None)
        # One link in the place of `remote` is the trouble of seven folders, and over when the last has none.
        if problem is not None and all(other.path != problem.path for other in self._folder_problems.values()):
            self._outbox.folder_solved(problem.path)

    def _look(self, descriptor: int, slot: Slot, *, settled: bool) -> None:
        """Read *slot*, of which nothing is known but that it may have changed."""
        try:
            status = look(slot.name, descriptor)
        except FileNotFoundError:
            self._forget(slot)
        except RefusedError as error:
            self._doubt(slot, str(error))
        else:
            if self._check(slot, status):
                self._read(descriptor, slot, settled=settled)

    def _check(self, slot: Slot, status: os.stat_result) -> bool:
        """Return True if *slot* may hold a record, by its name and status; else tell what it is."""
        try:
            check_slot(slot, status)
        except UnreadableError as error:
            self._held.pop(slot, None)
            self._tell_problem(slot, str(error), _stamp(status))
            return False
        return True

    def _read(self, descriptor: int, slot: Slot, *, settled: bool) -> None:
        try:
            data, status = slot_bytes(descriptor, slot)
        except FileNotFoundError:
            self._forget(slot)
            return
        except UnreadableError as error:
            self._doubt(slot, str(error))
            return
        known = self._folders[slot.folder]
        content = hash(data)
        age = abs(time.time() - status.st_mtime)
        if known.racy.get(slot.name) == content and slot.name in known.stamps:
            known.stamps[slot.name] = _stamp(status)
            self._held.pop(slot, None)
            if age >= RACY_WITHIN:
                del known.racy[slot.name]
            return
        outcome = parse_slot(slot, data)
        if isinstance(outcome, Problem):
            if not settled and age < _HOLD and self._hold(slot):
                return
            self._tell_problem(slot, outcome.reason, _stamp(status))
        else:
            self._tell_record(outcome, _stamp(status))
        self._held.pop(slot, None)
        if age < RACY_WITHIN:
            known.racy[slot.name] = content
        else:
            known.racy.pop(slot.name, None)

    def _doubt(self, slot: Slot, reason: str) -> None:
        """*slot* cannot be read at present: ask again in a moment, then tell *reason*, and go on asking."""
        if not self._hold(slot):
            self._tell_problem(slot, reason, _UNKNOWN)
            if len(self._held) < _DOUBTS_LIMIT:
                self._held[slot] = time.monotonic() + _HOLD  # nothing rings when it may be read again

    def _hold(self, slot: Slot) -> bool:
        """Hold *slot* back; return False if it has been held for long enough."""
        now = time.monotonic()
        due = self._held.setdefault(slot, now + _HOLD)
        if due > now:
            return True
        del self._held[slot]
        return False

    def _tell_record(self, sighting: Sighting, stamp: int) -> bool:
        """Tell of a record, unless it is set aside; return whether it was told."""
        slot = sighting.slot
        known = self._folders[slot.folder]
        was_problem = known.problems.pop(slot.name, None) is not None
        if self._attic.takes(sighting, stamp):
            if known.stamps.pop(slot.name, None) is not None or was_problem:
                self._outbox.gone(slot)
            return False
        known.stamps[slot.name] = stamp
        self._outbox.found(sighting)
        return True

    def _tell_problem(self, slot: Slot, reason: str, stamp: int) -> None:
        self._attic.forget(slot)
        known = self._folders[slot.folder]
        held_record = slot.name in known.stamps and slot.name not in known.problems
        known.racy.pop(slot.name, None)
        known.stamps[slot.name] = stamp
        if known.problems.get(slot.name) != reason:
            known.problems[slot.name] = reason
            self._outbox.slot_problem(slot, reason, held_record=held_record)

    def _forget(self, slot: Slot) -> None:
        self._held.pop(slot, None)
        known = self._folders[slot.folder]
        if known.stamps.pop(slot.name, None) is not None:
            known.problems.pop(slot.name, None)
            known.racy.pop(slot.name, None)
            self._outbox.gone(slot)
        else:
            self._attic.forget(slot)


def _stamp(status: os.stat_result) -> int:
    """Return one number for how a file looks; a changed file has another, but for chances of 1 in 2**61."""
    return hash((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode))
