"""The ids of a list's rows, in order: one change costs the logarithm of their number, a great many one sorting."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Protocol

from sortedcontainers import SortedList

RowId = Hashable

Mark = tuple[Any, Any, RowId]
"""A row's place in the order: its key, what tells equal keys apart, its id."""


class Sorted(Protocol):
    """Marks, the smallest first: a `SortedList`, or what does the same."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> Mark: ...
    def __iter__(self) -> Iterator[Mark]: ...
    def __reversed__(self) -> Iterator[Mark]: ...
    def bisect_left(self, mark: Mark) -> int: ...
    def bisect_right(self, mark: Mark) -> int: ...
    def islice(self, start: int, stop: int, reverse: bool = False) -> Iterator[Mark]: ...
    def add(self, mark: Mark) -> None: ...
    def remove(self, mark: Mark) -> None: ...


_MANY = 8
"""From one row in this many on, merging all is cheaper than one change after the other (measured)."""


class RowOrder:
    """Row ids ordered by key and, where keys are equal, by id, so that the order never depends on who came first.

    Keys must compare with one another; ids that are neither text nor numbers are told apart by their `repr`.

    Attributes:
        reverse: whether the order is the other way round; costs nothing to change.
    """

    def __init__(self, *, reverse: bool = False, sorted_marks: Callable[[Iterable[Mark]], Sorted] = SortedList) -> None:
        """Be empty; *sorted_marks* makes what keeps the marks sorted."""
        self.reverse = reverse
        self._keys: dict[RowId, Any] = {}
        self._make = sorted_marks
        self._sorted = sorted_marks(())

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, row_id: RowId) -> bool:
        return row_id in self._keys

    def __iter__(self) -> Iterator[RowId]:
        return (mark[2] for mark in (reversed(self._sorted) if self.reverse else self._sorted))

    def at(self, index: int) -> RowId:
        """Return the id at *index*, which counts from 0.

        Raises:
            IndexError: if there is none.
        """
        return self._sorted[-1 - index if self.reverse else index][2]

    def between(self, start: int, stop: int) -> list[RowId]:
        """Return the ids at the indexes from *start* up to, not including, *stop*; as many as there are."""
        count = len(self._sorted)
        start, stop = max(start, 0), min(stop, count)
        if start >= stop:
            return []
        if self.reverse:
            items = self._sorted.islice(count - stop, count - start, reverse=True)
        else:
            items = self._sorted.islice(start, stop)
        return [mark[2] for mark in items]

    def key(self, row_id: RowId) -> Any:
        """Return the key of *row_id*.

        Raises:
            KeyError: if it is not in the order.
        """
        return self._keys[row_id]

    def keys(self) -> dict[RowId, Any]:
        """Return the keys of all by their ids: at once, though there are many."""
        return self._keys.copy()

    def marks(self) -> list[Mark]:
        """Return the marks of all, in order."""
        return list(reversed(self._sorted)) if self.reverse else list(self._sorted)

    def mark(self, row_id: RowId) -> Mark:
        """Return a mark of *row_id*'s place, which `place` understands even after the row has left.

        Raises:
            KeyError: if it is not in the order.
        """
        return _mark(self._keys[row_id], row_id)

    def place(self, mark: Mark) -> int:
        """Return the index at which a row with this mark is or would be: how many stand before it."""
        if self.reverse:
            return len(self._sorted) - self._sorted.bisect_right(mark)
        return self._sorted.bisect_left(mark)

    def index(self, row_id: RowId) -> int:
        """Return the index of *row_id*.

        Raises:
            KeyError: if it is not in the order.
        """
        return self.place(self.mark(row_id))

    def replace(self, rows: Iterable[tuple[RowId, Any]]) -> None:
        """Hold exactly *rows*, each an id and its key."""
        self._keys = dict(rows)
        self._sorted = self._make(_mark(key, row_id) for row_id, key in self._keys.items())

    def update(self, rows: Iterable[tuple[RowId, Any]], left: Iterable[RowId] = ()) -> None:
        """Put *rows*, each an id and its key, where they belong, and take out those that *left*.

        What is already in its place, or not there to be taken out, costs nothing.
        """
        leaving = set(left)
        moving = {
            row_id: key
            for row_id, key in rows
            if row_id not in leaving and (row_id not in self._keys or self._keys[row_id] != key)
        }
        leaving &= self._keys.keys()
        if len(moving) + len(leaving) > len(self._keys) // _MANY:
            marks = [mark for mark in self._sorted if mark[2] not in moving and mark[2] not in leaving]
            # Two runs, each in order, are merged in one pass.
            marks += sorted(_mark(key, row_id) for row_id, key in moving.items())
            self._sorted = self._make(marks)
            self._keys.update(moving)
            for row_id in leaving:
                del self._keys[row_id]
            return
        for row_id in leaving:
            self._sorted.remove(_mark(self._keys.pop(row_id), row_id))
        for row_id, key in moving.items():
            if row_id in self._keys:
                self._sorted.remove(_mark(self._keys[row_id], row_id))
            self._keys[row_id] = key
            self._sorted.add(_mark(key, row_id))


def _mark(key: Any, row_id: RowId) -> Mark:
    return (key, row_id if isinstance(row_id, (str, int)) else repr(row_id), row_id)
