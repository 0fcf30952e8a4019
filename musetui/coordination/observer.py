"""Watching where there is no inotify: watchdog's `Observer`, with whatever the platform gives it.

It is used folder by folder, so that the same rules hold as on Linux. It says nothing of events that were lost;
the feed's regular comparison is what finds those.
"""

import os

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from musetui.coordination.batch import Slot
from musetui.coordination.folders import is_candidate
from musetui.coordination.watcher import Bell, Place

_ASKED: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
"""No opening and no closing after a read: our own reads ring nothing."""

_UNSETTLED = ("created", "modified")
_STOP_WITHIN = 1.0


class _Ringing(FileSystemEventHandler):
    """What watchdog calls for one watched folder, from its own thread."""

    def __init__(self, bell: Bell, place: Place) -> None:
        self._bell = bell
        self._place = place
        self._folder = os.path.realpath(place.path)

    def dispatch(self, event: FileSystemEvent) -> None:
        """Ring for what *event* names."""
        settled = event.event_type not in _UNSETTLED or event.is_directory
        for path in (event.src_path, event.dest_path):
            if path:
                self._ring(os.fsdecode(path), settled)

    def _ring(self, path: str, settled: bool) -> None:
        above, name = os.path.split(path)
        if os.path.realpath(path) == self._folder:
            self._bell.ring_tree()
        elif os.path.realpath(above) != self._folder:
            return
        elif self._place.names is not None:
            if name in self._place.names:
                self._bell.ring_tree()
        elif is_candidate(name):
            self._bell.ring_slot(Slot(self._place.key, name), settled)


class ObserverWatches:
    """Watches folders through watchdog's `Observer`."""

    def __init__(self, bell: Bell) -> None:
        """Start an observer.

        Raises:
            OSError: if the system has no watching left to give.
        """
        self._bell = bell
        self._armed: dict[str, ObservedWatch] = {}
        self._observer = Observer()
        self._observer.start()

    def arm(self, place: Place) -> None:
        """Begin to watch *place*; see `Watches.arm`."""
        self.disarm(place.key)
        self._armed[place.key] = self._observer.schedule(
            _Ringing(self._bell, place), str(place.path), recursive=False, event_filter=_ASKED
        )

    def disarm(self, key: str) -> None:
        """Stop to watch the place of this key."""
        watch = self._armed.pop(key, None)
        if watch is not None:
            self._observer.unschedule(watch)

    def is_armed(self, key: str) -> bool:
        """Return True while events of the place come."""
        watch = self._armed.get(key)
        return any(emitter.watch == watch and emitter.is_alive() for emitter in self._observer.emitters)

    def is_running(self) -> bool:
        """Return False if the observer has ended."""
        return self._observer.is_alive()

    def close(self) -> None:
        """End the observer and its threads."""
        self._observer.stop()
        self._observer.join(_STOP_WITHIN)
