"""The agents view: every run, who holds and shows no sign of life first."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from musetui.tui.clock import Clock, now_utc
from musetui.tui.presentation.runs import RUN_COLUMNS, RunRow, run_row
from musetui.tui.screens.list_view import ListView
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.vocabulary.runs import run_vocabulary

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.filters.fields import Fields
    from musetui.tui.showing import Change


class AgentsView(ListView):
    """A row a run; enter shows its life."""

    TITLE_TEXT = "Agents"
    NAME = "agents"
    COLUMNS = RUN_COLUMNS
    SORT = "state"
    EMPTY = "No agents yet: a run appears here with the first record that names it."
    HINT = "Select a run to see how it stands with it; {open} shows its life."

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._is_whole = False

    def vocabulary(self) -> "Fields[RunRow]":
        return run_vocabulary()

    def ids(self) -> Iterable[str]:
        assert self.live is not None
        return list(self.live.runs.runs())

    def row_of(self, row_id: str) -> RunRow | None:
        return run_row(row_id, self.live.runs, self.live.swarm) if self.live else None

    def concerned(self, change: "Change") -> Iterable[str]:
        return change.runs

    def subject_of(self, row_id: str) -> Subject:
        return Subject(SubjectKind.RUN, row_id)

    # Runs are counted in slices when they are first asked for. Until all are, the cursor belongs to the first line.

    def paint(self, change: "Change") -> None:
        super().paint(change)
        self._look_if_whole()

    def tick(self) -> None:
        super().tick()
        self._look_if_whole()

    def show_status(self, status: "FeedStatus") -> None:
        assert self.live is not None
        self._is_whole = status.settled and self.live.runs.is_whole
        if self._is_whole:
            self.table.show_loaded()
        else:
            self.table.show_loading(*((0, 0) if status.settled else (status.loaded, status.total)))

    def _look_if_whole(self) -> None:
        if not self._is_whole and self.live is not None and self.live.runs.is_whole:
            self.show_status(self.live.status)
