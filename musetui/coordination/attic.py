"""The attic: records that were over long ago are read, counted, and not kept.

A trail of a year is a million files, and next to all of it is history: nobody collides with what ran out in spring.
What was over before the *cutoff*, by its own words, is set aside. Whatever is kept keeps what it speaks of: the
reservation that a late heartbeat extends, that an intent of today belongs to or that a lease waits for, with all there
is about that. So each record that is kept means what it would mean among all of them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from musetui.coordination.batch import FOLDERS, Sighting, Slot, Source
from musetui.coordination.shelf import Names, Shelf
from musetui.records.age import over_at, reservations_of
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord
from musetui.records.text import counted

_UNNAMED = 1_000
"""Kept records whose names are not looked at while nothing is set aside: most often nothing ever is."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """What was set aside.

    Attributes:
        cutoff: what was over before is not kept (aware).
        counts: how many records of each kind, here and pulled; only those of which there are any.
        oldest: when the oldest happened that was ever among them (aware), or None.
    """

    cutoff: datetime
    counts: dict[tuple[Source, Kind], int] = field(default_factory=dict)
    oldest: datetime | None = None

    @property
    def total(self) -> int:
        """How many records."""
        return sum(self.counts.values())

    @property
    def sentence(self) -> str:
        """What a person should know of it; safe to print."""
        kinds = Counter[Kind]()
        for (_, kind), count in self.counts.items():
            kinds[kind] += count
        each = ", ".join(
            f"{count:,} {kind.value if count == 1 else kind.folder}" for kind, count in kinds.most_common()
        )
        was = "was" if self.total == 1 else "were"
        began = f", the first of {self.oldest.astimezone():%Y-%m-%d}" if self.oldest is not None else ""
        return (
            f"{counted(self.total, 'record')} {was} over before {self.cutoff.astimezone():%Y-%m-%d}{began}, "
            f"and only counted: {each} (the setting history says how long they are kept)"
        )


class Attic:
    """Says which records to keep. Used by one thread.

    Args:
        cutoff: what was over before is set aside (aware); None to keep everything.
    """

    def __init__(self, cutoff: datetime | None) -> None:
        self._cutoff = cutoff
        self._shelves = {folder: Shelf() for folder in FOLDERS}
        self._is_empty = True
        self._kept: list[AnyRecord] = []
        self._named = Names()
        self._recalled: set[str] = set()
        self._oldest: datetime | None = None

    def takes(self, sighting: Sighting, stamp: int) -> bool:
        """Return whether a record is set aside, and remember that it is.

        Args:
            sighting: the record, and where it lies.
            stamp: how its file looks, a number of 64 bits.
        """
        if self._cutoff is None:
            return False
        record, over = sighting.record, over_at(sighting.record)
        if over is None or over >= self._cutoff:
            self._kept.append(record)
            if not self._is_empty:
                self.forget(sighting.slot)
                self._look_at_kept()
            elif len(self._kept) > _UNNAMED:
                self._look_at_kept()
            return False
        self._is_empty = False
        self._look_at_kept()
        named = reservations_of(record)
        about = named[0] if named else ""
        if about in self._named:
            self.forget(sighting.slot)
            self._kept.append(record)
            self._look_at_kept()
            return False
        self._shelves[sighting.slot.folder].put(sighting.slot.name, stamp, about)
        moment = record.moment
        if moment is not None and (self._oldest is None or moment < self._oldest):
            self._oldest = moment
        return True

    def holds(self, folder: str, name: str, stamp: int) -> bool:
        """Return whether a file was set aside that looked so."""
        return self._shelves[folder].looks_like(name, stamp)

    def forget(self, slot: Slot) -> bool:
        """Hear that a file is gone, or no record any more; return whether it had been set aside."""
        return self._shelves[slot.folder].take(slot.name)

    def forget_folder(self, folder: str) -> None:
        """Hear that all files of a folder are gone."""
        self._shelves[folder] = Shelf()

    def forget_absent(self, folder: str, names: Iterable[str]) -> None:
        """Hear that no other files than these are in a folder."""
        self._shelves[folder].keep_only(names)

    def count(self, folder: str) -> int:
        """Return how many files of a folder are set aside."""
        return len(self._shelves[folder])

    def recall(self) -> set[str]:
        """Forget all that is about what is kept by now; return the folders to be looked through for it."""
        recalled, self._recalled = self._recalled, set()
        return {
            folder
            for folder, shelf in self._shelves.items()
            for each in recalled
            if len(shelf) and shelf.take_about(each)
        }

    def told(self) -> SetAside | None:
        """Return what was set aside; None if nothing was."""
        counts = Counter({FOLDERS[folder]: len(shelf) for folder, shelf in self._shelves.items() if len(shelf)})
        return None if self._cutoff is None or not counts else SetAside(self._cutoff, dict(counts), self._oldest)

    def _look_at_kept(self) -> None:
        """Note what is spoken of by what is kept, and whether any of that was set aside."""
        for record in self._kept:
            for reservation_id in reservations_of(record):
                if self._named.add(reservation_id) and self._is_away(reservation_id):
                    self._recalled.add(reservation_id)
        self._kept.clear()

    def _is_away(self, reservation_id: str) -> bool:
        return any(shelf.is_about(reservation_id) for shelf in self._shelves.values() if len(shelf))
