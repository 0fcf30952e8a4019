"""The order of the rows that a filter shows: it grows by runs of rows that are in order already."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from musetui.tui.widgets.row_order import Mark, RowOrder


class FlatMarks(list[Mark]):
    """Sorted marks in one list: one more moves those behind it, which for a hundred thousand takes microseconds."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        super().__init__(sorted(marks))

    def bisect_left(self, mark: Mark) -> int:
        """Return the index at which *mark* is or would be."""
        return bisect_left(self, mark)

    def bisect_right(self, mark: Mark) -> int:
        """Return the index behind *mark*, or where it would be."""
        return bisect_right(self, mark)

    def islice(self, start: int, stop: int, reverse: bool = False) -> Iterator[Mark]:
        """Yield the marks at the indexes from *start* to before *stop*, the other way round if *reverse*."""
        return iter(self[start:stop][::-1]) if reverse else islice(self, start, stop)

    def add(self, mark: Mark) -> None:
        """Put *mark* where it belongs."""
        insort(self, mark)

    def remove(self, mark: Mark) -> None:
        """Take *mark* out, if it is there."""
        place = bisect_left(self, mark)
        if self[place : place + 1] == [mark]:
            del self[place]

    def take(self, marks: Sequence[Mark]) -> None:
        """Put *marks*, which are in order, where they belong: at once where nothing stands between them."""
        place = bisect_left(self, marks[0])
        if place == len(self) or marks[-1] < self[place]:
            self[place:place] = marks
        else:
            for mark in marks:
                insort(self, mark)


class SiftedOrder(RowOrder):
    """A `RowOrder` to which runs of rows come from another one of the same keys."""

    def __init__(self, *, reverse: bool) -> None:
        super().__init__(reverse=reverse, sorted_marks=FlatMarks)

    def take(self, marks: Sequence[Mark]) -> None:
        """Put rows in, given by their marks in the order of the list; those that are in it stay."""
        fresh = [mark for mark in marks if mark[2] not in self._keys]
        if fresh:
            assert isinstance(self._sorted, FlatMarks)
            self._sorted.take(fresh[::-1] if self.reverse else fresh)
            self._keys.update((mark[2], mark[0]) for mark in fresh)
