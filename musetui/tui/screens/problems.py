"""The problems view: what on disk is no record, and why; and at full length what the header has to cut."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from musetui.tui.presentation.problems import PROBLEM_COLUMNS, ProblemRow
from musetui.tui.screens.list_view import ListView
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.vocabulary.log import problem_vocabulary
from musetui.tui.widgets.top_bar import Fact

if TYPE_CHECKING:
    from musetui.filters.fields import Fields
    from musetui.tui.showing import Change


class ProblemsView(ListView):
    """A table of paths and reasons."""

    TITLE_TEXT = "Problems"
    NAME = "problems"
    COLUMNS = PROBLEM_COLUMNS
    SORT = "file"
    EMPTY = "No problems: every file in .muse/coordination is a record musetui can read."

    _told = ""

    def lists(self) -> Iterable[Widget]:
        yield Static(id="standing", markup=False)
        yield from super().lists()

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        super().show_facts(facts)
        told = "\n".join(fact.whole for fact in facts if fact.whole)
        if told != self._told:
            self._told = told
            standing = self.query_one("#standing", Static)
            standing.set_class(bool(told), "-told")
            standing.update(Content(told))

    def vocabulary(self) -> "Fields[ProblemRow]":
        return problem_vocabulary()

    def ids(self) -> Iterable[str]:
        assert self.live is not None
        return self.live.swarm.problems()

    def row_of(self, row_id: str) -> ProblemRow | None:
        reason = self.live.swarm.problem(row_id) if self.live else None
        return None if reason is None else ProblemRow(row_id, reason)

    def paint(self, change: "Change") -> None:
        if change.delta.problems:
            self.show_whole()

    def subject_of(self, row_id: str) -> Subject:
        return Subject(SubjectKind.PROBLEM, row_id)
