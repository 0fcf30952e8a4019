"""Records of other machines, as a pull from a hub leaves them below `.muse/coordination/remote/`."""

import json
import os
from datetime import datetime
from itertools import count

from musetui.coordination.encode import encode_record
from musetui.coordination.folders import FolderError, make_folder
from musetui.coordination.repository import Repository
from musetui.errors import RecordError
from musetui.placing import replace_file
from musetui.records.kinds import Kind
from musetui.records.models import ID_FIELDS, AnyRecord, Claim, Heartbeat, Reservation


class SecondMachine:
    """What the hub has of others, and this machine's pulls of it.

    Args:
        repository: where pulled records are put.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._hub_ids = count(1)
        self._extensions: dict[str, datetime] = {}
        self._unpulled: list[tuple[AnyRecord, datetime]] = []

    def push(self, record: AnyRecord, now: datetime) -> None:
        """Bring *record*, written elsewhere, to the hub at *now* (aware)."""
        self._unpulled.append((self._with_longest_lease(record), now))

    def pull(self) -> int:
        """Put all that is new at the hub on this disk, and return how many records that were.

        Raises:
            RecordError: if the disk refuses.
        """
        pulled, self._unpulled = self._unpulled, []
        for record, created_at in pulled:
            self._place(record, envelope(record, next(self._hub_ids), created_at))
        return len(pulled)

    def _with_longest_lease(self, record: AnyRecord) -> AnyRecord:
        """A later heartbeat takes the place of an earlier one, and must not lose what that one gave."""
        if not isinstance(record, Heartbeat):
            return record
        given = self._extensions.get(record.reservation_id)
        if record.extended_expires_at is None or (given is not None and given > record.extended_expires_at):
            return record.model_copy(update={"extended_expires_at": given})
        self._extensions[record.reservation_id] = record.extended_expires_at
        return record

    def _place(self, record: AnyRecord, content: bytes) -> None:
        folder, name = f"remote/{record.kind.value}", f"{getattr(record, ID_FIELDS[record.kind])}.json"
        try:
            descriptor = make_folder(self._repository.coordination, folder)
            try:
                replace_file(descriptor, name, content, durable=False)
            finally:
                os.close(descriptor)
        except (OSError, FolderError) as error:
            raise RecordError(f"{folder}/{name} cannot be written: {error}") from None


def envelope(record: AnyRecord, hub_id: int, created_at: datetime) -> bytes:
    """Return the file that holds *record* as a hub keeps it.

    Args:
        record: what its writer wrote.
        hub_id: the hub's number for it.
        created_at: when the hub got it (aware).
    """
    expires_at = None
    if isinstance(record, Reservation | Claim):
        expires_at = record.expires_at
    elif isinstance(record, Heartbeat):
        expires_at = record.extended_expires_at
    whole = {
        "id": hub_id,
        "kind": record.kind.value,
        # A heartbeat travels under its run's id; its file is named by its reservation, so that two do not meet.
        "record_id": record.holder if record.kind is Kind.HEARTBEAT else record.record_id,
        "run_id": record.holder,
        "payload": json.loads(encode_record(record)),
        "expires_at": None if expires_at is None else expires_at.isoformat(),
        "created_at": created_at.isoformat(),
    }
    return f"{json.dumps(whole, indent=2)}\n".encode()
