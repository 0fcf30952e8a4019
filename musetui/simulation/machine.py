"""One machine of the story: a repository, and agents that write there as they would."""

from contextlib import suppress
from datetime import datetime

from musetui.coordination.batch import Slot
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.errors import RecordExistsError
from musetui.records.models import AnyRecord, Heartbeat


class Machine:
    """Agents that share a disk.

    Args:
        repository: where they write.
    """

    def __init__(self, repository: Repository) -> None:
        self._writer = Writer(repository, durable=False)

    def write(self, record: AnyRecord, now: datetime) -> Slot | None:
        """Write *record* at *now* (aware), and return where; None if somebody else did before.

        Raises:
            RecordError: if the disk refuses.
        """
        # A person at the dashboard may have released what an agent is about to release: the first one counts.
        with suppress(RecordExistsError):
            if isinstance(record, Heartbeat):
                extend_to = record.extended_expires_at
                beat = self._writer.beat(record.reservation_id, record.run_id, now=now, extend_to=extend_to)
                return Slot(beat.kind.folder, f"{beat.reservation_id}.json")
            return self._writer.write_record(record)
        return None
