"""From a story to a disk: each step's record, moved to the moment it is, written as its agent would write it."""

from datetime import datetime, timedelta
from typing import Protocol

from musetui.coordination.repository import Repository
from musetui.records.models import AnyRecord
from musetui.simulation.machine import Machine
from musetui.simulation.second_machine import SecondMachine
from musetui.simulation.story import ZERO, Step, story


class Elsewhere(Protocol):
    """The other machines of a story."""

    def push(self, record: AnyRecord, now: datetime) -> None:
        """Have *record* written there at *now* (aware), and on its way to the hub."""

    def pull(self) -> int:
        """Bring here what is new at the hub, if that is this one's to do, and return how many records that were."""


class Performance:
    """One story, performed in one repository.

    Args:
        repository: where its records are written.
        seed: the same number, the same story.
        agents: how many work at a time.
        elsewhere: the other machines; None for ones whose records are here as if a hub had been between.
    """

    def __init__(self, repository: Repository, seed: int, agents: int = 24, elsewhere: Elsewhere | None = None) -> None:
        self._here = Machine(repository)
        self._elsewhere = elsewhere or SecondMachine(repository)
        self._steps = story(seed, agents)
        self._next = next(self._steps)

    @property
    def next_at(self) -> float:
        """When the next step is, in seconds of the story."""
        return self._next.at

    def set_scene(self, now: datetime) -> int:
        """Write the history, as it would be if *now* (aware) were 0 in seconds of the story.

        Returns:
            How many records it has.

        Raises:
            RecordError: if the disk refuses.
        """
        written = 0
        while self.next_at < 0:
            self.step(now + timedelta(seconds=self.next_at))
            written += 1
        self.pull()
        return written

    def step(self, now: datetime) -> Step:
        """Write the next record as of *now* (aware), and return the step it was.

        What is written on another machine is here after the next `pull`.

        Raises:
            RecordError: if the disk refuses.
        """
        step, self._next = self._next, next(self._steps)
        record = moved(step.record, now)
        if step.site:
            self._elsewhere.push(record, now)
        else:
            self._here.write(record, now)
        return step

    def pull(self) -> int:
        """Bring here what other machines wrote, and return how many records that were; else as `step`."""
        return self._elsewhere.pull()


def moved(record: AnyRecord, now: datetime) -> AnyRecord:
    """Return *record* with all its moments moved alike, so that what it tells of happens at *now* (aware)."""
    later = now - (record.moment or ZERO)
    moments = {name: value + later for name, value in record if isinstance(value, datetime)}
    return record.model_copy(update=moments)
