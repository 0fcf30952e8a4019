"""A list whose rows are the visible nodes of a tree: each level is in the order of a column, below what is around it.

A row's key is the path of such pairs of a rank and a name that leads to it, so that any order keeps the tree a tree.
"""

from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from musetui.tui.widgets.record_table import RecordTable, Row
from musetui.tui.widgets.row_order import RowId

_LAST = ((inf,),)
"""Comes after any path that goes on: where the order is the other way round, what is around still comes first."""


class TreeTable(RecordTable[Row]):
    """A `RecordTable` of a tree.

    Args:
        within: returns the visible rows anywhere below one.
        args: as of a `RecordTable`, as are options; every column's `sort_key` returns a path: a tuple of comparable
            pairs, the row's own last.
    """

    def __init__(self, *args: Any, within: Callable[[Any], Iterable[RowId]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._within = within

    def apply(self, appeared: Iterable[RowId] = (), changed: Iterable[RowId] = (), left: Iterable[RowId] = ()) -> None:
        """Take in what changed; a row that moves among its siblings takes those below it along."""
        touched = {*appeared, *changed}
        moved = [row_id for row_id in touched if row_id in self._all and self._moves(row_id)]
        for row_id in moved:
            touched.update(self._within(row_id))
        super().apply((), touched, left)

    def _moves(self, row_id: RowId) -> bool:
        row = self._row_of(row_id)
        if row is None:
            return False
        path = self._all.key(row_id)
        return bool(path[-2 if self._all.reverse else -1] != self._sort.sort_key(row)[-1])

    def sort_by(self, key: str, reverse: bool = False) -> None:
        if reverse != self._all.reverse:
            # The keys differ with the way round.
            self._all.reverse = reverse
            self._sort_all(self._keyed(list(self._all), []), reverse)
        super().sort_by(key, reverse)

    def _keyed(self, ids: Iterable[RowId], missing: list[RowId]) -> list[tuple[RowId, Any]]:
        keyed = super()._keyed(ids, missing)
        return [(row_id, path + _LAST) for row_id, path in keyed] if self._all.reverse else keyed
