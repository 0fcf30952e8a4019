"""The problems view: what on disk is no record, and why."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from musetui.tui.actions import Place, bindings_named, bindings_of
from musetui.tui.presentation.problems import PROBLEM_COLUMNS, ProblemRow
from musetui.tui.screens.view import View
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from musetui.tui.live import Change

EMPTY = "No problems: every file in .muse/coordination is a record musetui can read."


class ProblemsView(View):
    """A table of paths and reasons."""

    BINDINGS = [*bindings_of(Place.PAGE), *bindings_named("open", "copy_id")]

    def body(self) -> Iterable[Widget]:
        table: RecordTable[ProblemRow] = RecordTable(
            PROBLEM_COLUMNS, row_of=self._row, empty=EMPTY, sort="file", clock=self.clock, id="problems", classes="pane"
        )
        table.border_title = "Problems"
        yield table

    def _row(self, path: str) -> ProblemRow | None:
        reason = self.live.swarm.problem(path) if self.live else None
        return None if reason is None else ProblemRow(path, reason)

    def on_mount(self) -> None:
        if self.is_composed:
            self.query_one(RecordTable).focus()

    def show_whole(self) -> None:
        assert self.live is not None
        problems = self.live.swarm.problems()
        table = self.query_one(RecordTable)
        table.load(problems)
        table.border_title = f"Problems {len(problems)}"

    def paint(self, change: "Change") -> None:
        if change.delta.problems:
            self.show_whole()

    @on(RecordTable.Chosen)
    async def _chosen(self) -> None:
        await self.action_open()

    async def action_back(self) -> None:
        await self.app.run_action("show_dashboard")

    def selected(self) -> Subject | None:
        path = self.query_one(RecordTable).cursor_id
        return Subject(SubjectKind.PROBLEM, path) if path is not None else None
