"""Marks: which rows a person has picked out, by id, whatever comes and goes around them."""

from collections.abc import Callable, Iterable, Iterator

from musetui.tui.widgets.row_order import RowId


class Marks:
    """The rows that are marked. Several lists may share them, where a row can move from one to another.

    Attributes:
        anchor: the row that was last marked or no more; a range goes from there.
    """

    def __init__(self) -> None:
        self.anchor: RowId | None = None
        self._ids: dict[RowId, None] = {}
        self._listeners: list[Callable[[], None]] = []

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[RowId]:
        """Iterate in the order in which they were marked."""
        return iter(self._ids)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._ids

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have *listener* called when other rows are marked than before; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def toggle(self, row_id: RowId) -> None:
        """Mark a row, or mark it no more."""
        self.anchor = row_id
        if row_id in self._ids:
            self.drop((row_id,))
        else:
            self.add((row_id,))

    def add(self, row_ids: Iterable[RowId]) -> None:
        """Mark these rows too."""
        self._become({**self._ids, **dict.fromkeys(row_ids)})

    def drop(self, row_ids: Iterable[RowId]) -> None:
        """Mark these rows no more."""
        gone = set(row_ids)
        if not gone.isdisjoint(self._ids):
            self._become({row_id: None for row_id in self._ids if row_id not in gone})

    def clear(self) -> None:
        """Mark nothing any more."""
        self.anchor = None
        self._become({})

    def _become(self, ids: dict[RowId, None]) -> None:
        if len(ids) != len(self._ids):
            self._ids = ids
            for listener in list(self._listeners):
                listener()
