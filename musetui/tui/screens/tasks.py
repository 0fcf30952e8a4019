"""The tasks view: every task with who claims it, and below, who waits for whom."""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.widget import Widget

from musetui.records.kinds import Kind
from musetui.tui.actions import Place, bindings_named, bindings_of
from musetui.tui.clock import Clock, now_utc
from musetui.tui.presentation.tasks import TASK_COLUMNS, TaskRow, task_row
from musetui.tui.presentation.waiting import WAIT_COLUMNS, WaitRow, wait_rows
from musetui.tui.screens.list_view import ListView
from musetui.tui.styles import stylesheet
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.vocabulary.tasks import task_vocabulary, wait_vocabulary
from musetui.tui.widgets.marked_table import MarkedTable
from musetui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.filters.fields import Fields
    from musetui.tui.showing import Change

FEW = 200
"""Waits that are worked out anew at once; of more, once a second is often enough."""

WaitKey = tuple[str, str]


class TasksView(ListView):
    """A row a task, and below it a tree of waits; tab goes from the one to the other."""

    CSS_PATH = [stylesheet("list"), stylesheet("tasks")]
    BINDINGS = [*bindings_named("reserve", "intend", "release", "extend"), *bindings_of(Place.MARKS)]
    PANES = 3
    TITLE_TEXT = "Tasks"
    NAME = "tasks"
    COLUMNS = TASK_COLUMNS
    SORT = "state"
    EMPTY = "No tasks yet: one appears here when an agent queues it, or claims it."
    HINT = "Select a task to see who claims it; {open} opens it."

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._silent: set[str] = set()
        self._waits: dict[Hashable, WaitRow] = {}
        self._at_waits = False
        self._waits_differ = False

    def lists(self) -> Iterable[Widget]:
        yield from super().lists()
        waiting: MarkedTable[WaitRow] = MarkedTable(
            WAIT_COLUMNS,
            row_of=lambda row_id: self._waits.get(row_id),
            empty="Nobody waits: no reservation that is held names another one in a dependency.",
            sort="tree",
            clock=self.clock,
            fields=wait_vocabulary(),
            id="waiting",
            classes="pane list",
        )
        waiting.border_title = "Who waits for whom"
        yield waiting

    def vocabulary(self) -> "Fields[TaskRow]":
        return task_vocabulary()

    @property
    def waiting(self) -> "RecordTable[WaitRow]":
        """The list of who waits for whom."""
        return self.query_one("#waiting", RecordTable)

    @property
    def current(self) -> "RecordTable[Any]":
        return self.waiting if self._at_waits else self.table

    # Tasks

    def ids(self) -> Iterable[str]:
        assert self.live is not None
        swarm = self.live.swarm
        claimants = {sighting.record.holder for claimed in swarm.claims() for sighting in claimed.sightings}
        self._silent = {run_id for run_id in claimants if swarm.is_silent(run_id)}
        return swarm.ids(Kind.TASK) | swarm.ids(Kind.CLAIM)

    def row_of(self, row_id: str) -> TaskRow | None:
        return task_row(row_id, self.live.swarm) if self.live else None

    def concerned(self, change: "Change") -> Iterable[str]:
        assert self.live is not None
        swarm = self.live.swarm
        found = change.delta.touched(Kind.TASK) | change.delta.touched(Kind.CLAIM)
        for run_id in change.delta.runs:
            # A run has nearly always just written something. Only where it turned silent do its claims look different.
            if (run_id in self._silent) != swarm.is_silent(run_id):
                self._silent ^= {run_id}
                found.update(swarm.kind_of_run(Kind.CLAIM, run_id))
        return found

    def subject_of(self, row_id: str | WaitKey) -> Subject:
        if isinstance(row_id, str):
            return Subject(SubjectKind.TASK, row_id)
        return Subject(SubjectKind.RESERVATION, row_id[1])

    # Waits

    def _show_waits(self) -> None:
        """Work out anew who waits for whom, and paint of that what differs."""
        assert self.live is not None
        self._waits_differ = False
        rows, complete = wait_rows(self.live.swarm)
        now: dict[Hashable, WaitRow] = {row.key: row for row in rows}
        before = self._waits
        self._waits = now
        self.waiting.apply(now.keys() - before.keys(), now.keys() & before.keys(), before.keys() - now.keys())
        count = f"{sum(1 for row in rows if row.waiter):,}{'' if complete else '+'}"
        self.waiting.border_title = f"Who waits for whom {count}"

    def _concerns_waits(self, change: "Change") -> bool:
        assert self.live is not None
        swarm = self.live.swarm
        if change.delta.touched(Kind.DEPENDENCY):
            return True
        return any(
            swarm.entity(Kind.DEPENDENCY, reservation_id) is not None or swarm.waiting_on(reservation_id)
            for reservation_id in change.delta.touched(Kind.RESERVATION)
        )

    # Both

    def show_whole(self) -> None:
        self._show_waits()
        super().show_whole()

    def paint(self, change: "Change") -> None:
        if self._concerns_waits(change):
            self._waits_differ = True
            if len(self._waits) <= FEW:
                self._show_waits()
        super().paint(change)

    def tick(self) -> None:
        if self.live is not None:
            if self._waits_differ:
                self._show_waits()
            self.waiting.tick(self.live.now())
        super().tick()

    def show_status(self, status: "FeedStatus") -> None:
        if status.settled:
            self.waiting.show_loaded()
        else:
            self.waiting.show_loading(status.loaded, status.total)
        super().show_status(status)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, RecordTable):
            # The detail goes on about the list that one came from.
            self._at_waits = event.widget is self.waiting
        if self.is_showing:
            self.show_detail()
            self.selection_changed()
