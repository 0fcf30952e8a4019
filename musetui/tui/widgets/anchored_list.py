"""A list with a cursor that is on a record, not on a line: it stays there, whatever comes and goes around it."""

from typing import Any

from textual.scroll_view import ScrollView

from musetui.tui.widgets.row_order import RowId, RowOrder
from musetui.tui.widgets.stretching import stretch


class AnchoredList(ScrollView, can_focus=True, inherit_bindings=False):
    """Ids in order, a cursor and a scroll position; the first line is a header's. Paints nothing itself.

    While rows come and go, the cursor stays on its record, and the record on its line of the screen. Where a record
    leaves, its neighbour takes its place. Only a list in which nobody has moved the cursor or scrolled stays at its
    top, and shows what is new there; its cursor stays on its record as long as that is in sight.
    """

    DEFAULT_CSS = "AnchoredList { overflow-x: hidden; scrollbar-size-vertical: 1; }"

    def __init__(self, *, reverse: bool, id: str | None, classes: str | None) -> None:
        super().__init__(id=id, classes=classes)
        self._order = RowOrder(reverse=reverse)
        self._cursor: RowId | None = None
        self._cursor_index = 0
        self._moved = False
        self._loading = False

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._order)

    def __contains__(self, row_id: object) -> bool:
        """Return whether there is a row of that id."""
        return row_id in self._order

    @property
    def cursor_id(self) -> RowId | None:
        """The id of the record that the cursor is on, or None if there is none."""
        return self._cursor

    @property
    def cursor_line(self) -> int | None:
        """The line of the screen that the cursor is on, or None where it is out of sight, or there is none."""
        line = self._cursor_index - self._top
        return self.content_region.y + 1 + line if self._cursor is not None and 0 <= line < self._page else None

    def cursor_moved(self) -> None:
        """Hear that the cursor is on another record, or on none."""

    def select(self, row_id: RowId) -> bool:
        """Move the cursor to the record *row_id*; return False, and do nothing, if it is not in the list."""
        if row_id not in self._order:
            return False
        self._go(self._order.index(row_id))
        return True

    # Where it is

    @property
    def _top(self) -> int:
        """The index of the first row on the screen."""
        return self.scroll_offset.y

    @property
    def _page(self) -> int:
        """How many rows there is room for."""
        return max(self.scrollable_content_region.height - 1, 0)

    @property
    def _keeps_cursor(self) -> bool:
        """Whether the cursor belongs to a record, and not to the first line of a list that nobody looks at."""
        return self._moved or (self.has_focus and not self._loading)

    def _on_screen(self) -> list[RowId]:
        """Return the ids of the rows on the screen, from the top."""
        return self._order.between(self._top, self._top + self._page)

    def _anchor(self) -> tuple[Any, Any, int] | None:
        """Return what must stay where it is: marks of the cursor's record and of the row to hold, and its line.

        The row to hold is the cursor's where that is on the screen, else the first on the screen.
        """
        if self._cursor is None or self._cursor not in self._order:
            return None
        cursor = self._order.mark(self._cursor)
        line = self._cursor_index - self._top
        # A table that is not shown has no page; when it comes back, it should be as it was.
        if 0 <= line < self._page or not self._page:
            return cursor, cursor, line
        first = self._on_screen()[:1]
        return cursor, self._order.mark(first[0]) if first else cursor, 0

    def _index_of(self, mark: Any) -> int:
        """Return the index of the record that had *mark*, or of the one that took its place."""
        row_id = mark[2]
        return self._order.index(row_id) if row_id in self._order else self._order.place(mark)

    def _settle(self, anchor: tuple[Any, Any, int] | None) -> None:
        """Put cursor and scroll position right after rows have come, gone or changed their order."""
        count = len(self._order)
        stretch(self, count + 1 if count else 0)
        if not count:
            self._place_cursor(None, 0)
            return
        if anchor is None:
            index = top = 0
        else:
            cursor, held, line = anchor
            index = min(self._index_of(cursor), count - 1) if self._keeps_cursor else 0
            if self._moved or self._top:
                top = min(self._index_of(held), count - 1) - line
            else:
                # Nobody has touched it: what comes first is shown, though it take the cursor off its record.
                top = 0
                index = index if index < self._page else 0
        self._place_cursor(self._order.at(index), index)
        self._scroll_to_row(top)

    def _place_cursor(self, row_id: RowId | None, index: int) -> None:
        self._cursor_index = index
        if row_id != self._cursor:
            self._cursor = row_id
            self.cursor_moved()

    def _scroll_to_row(self, top: int) -> None:
        if self.is_attached and top != self._top:
            self.scroll_to(y=top, animate=False, force=True)

    def _go(self, index: int) -> None:
        """Move the cursor to *index*, or as near as there is a row, and into sight."""
        if not self._order:
            return
        self._moved = True
        index = min(max(index, 0), len(self._order) - 1)
        self.refresh_line(self._cursor_index + 1)
        self._place_cursor(self._order.at(index), index)
        self.refresh_line(index + 1)
        self._reveal()

    def _reveal(self) -> None:
        """Scroll no further than it takes to see the cursor."""
        page = max(self._page, 1)
        if self._cursor_index < self._top:
            self._scroll_to_row(self._cursor_index)
        elif self._cursor_index >= self._top + page:
            self._scroll_to_row(self._cursor_index - page + 1)

    def _showing(self) -> list[tuple[RowId, bool]]:
        """Return what each line shows, from the top: which row, and whether the cursor is on it."""
        return [(row_id, row_id == self._cursor) for row_id in self._on_screen()]

    def on_resize(self) -> None:
        if self._moved:
            self._reveal()
        else:
            self._settle(self._anchor())

    # Keys

    def action_cursor_down(self) -> None:
        self._go(self._cursor_index + 1)

    def action_cursor_up(self) -> None:
        self._go(self._cursor_index - 1)

    def action_page_down(self) -> None:
        self._go(self._cursor_index + max(self._page, 1))

    def action_page_up(self) -> None:
        self._go(self._cursor_index - max(self._page, 1))

    def action_half_page_down(self) -> None:
        self._go(self._cursor_index + max(self._page // 2, 1))

    def action_half_page_up(self) -> None:
        self._go(self._cursor_index - max(self._page // 2, 1))

    def action_cursor_first(self) -> None:
        self._go(0)
        # Whoever goes to the top and leaves wants to see there what is new.
        self._moved = False

    def action_cursor_last(self) -> None:
        self._go(len(self._order) - 1)
