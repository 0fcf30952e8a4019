"""One run, whole: how it stands with it, and its life line by line, each of which can be opened."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, cast

from musetui.tui.presentation.run_life import LIFE_COLUMNS, LifeRow, run_life
from musetui.tui.screens.record import RecordView
from musetui.tui.styles import stylesheet
from musetui.tui.subject import Subject
from musetui.tui.vocabulary.life import life_vocabulary
from musetui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from musetui.filters.fields import Fields
    from musetui.tui.showing import Change


class RunView(RecordView):
    """What a run has now, and what it did; the keys that write act on the reservation under the cursor."""

    CSS_PATH = [stylesheet("run")]
    COLUMNS = LIFE_COLUMNS
    LIST_TITLE = "Life"
    LISTED = "life"
    LIST_EMPTY = "No record tells of it."
    GONE = "It has gone: no record names this run any more."
    FIRST = "#related"

    def vocabulary(self) -> "Fields[LifeRow]":
        return life_vocabulary()

    def rows(self) -> dict[Hashable, LifeRow]:
        assert self.live is not None
        return {row.key: row for row in run_life(str(self._subject.key), self.live)}

    def subject_of(self, row_id: Hashable) -> Subject:
        return cast("tuple[Subject, str]", row_id)[0]

    def paint(self, change: "Change") -> None:
        # What the lines tell is all of this run's own records and conflicts: others need not be looked at.
        if self._subject.key in change.runs:
            self.show_rows()
        self.show_detail()
        self.selection_changed()

    def tick(self) -> None:
        if self.live is not None:
            self.query_one(RecordTable).tick(self.live.now())
            self.show_detail()
