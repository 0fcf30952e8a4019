"""A list whose rows are the visible nodes of a tree: each level is in the order of a column, below what is around it.

A row's key is the path of such pairs of a rank and a name that leads to it, so that any order keeps the tree a tree.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from math import inf
from typing import Any

from textual import events
from textual.message import Message

from musetui.filters.judge import Judge
from musetui.tui.presentation.cells import Column
from musetui.tui.widgets.record_table import RecordTable, Row
from musetui.tui.widgets.row_order import Mark, RowId
from musetui.tui.widgets.sieve import Sieve

_LAST = ((inf,),)
"""Comes after any path that goes on: where the order is the other way round, what is around still comes first."""


WITHIN = 2_000
"""Nodes below one that are looked at; what has more below it is shown, for something of it may be wanted."""


class TreeSieve(Sieve):
    """A `Sieve` that keeps what is around a row that it keeps, so that a tree stays a tree."""

    all_within: Callable[[Any], Iterable[RowId]]

    def keeps(self, row_id: RowId) -> bool:
        if super().keeps(row_id):
            return True
        within = islice(self.all_within(row_id), WITHIN)
        left = WITHIN
        for each in within:
            left -= 1
            if super().keeps(each):
                return True
        return not left

    def sift(self, marks: Sequence[Mark]) -> list[Mark]:
        return [mark for mark in marks if self.keeps(mark[2])]


class TreeTable(RecordTable[Row]):
    """A `RecordTable` of a tree.

    Args:
        within: returns the visible rows anywhere below one.
        all_within: returns the ids of all nodes anywhere below one, visible or not.
        folds: the signs, of one cell each, before rows that can be folded.
        args: as of a `RecordTable`, as are options; every column's `sort_key` returns a path: a tuple of comparable
            pairs, the row's own last.
    """

    JUDGED = 1

    class Folded(Message):
        """The sign of the cursor's row was clicked, which shows or hides what is within."""

    def __init__(
        self,
        *args: Any,
        within: Callable[[Any], Iterable[RowId]],
        all_within: Callable[[Any], Iterable[RowId]],
        folds: Iterable[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._within = within
        self._all_within = all_within
        self._folds = frozenset(folds)

    def make_sieve(self, judging: Judge[Any]) -> Sieve:
        sieve = TreeSieve(judging, self._row_of, self._texts, self._clock)
        sieve.all_within = self._all_within
        return sieve

    def apply(self, appeared: Iterable[RowId] = (), changed: Iterable[RowId] = (), left: Iterable[RowId] = ()) -> None:
        """Take in what changed; a row that moves among its siblings takes those below it along."""
        touched = {*appeared, *changed}
        for row_id in [row_id for row_id in touched if self._moves(row_id)]:
            touched.update(self._within(row_id))
        super().apply((), touched, left)

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or event.button != 1 or at.y == 0 or self._top + at.y > len(self._order):
            return
        line = self.render_line(at.y)
        # The sign, or the blank behind it; what a name says further right is no sign.
        start = max(at.x - 1, 0)
        if self._folds & set(line.crop(start, at.x + 1).text) and not self._folds & set(line.crop(0, start).text):
            event.prevent_default()
            self.post_message(self.Folded())

    def _moves(self, row_id: RowId) -> bool:
        row = self._row_of(row_id)
        if row is None:
            return False
        orders = [(self._all, self._sort)]
        if self._ordering is not None:
            orders.append((self._ordering.order, self._ordering.column))
        return any(
            row_id in order and order.key(row_id)[-2 if order.reverse else -1] != column.sort_key(row)[-1]
            for order, column in orders
        )

    def _differs_turned(self, reverse: bool) -> bool:
        return reverse != self._all.reverse

    def _keyed(
        self, ids: Iterable[RowId], missing: list[RowId], column: Column[Row], reverse: bool
    ) -> list[tuple[RowId, Any]]:
        keyed = super()._keyed(ids, missing, column, reverse)
        return [(row_id, path + _LAST) for row_id, path in keyed] if reverse else keyed
