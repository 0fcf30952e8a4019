"""The agents view: every run, who holds and shows no sign of life first."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from musetui.tui.presentation.runs import RUN_COLUMNS, RunRow, run_row
from musetui.tui.screens.list_view import ListView
from musetui.tui.subject import Subject, SubjectKind

if TYPE_CHECKING:
    from musetui.tui.live import Change


class AgentsView(ListView):
    """A row a run; enter shows its life."""

    TITLE_TEXT = "Agents"
    NAME = "agents"
    COLUMNS = RUN_COLUMNS
    SORT = "state"
    EMPTY = "No agents yet: a run appears here with the first record that names it."
    HINT = "Select a run to see how it stands with it; enter shows its life."

    def ids(self) -> Iterable[str]:
        assert self.live is not None
        return list(self.live.runs.runs())

    def row_of(self, row_id: str) -> RunRow | None:
        return run_row(row_id, self.live.runs, self.live.swarm) if self.live else None

    def concerned(self, change: "Change") -> Iterable[str]:
        return change.runs

    def subject_of(self, row_id: str) -> Subject:
        return Subject(SubjectKind.RUN, row_id)
