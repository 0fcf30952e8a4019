"""Sieve: what a filter says of the rows of a list, and when it will say otherwise though nothing happens to them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from musetui.filters.fields import Fields
from musetui.filters.judge import Judge
from musetui.tui.widgets.row_order import Mark, RowId


class RowTexts:
    """All the text of each row, made when it is first asked for. A hundred thousand take some 20 MB.

    Args:
        fields: what can be named of a row.
        row_of: returns the row of an id, or None if there is none any more.
    """

    def __init__(self, fields: Fields[Any], row_of: Callable[[Any], Any]) -> None:
        self._fields = fields
        self._row_of = row_of
        self._texts: dict[RowId, str] = {}

    def get(self, row_id: RowId) -> str:
        """Return the text of a row; "" if there is no such row."""
        text = self._texts.get(row_id)
        if text is None:
            row = self._row_of(row_id)
            if row is None:
                return ""
            text = self._texts[row_id] = self._fields.text(row)
        return text

    def forget(self, row_id: RowId) -> None:
        """Forget the text of a row that has changed or gone."""
        self._texts.pop(row_id, None)

    def forget_all(self) -> None:
        """Forget all."""
        self._texts.clear()

    def holding(self, marks: Sequence[Mark], words: Sequence[str]) -> list[Mark]:
        """Return those of *marks* whose rows' texts hold all of *words*."""
        try:
            return self._holding(marks, words)
        except KeyError:
            present = [mark for mark in marks if mark[2] in self._texts or self._row_of(mark[2]) is not None]
            for mark in present:
                self.get(mark[2])
            return self._holding(present, words)

    def _holding(self, marks: Sequence[Mark], words: Sequence[str]) -> list[Mark]:
        texts, found = self._texts, list(marks)
        for word in words:
            found = [mark for mark in found if word in texts[mark[2]]]
        return found


class Sieve:
    """Judges rows by one filter, and remembers when to judge which of them again.

    Attributes:
        judging: the filter.

    Args:
        row_of: returns the row of an id, or None if there is none any more.
        texts: all the text of each row.
        clock: returns this moment (aware).
    """

    def __init__(
        self, judging: Judge[Any], row_of: Callable[[Any], Any], texts: RowTexts, clock: Callable[[], datetime]
    ) -> None:
        self.judging = judging
        self._row_of = row_of
        self._texts = texts
        self._clock = clock
        self._heap: list[tuple[float, int, RowId]] = []
        self._turns: dict[RowId, int] = {}
        self._serial = 0

    def keeps(self, row_id: RowId) -> bool:
        """Return whether a row is shown."""
        row = self._row_of(row_id)
        if row is None:
            return False
        now = self._clock().timestamp()
        if self.judging.is_timed:
            self._await(row_id, self.judging.turns_at(row, now))
        return self.judging.keeps(row, self._texts.get(row_id) if self.judging.reads_text else "", now)

    def sift(self, marks: Sequence[Mark]) -> list[Mark]:
        """Return those of *marks* whose rows are shown."""
        words = self.judging.words
        if words is not None:
            return self._texts.holding(marks, words)
        return [mark for mark in marks if self.keeps(mark[2])]

    def forget(self, row_ids: Iterable[RowId]) -> None:
        """Take note that rows are there no more."""
        for row_id in row_ids:
            self._turns.pop(row_id, None)

    def _await(self, row_id: RowId, at: float | None) -> None:
        self._serial += 1
        if at is None:
            self._turns.pop(row_id, None)
        else:
            self._turns[row_id] = self._serial
            heappush(self._heap, (at, self._serial, row_id))

    def due(self) -> Iterator[RowId]:
        """Take out and yield the rows of which the answer may be another one by now."""
        now = self._clock().timestamp()
        while self._heap and self._heap[0][0] <= now:
            _, serial, row_id = heappop(self._heap)
            if self._turns.get(row_id) == serial:
                del self._turns[row_id]
                yield row_id
