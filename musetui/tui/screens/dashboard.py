"""The dashboard: reservations here and elsewhere, conflicts, intents, the selected record and what happened."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from heapq import nsmallest
from itertools import count, islice
from typing import TYPE_CHECKING, Any, cast

from textual import events, on
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from musetui.filters.vocabulary.conflicts import conflict_vocabulary
from musetui.filters.vocabulary.entities import intent_vocabulary
from musetui.filters.vocabulary.reservations import reservation_vocabulary
from musetui.forecast.conflict import rank_of
from musetui.records.kinds import Kind
from musetui.tui.actions import Place, bindings_of
from musetui.tui.clock import Clock, now_utc
from musetui.tui.keymap import keymap_of
from musetui.tui.panes import COUNTED, LISTS, PANES, PARENTS, TITLES
from musetui.tui.presentation.activity import ACTIVITY_COLUMNS
from musetui.tui.presentation.conflicts import CONFLICT_COLUMNS
from musetui.tui.presentation.intents import INTENT_COLUMNS
from musetui.tui.presentation.reservations import RESERVATION_COLUMNS
from musetui.tui.screens.late_order import MANY, LateOrder
from musetui.tui.screens.paned_view import PanedView
from musetui.tui.styles import stylesheet
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.vocabulary.log import event_vocabulary
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.marked_table import MarkedTable
from musetui.tui.widgets.marks import Marks
from musetui.tui.widgets.panes import Panes
from musetui.tui.widgets.record_table import RecordTable
from musetui.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.filters.fields import Fields
    from musetui.forecast.conflict import Conflict, ConflictKey
    from musetui.forecast.conflict_delta import ConflictDelta
    from musetui.swarm.activity import Event
    from musetui.swarm.entity import Entity, Held
    from musetui.tui.presentation.cells import Column
    from musetui.tui.showing import Change

EMPTY = {
    "local": "No reservations yet. An agent makes one with `muse coord reserve`, or {reserve}.",
    "remote": "Nothing pulled from a hub yet: reservations of other machines appear here.",
    "conflicts": "No conflicts: no two runs claim one task, or hold the same address, or one inside another.",
    "intents": "No intents yet. Select a reservation and {intend} to announce one.",
    "activity": "Nothing has happened yet.",
}
SORTS = {"local": "state", "remote": "state", "conflicts": "risk", "intents": "age", "activity": "time"}
_MARKED = ("local", "remote", "intents")
"""The lists in which rows can be marked: each row stands for one reservation."""

FILLED_WITH = 2_000
"""Conflicts that come at once and are more than there were, from which on the list is filled anew."""

HINT = "Select a record to see it whole: its lease, its history, its conflicts."


class Dashboard(PanedView):
    """The first view; see the module."""

    # Of the forms and the other views too, which only come after it: the first paint need not wait for them.
    CSS_PATH = [stylesheet(name) for name in ("dashboard", "forms", "record")]
    BINDINGS = bindings_of(Place.DASHBOARD, Place.RECORD, Place.MARKS, Place.VIEW)
    PANES = len(PANES)
    PARENTS = PARENTS
    ARRANGED = "dashboard"

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._subject: Subject | None = None
        self._arrived = 0
        self._marks = Marks()
        self._events: dict[int, Event] = {}

    def body(self) -> Iterable[Widget]:
        yield TabStrip()
        with Panes(id="panes"):
            with Horizontal(id="upper"):
                with Vertical(id="left"):
                    yield self._table("local", RESERVATION_COLUMNS, self._reservation)
                    yield self._table("remote", RESERVATION_COLUMNS, self._reservation)
                with Vertical(id="right"):
                    conflicts = self._table("conflicts", CONFLICT_COLUMNS, self._conflict)
                    self._late = LateOrder(conflicts)
                    yield conflicts
                    yield self._table("intents", INTENT_COLUMNS, self._intent)
            with Horizontal(id="lower"):
                detail = DetailPane(HINT, id="detail", classes="pane")
                detail.border_title = TITLES["detail"]
                yield detail
                yield self._table("activity", ACTIVITY_COLUMNS, self._event)

    def _table(
        self, name: str, columns: "Sequence[Column[Any]]", row_of: Callable[[Hashable], Any]
    ) -> "RecordTable[Any]":
        keys = keymap_of(self.app)
        kind: type[RecordTable[Any]] = MarkedTable if name in _MARKED else RecordTable
        # A remote reservation that turns up here moves over: its mark goes with it.
        shared: dict[str, Any] = {"marks": self._marks} if name in ("local", "remote") else {}
        if name == "conflicts":
            shared["quick_keys"] = dict.fromkeys(("risk", "sure"), self._conflict_key)
        table = kind(
            columns,
            **shared,
            row_of=row_of,
            empty=EMPTY[name].format(reserve=keys.press("reserve"), intend=keys.press("intend")),
            sort=SORTS[name],
            fields=self._vocabulary(name),
            clock=self.clock,
            reverse=name == "activity",
            id=name,
            classes="pane",
        )
        table.border_title = TITLES[name]
        return table

    def _vocabulary(self, name: str) -> "Fields[Any]":
        """Return what a filter can name of the rows of a list."""
        if name == "conflicts":
            return conflict_vocabulary()
        if name == "intents":
            return intent_vocabulary(lambda: self.live)
        return event_vocabulary() if name == "activity" else reservation_vocabulary(lambda: self.live)

    def _reservation(self, row_id: Hashable) -> "Held | None":
        return self.live.swarm.reservation(str(row_id)) if self.live else None

    def _intent(self, row_id: Hashable) -> "Entity | None":
        return self.live.swarm.entity(Kind.INTENT, str(row_id)) if self.live else None

    def _conflict(self, row_id: Hashable) -> "Conflict | None":
        return self.live.conflicts.conflict(cast("ConflictKey", row_id)) if self.live else None

    def _conflict_key(self, row_id: Hashable) -> "tuple[float, float, ConflictKey] | None":
        key = cast("ConflictKey", row_id)
        since = self.live.conflicts.since(key) if self.live else None
        return None if self.live is None or since is None else rank_of(self.live.conflicts.confidence(key), since, key)

    def _event(self, row_id: Hashable) -> "Event | None":
        return self._events.get(cast("int", row_id))

    def on_mount(self) -> None:
        if self.is_composed:
            self.table("local").focus()
            self.place_panes()

    def table(self, name: str) -> "RecordTable[Any]":
        """Return the list of that name."""
        return self.query_one(f"#{name}", RecordTable)

    # The picture

    def show_whole(self) -> None:
        assert self.live is not None
        swarm = self.live.swarm
        local: list[str] = []
        remote: list[str] = []
        for held in swarm.reservations():
            (local if held.is_local else remote).append(held.record_id)
        self.table("local").fill(local)
        self.table("remote").fill(remote)
        self.table("intents").fill(list(swarm.ids(Kind.INTENT)))
        self._late.forget()
        self.table("conflicts").fill(list(self.live.conflicts.unranked()))
        self._load_activity()
        self.show_status(self.live.status)
        self._show_counts()
        self._show_detail()
        self.selection_changed()

    def action_clear_filter(self) -> None:
        table = self.filtered_table()
        if table is not None and table.filter_text:
            self.show_all(table)
        else:
            self.app.call_later(self.app.run_action, "show_now")

    def paint(self, change: "Change") -> None:
        assert self.live is not None
        delta = change.delta
        kind = Kind.RESERVATION
        self._paint_reservations(delta.appeared[kind] | delta.changed[kind], delta.left[kind])
        kind = Kind.INTENT
        self.table("intents").apply(delta.appeared[kind], delta.changed[kind], delta.left[kind])
        self._paint_conflicts(change.conflicts)
        self._paint_activity()
        self._show_counts()
        self._show_detail()
        self.selection_changed()

    def _paint_conflicts(self, differing: "ConflictDelta") -> None:
        """Put each conflict in its place: it takes up to half a millisecond to find out where that is."""
        assert self.live is not None
        appeared, changed = differing.appeared, differing.changed
        is_reading = not self.live.status.settled
        table = self.table("conflicts")
        if len(appeared) > max(FILLED_WITH, table.row_count):
            # Nearly all that there are: in one order they are sooner than each in its place.
            self._late.forget()
            table.fill(list(self.live.conflicts.unranked()))
            return
        if len(appeared) + len(changed) > MANY:
            appeared, changed = set(), set(self._late.put_off(appeared | changed))
        elif is_reading:
            changed = set(self._late.put_off(changed))
        table.apply(appeared, changed, differing.left)
        if self._late.is_behind and not is_reading:
            self._late.catch_up()

    def _paint_reservations(self, touched: "set[str]", left: "set[str]") -> None:
        """Put each reservation into the pane it belongs to: a remote one that turns up here moves over."""
        assert self.live is not None
        here: set[str] = set()
        there: set[str] = set()
        for reservation_id in touched:
            held = self.live.swarm.reservation(reservation_id)
            if held is not None:
                (here if held.is_local else there).add(reservation_id)
        for name, mine, others in (("local", here, there), ("remote", there, here)):
            table = self.table(name)
            known = {row_id for row_id in mine if table.holds(row_id)}
            gone = {row_id for row_id in left | others if table.holds(row_id)}
            table.apply(mine - known, known, gone)

    def _load_activity(self) -> None:
        """Show the whole log. Events have no ids of their own: here they are numbered as they arrive."""
        assert self.live is not None
        activity = self.live.swarm.activity
        self._arrived = activity.arrived
        self._events = dict(zip(count(self._arrived, -1), activity, strict=False))
        self.table("activity").load(list(self._events))

    def _paint_activity(self) -> None:
        """Add what is new to the log, and drop what is too old for it."""
        assert self.live is not None
        activity = self.live.swarm.activity
        if activity.arrived < self._arrived:  # an earlier moment is shown
            self._load_activity()
            return
        fresh = min(activity.arrived - self._arrived, len(activity))
        if not fresh:
            return
        self._arrived = activity.arrived
        news = dict(zip(count(self._arrived, -1), islice(activity, fresh), strict=False))
        self._events.update(news)
        old = nsmallest(len(self._events) - len(activity), self._events)
        self.table("activity").apply(news, (), old)
        for number in old:
            del self._events[number]

    def _show_counts(self) -> None:
        assert self.live is not None
        for name in COUNTED:
            table = self.table(name)
            of_all = f" of {table.row_count + table.hidden_count:,}" if table.filter_text else ""
            title = f"{TITLES[name]} {table.row_count:,}{of_all}"
            if table.border_title != title:
                table.border_title = title
        self.show_tabs()

    def filter_changed(self) -> None:
        self._show_counts()
        if self._filtered is not None:
            self._select(self._filtered)

    def tab_title(self, name: str) -> str:
        return f"{name.capitalize()} {self.table(name).row_count:,}" if name in COUNTED else name.capitalize()

    def show_status(self, status: "FeedStatus") -> None:
        if status.settled and self.live is not None:
            # What is read at the start is filed by when it happened, not by when it was read.
            self._load_activity()
        for name in LISTS:
            if status.settled:
                self.table(name).show_loaded()
            else:
                self.table(name).show_loading(status.loaded, status.total)
        if status.settled:
            self._late.catch_up()

    def tick(self) -> None:
        if self.live is None:
            return
        now = self.live.now()
        for name in LISTS:
            self.table(name).tick(now)
        self._show_detail()

    # What is selected

    def selected(self) -> Subject | None:
        # Keys may come faster than messages: what counts is where the cursor is, not what the detail shows as yet.
        focused = self.focused
        return self._under_cursor(focused) if isinstance(focused, RecordTable) else self._subject

    @on(RecordTable.Highlighted)
    def _highlighted(self, event: "RecordTable.Highlighted") -> None:
        if event.table.has_focus or self._subject is None:
            self._select(event.table)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, RecordTable):
            self._select(event.widget)

    @on(RecordTable.Chosen)
    async def _chosen(self, event: "RecordTable.Chosen") -> None:
        self._select(event.table)
        await self.action_open()

    def _select(self, table: "RecordTable[Any]") -> None:
        self._subject = self._under_cursor(table)
        self._show_detail()
        self.selection_changed()

    def _under_cursor(self, table: "RecordTable[Any]") -> Subject | None:
        row_id = table.cursor_id
        return self.subject_in(table, row_id) if row_id is not None else None

    def subject_in(self, table: "RecordTable[Any]", row_id: Any) -> Subject | None:
        if table.id in ("local", "remote"):
            return Subject(SubjectKind.RESERVATION, row_id)
        if table.id == "intents":
            return Subject(SubjectKind.INTENT, row_id)
        if table.id == "conflicts":
            return Subject(SubjectKind.CONFLICT, row_id)
        event = self._event(row_id)
        return Subject.of_event(event) if event else None

    def _show_detail(self) -> None:
        if self.live is not None and self.is_in_sight:
            lines = self._subject.lines(self.live, self.live.now()) if self._subject else ()
            self.query_one(DetailPane).show(self._subject, lines)
