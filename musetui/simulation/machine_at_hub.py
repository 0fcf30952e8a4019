"""A second machine that shares no disk with this one: what its agents write comes here through a hub, or not at all."""

from collections.abc import Iterable
from datetime import datetime
from threading import Condition

from musetui.coordination.batch import Slot
from musetui.coordination.repository import Repository
from musetui.records.models import AnyRecord
from musetui.simulation.machine import Machine


class MachineAtHub:
    """A second machine, with a repository of its own, and what of it is still to be sent.

    Agents write in one thread; another one may take what is to be sent.

    Args:
        repository: the second machine's.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._machine = Machine(repository)
        self._unsent: set[Slot] = set()
        self._news = Condition()
        self._closed = False

    def push(self, record: AnyRecord, now: datetime) -> None:
        """Write *record* on the second machine at *now* (aware), to be sent at once.

        Raises:
            RecordError: if the disk refuses.
        """
        written = self._machine.write(record, now)
        if written is not None:
            self.send_later((written,))

    def pull(self) -> int:
        """Bring nothing here, and return 0: who looks at a repository pulls for it, from the hub."""
        return 0

    def take(self) -> tuple[Slot, ...]:
        """Wait until there is something to send, and return where it lies; nothing, once it is closed."""
        with self._news:
            self._news.wait_for(lambda: self._unsent or self._closed)
            taken, self._unsent = self._unsent, set()
            return () if self._closed else tuple(taken)

    def send_later(self, slots: Iterable[Slot]) -> None:
        """Note that *slots* are still to be sent."""
        with self._news:
            self._unsent.update(slots)
            self._news.notify_all()

    def close(self) -> None:
        """Send nothing more."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def rest(self, seconds: float) -> None:
        """Wait that long, or until it is closed."""
        with self._news:
            self._news.wait_for(lambda: self._closed, seconds)
