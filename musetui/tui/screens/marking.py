"""What all views share about marks: the keys that set them, and which reservations they mean."""

from typing import TYPE_CHECKING, Any

from musetui.tui.screens.filtering import FilteringScreen
from musetui.tui.widgets.marked_table import MarkedTable

if TYPE_CHECKING:
    from musetui.swarm.entity import Held
    from musetui.tui.subject import Subject
    from musetui.tui.widgets.record_table import RecordTable

MARKING = ("mark", "mark_range", "mark_down", "mark_up", "mark_all", "unmark_all")
"""The actions on marks."""


class MarkingScreen(FilteringScreen):
    """A screen with lists, in some of which rows can be marked. Marks count in the list that has the focus."""

    def subject_in(self, table: "RecordTable[Any]", row_id: Any) -> "Subject | None":
        """Return what a row of *table* stands for, or None."""
        raise NotImplementedError

    def marked_table(self) -> "MarkedTable[Any] | None":
        """Return the list with the focus, if rows can be marked there."""
        focused = self.focused
        return focused if isinstance(focused, MarkedTable) else None

    def marked(self) -> "list[Held]":
        """Return the reservations that the marked rows stand for, each once, in the order of the list."""
        table = self.marked_table()
        if table is None or self.live is None:
            return []
        found: dict[str, Held] = {}
        for row_id in table.marked():
            subject = self.subject_in(table, row_id)
            reservation_id = subject.reservation_id(self.live.swarm) if subject is not None else ""
            held = self.live.swarm.reservation(reservation_id) if reservation_id else None
            if held is not None:
                found.setdefault(reservation_id, held)
        return list(found.values())

    def drop_marks(self, reservation_ids: "set[str]") -> None:
        """Mark those reservations no more, in whatever list."""
        if self.live is None:
            return
        for table in self.query(MarkedTable):
            subjects = [(row_id, self.subject_in(table, row_id)) for row_id in table.marks]
            table.marks.drop(
                row_id
                for row_id, subject in subjects
                if subject is not None and subject.reservation_id(self.live.swarm) in reservation_ids
            )

    def action_mark(self) -> None:
        if table := self.marked_table():
            table.toggle_mark()

    def action_mark_range(self) -> None:
        if table := self.marked_table():
            table.mark_range()

    def action_mark_down(self) -> None:
        if table := self.marked_table():
            table.mark_and_go(1)

    def action_mark_up(self) -> None:
        if table := self.marked_table():
            table.mark_and_go(-1)

    def action_mark_all(self) -> None:
        if table := self.marked_table():
            table.mark_all()

    def action_unmark_all(self) -> None:
        if table := self.marked_table():
            table.marks.clear()
