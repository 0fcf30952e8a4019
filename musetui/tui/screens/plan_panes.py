"""The panes of the merge plan: the order, the runs, what branches share, the hotspots, and the selected one whole."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from musetui.records.text import safe_text
from musetui.tui.clock import Clock, now_utc
from musetui.tui.planning import Foresight
from musetui.tui.presentation.plan import BRANCH_COLUMNS, HOTSPOT_COLUMNS, RUN_COLUMNS, BranchRow, RunRow, seen_from
from musetui.tui.presentation.plan_detail import branch_lines, hotspot_lines, plan_line, run_lines
from musetui.tui.screens.paned_view import PanedView
from musetui.tui.vocabulary.plan import branch_run_vocabulary, branch_vocabulary, hotspot_vocabulary
from musetui.tui.widgets.cell_styles import STYLES
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.heat_matrix import HeatMatrix
from musetui.tui.widgets.panes import Panes
from musetui.tui.widgets.record_table import RecordTable
from musetui.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from musetui.filters.fields import Fields
    from musetui.forecast.hotspots import Hotspot
    from musetui.tui.presentation.cells import Column
    from musetui.tui.presentation.detail import Line
    from musetui.tui.widgets.top_bar import Fact

TITLES = {"order": "Order", "runs": "Runs", "matrix": "Shared", "hotspots": "Hotspots", "detail": "Detail"}
EMPTY = {
    "order": "Nothing to merge: no branch holds a reservation.\nAn agent makes one with `muse coord reserve`.",
    "runs": "No run holds anything on this branch.",
    "matrix": "No two branches share an address.",
    "hotspots": "No hotspots: no two branches meet at an address.",
}
VOCABULARIES: dict[str, Callable[[], "Fields[Any]"]] = {
    "order": branch_vocabulary,
    "runs": branch_run_vocabulary,
    "hotspots": hotspot_vocabulary,
}
WORKING = "Working out the order…"
HINT = "Select a branch to see why it has its place."


class PlanPanes(PanedView):
    """Shows one plan after another. The cursor in the order says which branch all other panes but one are about."""

    PARENTS = {
        "order": ("upper", "left"),
        "runs": ("upper", "left"),
        "matrix": ("upper", "right"),
        "hotspots": ("upper", "right"),
        "detail": ("lower",),
    }
    PANES = len(PARENTS)
    ARRANGED = "plan"

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self.seen: Foresight | None = None
        self.branches: dict[str, BranchRow] = {}
        self._checked_out = ""
        self._runs: dict[str, RunRow] = {}
        self._hotspots: dict[str, Hotspot] = {}

    def body(self) -> Iterable[Widget]:
        yield TabStrip()
        yield Static(id="plan-line", markup=False)
        with Panes(id="panes"):
            with Horizontal(id="upper"):
                with Vertical(id="left"):
                    yield self._table("order", BRANCH_COLUMNS, lambda name: self.branches.get(name), "place", WORKING)
                    yield self._table("runs", RUN_COLUMNS, lambda name: self._runs.get(name), "hot", "")
                with Vertical(id="right"):
                    matrix = HeatMatrix(id="matrix", classes="pane")
                    matrix.border_title = "Shared addresses"
                    yield matrix
                    yield self._table(
                        "hotspots", HOTSPOT_COLUMNS, lambda name: self._hotspots.get(name), "branches", ""
                    )
            with Horizontal(id="lower"):
                detail = DetailPane(HINT, id="detail", classes="pane")
                detail.border_title = TITLES["detail"]
                yield detail

    def _table(
        self, name: str, columns: "Sequence[Column[Any]]", row_of: Callable[[Any], Any], sort: str, empty: str
    ) -> Widget:
        table: RecordTable[Any] = RecordTable(
            columns,
            row_of=row_of,
            empty=empty,
            sort=sort,
            clock=self.clock,
            fields=VOCABULARIES[name](),
            id=name,
            classes="pane",
        )
        table.border_title = TITLES[name]
        return table

    def on_mount(self) -> None:
        if self.is_composed:
            self.table("order").focus()
            self.place_panes()

    def table(self, name: str) -> "RecordTable[Any]":
        """Return the list of that name."""
        return self.query_one(f"#{name}", RecordTable)

    # The picture

    def show_plan(self, seen: Foresight) -> None:
        """Show a plan: only what differs from the one before."""
        self.seen = seen
        order = self.table("order")
        branch = order.cursor_id
        order.show_empty(EMPTY["order"])
        self._put_order()
        if branch is not None and order.cursor_id != branch:
            # Whoever looks at its runs or at the matrix must not find another branch there.
            order.select(branch)
        self._put("hotspots", self._hotspots, {spot.address: spot for spot in seen.plan.hotspots})
        self.table("hotspots").show_empty(EMPTY["hotspots"] if seen.branches else "")
        self.query_one(HeatMatrix).show(seen.matrix, EMPTY["matrix"] if seen.branches else "")
        line = plan_line(seen.plan, seen.cost_before)
        shown = self.query_one("#plan-line", Static)
        shown.set_class(bool(seen.plan.what_if), "-supposed")
        shown.update(Content.assemble(*((text, STYLES.get(style, "")) for text, style in line)))
        self._show_branch()

    def _put_order(self) -> None:
        """Bring the order to what it is, seen from what is checked out."""
        if self.seen is not None:
            self._checked_out = self.live.branch if self.live is not None else ""
            rows = {name: seen_from(row, self._checked_out) for name, row in self.seen.branches.items()}
            self._put("order", self.branches, rows)

    def show_facts(self, facts: tuple["Fact", ...]) -> None:
        super().show_facts(facts)
        if self.live is not None and self.live.branch != self._checked_out:
            self._put_order()
            self._show_detail()

    def _put(self, name: str, rows: dict[str, Any], fresh: dict[str, Any]) -> None:
        """Bring the rows of a list to what they are now."""
        appeared = fresh.keys() - rows.keys()
        left = rows.keys() - fresh.keys()
        changed = {row_id for row_id, row in fresh.items() if row_id in rows and rows[row_id] != row}
        rows.clear()
        rows.update(fresh)
        self.table(name).apply(appeared, changed, left)

    def _show_branch(self) -> None:
        """Show what is about the branch under the cursor."""
        branch = self.table("order").cursor_id
        runs = self.seen.runs.get(str(branch), {}) if self.seen is not None and branch is not None else {}
        self._put("runs", self._runs, runs)
        self.table("runs").show_empty(EMPTY["runs"] if branch is not None else "")
        self.query_one(HeatMatrix).point_at(branch)
        self._show_titles()
        self._show_detail()

    def _show_titles(self) -> None:
        branch = self.table("order").cursor_id
        row = self.branches.get(str(branch)) if branch is not None else None
        of_branch = Content(f"Runs of {safe_text(row.branch, 60)} " if row is not None else "Runs ")
        for name, title in (
            ("order", Content("Order ")),
            ("runs", of_branch),
            ("hotspots", Content("Hotspots ")),
        ):
            table = self.table(name)
            of_all = f" of {table.row_count + table.hidden_count:,}" if table.filter_text else ""
            table.border_title = title + f"{table.row_count:,}{of_all}"
        if self.seen is not None:
            shared = len(self.seen.matrix.branches)
            of_all = f" · {shared} of {len(self.seen.plan.branches)} branches" if shared else ""
            self.query_one(HeatMatrix).border_title = f"Shared addresses{of_all}"
        self.show_tabs()

    def tab_title(self, name: str) -> str:
        counted = name in ("order", "runs", "hotspots")
        return f"{TITLES[name]} {self.table(name).row_count:,}" if counted else TITLES[name]

    def filter_changed(self) -> None:
        self._show_branch()

    # What is selected

    def row(self) -> "BranchRow | RunRow | Hotspot | None":
        """Return the row that the focus is about: a run, a hotspot, or else the branch under the cursor."""
        focused = self.focused
        if isinstance(focused, RecordTable) and focused.id in ("runs", "hotspots"):
            rows: dict[str, Any] = self._runs if focused.id == "runs" else self._hotspots
            return rows.get(str(focused.cursor_id)) if focused.cursor_id is not None else None
        branch = self.table("order").cursor_id
        return self.branches.get(str(branch)) if branch is not None else None

    def _lines(self) -> "Sequence[Line]":
        row = self.row() if self.seen is not None else None
        if row is None or self.seen is None:
            return ()
        if isinstance(row, BranchRow):
            now = self.live.now() if self.live is not None else self.clock()
            return branch_lines(row, self.seen.plan, tuple(self._runs.values()), now)
        return run_lines(row) if isinstance(row, RunRow) else hotspot_lines(row)

    def tick(self) -> None:
        row = self.row() if self.is_composed else None
        if isinstance(row, BranchRow) and row.last_heard is not None:
            self._show_detail()  # it says for how long

    def _show_detail(self) -> None:
        row = self.row()
        self.query_one(DetailPane).show((type(row), row[:2] if row is not None else None), self._lines())

    @on(RecordTable.Highlighted)
    def _highlighted(self, event: "RecordTable.Highlighted") -> None:
        if event.table.id == "order":
            self._show_branch()
        else:
            self._show_detail()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, RecordTable | HeatMatrix):
            self._show_detail()
            self.refresh_bindings()

    @on(HeatMatrix.Moved)
    def _moved(self, event: HeatMatrix.Moved) -> None:
        self.table("order").select(event.branch)
