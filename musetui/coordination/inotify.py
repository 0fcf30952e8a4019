"""Watching on Linux: watchdog's own inotify layer, asked for nothing but what a record can do.

Its `Observer` stands above the same layer, but asks the kernel for six events a file and keeps the kernel's word
that events were lost to itself. Here a record linked or renamed into place is one event of interest, and an
overflow rings the bell.
"""

import logging
import os
from pathlib import Path

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

from musetui.coordination.batch import Slot
from musetui.coordination.folders import is_candidate
from musetui.coordination.watcher import Bell, Place

_SELF = InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_UNMOUNT
_NAMES = (
    InotifyConstants.IN_CREATE  # also what a hard link into place is
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_MOVED_FROM
    | InotifyConstants.IN_MOVED_TO
)
_ASKED = _NAMES | InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_ONLYDIR
_FOLDER_MASK = _ASKED | InotifyConstants.IN_CLOSE_WRITE | InotifyConstants.IN_EXCL_UNLINK
"""No opening, reading or attribute: our own reads ring nothing. No modification: a file is read when it is closed."""

_UNSETTLED = InotifyConstants.IN_CREATE
_IS_FOLDER = InotifyConstants.IN_ISDIR

_STOP_WITHIN = 1.0
"""Seconds to wait for watchdog's thread, which a pipe of its own wakes at once."""

# It logs what the bell is told anyway; without this, Python would print it into the screen.
logging.getLogger("watchdog").addHandler(logging.NullHandler())


class _Ringing(WatchCallback):
    """What watchdog calls for one watched folder, from its own thread."""

    def __init__(self, bell: Bell) -> None:
        self.bell = bell
        self.is_armed = True

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        self.is_armed = False
        self.bell.ring_tree()

    def on_queue_overflow(self) -> None:
        self.bell.ring_lost()


class _FolderRinging(_Ringing):
    def __init__(self, bell: Bell, folder: str) -> None:
        super().__init__(bell)
        self._folder = folder

    def on_event(self, event: InotifyEvent) -> None:
        mask = event.mask
        if mask & _SELF:
            self.bell.ring_tree()
            return
        name = os.fsdecode(event.name)
        if is_candidate(name):
            settled = not mask & _UNSETTLED or bool(mask & _IS_FOLDER)
            self.bell.ring_slot(Slot(self._folder, name), settled)


class _ParentRinging(_Ringing):
    def __init__(self, bell: Bell, names: frozenset[str]) -> None:
        super().__init__(bell)
        self._names = names

    def on_event(self, event: InotifyEvent) -> None:
        if event.mask & _SELF or os.fsdecode(event.name) in self._names:
            self.bell.ring_tree()


class InotifyWatches:
    """Watches folders through one inotify instance and one thread, whatever their number."""

    def __init__(self, bell: Bell) -> None:
        """Open an instance.

        Raises:
            OSError: if the user has none left.
        """
        self._bell = bell
        self._armed: dict[str, tuple[WatchDescriptor, _Ringing]] = {}
        self._inotify = InotifyFD()
        self._inotify.start()

    def arm(self, place: Place) -> None:
        """Begin to watch *place*; see `Watches.arm`."""
        if place.names is None:
            ringing: _Ringing = _FolderRinging(self._bell, place.key)
            mask = _FOLDER_MASK
        else:
            ringing = _ParentRinging(self._bell, place.names)
            mask = _ASKED
        if not place.may_be_link:
            mask |= InotifyConstants.IN_DONT_FOLLOW
        # Each arming has an id of its own: one inode may be known under two keys, or twice under one.
        key = CallbackId(id(ringing))
        descriptor = self._inotify.add_callback(os.fsencode(Path(place.path)), Mask(mask), ringing, key)
        self.disarm(place.key)  # only now, so that a folder watched anew is never unwatched
        self._armed[place.key] = (descriptor, ringing)
        if descriptor < 0:  # how watchdog passes "no permission" on
            self.disarm(place.key)
            raise PermissionError(f"{place.path} may not be watched")

    def disarm(self, key: str) -> None:
        """Stop to watch the place of this key."""
        armed = self._armed.pop(key, None)
        if armed is not None:
            descriptor, ringing = armed
            self._inotify.remove_callbacks([(descriptor, CallbackId(id(ringing)))])

    def is_armed(self, key: str) -> bool:
        """Return True while the kernel keeps the watch."""
        armed = self._armed.get(key)
        return armed is not None and armed[1].is_armed

    def is_running(self) -> bool:
        """Return False if watchdog's thread has ended."""
        return self._inotify.is_alive()

    def close(self) -> None:
        """Close the instance and end its thread."""
        self._inotify.stop()
        self._inotify.join(_STOP_WITHIN)
