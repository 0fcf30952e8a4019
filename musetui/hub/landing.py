"""Where pulled records land: files below `remote/`, put in place whole, and on the disk before a cursor passes them."""

import ctypes
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from pydantic_core import from_json

from musetui.coordination.files import UnreadableError, check_regular, look, plain_reason, read_looked_at
from musetui.coordination.folders import COORDINATION, FolderError, make_folder
from musetui.errors import RecordError
from musetui.hub.envelopes import Received
from musetui.hub.heartbeats import is_newer
from musetui.placing import create_file, remove_leftovers, replace_file, take_turns
from musetui.records.kinds import Kind
from musetui.records.parse import RECORD_BYTES_LIMIT

_FEW = 32
"""Files that are flushed one by one; more of them are flushed faster with all else of their file system."""

_OTHERS_TAKE = 5.0
"""Seconds; to write a page of heartbeats takes less than one, so whoever takes longer stands still."""


class Landing(NamedTuple):
    """What became of some records.

    Attributes:
        written: how many were not there as they are.
        refused: a sentence for each that cannot lie where it should.
    """

    written: int
    refused: tuple[str, ...]


class LandingPlace:
    """The folders below `remote/` of one repository."""

    def __init__(self, coordination: Path) -> None:
        """Write below *coordination*, the `.muse/coordination` folder."""
        self._coordination = coordination
        self._cleaned: set[Kind] = set()

    def land(self, records: Sequence[Received]) -> Landing:
        """Write *records*, each to its own place.

        When it returns, all of them survive a power cut, those too that were there. A file that holds the same already
        is not touched, and a heartbeat on disk that is newer stays.

        Raises:
            RecordError: if the disk refuses; what was written by then is whole, and may be written again.
        """
        place = COORDINATION
        written = 0
        names: list[tuple[int, str]] = []
        refused: list[str] = []
        try:
            with ExitStack() as stack:
                folders: dict[Kind, int] = {}
                for record in records:
                    place = f"remote/{record.kind.value}"
                    if record.kind not in folders:
                        folders[record.kind] = self._open(record.kind, place)
                        stack.callback(os.close, folders[record.kind])
                        if record.kind is Kind.HEARTBEAT:
                            # Which beat is newer is asked before one of them is put in place.
                            take_turns(folders[record.kind], _OTHERS_TAKE)
                    folder, name = folders[record.kind], f"{record.stem}.json"
                    try:
                        written += _put(folder, name, record)
                        # What was there may be from a pull that was cut off, and not on the disk yet.
                        names.append((folder, name))
                    except IsADirectoryError:
                        refused.append(f"{record.kind.value} {record.stem}: a folder lies in its place, {place}/{name}")
                _flush(folders.values(), names)
        except FileNotFoundError:
            raise RecordError(
                f"{self._coordination.parent} is gone: make the repository again with `muse init`"
            ) from None
        except FolderError as error:
            raise RecordError(
                f"what was pulled cannot be kept: .muse/coordination/{error.path} is of no use ({error})"
            ) from None
        except OSError as error:
            reason = plain_reason(error)
            raise RecordError(f"what was pulled cannot be kept in .muse/coordination/{place}: {reason}") from None
        return Landing(written, tuple(refused))

    def _open(self, kind: Kind, place: str) -> int:
        folder = make_folder(self._coordination, place)
        if kind not in self._cleaned:
            self._cleaned.add(kind)
            remove_leftovers(folder)
        return folder


def _put(folder: int, name: str, record: Received) -> bool:
    """Have *record* lie under *name*; return False if it did, or a newer heartbeat does."""
    try:
        look(name, folder)
    except FileNotFoundError:
        # Nearly all of them. A file that gets its name once it is whole takes two thirds of the time of one renamed.
        with suppress(FileExistsError):  # by another one who pulls
            create_file(folder, name, record.data, durable=False)
            return True
    except UnreadableError:
        pass
    if not _is_wanted(folder, name, record):
        return False
    replace_file(folder, name, record.data, durable=False)
    return True


def _is_wanted(folder: int, name: str, record: Received) -> bool:
    """Return True unless the file holds the same already, or of a heartbeat a newer one."""
    try:
        check_regular(look(name, folder), RECORD_BYTES_LIMIT)
        there, _ = read_looked_at(name, RECORD_BYTES_LIMIT, folder)
    except (FileNotFoundError, UnreadableError):
        return True  # whatever lies there, a rename puts the record in its place, and follows nothing
    if there == record.data:
        return False
    return record.kind is not Kind.HEARTBEAT or not _is_newer_beat(there, record)


def _is_newer_beat(there: bytes, record: Received) -> bool:
    try:
        envelope = from_json(there)
    except ValueError:
        return False
    payload = envelope.get("payload") if isinstance(envelope, dict) else None
    return isinstance(payload, dict) and is_newer(payload, record.envelope["payload"])


def _flush(folders: Iterable[int], names: Sequence[tuple[int, str]]) -> None:
    """Return when the disk has the files *names* and knows their names."""
    if not names:
        return
    syncfs = getattr(ctypes.CDLL(None), "syncfs", None) if len(names) > _FEW else None
    if syncfs is not None and all(syncfs(folder) == 0 for folder in folders):
        return
    for folder, name in names:
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        except FileNotFoundError:
            continue  # taken away since by somebody who did not want it
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for folder in folders:
        os.fsync(folder)
