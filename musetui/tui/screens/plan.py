"""The merge plan: in which order the branches are best merged, why, what each two share, and where it is hot."""

from typing import TYPE_CHECKING, Any

from textual import on

from musetui.errors import MuseTuiError
from musetui.forecast.hotspots import Hotspot
from musetui.forecast.plan_page import markdown_page
from musetui.records.text import safe_text
from musetui.tui.actions import PANED, Place, bindings_named, bindings_of
from musetui.tui.asking_muse import AskingMuse
from musetui.tui.clock import Clock, now_utc
from musetui.tui.held_at import subject_at
from musetui.tui.planning import Foresight, Planning
from musetui.tui.presentation.plan import BranchRow, RunRow
from musetui.tui.screens.plan_panes import PlanPanes
from musetui.tui.styles import stylesheet
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.worker import Worker

    from musetui.coordination.feed import FeedStatus
    from musetui.tui.screens.export_form import Format, Tell
    from musetui.tui.showing import Change


class PlanView(PlanPanes):
    """The view of the plan, made anew as what is held differs, and what if something were merged or released."""

    CSS_PATH = [stylesheet("plan")]
    BINDINGS = [
        *bindings_of(Place.PLAN, Place.PAGE, Place.VIEW),
        *bindings_named("open", "edit", "copy_id", *PANED),
    ]

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._planning: Planning | None = None
        self._worker: Worker[None] | None = None
        self._missed = False
        self._asking = AskingMuse(self)

    # The picture

    def show_whole(self) -> None:
        assert self.live is not None
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
        self._planning = Planning(self.live.swarm, self._show)
        self._keep_planning()
        self.show_status(self.live.status)

    def show_status(self, status: "FeedStatus") -> None:
        if status.settled:
            self.table("order").show_loaded()
            self._look()
        else:
            # To plan what is read in part would cost much, and mean nothing.
            self.table("order").show_loading(status.loaded, status.total)

    def paint(self, change: "Change") -> None:
        if self._planning is not None and self._planning.follow(change.delta):
            self._look()

    def changed_out_of_sight(self, change: "Change") -> None:
        self.paint(change)  # the work of the runs is kept up to date; it is not planned

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
                self._keep_planning()

    def _keep_planning(self) -> None:
        """Have plans made; also again, where a defect put an end to that, of which the app told."""
        if self._planning is not None and (self._worker is None or self._worker.is_finished):
            self._worker = self.app.run_worker(self._planning.run(), exit_on_error=False)

    def on_screen_resume(self) -> None:
        if self.is_showing and self.live is not None and (self._missed or self.seen is None):
            self.show_status(self.live.status)

    def _show(self, seen: Foresight) -> None:
        if self.is_showing:
            self.show_plan(seen)

    # What is selected

    def subject_in(self, table: "RecordTable[Any]", row_id: Any) -> None:
        return None

    def selected(self) -> Subject | None:
        row = self.row()
        if isinstance(row, RunRow):
            return Subject(SubjectKind.RUN, row.run_id)
        if isinstance(row, Hotspot) and self.live is not None:
            return subject_at(row.address, self.live)
        return None

    def commanded(self) -> Subject | None:
        row = self.row()
        return Subject(SubjectKind.BRANCH, row.branch) if isinstance(row, BranchRow) else self.selected()

    async def action_open(self) -> None:
        """Open the life of a run, or what is at a hotspot; a branch leads to its runs."""
        if isinstance(self.row(), BranchRow):
            self.go_to("runs")
        else:
            await super().action_open()

    def copied(self) -> str:
        row = self.row()
        return row[0] if row is not None else ""

    @on(RecordTable.Chosen)
    async def _chosen(self) -> None:
        await self.action_open()

    # What if

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "suppose" and not isinstance(self.row(), BranchRow | RunRow):
            return None
        if action == "undo_supposed" and (self._planning is None or not self._planning.can_undo):
            return None
        return super().check_action(action, parameters)

    def action_suppose(self) -> None:
        row, planning = self.row(), self._planning
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
        self._keep_planning()
        self.refresh_bindings()

    def action_undo_supposed(self) -> None:
        if self._planning is not None:
            self._planning.undo()
            self._keep_planning()
            self.refresh_bindings()

    # What it is good for elsewhere

    def export_formats(self, table: "RecordTable[Any]") -> "Iterator[Format]":
        from musetui.tui.export.file import proposed
        from musetui.tui.screens.export_form import Format

        yield from super().export_formats(table)
        if self.seen is not None and self.live is not None:
            name = proposed("review", self.live.now(), "md")
            yield Format("Review", "md", name, "the whole plan as a page for a review, as Markdown", self._write_page)

    async def _write_page(self, name: str | None, may_number: bool, _tell: "Tell") -> str:
        if self.seen is None or self.live is None:
            raise MuseTuiError("There is no plan yet.")
        made, live, now = self.seen.plan, self.live, self.live.now()

        def page() -> str:
            return "\n".join([*markdown_page(made, live.repository.name, live.branch, now), ""])

        return await self.put(page, "the page for a review", name, may_number)

    def action_semantic_plan(self) -> None:
        pair = self._pair()
        if self.live is not None and not self.live.repository.is_here:
            self.app.notify(
                "A recording holds nothing that muse could be asked about.", severity="warning", markup=False
            )
        elif pair is not None and self.live is not None:
            self._asking.ask(self.live.repository, *pair)

    def _pair(self) -> tuple[str, str] | None:
        """Return the selected branch and the one before it for which it reworks most, or else the last before it."""
        branch = self.table("order").cursor_id
        row = self.branches.get(str(branch)) if branch is not None else None
        if row is None or row.place < 2:
            what = f"Nothing is merged before {safe_text(row.branch, 60)}" if row is not None else "Nothing is selected"
            self.app.notify(f"{what}: select a branch further down the order.", severity="warning", markup=False)
            return None
        before = next(each.branch for each in self.branches.values() if each.place == row.place - 1)
        return row.branch, row.reworked_for or before

    async def action_back(self) -> None:
        table = self.filtered_table()
        if table is not None and table.filter_text:
            self.action_clear_filter()
            return
        await self.app.run_action("show_dashboard")
