"""What all views share about filters: the bar to type one into, those saved by name, and which list one is for."""

from collections.abc import Collection
from itertools import islice
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.screen import Screen

from musetui.errors import FilterError
from musetui.filters.fields import Known
from musetui.filters.judge import judge
from musetui.records.kinds import INTENT_OPERATIONS, Kind
from musetui.records.text import safe_text
from musetui.tui.widgets.filter_bar import FilterBar
from musetui.tui.widgets.filter_tabs import FilterTabs
from musetui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from musetui.tui.filter_shelf import FilterShelf
    from musetui.tui.showing import Showing

_TASKS_LOOKED_AT = 5_000
"""Tasks that are looked at for the names of queues."""

ALL = ""
"""The tab of all rows."""

OTHER = "\n"
"""No tab: the filter is none of those saved. No name has a line feed in it."""


class FilteringScreen(Screen[None]):
    """A screen with lists, each of which can be filtered."""

    def __init__(self) -> None:
        super().__init__()
        self.live: Showing | None = None
        self.shelf: FilterShelf | None = None
        self._filtered: RecordTable[Any] | None = None
        self._counted: RecordTable[Any] | None = None
        self._saved: dict[str, str] = {}

    def filter_bar(self) -> FilterBar:
        """Return the bar to type a filter into."""
        return FilterBar(self._filter_typed, self._filter_done, self._known, self._filter_named)

    def filtered_table(self) -> "RecordTable[Any] | None":
        """Return the list that a filter is for: the one with the focus, or else the first that is seen."""
        focused = self.focused
        if isinstance(focused, RecordTable):
            return focused
        return next((table for table in self.query(RecordTable) if table.is_on_screen), None)

    def filter_changed(self) -> None:
        """Hear that a list shows other rows than before."""

    def doubt(self) -> None:
        """Hear that rows may relate to other records otherwise than before."""
        for table in self.query(RecordTable):
            table.doubt()

    def filter_all(self, text: str) -> None:
        """Filter every list for which *text* means something."""
        for table in self.query(RecordTable):
            table.filter_by(text)
        self.filter_changed()

    # Typing one

    def action_filter(self) -> None:
        self._filtered = table = self.filtered_table()
        if table is not None:
            bar = self.query_one(FilterBar)
            history = self.shelf.history(table.fields) if self.shelf is not None else ()
            bar.ask(table.fields, table.filter_text, history)
            # At once, and not by a message: the next key may be here already.
            self.set_focus(bar.line)

    def action_clear_filter(self) -> None:
        table = self.filtered_table()
        if table is not None and table.filter_text:
            self.show_all(table)

    def show_all(self, table: "RecordTable[Any]") -> None:
        """Show all rows of *table* again."""
        self._show_filter(table, "")

    @on(RecordTable.Judged)
    def _judged(self) -> None:
        self.filter_changed()
        self.show_tabs_of_filters()

    def _show_filter(self, table: "RecordTable[Any]", text: str) -> FilterError | None:
        error = table.filter_by(text)
        self.filter_changed()
        self.show_tabs_of_filters()
        return error

    def _filter_typed(self, text: str) -> FilterError | None:
        return self._show_filter(self._filtered, text) if self._filtered is not None else None

    def _filter_done(self, stays: bool) -> None:
        table = self._filtered
        if table is None:
            return
        self.set_focus(table)
        if not stays:
            self._filter_typed("")
        elif table.filter_text and self.shelf is not None:
            self.shelf.use(table.fields, table.filter_text)

    def _known(self, kind: Known) -> Collection[str]:
        """Return the values of one sort that the swarm knows."""
        if self.live is None:
            return ()
        swarm = self.live.swarm
        if kind is Known.RUNS:
            return swarm.runs()
        if kind is Known.BRANCHES:
            return swarm.branches() | set(self.live.branches)
        if kind is Known.ADDRESSES:
            return swarm.addresses()
        if kind is Known.QUEUES:
            tasks = islice(swarm.entities(Kind.TASK), _TASKS_LOOKED_AT)
            return {str(getattr(entity.record, "queue", "")) for entity in tasks}
        return INTENT_OPERATIONS

    # Those saved by name

    def _filter_named(self, name: str, text: str) -> str:
        if self._filtered is None or self.shelf is None:
            return "nothing is read yet"
        return self.shelf.keep(self._filtered.fields, name, text)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, RecordTable) and event.widget is not self._counted:
            self.show_saved()

    def saved_changed(self) -> None:
        """Hear that a filter was saved, removed or used."""
        if self.is_attached and self.query(FilterTabs):
            self.show_saved()

    def show_saved(self) -> None:
        """Show the saved filters of the list that one is for, and count what each shows."""
        table = self.filtered_table()
        if table is None or self.shelf is None:
            return
        saved = self.shelf.of(table.fields)
        if self._counted is not None and self._counted is not table:
            self._counted.count_by({})
        if table is not self._counted or saved != self._saved:
            self._counted, self._saved = table, saved
            table.count_by({name: judge(text, table.fields) for name, text in saved.items()})
        tabs = self.query_one(FilterTabs)
        if tabs.has_class("-some") != bool(saved):
            tabs.set_class(bool(saved), "-some")
        self.show_tabs_of_filters()

    def show_tabs_of_filters(self) -> None:
        """Show how many rows each saved filter shows now."""
        table = self._counted
        if table is not None and self._saved:
            counts = table.tallies()
            titles = [(name, f"{safe_text(name)} {counts.get(name, 0):,}") for name in self._saved]
            current = next((name for name, text in self._saved.items() if text == table.filter_text), None)
            shown = (OTHER if table.filter_text else ALL) if current is None else current
            all_rows = (ALL, f"all {table.row_count + table.hidden_count:,}")
            self.query_one(FilterTabs).tell((all_rows, *titles), shown)

    @on(FilterTabs.Picked)
    def _tab_picked(self, event: FilterTabs.Picked) -> None:
        if self._counted is not None:
            self._show_filter(self._counted, self._saved.get(event.tab, ""))

    def action_next_filter(self) -> None:
        """Show the list by its next saved filter; behind the last one, all of it."""
        table = self._counted
        if table is None or not self._saved:
            self.app.notify("No filter is saved for this list: type one with / and save it with ctrl+s.", markup=False)
            return
        names = list(self._saved)
        here = next((place for place, name in enumerate(names) if self._saved[name] == table.filter_text), -1)
        following = names[here + 1] if here + 1 < len(names) else ALL
        self._show_filter(table, self._saved.get(following, ""))
