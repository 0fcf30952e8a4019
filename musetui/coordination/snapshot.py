"""Snapshot: the records of a repository as they were read, in a file of the user's, for the next start.

A snapshot saves reading and validating; it knows nothing of its own. What it has of a file is taken only where the
disk says that the file still is the one that was read: its name, size, times, inode and mode. Of a file that was
younger than the coarsest clock's tick when it was listed it has nothing, because that may have changed since and look
the same. Nor has it records with fields of their own, which are few.

What it holds was validated before, and is not again. So it is read only where nobody else can have written it, and
only if it is of this version of musetui.
"""

import logging
import os
import sys
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from pydantic_core import from_json

from musetui import __version__
from musetui.coordination.batch import FOLDERS, Sighting, Slot, Source
from musetui.coordination.repository import Repository
from musetui.coordination.snapshot_file import SnapshotFile
from musetui.records.models import MODELS

_log = logging.getLogger("musetui.snapshot")

RACY_WITHIN: Final = 2.0
"""Seconds: the coarsest clock of a file system still in use (FAT)."""

_FEWEST = 1_000
"""Records that a snapshot is worth while for: fewer are read in a blink."""

_NEWS_SHARE = 10
"""A snapshot is written anew once a tenth of what there is was not in the last one, or of that one is no more."""

_ROWS = 500
"""Records in a line of the file: what is decoded between two looks at what else there is to do."""

_FORMAT = 1
"""The form of the lines; another one where what is validated, or how, differs within a version of musetui."""


def default_folder() -> Path:
    """Return the folder where a user's snapshots are."""
    from platformdirs import user_cache_path

    return user_cache_path("musetui") / "snapshots"


def snapshot_of(repository: Repository, *, writes: bool) -> "Snapshot":
    """Return the snapshot of *repository* among those of the user; it is written only if that is said."""
    return Snapshot(default_folder(), repository.coordination, writes=writes)


_new_slot: Callable[[Iterable[Any]], Slot] = partial(tuple.__new__, Slot)
_new_sighting: Callable[[Iterable[Any]], Sighting] = partial(tuple.__new__, Sighting)
"""As `_make` of either, without a step in Python for each."""


class Recalled(NamedTuple):
    """Some of what is remembered of one folder.

    Attributes:
        folder: which.
        stamps: by name, of the files that are as they were.
        found: their records, in the same order.
    """

    folder: str
    stamps: dict[str, int]
    found: list[Sighting]


class Snapshot:
    """What is remembered of one repository's records from its last loading, and noted of this one."""

    def __init__(self, folder: Path, coordination: Path, *, writes: bool = True, fewest: int = _FEWEST) -> None:
        """Use a file in *folder* for what is below *coordination*.

        Args:
            folder: where snapshots are; made when one is written.
            coordination: the `.muse/coordination` folder.
            writes: whether it is ever written.
            fewest: the number of records that it is written for.
        """
        about = os.fsencode(coordination)
        self._file = SnapshotFile(folder, about)
        self._header = _header(about)
        self._writes = writes
        self._fewest = fewest
        self._noted: list[Sighting] = []
        self._stamps = array("q")
        self._last: Iterator[bytes] = iter(())
        self._listed_at = 0
        self.recalled_count = 0
        self._rows = 0

    def begin(self, listed_at: int) -> int:
        """Begin a loading, and look what there is of the last one.

        Args:
            listed_at: when this one began to list what there is (nanoseconds since 1970).

        Returns:
            The same of the last one: of what changed later, nothing is remembered. 0 if nothing is at all.
        """
        self._listed_at = listed_at
        self._rows = self.recalled_count = 0
        lines = self._file.lines()
        header, moment = next(lines, b""), next(lines, b"")
        if header != self._header or not moment.isdigit():
            if header:
                _log.info("the snapshot is of another version, and is left")
            return 0
        self._last = lines
        return int(moment)

    def recalled(self, seen: Mapping[str, Mapping[str, int]]) -> Iterator[Recalled]:
        """Yield the records of the last loading whose files are as they were, a few hundred at once; after `begin`.

        Args:
            seen: by folder and name, the stamp of each file that is there. What is taken out of it is not yielded.
        """
        lines, self._last = self._last, iter(())
        for line in lines:
            try:
                recalled = self._decoded(from_json(line), seen)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                _log.info("the snapshot cannot be understood (%s), and is left", type(error).__name__)
                return
            self.recalled_count += len(recalled.found)
            if self._writes:
                self._noted += recalled.found
                self._stamps.extend(recalled.stamps.values())
            yield recalled

    def _decoded(self, line: dict[str, Any], seen: Mapping[str, Mapping[str, int]]) -> Recalled:
        folder, names = line["folder"], line["names"]
        _, kind = FOLDERS[folder]
        model: Any = MODELS[kind]
        self._rows += len(names)
        hub_ids = line.get("hub_ids") or repeat(None, len(names))
        received = map(_moment, line["received"]) if "received" in line else repeat(None, len(names))
        slots = map(_new_slot, zip(repeat(folder), names))
        rows = zip(slots, model.restored(line["columns"], line["given"]), hub_ids, received, strict=True)
        found: list[Sighting] = list(map(_new_sighting, rows))
        stamps = dict(zip(names, line["stamps"], strict=True))
        there = seen.get(folder, {})
        if list(map(there.get, names)) != line["stamps"]:
            found = [sighting for sighting in found if there.get(name := sighting.slot.name) == stamps[name]]
            stamps = {sighting.slot.name: stamps[sighting.slot.name] for sighting in found}
        return Recalled(folder, stamps, found)

    def note(self, sighting: Sighting, stamp: int) -> None:
        """Note what was read of a file that was not racy and had *stamp* when it was listed, before it was read."""
        if self._writes and not sighting.record.model_extra:
            self._noted.append(sighting)
            self._stamps.append(stamp)

    @property
    def is_due(self) -> bool:
        """Whether it is worth while to write what was noted."""
        there = len(self._noted)
        news = there - self.recalled_count + self._rows - self.recalled_count
        return self._writes and there >= self._fewest and news * _NEWS_SHARE >= there

    def forget(self) -> None:
        """Let go what was noted."""
        self._noted, self._stamps = [], array("q")

    def write(self, pause: Callable[[], None]) -> bool:
        """Write what was noted, and let it go.

        Args:
            pause: called between two bits of the work; may raise to end it, and then nothing was written.

        Returns:
            Whether the file is there.
        """
        began, count = time.monotonic(), len(self._noted)
        try:
            written = self._file.write(self._lines(pause))
        finally:
            self.forget()
        if written:
            _log.info("a snapshot of %d records was written, %.0f ms", count, (time.monotonic() - began) * 1_000)
        return written

    def _lines(self, pause: Callable[[], None]) -> Iterator[bytes]:
        yield self._header
        yield b"%d" % self._listed_at
        groups: dict[tuple[str, frozenset[str]], list[tuple[Sighting, int]]] = {}
        for sighting, stamp in zip(self._noted, self._stamps, strict=True):
            key = sighting.slot.folder, sighting.record.model_fields_set
            group = groups.setdefault(key, [])
            group.append((sighting, stamp))
            if len(group) == _ROWS:
                yield from _line(*key, groups.pop(key))
                pause()
        for key, group in groups.items():
            yield from _line(*key, group)


def _header(about: bytes) -> bytes:
    # A stamp is a hash of numbers, which another Python may make in another way.
    python = f"{sys.implementation.cache_tag} {sys.hash_info.algorithm} {sys.hash_info.width}"
    fields = {kind.value: list(model.model_fields) for kind, model in MODELS.items()}
    whole = {"format": _FORMAT, "musetui": __version__, "python": python, "fields": fields, "about": about.hex()}
    return orjson.dumps(whole)


def _line(folder: str, given: frozenset[str], group: list[tuple[Sighting, int]]) -> Iterator[bytes]:
    source, kind = FOLDERS[folder]
    model: Any = MODELS[kind]
    sightings = [sighting for sighting, _ in group]
    line: dict[str, Any] = {
        "folder": folder,
        "given": sorted(given),
        "names": [sighting.slot.name for sighting in sightings],
        "stamps": [stamp for _, stamp in group],
        "columns": model.columns([sighting.record for sighting in sightings]),
    }
    if source is Source.REMOTE:
        moments = [sighting.received_at for sighting in sightings]
        line["hub_ids"] = [sighting.hub_id for sighting in sightings]
        line["received"] = [None if moment is None else moment.isoformat() for moment in moments]
    try:
        yield orjson.dumps(line)
    except TypeError:  # a text or a number that has no place in JSON: of these few, all are read each time
        return


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
