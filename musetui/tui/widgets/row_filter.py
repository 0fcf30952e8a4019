"""RowFilter: which of a list's rows are shown, and the ids of those that are not."""

from collections.abc import Callable, Iterable
from typing import Any

from musetui.tui.widgets.row_order import RowId


class RowFilter:
    """Keeps the ids of rows that are there and not shown, so that another filter can bring them back."""

    def __init__(self) -> None:
        """Show all."""
        self._keep: Callable[[Any], bool] | None = None
        self._hidden: dict[RowId, None] = {}

    @property
    def hidden(self) -> int:
        """How many rows are not shown."""
        return len(self._hidden)

    @property
    def is_on(self) -> bool:
        """Whether some rows may be left out."""
        return self._keep is not None

    def replace(self, keep: Callable[[Any], bool] | None) -> None:
        """Show from now on what *keep* says (None: all); rows are judged by it as they are handed in."""
        self._keep = keep

    def shows(self, row_id: RowId, row: Any) -> bool:
        """Judge a row that is there, and return whether it is shown."""
        if self._keep is None or self._keep(row):
            self._hidden.pop(row_id, None)
            return True
        self._hidden[row_id] = None
        return False

    def forget(self, row_ids: Iterable[RowId]) -> None:
        """Take note that rows are there no more."""
        for row_id in row_ids:
            self._hidden.pop(row_id, None)

    def forget_all(self) -> None:
        """Take note that no row is there any more."""
        self._hidden.clear()

    def __contains__(self, row_id: object) -> bool:
        """Return whether a row is there and not shown."""
        return row_id in self._hidden

    def ids(self) -> list[RowId]:
        """Return the ids of the rows that are not shown."""
        return list(self._hidden)
