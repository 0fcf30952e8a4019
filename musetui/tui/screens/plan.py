"""The merge plan: in which order the branches are best merged, why, what each two share, and where it is hot."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from musetui.errors import MuseCommandError, MuseTuiError
from musetui.forecast.plan_page import markdown_page
from musetui.records.kinds import Kind
from musetui.records.text import safe_text
from musetui.tui.actions import Place, bindings_named, bindings_of
from musetui.tui.clock import Clock, now_utc
from musetui.tui.page_file import write_page
from musetui.tui.planning import Foresight, Planning
from musetui.tui.presentation.plan import BRANCH_COLUMNS, HOTSPOT_COLUMNS, RUN_COLUMNS, BranchRow, RunRow
from musetui.tui.presentation.plan_detail import branch_lines, hotspot_lines, plan_line, run_lines
from musetui.tui.presentation.semantic import semantic_lines, semantic_sentence
from musetui.tui.screens.paned_view import PanedView
from musetui.tui.styles import stylesheet
from musetui.tui.vocabulary.plan import branch_run_vocabulary, branch_vocabulary, hotspot_vocabulary
from musetui.tui.widgets.cell_styles import STYLES
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.heat_matrix import HeatMatrix
from musetui.tui.widgets.record_table import RecordTable
from musetui.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.coordination.repository import Repository
    from musetui.filters.fields import Fields
    from musetui.forecast.hotspots import Hotspot
    from musetui.tui.live import Change
    from musetui.tui.presentation.cells import Column
    from musetui.tui.presentation.detail import Line

TITLES = {"order": "Order", "runs": "Runs", "matrix": "Shared", "hotspots": "Hotspots", "detail": "Detail"}
EMPTY = {
    "order": "Nothing to merge: no branch holds a reservation.\nAn agent makes one with `muse coord reserve`.",
    "runs": "No run holds anything on this branch.",
    "matrix": "No two branches share an address.",
    "hotspots": "No hotspots: no address is reserved from two branches.",
}
VOCABULARIES: dict[str, Callable[[], "Fields[Any]"]] = {
    "order": branch_vocabulary,
    "runs": branch_run_vocabulary,
    "hotspots": hotspot_vocabulary,
}
WORKING = "Working out the order…"
HINT = "Select a branch to see why it has its place."


class PlanView(PanedView):
    """The view of the plan. The cursor in the order says which branch the runs, the matrix and the detail are about."""

    CSS_PATH = [stylesheet("plan")]
    BINDINGS = [
        *bindings_of(Place.PLAN, Place.PAGE, Place.VIEW),
        *bindings_named("zoom", "next_pane", "previous_pane", "copy_id"),
    ]
    PARENTS = {
        "order": ("upper", "left"),
        "runs": ("upper", "left"),
        "matrix": ("upper", "right"),
        "hotspots": ("upper", "right"),
        "detail": ("lower",),
    }
    PANES = len(PARENTS)

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._planning: Planning | None = None
        self._seen: Foresight | None = None
        self._branches: dict[str, BranchRow] = {}
        self._runs: dict[str, RunRow] = {}
        self._hotspots: dict[str, Hotspot] = {}
        self._missed = False
        self._is_asking = False

    def body(self) -> Iterable[Widget]:
        yield TabStrip()
        yield Static(id="plan-line", markup=False)
        with Vertical(id="panes"):
            with Horizontal(id="upper"):
                with Vertical(id="left"):
                    yield self._table("order", BRANCH_COLUMNS, lambda name: self._branches.get(name), "place", WORKING)
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

    def show_whole(self) -> None:
        assert self.live is not None
        self._planning = Planning(self.live.swarm, self._show)
        self.app.run_worker(self._planning.run(), exit_on_error=False)
        self.show_status(self.live.status)

    def show_status(self, status: "FeedStatus") -> None:
        if status.settled:
            self.table("order").show_loaded()
            self._look()
        else:
            # To plan what is read in part would cost much, and mean nothing.
            self.table("order").show_loading(status.loaded, status.total)

    def paint(self, change: "Change") -> None:
        delta = change.delta
        if delta.touched(Kind.RESERVATION) or delta.touched(Kind.INTENT):
            self._look()

    @property
    def is_settled(self) -> bool:
        """Whether it shows the plan of what is held and supposed now."""
        return self._planning is not None and self._planning.is_settled

    def _look(self) -> None:
        """Plan anew, now or when the view is seen again: a plan that nobody looks at costs nothing."""
        if self._planning is not None and self.live is not None and self.live.status.settled:
            self._missed = not self.is_current
            if self.is_current:
                self._planning.look()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        if self.is_showing and self.live is not None and (self._missed or self._seen is None):
            self.show_status(self.live.status)

    def _show(self, seen: Foresight) -> None:
        """Show a plan: only what differs from the one before."""
        if not self.is_showing:
            return
        self._seen = seen
        order = self.table("order")
        branch = order.cursor_id
        order.show_empty(EMPTY["order"])
        self._put("order", self._branches, seen.branches)
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
        runs = self._seen.runs.get(str(branch), {}) if self._seen is not None and branch is not None else {}
        self._put("runs", self._runs, runs)
        self.table("runs").show_empty(EMPTY["runs"] if branch is not None else "")
        self.query_one(HeatMatrix).point_at(branch)
        self._show_titles()
        self._show_detail()

    def _show_titles(self) -> None:
        branch = self.table("order").cursor_id
        row = self._branches.get(str(branch)) if branch is not None else None
        of_branch = Content(f"Runs of {safe_text(row.branch, 60)} " if row is not None else "Runs ")
        for name, title in (
            ("order", Content("Order ")),
            ("runs", of_branch),
            ("hotspots", Content("Hotspots ")),
        ):
            table = self.table(name)
            of_all = f" of {table.row_count + table.hidden_count:,}" if table.filter_text else ""
            table.border_title = title + f"{table.row_count:,}{of_all}"
        if self._seen is not None:
            shared = len(self._seen.matrix.branches)
            of_all = f" · {shared} of {len(self._seen.plan.branches)} branches" if shared else ""
            self.query_one(HeatMatrix).border_title = f"Shared addresses{of_all}"
        self.show_tabs()

    def tab_title(self, name: str) -> str:
        counted = name in ("order", "runs", "hotspots")
        return f"{TITLES[name]} {self.table(name).row_count:,}" if counted else TITLES[name]

    def filter_changed(self) -> None:
        self._show_branch()

    # What is selected

    def subject_in(self, table: "RecordTable[Any]", row_id: Any) -> None:
        return None

    def _row(self) -> "BranchRow | RunRow | Hotspot | None":
        """Return the row that the focus is about: a run, a hotspot, or else the branch under the cursor."""
        focused = self.focused
        if isinstance(focused, RecordTable) and focused.id in ("runs", "hotspots"):
            rows: dict[str, Any] = self._runs if focused.id == "runs" else self._hotspots
            return rows.get(str(focused.cursor_id)) if focused.cursor_id is not None else None
        branch = self.table("order").cursor_id
        return self._branches.get(str(branch)) if branch is not None else None

    def _lines(self) -> "Sequence[Line]":
        row = self._row() if self._seen is not None else None
        if row is None or self._seen is None:
            return ()
        if isinstance(row, BranchRow):
            return branch_lines(row, self._seen.plan, tuple(self._runs.values()))
        return run_lines(row) if isinstance(row, RunRow) else hotspot_lines(row)

    def _show_detail(self) -> None:
        row = self._row()
        self.query_one(DetailPane).show((type(row), row[:2] if row is not None else None), self._lines())

    def copied(self) -> str:
        row = self._row()
        return row[0] if row is not None else ""

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

    @on(RecordTable.Chosen)
    def _chosen(self, event: "RecordTable.Chosen") -> None:
        if event.table.id == "order":
            self.go_to("runs")

    # What if

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "suppose" and not isinstance(self._row(), BranchRow | RunRow):
            return None
        if action == "undo_supposed" and (self._planning is None or not self._planning.can_undo):
            return None
        return super().check_action(action, parameters)

    def action_suppose(self) -> None:
        row, planning = self._row(), self._planning
        if planning is None:
            return
        if isinstance(row, BranchRow):
            if row.strategy == "released":
                told = "It is out of the plan because its runs are taken for released: mark those, or undo."
                self.app.notify(told, markup=False)
                return
            planning.suppose(planning.what_if.toggle_merged(row.branch))
        elif isinstance(row, RunRow):
            planning.suppose(planning.what_if.toggle_released(row.run_id))
        self.refresh_bindings()

    def action_undo_supposed(self) -> None:
        if self._planning is not None:
            self._planning.undo()
            self.refresh_bindings()

    # What it is good for elsewhere

    def action_export(self) -> None:
        if self._seen is None or self.live is None:
            self.app.notify("There is no plan yet.", severity="warning", markup=False)
            return
        made, name, now = self._seen.plan, self.live.repository.name, self.live.now()

        def write() -> str:
            return str(write_page("\n".join([*markdown_page(made, name), ""]), "merge-plan", now))

        async def export() -> None:
            try:
                path = await asyncio.to_thread(write)
            except MuseTuiError as error:
                self.app.notify(safe_text(error, 400), severity="error", markup=False)
            else:
                self.app.notify(f"Wrote {safe_text(path, 400)}", markup=False)

        self.app.run_worker(export(), exit_on_error=False)

    def action_semantic_plan(self) -> None:
        pair = self._pair()
        if pair is None or self.live is None:
            return
        if self._is_asking:
            self.app.notify("muse is being asked already.", severity="warning", markup=False)
            return
        ours, theirs = pair
        self._is_asking = True
        names = f"{safe_text(ours, 60)} and {safe_text(theirs, 60)}"
        self.app.notify(f"Asking muse about {names}; that may take a minute.", markup=False)
        self.app.run_worker(self._ask(self.live.repository, ours, theirs), exit_on_error=False)

    def _pair(self) -> tuple[str, str] | None:
        """Return the selected branch and the one before it for which it reworks most, or else the last before it."""
        branch = self.table("order").cursor_id
        row = self._branches.get(str(branch)) if branch is not None else None
        if row is None or row.place < 2:
            what = f"Nothing is merged before {safe_text(row.branch, 60)}" if row is not None else "Nothing is selected"
            self.app.notify(f"{what}: select a branch further down the order.", severity="warning", markup=False)
            return None
        before = next(each.branch for each in self._branches.values() if each.place == row.place - 1)
        return row.branch, row.reworked_for or before

    async def _ask(self, repository: "Repository", ours: str, theirs: str) -> None:
        from musetui.coordination.muse_command import plan_merge
        from musetui.tui.screens.semantic import SemanticScreen

        given_up = Event()
        try:
            answer = await asyncio.to_thread(plan_merge, repository, ours, theirs, given_up=given_up)
        except MuseCommandError as error:
            self.app.notify(safe_text(error, 600), severity="warning", markup=False)
            return
        finally:
            given_up.set()  # whoever leaves does not wait for a program
            self._is_asking = False
        if self.is_current:
            await self.app.push_screen(SemanticScreen(semantic_lines(answer, ours, theirs)))
        else:
            names = f"{safe_text(ours, 60)} and {safe_text(theirs, 60)}"
            self.app.notify(f"muse on {names}: {semantic_sentence(answer)}; m asks again.", markup=False)

    async def action_back(self) -> None:
        table = self.filtered_table()
        if table is not None and table.filter_text:
            self.action_clear_filter()
            return
        await self.app.run_action("show_dashboard")
