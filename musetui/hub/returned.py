"""What came back: pulled records that were written here, and that the hub is thereby known to have."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from musetui.coordination.batch import Sighting, Slot
from musetui.coordination.folders import FolderError, opened_folder
from musetui.coordination.reader import parse_slot, read_in_folder
from musetui.hub.envelopes import Received
from musetui.hub.heartbeats import is_newer
from musetui.hub.sent import SentLedger
from musetui.hub.wire import WireIdentity, digest_of, wire_identity
from musetui.records.kinds import Kind, is_record_id


def note_returned(coordination: Path, ledger: SentLedger, received: Sequence[Received]) -> None:
    """Have *ledger* note which local records the hub has, by what was *received* from it.

    Those of others cost one look at a folder each, and are not noted.
    """
    found = [each for each in _returned(coordination, received) if not ledger.is_sent(*each)]
    if found:
        ledger.note(found)


def _returned(coordination: Path, received: Sequence[Received]) -> Iterator[tuple[WireIdentity, bytes]]:
    """Yield what the local records among *received* are known by, and what they say."""
    with ExitStack() as stack:
        folders: dict[Kind, int | None] = {}
        for each in received:
            if each.kind not in folders:
                folders[each.kind] = _open(stack, coordination, each.kind)
            folder = folders[each.kind]
            slot = _local_slot(folder, each) if folder is not None else None
            if folder is None or slot is None:
                continue
            there = parse_slot(Slot(f"remote/{each.kind.value}", f"{each.stem}.json"), each.data)
            if not isinstance(there, Sighting):
                continue
            if each.kind is not Kind.HEARTBEAT:
                yield wire_identity(there), digest_of(there.record)
                continue
            # Of a heartbeat the last alone is noted: an older one must not take the place of what was sent since.
            here = read_in_folder(folder, slot)
            if isinstance(here, Sighting) and _is_there(here, there):
                yield wire_identity(here), digest_of(here.record)


def _open(stack: ExitStack, coordination: Path, kind: Kind) -> int | None:
    try:
        return stack.enter_context(opened_folder(coordination, kind.folder))
    except (OSError, FolderError):
        return None  # of this kind there is none here


def _local_slot(folder: int, received: Received) -> Slot | None:
    """Return where the record lies among the local ones, or None if it does not."""
    ids = [received.stem]
    named = received.envelope["payload"].get("reservation_id")
    if received.kind is Kind.RELEASE and isinstance(named, str) and is_record_id(named):
        ids.append(named)  # which its file is called by, and not by its own id
    for each in ids:
        try:
            os.stat(f"{each}.json", dir_fd=folder, follow_symlinks=False)
        except OSError:
            continue
        return Slot(received.kind.folder, f"{each}.json")
    return None


def _is_there(here: Sighting, there: Sighting) -> bool:
    """Return whether a hub with the heartbeat *there* has no use for *here*: it says the same, or is older."""
    if wire_identity(here) != wire_identity(there):
        return False
    return digest_of(here.record) == digest_of(there.record) or is_newer(_beat(there), _beat(here))


def _beat(sighting: Sighting) -> dict[str, object]:
    return sighting.record.model_dump(mode="json")
