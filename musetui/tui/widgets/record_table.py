"""The list of records: a virtual table that paints what is visible, from ids in order, at any number of rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from musetui.errors import FilterError
from musetui.filters.fields import Fields
from musetui.filters.judge import judge
from musetui.records.text import safe_text
from musetui.tui.actions import BY_NAME, Place, bindings_of
from musetui.tui.column_lists import chosen_among
from musetui.tui.keymap import keymap_of
from musetui.tui.looks import looks_of
from musetui.tui.presentation.cells import Column
from musetui.tui.soon import soon
from musetui.tui.widgets.filtered_list import FilteredList
from musetui.tui.widgets.ordering import Ordering
from musetui.tui.widgets.row_order import Mark, RowId
from musetui.tui.widgets.row_painter import PARTS, RowPainter

Row = TypeVar("Row")

FEW = 256
"""Rows that are put in order at once: a few milliseconds."""

_LET_GO = 8_192
"""Marks that are freed in one turn of the loop: some 4 ms."""


class RecordTable(FilteredList, Generic[Row], inherit_bindings=False):
    """Rows of one kind, by id, in the order of one column.

    The rows themselves stay with their owner: the table asks for a row when it paints it. The cursor is on a record,
    not on a line: it stays on it, and on its line of the screen, whatever comes and goes around it. Only a list that
    nobody has touched stays at its top, and shows what is new there.

    Args:
        columns: what it shows; the first ones are read first, those of low priority give way on a narrow screen.
        row_of: returns the row of an id, or None if there is none any more.
        empty: what stands there instead of rows: why, and what to do; lines are kept.
        sort: the key of the column to sort by.
        clock: returns this moment (aware).
        reverse: whether the order is the other way round.
        fields: what a filter can name of a row.
        quick_keys: by a column's key, what tells its sort key from a row's id, None where there is no such row: for
            rows that cost much to make.
    """

    DEFAULT_CSS = """
    RecordTable { background: $surface; color: $foreground; }
    RecordTable > .record-table--header { color: $text-muted; background: $panel; }
    RecordTable > .record-table--sorted { color: $accent; text-style: bold; }
    RecordTable > .record-table--empty { color: $text-muted; }
    RecordTable > .record-table--cursor { background: $panel; }
    RecordTable:focus > .record-table--cursor { background: $primary 30%; text-style: bold; }
    RecordTable:ansi:focus > .record-table--cursor { background: ansi_default; text-style: reverse bold; }
    RecordTable:ansi > .record-table--marked { background: ansi_default; text-style: bold; }
    RecordTable > .record-table--marked { background: $accent 14%; }
    RecordTable > .record-table--mark { color: $text-muted; }
    RecordTable:focus > .record-table--mark { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES = {f"record-table--{part}" for part in PARTS}
    # What is chosen, the screen opens: it goes by the keys of that.
    BINDINGS = [*bindings_of(Place.TABLE), replace(BY_NAME["open"].binding, action="choose")]
    ALLOW_SELECT = False

    class Highlighted(Message):
        """The cursor is on another record, or on none (None)."""

        def __init__(self, table: "RecordTable[Any]", row_id: RowId | None) -> None:
            super().__init__()
            self.table = table
            self.row_id = row_id

        @property
        def control(self) -> "RecordTable[Any]":
            return self.table

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, type(self)) and message.table is self.table

    class Chosen(Message):
        """A record was chosen, by enter or a double click."""

        def __init__(self, table: "RecordTable[Any]", row_id: RowId) -> None:
            super().__init__()
            self.table = table
            self.row_id = row_id

        @property
        def control(self) -> "RecordTable[Any]":
            return self.table

    class Sorted(Message):
        """The person sorted the list another way."""

        def __init__(self, table: "RecordTable[Any]", key: str, reverse: bool) -> None:
            super().__init__()
            self.table = table
            self.key = key
            self.reverse = reverse

        @property
        def control(self) -> "RecordTable[Any]":
            return self.table

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        row_of: Callable[[Any], Row | None],
        empty: str,
        sort: str,
        clock: Callable[[], datetime],
        fields: Fields[Row],
        reverse: bool = False,
        quick_keys: Mapping[str, Callable[[Any], Any]] = MappingProxyType({}),
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(fields, row_of, clock, reverse=reverse, id=id, classes=classes)
        self._columns = {column.key: column for column in columns}
        self._sort = self._columns[sort]
        self._quick_keys = quick_keys
        self.list_name = id or ""
        self._pressed: tuple[RowId | None, RowId | None] = (None, None)
        self._painter = RowPainter(columns, row_of, empty)
        self._end_of_looks: Callable[[], None] | None = None
        self._empty = empty
        self._subtitle = ""

    # Which columns it shows

    @property
    def all_columns(self) -> Sequence[Column[Row]]:
        """All that there are, in their usual order."""
        return tuple(self._columns.values())

    @property
    def shown_columns(self) -> Sequence[Column[Row]]:
        """Those that are shown where there is room, in their order."""
        return self._painter.columns

    def show_columns(self, keys: object) -> None:
        """Show the columns of these *keys*, in that order; all, if it names none of them."""
        self._painter.columns = tuple(chosen_among(self.all_columns, keys))
        self.refresh()

    def action_choose_columns(self) -> None:
        from musetui.tui.screens.columns import ColumnsScreen

        self.app.push_screen(ColumnsScreen(self, looks_of(self.app)))

    def _look_at_choice(self, name: str) -> None:
        if name == f"columns.{self.list_name}" and (looks := looks_of(self.app)) is not None:
            self.show_columns(looks.get(name))

    # What it holds

    @property
    def sorting(self) -> tuple[str, bool]:
        """The key of the column that rows are sorted by, and whether the order is the other way round."""
        return self._sort.key, self._order.reverse

    def row(self, row_id: RowId) -> Row | None:
        """Return the row of an id, or None if there is none any more."""
        row: Row | None = self._row_of(row_id)
        return row

    def in_sight(self) -> set[RowId]:
        """Return the ids of the rows on the screen."""
        return set(self._on_screen())

    def load(self, ids: Iterable[RowId]) -> None:
        """Hold exactly the rows of these *ids*, from this moment on, however long that takes."""
        self._order_by(*self._wanted, dict.fromkeys(ids), is_refill=True).finish()
        self._order_on()

    def fill(self, ids: Iterable[RowId]) -> None:
        """Hold exactly the rows of these *ids* as soon as they are in order; many of them are sorted in slices.

        What was shown before stays so long, and the list says that it is being sorted.
        """
        self._begin_ordering(self._order_by(*self._wanted, dict.fromkeys(ids), is_refill=True))

    def apply(self, appeared: Iterable[RowId] = (), changed: Iterable[RowId] = (), left: Iterable[RowId] = ()) -> None:
        """Take in what changed; costs the logarithm of the number of rows for each of these ids."""
        gone = set(left)
        touched = {*appeared, *changed} - gone
        if not touched and not gone:
            return
        anchor = self._anchor()
        before = self._showing()
        self._painter.moment = self._clock()
        for row_id in (*touched, *gone):
            self._painter.forget(row_id)
        missing: list[RowId] = []
        keyed = self._keyed(touched, missing, self._sort, self._all.reverse)
        self._update_all(keyed, (*gone, *missing))
        if self._ordering is not None:
            self._ordering.take(touched, gone)
        self._settle(anchor)
        if before and self._order:
            self._refresh_differing(before, touched)
        else:
            self.refresh()

    def show_loading(self, done: int, total: int) -> None:
        """Tell that *done* of *total* records are read; a total of 0 is unknown."""
        self._loading = True
        self._painter.loading = f"Reading {done:,} of {total:,}…" if total else "Reading…"
        self._refresh_notice()

    @property
    def is_reading(self) -> bool:
        """Whether it tells that not all is read."""
        return self._loading

    def show_loaded(self) -> None:
        """Tell that all is read."""
        self._loading = False
        self._painter.loading = ""
        self._refresh_notice()

    def cursor_moved(self) -> None:
        """Tell that the cursor is on another record, or on none."""
        self.post_message(self.Highlighted(self, self._cursor))

    def show_note(self, text: str) -> None:
        """Show a few words in the line of titles, at the right; "" for none."""
        if text != self._painter.note:
            self._painter.note = text
            self._refresh_notice()

    def is_marked(self, row_id: RowId) -> bool:
        """Return whether a person has marked the row; in a list without marks none is."""
        return False

    def show_empty(self, text: str) -> None:
        """Change what stands there instead of rows."""
        self._empty = text
        self._show_why_empty()

    def tick(self, now: datetime) -> None:
        """Let *now* (aware) be the moment, and paint anew what that changes among the visible rows.

        Those cells alone: so a second of countdowns is a third fewer bytes, which over a slow link are seen to come.
        """
        first = self._top + 1 - self.scroll_offset.y
        for line, row_id in enumerate(self._on_screen(), first):
            if (cells := self._painter.tick(row_id, now)) is not None:
                start, end = cells
                self.refresh(Region(start, line, end - start, 1))
        self._painter.moment = now
        self._pass_time()

    def look_again(self) -> None:
        """Ask for the rows in sight anew, and put right those that differ: for rows that change without a word."""
        differing = [row_id for row_id in self._on_screen() if self._painter.differs(row_id)]
        self.apply(changed=differing)

    def sort_by(self, key: str, reverse: bool = False) -> None:
        """Sort by the column *key*. A cursor that was moved stays on its record, in sight; else the top is shown.

        Many rows are sorted in slices. What was shown before stays so long, and the list says that it is being sorted.

        Raises:
            KeyError: if there is no such column.
        """
        column, ordering = self._columns[key], self._ordering
        is_refill = ordering is not None and ordering.is_refill
        if is_refill or column is not self._sort or self._differs_turned(reverse):
            coming = self._all.keys() if ordering is None else ordering.coming()
            self._begin_ordering(self._order_by(column, reverse, coming, is_refill=is_refill))
            return
        self._end_ordering()
        anchor = self._anchor() if self._moved else None
        self._turn_all(reverse)
        self._settle(anchor and self._with_other_keys(anchor))
        self._reveal()
        self.refresh()

    def _differs_turned(self, reverse: bool) -> bool:
        """Return whether the sort keys are others where the order is this way round."""
        return False

    @property
    def _wanted(self) -> tuple[Column[Row], bool]:
        """The column that rows are, or are being, sorted by, and whether the other way round."""
        ordering = self._ordering
        return (self._sort, self._all.reverse) if ordering is None else (ordering.column, ordering.order.reverse)

    def _order_by(self, column: Column[Row], reverse: bool, coming: dict[RowId, Any], *, is_refill: bool) -> Ordering:
        """Return what puts the rows *coming* in order, in place of what was about to."""

        def keyed(some: Iterable[RowId]) -> list[tuple[RowId, Any]]:
            return self._keyed(some, [], column, reverse)

        self._ordering = Ordering(column, reverse, coming, keyed, is_refill=is_refill)
        return self._ordering

    def _begin_ordering(self, ordering: Ordering) -> None:
        if len(ordering) <= FEW:
            ordering.finish()
        else:
            self._painter.sorting = f"Sorting by {ordering.column.title.lower()}…"
            self._refresh_notice()
        self._order_on()

    def _order_on(self, ordering: Ordering | None = None) -> None:
        """Go on with *ordering*, unless another one was begun, for a slice; the rest follows after the next keys."""
        if ordering is not None and ordering is not self._ordering:
            return
        ordering = self._ordering
        assert ordering is not None
        if ordering.go_on():
            self._show_ordered(ordering)
        else:
            soon(self, lambda: self._order_on(ordering))

    def _let_go(self, marks: list[Mark]) -> None:
        """Let go of *marks* that nobody needs any more, a few at a time: a hundred thousand take 30 ms to be freed."""
        del marks[-_LET_GO:]
        if marks:
            soon(self, lambda: self._let_go(marks))

    def _end_ordering(self) -> None:
        """Leave off whatever was about to be put in order."""
        self._ordering = None
        self._painter.sorting = ""

    def _show_ordered(self, ordering: Ordering) -> None:
        """Show what has been put in order."""
        self._end_ordering()
        self._let_go(self._all.marks())
        is_same_sort = ordering.column is self._sort and ordering.order.reverse is self._all.reverse
        anchor = self._anchor() if self._moved or is_same_sort else None
        self._sort = ordering.column
        if ordering.is_refill:
            self._painter.forget_all()
            self._painter.moment = self._clock()
            self._refill_all(ordering.order)
        else:
            self._reorder_all(ordering.order)
        if is_same_sort:
            self._settle(anchor)
        else:
            self._settle(anchor and self._with_other_keys(anchor))
            self._reveal()
        self.refresh()
        if ordering.is_refill:
            self._tell()

    # What is shown of it

    def filter_by(self, typed: str) -> FilterError | None:
        """Show only the rows that the filter *typed* shows; all, if it asks for nothing.

        Return what is wrong with it, or None; then the list stays as it was.
        """
        try:
            judging = judge(typed, self.fields)
        except FilterError as error:
            return error
        self.filter_text = typed.strip()
        self._painter.sought = judging.sought()
        self._painter.forget_all()
        self._filter_all(judging if self.filter_text else None)
        self._show_why_empty()
        return None

    def filter_told(self) -> None:
        self._show_why_empty()

    def _show_why_empty(self) -> None:
        """Say what is missing: rows, or rows that the filter shows."""
        shown = safe_text(self.filter_text, 200)
        if not self.filter_text:
            self._painter.empty = self._empty
        elif self.is_sifting:
            self._painter.empty = f"Looking for {shown}…"
        else:
            again = f"{keymap_of(self.app).first('clear_filter')} shows all again."
            self._painter.empty = f"No row holds {shown}\n{again}"
        subtitle = f"/ {safe_text(self.filter_text, 60)}" if self.filter_text else ""
        if subtitle != self._subtitle:
            self._subtitle = subtitle
            self.set_class(bool(subtitle), "-filtered")
            self.border_subtitle = Content(subtitle)
        self._refresh_notice()

    def _keyed(
        self, ids: Iterable[RowId], missing: list[RowId], column: Column[Row], reverse: bool
    ) -> list[tuple[RowId, Any]]:
        """Return *ids* with the sort keys of *column*, in an order that is the other way round if *reverse*.

        Those without a row go to *missing* instead.
        """
        quick = self._quick_keys.get(column.key)
        keyed: list[tuple[RowId, Any]] = []
        for row_id in ids:
            if quick is not None:
                key = quick(row_id)
            else:
                row = self._row_of(row_id)
                key = None if row is None else column.sort_key(row)
            if key is None:
                missing.append(row_id)
            else:
                keyed.append((row_id, key))
        return keyed

    # What it paints

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        painter = self._painter
        painter.prepare(self, width)
        if not self._order:
            strip = painter.notice_line(y, self.size.height)
        elif y == 0:
            strip = painter.header_line(self._sort.key, self._order.reverse)
        else:
            index = self._top + y - 1
            if index < len(self._order):
                row_id = self._order.at(index)
                strip = painter.row_line(row_id, index == self._cursor_index, self.is_marked(row_id))
            else:
                strip = painter.blank_line()
        return strip.adjust_cell_length(self.size.width, painter.ground)

    def _refresh_differing(self, before: Sequence[tuple[RowId, bool]], touched: set[RowId]) -> None:
        """Paint anew the lines that show something else than *before*, or one of the rows *touched*."""
        top = self._top
        for line, (old, new) in enumerate(zip_longest(before, self._showing())):
            if old != new or new[0] in touched:
                self.refresh_line(top + line + 1)

    def _refresh_notice(self) -> None:
        if self._order:
            self.refresh_line(self._top)
        else:
            self.refresh()

    def notify_style_update(self) -> None:
        self._painter.forget_styles()
        super().notify_style_update()

    def on_mount(self) -> None:
        looks = looks_of(self.app)
        if looks is not None:
            self._end_of_looks = looks.on_change(self._look_at_choice)
            self._look_at_choice(f"columns.{self.list_name}")
        self._painter.moment = self._clock()
        self._settle(self._anchor())

    def on_unmount(self) -> None:
        if self._end_of_looks is not None:
            self._end_of_looks()

    # What a person does

    def action_choose(self) -> None:
        """Tell that the cursor's record was chosen."""
        if self._cursor is not None:
            self.post_message(self.Chosen(self, self._cursor))

    def action_sort_next(self) -> None:
        """Sort by the next visible column that has a title: nobody would see by which of the others."""
        keys = [placed.column.key for placed in self._painter.placed if placed.column.title]
        if keys:
            wanted = self._wanted[0].key
            place = keys.index(wanted) if wanted in keys else -1
            self._sort_and_tell(keys[(place + 1) % len(keys)], False)

    def action_sort_reverse(self) -> None:
        """Turn the order round."""
        column, reverse = self._wanted
        self._sort_and_tell(column.key, not reverse)

    def _sort_and_tell(self, key: str, reverse: bool) -> None:
        self.sort_by(key, reverse)
        self.post_message(self.Sorted(self, key, reverse))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        at = event.get_content_offset(self)
        if event.button != 1 or at is None or not self._order:
            return
        index = self._top + at.y - 1
        if at.y > 0 and index < len(self._order):
            self._go(index)
            # Rows may move between two clicks: what a double click chooses must be what both of them hit.
            self._pressed = (self._pressed[1], self._cursor)
        else:
            self._pressed = (None, None)

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or event.button != 1 or not self._order:
            return
        if at.y == 0:
            column = self._painter.column_at(at.x)
            if column is not None:
                wanted, reverse = self._wanted
                self._sort_and_tell(column.key, column is wanted and not reverse)
        elif event.chain == 2 and self._pressed[0] == self._pressed[1] and self._pressed[1] is not None:
            self.post_message(self.Chosen(self, self._pressed[1]))
