"""Local records on their way out: read from disk a batch at a time, so that a hundred thousand never lie in memory."""

from collections.abc import Collection, Generator, Sequence
from contextlib import ExitStack

from musetui.coordination.batch import Problem, Slot
from musetui.coordination.files import UnreadableError, look
from musetui.coordination.folders import FolderError, opened_folder
from musetui.coordination.reader import check_slot, names_in, parse_slot, slot_bytes
from musetui.coordination.repository import Repository
from musetui.errors import RecordError
from musetui.hub.wire import WireRecord, wire_record
from musetui.records.kinds import Kind

BATCH_RECORDS = 500
"""Records in one push, at most."""

BATCH_BYTES = 4_194_304
"""Bytes of records in one push, about: a batch ends with the record that exceeds them."""


def local_slots(repository: Repository, kinds: Collection[Kind] = ()) -> tuple[list[Slot], list[Problem]]:
    """Return the places of all that may be local records of *kinds* (none for all), and the folders that are none."""
    slots: list[Slot] = []
    problems: list[Problem] = []
    for kind in kinds or Kind:
        try:
            names = names_in(repository.coordination, kind.folder)
        except FolderError as error:
            problems.append(Problem(error.path, str(error)))
        else:
            # By name, so that two pushes of the same records send the same batches.
            slots += sorted(Slot(kind.folder, name) for name in names)
    return slots, problems


class Gathered:
    """A batch of records read from disk.

    Attributes:
        records: ready to be sent.
        slots: how many places were looked at for them.
        problems: what is no record, and is left out.
    """

    __slots__ = ("problems", "records", "slots")

    def __init__(self) -> None:
        self.records: list[WireRecord] = []
        self.slots = 0
        self.problems: list[Problem] = []


def batches(repository: Repository, slots: Sequence[Slot]) -> Generator[Gathered, None, None]:
    """Read *slots*, and yield what is there in batches of at most 500 records and about 4 MiB."""
    batch, size = Gathered(), 0
    with ExitStack() as folders:
        opened: dict[str, int | Problem | None] = {}
        for slot in slots:
            if slot.folder not in opened:
                opened[slot.folder] = _enter(folders, repository, slot.folder)
            outcome = _read(opened[slot.folder], slot)
            batch.slots += 1
            if isinstance(outcome, WireRecord):
                batch.records.append(outcome)
                size += len(outcome.data)
            elif outcome is not None:
                batch.problems.append(outcome)
            if len(batch.records) >= BATCH_RECORDS or size >= BATCH_BYTES:
                yield batch
                batch, size = Gathered(), 0
    if batch.slots:
        yield batch


def _enter(folders: ExitStack, repository: Repository, folder: str) -> int | Problem | None:
    try:
        return folders.enter_context(opened_folder(repository.coordination, folder))
    except FileNotFoundError:
        return None
    except FolderError as error:
        return Problem(error.path, str(error))


def _read(folder: int | Problem | None, slot: Slot) -> WireRecord | Problem | None:
    if not isinstance(folder, int):
        return folder
    try:
        check_slot(slot, look(slot.name, folder))
        data, _ = slot_bytes(folder, slot)
        found = parse_slot(slot, data)
        return found if isinstance(found, Problem) else wire_record(found, data)
    except FileNotFoundError:
        return None
    except (UnreadableError, RecordError) as error:
        return Problem(slot.path, str(error))
