"""A view of one list: its rows, and below them all there is to say about the selected one."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from musetui.tui.actions import Place, bindings_named, bindings_of
from musetui.tui.keymap import keymap_of
from musetui.tui.screens.view import View
from musetui.tui.styles import stylesheet
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.filters.fields import Fields
    from musetui.tui.presentation.cells import Column
    from musetui.tui.presentation.detail import Line
    from musetui.tui.showing import Change
    from musetui.tui.subject import Subject


class ListView(View):
    """One list of a kind of its own. A view of ours says which rows there are, and which of them a change concerns.

    Attributes:
        TITLE_TEXT: what stands in the list's frame, before the number of rows.
        NAME: the id of the list.
        COLUMNS: what it shows.
        SORT: the column it is sorted by at first.
        EMPTY: what stands there instead of rows: why, and what to do.
        LIST: the kind of list: one with marks, where its rows stand for reservations.
        HINT: what stands in place of the detail where nothing is selected; `{open}` is the key that opens.
    """

    CSS_PATH = [stylesheet("list")]
    # Where rows stand for reservations, a view adds the keys that write.
    BINDINGS = [*bindings_of(Place.PAGE, Place.VIEW), *bindings_named("open", "edit", "copy_id", "undo")]
    PANES = 2
    TITLE_TEXT: ClassVar[str]
    NAME: ClassVar[str]
    COLUMNS: "ClassVar[tuple[Column[Any], ...]]"
    SORT: ClassVar[str]
    EMPTY: ClassVar[str]
    HINT: ClassVar[str] = "Nothing is selected."
    LIST: "ClassVar[type[RecordTable[Any]]]" = RecordTable

    def ids(self) -> Iterable[Hashable]:
        """Return the id of every row there is now."""
        raise NotImplementedError

    def row_of(self, row_id: Any) -> Any | None:
        """Return the row of an id, or None if there is none any more."""
        raise NotImplementedError

    def concerned(self, change: "Change") -> Iterable[Hashable]:
        """Return the ids of the rows, here or not yet or no more, that a change is about."""
        raise NotImplementedError

    def subject_of(self, row_id: Any) -> "Subject | None":
        """Return the record that a row stands for, which can be opened; None for a row that is no record."""
        raise NotImplementedError

    def lines_of(self, row_id: Any) -> "Sequence[Line]":
        """Return all there is to say about a row."""
        subject = self.subject_of(row_id)
        return subject.lines(self.live, self.live.now()) if subject is not None and self.live is not None else ()

    def vocabulary(self) -> "Fields[Any]":
        """Return what a filter can name of a row."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        with Vertical(id="list-view"):
            yield from self.lists()
            hint = self.HINT.format(open=keymap_of(self.app).first("open"))
            detail = DetailPane(hint, id="about", classes="pane")
            detail.border_title = "Detail"
            yield detail

    def lists(self) -> Iterable[Widget]:
        """Compose what stands above the detail: the list, first of all."""
        yield self.LIST(
            self.COLUMNS,
            row_of=lambda row_id: self.row_of(row_id) if self.live is not None else None,
            empty=self.EMPTY,
            sort=self.SORT,
            clock=self.clock,
            fields=self.vocabulary(),
            id=self.NAME,
            classes="pane list",
        )

    @property
    def table(self) -> "RecordTable[Any]":
        """The list."""
        return self.query_one(f"#{self.NAME}", RecordTable)

    @property
    def current(self) -> "RecordTable[Any]":
        """The list whose cursor says what is selected."""
        return self.table

    def on_mount(self) -> None:
        if self.is_composed:
            self.table.focus()
            self._show_title()

    # The picture

    def show_whole(self) -> None:
        assert self.live is not None
        self.table.fill(self.ids())
        self.show_status(self.live.status)
        self._show_title()
        self.show_detail()

    def paint(self, change: "Change") -> None:
        concerned = set(self.concerned(change))
        if concerned:
            here = {row_id for row_id in concerned if self.table.holds(row_id)}
            self.table.apply(concerned - here, here)
            self._show_title()
        self.show_detail()
        self.selection_changed()

    def tick(self) -> None:
        if self.live is not None:
            self.table.tick(self.live.now())
            self.show_detail()

    def show_status(self, status: "FeedStatus") -> None:
        if status.settled:
            self.table.show_loaded()
        else:
            self.table.show_loading(status.loaded, status.total)

    def _show_title(self) -> None:
        table = self.table
        of_all = f" of {table.row_count + table.hidden_count:,}" if table.filter_text else ""
        table.border_title = f"{self.TITLE_TEXT} {table.row_count:,}{of_all}{self.title_note()}"

    def title_note(self) -> str:
        """Return what the title says behind the number of rows."""
        return ""

    def filter_changed(self) -> None:
        self._show_title()
        self.show_detail()

    def show_detail(self) -> None:
        """Show what there is to say about the selected row now, if somebody sees it."""
        if not self.is_in_sight:
            return
        row_id = self.current.cursor_id
        self.query_one("#about", DetailPane).show(row_id, () if row_id is None else self.lines_of(row_id))

    # What a person does

    def subject_in(self, table: "RecordTable[Any]", row_id: Any) -> "Subject | None":
        return self.subject_of(row_id)

    def selected(self) -> "Subject | None":
        row_id = self.current.cursor_id
        return None if row_id is None else self.subject_of(row_id)

    @on(RecordTable.Highlighted)
    def _highlighted(self) -> None:
        self.show_detail()
        self.selection_changed()

    @on(RecordTable.Chosen)
    async def _chosen(self) -> None:
        await self.action_open()

    async def action_back(self) -> None:
        if self.table.filter_text:
            self.action_clear_filter()
            return
        await self.app.run_action("show_dashboard")
