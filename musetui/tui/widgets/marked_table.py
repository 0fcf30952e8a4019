"""A list of records in which rows can be marked, for what is done to several at once."""

from collections.abc import Callable, Iterable
from typing import Any

from textual import events
from textual.message import Message

from musetui.tui.widgets.column_layout import GUTTER
from musetui.tui.widgets.marks import Marks
from musetui.tui.widgets.record_table import RecordTable, Row
from musetui.tui.widgets.row_order import RowId

_COUNTED = 5_000
"""Marks among which those of rows in this list are counted; of more, all are told."""


class MarkedTable(RecordTable[Row]):
    """A `RecordTable` whose rows can be marked: a sign in front of them, and their number in the line of titles.

    A mark belongs to a record: it stays while rows come, go and change their order, and also on a row that a filter
    leaves out. It goes with the record.

    Args:
        marks: those of another list too, where rows move between the two; None for its own.
        args: as of a `RecordTable`, as are options.
    """

    class Marked(Message):
        """Other rows are marked than before."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, type(self))

    def __init__(self, *args: Any, marks: Marks | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.marks = marks if marks is not None else Marks()
        self._end_of_marks: Callable[[], None] | None = None

    def on_mount(self) -> None:
        self._end_of_marks = self.marks.on_change(self._show_marks)
        self._show_marks()

    def on_unmount(self) -> None:
        if self._end_of_marks is not None:
            self._end_of_marks()

    def is_marked(self, row_id: RowId) -> bool:
        return row_id in self.marks

    def marked(self) -> list[RowId]:
        """Return the ids of all marked rows, those of this list first, as it has them in order."""
        mine = [row_id for row_id in self.marks if row_id in self._all]
        mine.sort(key=self._all.index)
        return [*mine, *(row_id for row_id in self.marks if row_id not in self._all)]

    def load(self, ids: Iterable[RowId]) -> None:
        super().load(ids)
        self._forget_gone(list(self.marks))

    def apply(self, appeared: Iterable[RowId] = (), changed: Iterable[RowId] = (), left: Iterable[RowId] = ()) -> None:
        gone = set(left)
        super().apply(appeared, changed, gone)
        if self.marks:
            self._forget_gone(gone)
            self._count_marks()

    def _forget_gone(self, row_ids: Iterable[RowId]) -> None:
        """Drop marks of what is no row any more, in this list or in another one."""
        self.marks.drop(row_id for row_id in row_ids if row_id in self.marks and self._row_of(row_id) is None)

    def _show_marks(self) -> None:
        self.post_message(self.Marked())
        self._count_marks()
        self.refresh()

    def _count_marks(self) -> None:
        many = len(self.marks)
        if many <= _COUNTED:
            many = sum(row_id in self._all for row_id in self.marks)
        self.show_note(f"{many:,} marked" if many else "")

    # What a person does

    def toggle_mark(self) -> None:
        """Mark the cursor's row, or mark it no more."""
        if self._cursor is not None:
            self.marks.toggle(self._cursor)

    def mark_range(self) -> None:
        """Mark all rows shown from the one last marked to the cursor's."""
        if self._cursor is None:
            return
        anchor = self.marks.anchor
        index = self._order.index(anchor) if anchor in self._order else self._cursor_index
        first, last = sorted((index, self._cursor_index))
        self.marks.anchor = self._cursor
        self.marks.add(self._order.between(first, last + 1))

    def mark_and_go(self, step: int) -> None:
        """Mark the cursor's row, go on by *step*, and mark that one too."""
        if self._cursor is None:
            return
        passed = self._cursor
        self._go(self._cursor_index + step)
        self.marks.anchor = self._cursor
        self.marks.add((passed, self._cursor))

    def mark_all(self) -> None:
        """Mark all rows that are shown."""
        self.marks.add(self._order)

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or event.button != 1 or at.y == 0 or self._top + at.y - 1 >= len(self._order):
            return
        if event.shift:
            self.mark_range()
        elif event.ctrl or at.x < GUTTER:
            self.toggle_mark()
        else:
            return
        event.prevent_default()
