"""Deadlines: what is due next, without ever looking at what is not."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

_SPARE = 64
"""Dead entries that are never worth a clean-up."""


class Deadlines:
    """One moment per key, in microseconds since 1970.

    A moved or cancelled deadline leaves a dead entry in the heap. It is passed over when it comes to the top, and all
    are cleared out once they are the greater part.
    """

    __slots__ = ("_heap", "_when")

    def __init__(self) -> None:
        self._when: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def set(self, key: str, at: int | None) -> None:
        """Let *key* be due at *at* and at no other moment; None cancels it."""
        if at is None:
            self._when.pop(key, None)
        elif self._when.get(key) != at:
            self._when[key] = at
            heappush(self._heap, (at, key))
        if len(self._heap) > 2 * len(self._when) + _SPARE:
            self._heap = [(at, key) for key, at in self._when.items()]
            heapify(self._heap)

    def next(self) -> int | None:
        """Return the earliest deadline, or None if nothing will ever be due."""
        while self._heap:
            at, key = self._heap[0]
            if self._when.get(key) == at:
                return at
            heappop(self._heap)
        return None

    def due(self, now: int) -> Iterator[str]:
        """Take out and yield each key whose deadline is at *now* or before, earliest first."""
        while self._heap and self._heap[0][0] <= now:
            at, key = heappop(self._heap)
            if self._when.get(key) == at:
                del self._when[key]
                yield key

    def __len__(self) -> int:
        return len(self._when)
