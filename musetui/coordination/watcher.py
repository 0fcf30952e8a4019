"""The doorbell: it says what may have changed on disk, never what is there.

Bells are rung from the watching library's thread and answered by the feed's. Between the two lies only a set of
what is dirty, so ten thousand rings for one file are one visit. A bell too many is harmless; none may be missing.
"""

import stat
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from musetui.coordination.batch import FOLDERS, LOCAL_FOLDERS, REMOTE_FOLDERS, Slot
from musetui.coordination.repository import Repository

_SLOTS_LIMIT = 50_000
"""Dirty slots remembered one by one; past that, whole folders are compared, which costs less."""


@dataclass(slots=True)
class Dirt:
    """What may have changed since it was last asked.

    Attributes:
        slots: places for a record, each with True if its writer is done with it.
        folders: folders to be compared with what is known.
        tree: True if folders themselves may have come, gone or been replaced.
        lost: True if the kernel dropped events, so that anything may have changed.
    """

    slots: dict[Slot, bool] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    tree: bool = False
    lost: bool = False


class Bell:
    """Collects dirt from any thread, and wakes the one that waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung = threading.Event()
        self._dirt = Dirt()

    def ring_slot(self, slot: Slot, settled: bool) -> None:
        """Say that *slot* changed; *settled* if its writer is done with it."""
        with self._lock:
            slots = self._dirt.slots
            slots[slot] = settled or slots.get(slot, False)
            if len(slots) > _SLOTS_LIMIT:
                self._dirt.folders.update(slot.folder for slot in slots)
                slots.clear()
        self._rung.set()

    def ring_tree(self) -> None:
        """Say that folders may have come, gone or been replaced."""
        with self._lock:
            self._dirt.tree = True
        self._rung.set()

    def ring_lost(self) -> None:
        """Say that events were lost."""
        with self._lock:
            self._dirt.lost = True
        self._rung.set()

    def ring_all(self) -> None:
        """Ask for everything to be compared."""
        with self._lock:
            self._dirt.tree = True
            self._dirt.folders.update(FOLDERS)
        self._rung.set()

    def wake(self) -> None:
        """Wake the waiting thread, with no news."""
        self._rung.set()

    def wait(self, timeout: float) -> bool:
        """Wait up to *timeout* seconds for a ring; return True if there was one."""
        return self._rung.wait(timeout)

    def take(self) -> Dirt:
        """Return all dirt, and begin anew."""
        self._rung.clear()
        with self._lock:
            dirt, self._dirt = self._dirt, Dirt()
        return dirt

    def take_slots(self) -> dict[Slot, bool]:
        """Return only the dirty slots; the rest goes on waiting."""
        with self._lock:
            slots, self._dirt.slots = self._dirt.slots, {}
        return slots


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to be watched, never with what lies in its folders.

    Attributes:
        key: its name among the places.
        path: where it is.
        above: the key of the place it lies in, or "" for the uppermost.
        names: the entries whose coming and going matters; None for a folder of records.
        may_be_link: True if a link there is followed.
    """

    key: str
    path: Path
    above: str
    names: frozenset[str] | None = None
    may_be_link: bool = False


class Watches(Protocol):
    """Something that rings a bell when watched folders change. Names that cannot be a record's ring nothing."""

    def arm(self, place: Place) -> None:
        """Begin to watch *place*; if it is watched already, make sure that it is the folder that is there now.

        Raises:
            FileNotFoundError, NotADirectoryError: if it is no folder (any more).
            PermissionError: if it may not be watched.
            OSError: if the system has no watches left, or cannot watch at all.
        """

    def disarm(self, key: str) -> None:
        """Stop to watch the place of this key, which may be gone already."""

    def is_armed(self, key: str) -> bool:
        """Return True while the place of this key is watched; the system drops a watch when the folder goes."""

    def is_running(self) -> bool:
        """Return False if events can come no more."""

    def close(self) -> None:
        """Stop everything; when this returns, no thread and no descriptor is left."""


def open_watches(bell: Bell) -> Watches:
    """Return this platform's way to be told of changes.

    Raises:
        OSError: if the system cannot watch, or has no watching left to give.
    """
    if sys.platform == "linux":
        from musetui.coordination.inotify import InotifyWatches

        return InotifyWatches(bell)
    from musetui.coordination.observer import ObserverWatches

    return ObserverWatches(bell)


_ROOT, _MUSE, _COORDINATION, _REMOTE = "(root)", "(.muse)", "(coordination)", "(remote)"


class Watcher:
    """Keeps every folder of a repository's records watched, whenever they appear, vanish or are replaced.

    Not safe for threads: the feed's thread alone calls it.
    """

    def __init__(self, repository: Repository, bell: Bell, opening: Callable[[Bell], Watches] = open_watches) -> None:
        """Watch *repository* and ring *bell*.

        Raises:
            OSError: if the system cannot watch, or has no watching left to give.
        """
        self._bell = bell
        self._places = _places(repository)
        self._armed: dict[str, tuple[int, int]] = {}
        self._watches = opening(bell)

    def rearm(self, *, renew: bool = False) -> set[str]:
        """Watch what is there and not yet watched, and give up what is gone.

        Args:
            renew: trust no watch. Among events that were lost may be the end of a watch, and a folder made again
                can have the very inode number of the old one.

        Returns:
            The folders that are to be compared: those watched only from now on, and those that are not watched.

        Raises:
            OSError: if the system has no watches left.
        """
        fresh: set[str] = set()
        present: dict[str, tuple[int, int] | None] = {"": (0, 0)}
        # Outermost first: a folder made after it was looked for is told by the one above, already watched.
        for place in self._places:
            identity = _identity(place) if present[place.above] else None
            present[place.key] = identity
            if place.key == _ROOT and _identity(self._places[1]) is not None:
                # A working copy is a busy place: its top is watched only while there is no `.muse` in it.
                identity = None
            is_same = identity is not None and self._armed.get(place.key) == identity
            if is_same and not renew and self._watches.is_armed(place.key):
                continue
            if self._armed.pop(place.key, None) is not None and not (is_same and renew):
                self._watches.disarm(place.key)
            if identity is not None and self._arm(place, identity):
                fresh.add(place.key)
        return {folder for folder in FOLDERS if folder in fresh or folder not in self._armed}

    def is_elsewhere(self) -> bool:
        """Return True if other folders lie in the repository's place than those that are watched.

        A folder further up that is moved away takes the watches with it, and no event tells.
        """
        return any(
            self._armed.get(place.key) != _identity(place)
            for place in self._places
            if place.key in (_MUSE, _COORDINATION)
        )

    def is_running(self) -> bool:
        """Return False if events can come no more."""
        return self._watches.is_running()

    def close(self) -> None:
        """Stop watching; when this returns, no thread and no descriptor is left."""
        self._watches.close()

    def _arm(self, place: Place, identity: tuple[int, int]) -> bool:
        try:
            self._watches.arm(place)
        except (FileNotFoundError, NotADirectoryError):
            self._bell.ring_tree()  # it went between the two looks
            return False
        except PermissionError:
            return False
        if _identity(place) != identity:
            self._watches.disarm(place.key)
            self._bell.ring_tree()
            return False
        self._armed[place.key] = identity
        return True


def _places(repository: Repository) -> list[Place]:
    coordination = repository.coordination
    kinds = frozenset(folder.partition("/")[2] for folder in REMOTE_FOLDERS)
    return [
        Place(_ROOT, repository.root, "", frozenset({repository.muse.name}), may_be_link=True),
        Place(_MUSE, repository.muse, "", frozenset({coordination.name}), may_be_link=True),
        Place(_COORDINATION, coordination, _MUSE, frozenset({*LOCAL_FOLDERS, "remote"})),
        Place(_REMOTE, coordination / "remote", _COORDINATION, kinds),
        *(Place(folder, coordination / folder, _COORDINATION) for folder in LOCAL_FOLDERS),
        *(Place(folder, coordination / folder, _REMOTE) for folder in REMOTE_FOLDERS),
    ]


def _identity(place: Place) -> tuple[int, int] | None:
    """Return what tells the folder at *place* from any other, or None if no folder is there."""
    try:
        status = place.path.stat(follow_symlinks=place.may_be_link)
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None
