"""One record, whole: all there is to say about it, and what relates to it, to go on from there."""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from musetui.tui.actions import Place, bindings_of
from musetui.tui.clock import Clock, now_utc
from musetui.tui.presentation.related import RELATED_COLUMNS, Related, related_to
from musetui.tui.screens.view import View
from musetui.tui.subject import Subject
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from musetui.tui.live import Change


class RecordView(View):
    """Shows one subject; enter on what relates to it goes on, escape goes back."""

    BINDINGS = bindings_of(Place.RECORD, Place.VIEW, Place.PAGE)
    PANES = 2

    def __init__(self, subject: Subject, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._subject = subject
        self._related: dict[Subject, Related] = {}

    def body(self) -> Iterable[Widget]:
        with Vertical(id="record"):
            detail = DetailPane("It has gone: its file was removed.", id="whole", classes="pane")
            detail.border_title = self._subject.kind.value.capitalize()
            yield detail
            table: RecordTable[Related] = RecordTable(
                RELATED_COLUMNS,
                row_of=self._row,
                empty="Nothing relates to it.",
                sort="why",
                clock=self.clock,
                id="related",
                classes="pane",
            )
            table.border_title = "Related"
            yield table

    def _row(self, row_id: Hashable) -> Related | None:
        return self._related.get(row_id) if isinstance(row_id, Subject) else None

    def on_mount(self) -> None:
        if self.is_composed:
            self.query_one(DetailPane).focus()

    def show_whole(self) -> None:
        assert self.live is not None
        self.query_one(DetailPane).show(self._subject, self._subject.lines(self.live, self.live.now()))
        related = {row.subject: row for row in related_to(self._subject, self.live)}
        table = self.query_one(RecordTable)
        appeared = related.keys() - self._related.keys()
        left = self._related.keys() - related.keys()
        changed = {key for key, row in related.items() if key in self._related and self._related[key] != row}
        self._related.clear()
        self._related.update(related)
        table.apply(appeared, changed, left)
        table.border_title = f"Related {len(related)}"

    def paint(self, change: "Change") -> None:
        self.show_whole()
        self.selection_changed()

    def tick(self) -> None:
        self.show_whole()

    def selected(self) -> Subject | None:
        table = self.query_one(RecordTable)
        if table.has_focus and isinstance(table.cursor_id, Subject):
            return table.cursor_id
        return self._subject

    @on(RecordTable.Chosen)
    async def _chosen(self) -> None:
        await self.action_open()

    async def action_open(self) -> None:
        if self.selected() != self._subject:
            await super().action_open()
        else:
            self.query_one(RecordTable).focus()

    def action_back(self) -> None:
        self.is_going = True
        self.dismiss(None)
