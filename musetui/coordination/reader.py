"""From a slot on disk to the record in it, or to the reason why there is none."""

import gc
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from musetui.coordination.attic import Attic
from musetui.coordination.batch import FOLDERS, Batch, Problem, Sighting, Slot, Source
from musetui.coordination.files import (
    RefusedError,
    UnreadableError,
    check_regular,
    look,
    plain_reason,
    read_listed,
    read_looked_at,
)
from musetui.coordination.folders import FolderError, is_candidate, list_names, opened_folder
from musetui.coordination.repository import Repository
from musetui.errors import RecordError
from musetui.records.kinds import is_record_name
from musetui.records.parse import RECORD_BYTES_LIMIT, parse_record, parse_remote

BAD_NAME = "the file's name is no id"


def read_slot(coordination: Path, slot: Slot) -> Sighting | Problem | None:
    """Read what lies in one slot.

    Args:
        coordination: the `.muse/coordination` folder.
        slot: the place to look at.

    Returns:
        The record, or what is wrong with it, or None if nothing is there.
    """
    try:
        with opened_folder(coordination, slot.folder) as descriptor:
            return read_in_folder(descriptor, slot)
    except FileNotFoundError:
        return None
    except FolderError as error:
        return Problem(error.path, str(error))


def read_in_folder(descriptor: int, slot: Slot) -> Sighting | Problem | None:
    """Read what lies in one slot of an open folder; else as `read_slot`."""
    try:
        check_slot(slot, look(slot.name, descriptor))
    except FileNotFoundError:
        return None
    except UnreadableError as error:
        return Problem(slot.path, str(error))
    return _read_checked(descriptor, slot)


def may_be_record(name: str, status: os.stat_result) -> bool:
    """Return whether this is a plain file that is named as a record is; how large it is, is not looked at."""
    return stat.S_ISREG(status.st_mode) and is_record_name(name)


def check_slot(slot: Slot, status: os.stat_result) -> None:
    """Let pass only what may be a record, by its name and its status.

    Raises:
        UnreadableError: for anything else.
    """
    if not is_record_name(slot.name):
        raise UnreadableError(BAD_NAME)
    check_regular(status, RECORD_BYTES_LIMIT)


def slot_bytes(descriptor: int, slot: Slot) -> tuple[bytes, os.stat_result]:
    """Return the bytes in a slot, checked before, of an open folder, and the file's status before they were read.

    Raises:
        FileNotFoundError: if nothing is there any more.
        UnreadableError: if what is there is not what was checked, or the system refuses.
    """
    return read_looked_at(slot.name, RECORD_BYTES_LIMIT, descriptor)


def read_listed_slot(descriptor: int, slot: Slot) -> Sighting | Problem | None:
    """Read what lies in a slot that the folder's listing has just shown as a plain file; else as `read_in_folder`."""
    try:
        outcome = parse_slot(slot, read_listed(slot.name, descriptor))
        if isinstance(outcome, Sighting):
            return outcome
    except OSError:
        pass
    return read_in_folder(descriptor, slot)


def _read_checked(descriptor: int, slot: Slot) -> Sighting | Problem | None:
    try:
        return parse_slot(slot, read_looked_at(slot.name, RECORD_BYTES_LIMIT, descriptor)[0])
    except FileNotFoundError:
        return None
    except UnreadableError as error:
        return Problem(slot.path, str(error))


def parse_slot(slot: Slot, data: bytes) -> Sighting | Problem:
    """Make a record of the bytes read from *slot*."""
    folder, name = slot
    source, kind = FOLDERS[folder]
    try:
        if source is Source.LOCAL:
            return Sighting(slot, parse_record(kind, data, name.removesuffix(".json")))
        record, envelope = parse_remote(kind, data, slot.stem)
    except RecordError as error:
        return Problem(slot.path, str(error))
    except (ValueError, RecursionError, OverflowError) as error:
        # One file that finds a gap in a parser must not cost the sight of all others.
        return Problem(slot.path, f"cannot be understood ({type(error).__name__})")
    if envelope is None:
        return Sighting(slot, record)
    return Sighting(slot, record, envelope.id, envelope.created_at)


def names_in(coordination: Path, folder: str) -> list[str]:
    """Return the names of all that may be records in one folder, in no order; none if the folder is not there.

    Raises:
        FolderError: if the folder, or one above it, is no folder or cannot be read.
    """
    try:
        with opened_folder(coordination, folder) as descriptor:
            return list_names(descriptor)
    except FileNotFoundError:
        return []
    except RefusedError as error:
        raise FolderError(folder, str(error), passing=True) from None


def load(repository: Repository, attic: Attic | None = None) -> Batch:
    """Read everything at once, for a command that looks once and is done.

    Args:
        repository: whose records.
        attic: takes what was over too long ago; everything is kept if None. To be used for one load.
    """
    attic = Attic(None) if attic is None else attic
    found: dict[Slot, Sighting] = {}
    problems: dict[str, Problem] = {}
    folders: Iterable[str] = FOLDERS
    is_again = False

    def is_known(slot: Slot) -> bool:
        return slot in found or attic.holds(*slot, 0)

    while folders:
        for folder in folders:
            try:
                with opened_folder(repository.coordination, folder) as descriptor, collection_paused():
                    for outcome in _outcomes(descriptor, folder, is_known if is_again else None):
                        if isinstance(outcome, Problem):
                            problems[outcome.path] = outcome
                        elif not attic.takes(outcome, 0):
                            found[outcome.slot] = outcome
            except FileNotFoundError:
                continue
            except FolderError as error:
                problems[error.path] = Problem(error.path, str(error))
            except OSError as error:
                problems[folder] = Problem(folder, plain_reason(error))
        # What is spoken of by what is kept is read again.
        folders, is_again = attic.recall(), True
    return Batch(found=list(found.values()), problems=list(problems.values()))


def _outcomes(descriptor: int, folder: str, is_known: Callable[[Slot], bool] | None) -> Iterator[Sighting | Problem]:
    with os.scandir(descriptor) as entries:
        for entry in entries:
            name = entry.name
            # Told by the listing itself, a plain file needs no second look before it is opened.
            is_plain = is_record_name(name) and entry.is_file(follow_symlinks=False)
            if not is_plain and not is_candidate(name):
                continue
            slot = Slot(folder, name)
            if is_known is not None and is_known(slot):
                continue
            outcome = read_listed_slot(descriptor, slot) if is_plain else read_in_folder(descriptor, slot)
            if outcome is not None:
                yield outcome


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep Python's collector of cycles from counting records while they are read by the ten thousand.

    A record has no cycles, and every count goes through all that were read before.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
