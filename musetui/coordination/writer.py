"""Writing coordination records as Muse's own commands do: checked first, then put in place whole.

Nothing is written that musetui's own reader would refuse, and no write-once record ever takes another's place.
"""

import logging
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from musetui.coordination.batch import Sighting, Slot
from musetui.coordination.checks import (
    check_addresses,
    check_choice,
    check_extension,
    check_id,
    check_moment,
    check_name,
    check_prose,
    check_ttl,
)
from musetui.coordination.encode import encode_record
from musetui.coordination.files import RefusedError, UnreadableError, look, plain_reason
from musetui.coordination.folders import COORDINATION, FolderError, make_folder, opened_folder
from musetui.coordination.reader import check_slot, parse_slot, slot_bytes
from musetui.coordination.repository import Repository
from musetui.errors import RecordError, RecordExistsError
from musetui.placing import create_file, remove_leftovers, replace_file
from musetui.records.kinds import INTENT_OPERATIONS, OPERATIONS, Kind, is_record_id
from musetui.records.models import (
    ID_FIELDS,
    AnyRecord,
    Claim,
    Dependency,
    Heartbeat,
    Intent,
    Release,
    Reservation,
    Task,
)
from musetui.records.parse import parse_record
from musetui.records.writing import WRITTEN_AT

_log = logging.getLogger("musetui.writer")


class Writer:
    """Writes local records of one repository.

    Every method that writes one raises `RecordError` with a sentence that says what to do, and `RecordExistsError`
    where a write-once record of that name is there already.
    """

    def __init__(self, repository: Repository, *, durable: bool = True) -> None:
        """Write to *repository*; where *durable*, a record is on the disk itself before the method returns."""
        self._repository = repository
        self._durable = durable
        self._cleaned: set[str] = set()

    def reserve(
        self,
        addresses: Sequence[str],
        run_id: str,
        *,
        ttl: timedelta,
        operation: str | None,
        branch: str,
        now: datetime,
        written_at: datetime | None = None,
    ) -> Reservation:
        """Take *addresses* for *run_id*, until *ttl* (1 s to 10 years) after *now* (aware).

        One that is dated back says in a field of its own when it was written, *written_at* (aware).
        """
        now = check_moment(now)
        record = Reservation(
            reservation_id=str(uuid4()),
            run_id=check_name(run_id, "run id"),
            branch=check_name(branch, "branch", empty=True),
            addresses=check_addresses(addresses),
            created_at=now,
            expires_at=check_moment(now + check_ttl(ttl)),
            operation=None if operation is None else check_choice(operation, OPERATIONS),
        )
        if written_at is not None:
            record = record.model_copy(update={WRITTEN_AT: check_moment(written_at).isoformat()})
        self.write_record(record)
        return record

    def intend(
        self,
        addresses: Sequence[str],
        run_id: str,
        *,
        operation: str,
        detail: str = "",
        reservation_id: str = "",
        branch: str,
        now: datetime,
    ) -> Intent:
        """Say what *run_id* will do to *addresses*, under a reservation or none."""
        record = Intent(
            intent_id=str(uuid4()),
            reservation_id=check_id(reservation_id, "reservation id") if reservation_id else "",
            run_id=check_name(run_id, "run id"),
            branch=check_name(branch, "branch", empty=True),
            addresses=check_addresses(addresses),
            operation=check_choice(operation, INTENT_OPERATIONS),
            created_at=check_moment(now),
            detail=check_prose(detail, "detail", empty=True),
        )
        self.write_record(record)
        return record

    def release(self, reservation_id: str, run_id: str, *, reason: str = "", now: datetime) -> Release:
        """End a reservation at *now* (aware), whatever its expiry."""
        record = Release(
            reservation_id=check_id(reservation_id, "reservation id"),
            run_id=check_name(run_id, "run id"),
            released_at=check_moment(now),
            reason=check_prose(reason, "reason", empty=True),
        )
        self.write_record(record)
        return record

    def beat(self, reservation_id: str, run_id: str, *, now: datetime, extend_to: datetime | None = None) -> Heartbeat:
        """Show that *run_id* lives, and where *extend_to* is given, keep its reservation until then.

        A beat takes the place of the one before. It never shortens the lease that one gave.
        """
        now = check_moment(now)
        check_id(reservation_id, "reservation id")
        extension = None if extend_to is None else check_extension(extend_to, now)
        before = self._last_beat(reservation_id)
        if before is not None and before.extended_expires_at is not None:
            given = before.extended_expires_at
            extension = given if extension is None else max(given, extension)
        record = Heartbeat(
            reservation_id=reservation_id,
            run_id=check_name(run_id, "run id"),
            last_beat_at=now,
            extended_expires_at=extension,
        )
        self.write_record(record)
        return record

    def extend(self, reservation: Reservation, extended_by: str, *, until: datetime, now: datetime) -> Heartbeat:
        """Keep *reservation* until *until* (aware), on behalf of the run that holds it.

        It is written as that run's heartbeat, since a reservation has but one, yet it is no sign of life: the moment
        of its last beat stays what it was, so that a run which has gone silent still shows as silent.
        """
        now = check_moment(now)
        check_id(reservation.reservation_id, "reservation id")
        extension = check_extension(until, now)
        before = self._last_beat(reservation.reservation_id)
        given = before.extended_expires_at if before is not None else None
        beat_at = before.last_beat_at if before is not None and before.run_id in ("", reservation.run_id) else None
        record = Heartbeat.model_validate(
            {
                "reservation_id": reservation.reservation_id,
                "run_id": reservation.run_id,
                "last_beat_at": beat_at or reservation.created_at,
                "extended_expires_at": extension if given is None else max(given, extension),
                "extended_by": check_name(extended_by, "run id"),
                WRITTEN_AT: now.isoformat(),
            }
        )
        self.write_record(record)
        return record

    def _last_beat(self, reservation_id: str) -> Heartbeat | None:
        """Return the beat that is there; None if none is, or what is there is none.

        Raises:
            RecordError: if the system refuses to show it, for what it gives must not be taken back unseen.
        """
        slot = Slot(Kind.HEARTBEAT.folder, f"{reservation_id}.json")
        try:
            with opened_folder(self._repository.coordination, slot.folder) as folder:
                check_slot(slot, look(slot.name, folder))
                found = parse_slot(slot, slot_bytes(folder, slot)[0])
        except (RefusedError, FolderError) as error:
            raise RecordError(f"{slot.path} cannot be written: what it says so far cannot be read ({error})") from None
        except (FileNotFoundError, UnreadableError):
            return None
        return found.record if isinstance(found, Sighting) and isinstance(found.record, Heartbeat) else None

    def depend(self, reservation_id: str, depends_on: Sequence[str], run_id: str, *, now: datetime) -> Dependency:
        """Say that a reservation waits for others."""
        check_id(reservation_id, "reservation id")
        others = tuple(dict.fromkeys(check_id(other, "reservation id to wait for") for other in depends_on))
        if not others:
            raise RecordError("a dependency waits for something: name at least one reservation id")
        if reservation_id in others:
            raise RecordError("a reservation cannot wait for itself: name another one")
        record = Dependency(
            reservation_id=reservation_id,
            depends_on=others,
            run_id=check_name(run_id, "run id"),
            created_at=check_moment(now),
        )
        self.write_record(record)
        return record

    def task(self, title: str, queue: str, run_id: str, *, now: datetime) -> Task:
        """Put work into a queue, for a run to claim."""
        record = Task(
            task_id=str(uuid4()),
            run_id=check_name(run_id, "run id"),
            queue=check_name(queue, "queue", empty=True),
            title=check_prose(title, "title"),
            created_at=check_moment(now),
        )
        self.write_record(record)
        return record

    def claim(self, task_id: str, run_id: str, *, ttl: timedelta, now: datetime) -> Claim:
        """Take a task for *run_id* until *ttl* (1 s to 10 years) after *now* (aware); of many, one wins."""
        now = check_moment(now)
        record = Claim(
            task_id=check_id(task_id, "task id"),
            claimer_run_id=check_name(run_id, "run id"),
            claimed_at=now,
            expires_at=check_moment(now + check_ttl(ttl)),
        )
        self.write_record(record)
        return record

    def write_record(self, record: AnyRecord) -> Slot:
        """Write any record to its own place, and return that place.

        Raises:
            RecordExistsError: if a write-once record of that name is there already; it stays as it is.
            RecordError: if the record is not one a reader would take, or the disk refuses.
        """
        stem = getattr(record, ID_FIELDS[record.kind])
        if not is_record_id(stem):
            raise RecordError(f"a {record.kind} needs a {ID_FIELDS[record.kind]}: letters, digits and _ : - only")
        data = encode_record(record)
        # The reader's own judgement, on the very bytes: what passes here is read back as it was meant.
        parse_record(record.kind, data, stem)
        slot = Slot(record.kind.folder, f"{stem}.json")
        try:
            self._place(slot, data, replace=record.kind is Kind.HEARTBEAT)
        except FileExistsError:
            raise RecordExistsError(f"{slot.path} is there already, and such a record is written only once") from None
        except FileNotFoundError:
            raise RecordError(f"{self._repository.muse} is gone: make the repository again with `muse init`") from None
        except FolderError as error:
            place = ".muse/coordination" if error.path == COORDINATION else f".muse/coordination/{error.path}"
            raise RecordError(f"{slot.path} cannot be written: {place} is of no use ({error})") from None
        except OSError as error:
            raise RecordError(f"{slot.path} cannot be written: {plain_reason(error)}") from None
        _log.info("wrote %s", slot.path)
        return slot

    def _place(self, slot: Slot, data: bytes, *, replace: bool) -> None:
        folder = make_folder(self._repository.coordination, slot.folder)
        try:
            if slot.folder not in self._cleaned:
                self._cleaned.add(slot.folder)
                remove_leftovers(folder)
            put = replace_file if replace else create_file
            put(folder, slot.name, data, durable=self._durable)
        finally:
            os.close(folder)
