"""One record, whole: all there is to say about it, and what relates to it, to go on from there."""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from musetui.tui.actions import Place, bindings_of
from musetui.tui.clock import Clock, now_utc
from musetui.tui.presentation.related import RELATED_COLUMNS, Related, related_to
from musetui.tui.screens.view import View
from musetui.tui.subject import Subject
from musetui.tui.vocabulary.life import related_vocabulary
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.marked_table import MarkedTable
from musetui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from musetui.filters.fields import Fields
    from musetui.tui.presentation.cells import Column
    from musetui.tui.showing import Change


class RecordView(View):
    """Shows one subject; enter on what relates to it goes on, escape goes back.

    Attributes:
        COLUMNS: what its list shows; it is sorted by the first one.
        LIST_TITLE: what stands in the list's frame, before the number of rows.
        LISTED: what the list is called where columns are chosen.
        LIST_EMPTY: what stands there instead of rows.
        FIRST: which of the two panes has the focus at first.
        GONE: what stands in place of the detail where there is nothing to be said any more.
    """

    BINDINGS = bindings_of(Place.RECORD, Place.MARKS, Place.VIEW, Place.PAGE)
    PANES = 2
    COLUMNS: "ClassVar[tuple[Column[Any], ...]]" = RELATED_COLUMNS
    LIST_TITLE: ClassVar[str] = "Related"
    LISTED: ClassVar[str] = "related"
    LIST_EMPTY: ClassVar[str] = "Nothing relates to it."
    FIRST: ClassVar[str] = "#whole"
    GONE: ClassVar[str] = "It has gone: its file was removed."

    def __init__(self, subject: Subject, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._subject = subject
        self._rows: dict[Hashable, Any] = {}

    def vocabulary(self) -> "Fields[Any]":
        """Return what a filter can name of what its list shows."""
        return related_vocabulary()

    def rows(self) -> dict[Hashable, Any]:
        """Return what its list shows now, by row id."""
        assert self.live is not None
        found: dict[Hashable, Related] = {row.subject: row for row in related_to(self._subject, self.live)}
        return found

    def subject_of(self, row_id: Hashable) -> Subject | None:
        """Return what a row of its list opens, or None if it is none."""
        return row_id if isinstance(row_id, Subject) else None

    def body(self) -> Iterable[Widget]:
        with Vertical(id="record"):
            detail = DetailPane(self.GONE, id="whole", classes="pane")
            detail.border_title = self._subject.kind.value.capitalize()
            yield detail
            table: MarkedTable[Any] = MarkedTable(
                self.COLUMNS,
                row_of=lambda row_id: self._rows.get(row_id),
                empty=self.LIST_EMPTY,
                sort=self.COLUMNS[0].key,
                clock=self.clock,
                fields=self.vocabulary(),
                id="related",
                classes="pane",
            )
            table.border_title = self.LIST_TITLE
            table.list_name = self.LISTED
            yield table

    def on_mount(self) -> None:
        if self.is_composed:
            self.query_one(self.FIRST).focus()

    def show_whole(self) -> None:
        self.show_detail()
        self.show_rows()

    def show_detail(self) -> None:
        """Show all there is to say about the subject now."""
        assert self.live is not None
        self.query_one(DetailPane).show(self._subject, self._subject.lines(self.live, self.live.now()))

    def show_rows(self) -> None:
        """Show what its list holds now, and paint of that what differs."""
        rows = self.rows()
        table = self.query_one(RecordTable)
        appeared = rows.keys() - self._rows.keys()
        left = self._rows.keys() - rows.keys()
        changed = {key for key, row in rows.items() if key in self._rows and self._rows[key] != row}
        self._rows.clear()
        self._rows.update(rows)
        table.apply(appeared, changed, left)
        table.border_title = f"{self.LIST_TITLE} {len(rows):,}"

    def paint(self, change: "Change") -> None:
        self.show_whole()
        self.selection_changed()

    def tick(self) -> None:
        self.show_whole()

    def subject_in(self, table: "RecordTable[Any]", row_id: Any) -> Subject | None:
        return self.subject_of(row_id)

    def selected(self) -> Subject | None:
        table = self.query_one(RecordTable)
        chosen = self.subject_of(table.cursor_id) if table.has_focus and table.cursor_id is not None else None
        return chosen or self._subject

    @on(RecordTable.Chosen)
    async def _chosen(self) -> None:
        await self.action_open()

    async def action_open(self) -> None:
        if self.selected() != self._subject:
            await super().action_open()
        else:
            self.query_one(RecordTable).focus()

    def action_back(self) -> None:
        if self.is_active:  # else a key before this one has led to another view: this stays, and is painted
            self.is_going = True
            self.dismiss(None)
