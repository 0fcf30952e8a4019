"""Gathers outcomes into batches on their way out of the feed."""

from collections.abc import Callable, Sequence

from musetui.coordination.batch import Batch, Problem, Sighting, Slot

BATCH_SIZE = 200
"""The most items in one batch: what a screen's thread can apply between two frames."""


class Outbox:
    """Keeps the order of news: of one place, no batch tells twice."""

    def __init__(self, deliver: Callable[[Batch], None]) -> None:
        """Hand each batch to *deliver*."""
        self._deliver = deliver
        self._clear()

    def found(self, sighting: Sighting) -> None:
        """A record was read."""
        self._make_room(sighting.slot)
        self._found.append(sighting)

    def found_all(self, sightings: Sequence[Sighting]) -> None:
        """Records of as many places were read; they are delivered at once, in batches of their own."""
        self.flush()
        for start in range(0, len(sightings), BATCH_SIZE):
            self._deliver(Batch(sightings[start : start + BATCH_SIZE]))

    def gone(self, slot: Slot) -> None:
        """A slot that held a record, or a problem, holds nothing."""
        self._make_room(slot)
        self._gone.append(slot)

    def slot_problem(self, slot: Slot, reason: str, *, held_record: bool) -> None:
        """A slot holds something that is no record, and *held_record* before."""
        self._make_room(slot, 2 if held_record else 1)
        self._problems.append(Problem(slot.path, reason))
        if held_record:
            self._gone.append(slot)

    def folder_problem(self, problem: Problem) -> None:
        """A folder is none, or cannot be read."""
        self._make_room(problem.path)
        self._problems.append(problem)

    def folder_solved(self, path: str) -> None:
        """A folder's problem is over."""
        self._make_room(path)
        self._solved.append(path)

    def flush(self) -> None:
        """Deliver what has gathered, if anything has."""
        if self._size:
            batch = Batch(self._found, self._gone, self._problems, self._solved)
            self._clear()
            self._deliver(batch)

    def _make_room(self, place: Slot | str, items: int = 1) -> None:
        if place in self._places or self._size + items > BATCH_SIZE:
            self.flush()
        self._places.add(place)
        self._size += items

    def _clear(self) -> None:
        self._found: list[Sighting] = []
        self._gone: list[Slot] = []
        self._problems: list[Problem] = []
        self._solved: list[str] = []
        self._places: set[Slot | str] = set()
        self._size = 0
