"""The timeline: who held what from when to when, and the way to any moment of it."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.widget import Widget

from musetui.swarm.moments import micros
from musetui.tui.actions import Place, bindings_named, bindings_of
from musetui.tui.clock import Clock, now_utc
from musetui.tui.keymap import keymap_of
from musetui.tui.presentation.cells import Span, Style
from musetui.tui.presentation.detail import Line
from musetui.tui.presentation.lane_gathering import LaneGathering
from musetui.tui.presentation.lanes import LANE_COLUMNS, Grouping, Lane, lane_lines, leases_of, legend
from musetui.tui.presentation.time_axis import SECOND, Axis, nearest_moment
from musetui.tui.presentation.time_text import ago, day_text, duration
from musetui.tui.screens.list_view import ListView
from musetui.tui.showing import SLICE
from musetui.tui.soon import soon
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.vocabulary.lanes import lane_vocabulary
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.lane_table import LaneTable

if TYPE_CHECKING:
    from musetui.filters.fields import Fields
    from musetui.tui.app import MuseTui
    from musetui.tui.showing import Change
    from musetui.tui.travel import Travel

GATHERED_EVERY = 1.0
GATHERING_REST = 10.0
"""Between two gatherings of the lanes, of which each looks at every lease, there are so many seconds, or so many times
as long as the last one took, if that is longer: looking through the past goes on meanwhile."""

ROWS_AT_ONCE = 100
"""Rows taken in between two looks at the time: about two milliseconds' work."""

COARSE = 10
"""Columns that one goes at once with shift."""

NOT_RECORDED = "of no moment: which branch was checked out, how it stood with a hub, and who called whom"
"""What no recording tells."""

FIRST_SHOWN = timedelta(hours=2)
"""How much time is shown at first, where so much is known."""


class TimelineView(ListView):
    """A row a lane; below it, where one wants them, a row for each of its leases."""

    BINDINGS = [
        *bindings_of(Place.TIMELINE, Place.PAGE, Place.VIEW),
        *bindings_named("open", "copy_id"),
    ]
    TITLE_TEXT = "Timeline"
    NAME = "lanes"
    COLUMNS = LANE_COLUMNS
    SORT = "lane"
    EMPTY = "Nothing is known of the past: no reservation was ever made here."

    def __init__(self, read_only: str = "", clock: Clock = now_utc) -> None:
        super().__init__(read_only, clock)
        self._grouping = Grouping.AGENT
        self._lanes: dict[str, Lane] = {}
        self._rows: dict[tuple[str, ...], Lane] = {}
        self._unfolded: set[str] = set()
        self._axis: Axis | None = None
        self._gathered: tuple[object, ...] = ()
        self._gathered_at = 0.0
        self._spent = 0.0  # seconds of work that the gathering took, or has taken so far
        self._is_gathering = False
        self._work: Iterator[None] = iter(())
        self._about: tuple[tuple[str, ...], tuple[Line, ...]] = ((), ())
        self._is_whole = False  # all of the past was known when the lanes were gathered last

    @property
    def _travel(self) -> "Travel | None":
        return cast("MuseTui", self.app).travel

    def lists(self) -> Iterable[Widget]:
        yield LaneTable(
            LANE_COLUMNS,
            row_of=self._rows.get,
            within=self._rows_within,
            all_within=self._all_within,
            empty=self.EMPTY,
            sort=self.SORT,
            clock=self.clock,
            fields=lane_vocabulary(),
            id=self.NAME,
            classes="pane list",
        )

    def vocabulary(self) -> "Fields[Lane]":
        return lane_vocabulary()

    @property
    def table(self) -> LaneTable:
        return self.query_one(LaneTable)

    # The lanes, and which of them are unfolded

    def ids(self) -> Iterable[tuple[str, ...]]:
        return list(self._rows)

    def row_of(self, row_id: Any) -> Lane | None:
        return self._rows.get(row_id)

    def concerned(self, change: "Change") -> Iterable[tuple[str, ...]]:
        return ()

    def subject_of(self, row_id: Any) -> Subject | None:
        lane = self._rows.get(row_id)
        if lane is None:
            return None
        if lane.is_lease:
            return Subject(SubjectKind.RESERVATION, lane.path[1])
        return Subject(SubjectKind.RUN, lane.path[0]) if self._grouping is Grouping.AGENT else None

    def _rows_within(self, row_id: Any) -> Iterable[tuple[str, ...]]:
        return self._all_within(row_id) if row_id[0] in self._unfolded else ()

    def _all_within(self, row_id: Any) -> Iterable[tuple[str, ...]]:
        lane = self._lanes.get(row_id[0])
        return () if lane is None or len(row_id) > 1 else (row.path for row in leases_of(lane))

    def _gather(self) -> None:
        """Begin to gather the lanes anew, if more is known than before, or they are to be others."""
        travel = self._travel
        if travel is None or travel.leases is None or travel.survey is None or self._is_gathering:
            return
        known = (self._grouping, travel.leases.done, len(travel.survey.episodes), travel.is_behind)
        if known == self._gathered:
            return
        self._gathered, self._is_gathering, self._spent = known, True, 0.0
        is_whole = not travel.is_behind
        gathering = LaneGathering(travel.leases.of.values(), travel.survey.episodes.every(), self._grouping)

        def take_over() -> Iterator[None]:
            self._lanes = gathering.lanes
            yield from self._lay_out()
            self._gathered_at, self._is_gathering, self._is_whole = time.monotonic(), False, is_whole

        self._work = chain(gathering.steps(), take_over())
        self._go_on(self._work)

    def _go_on(self, work: Iterator[None]) -> None:
        """Go on for a slice, unless there is other work by now."""
        if work is not self._work or not self.is_attached:
            return
        began = time.perf_counter()
        for _ in work:
            if time.perf_counter() > began + SLICE:
                self._spent += time.perf_counter() - began
                soon(self, lambda: self._go_on(work))
                return
        self._show_title()
        self.show_detail()

    def _lay_out(self) -> Iterator[None]:
        """Have the list hold the lanes, and the leases of those that are unfolded, in parts."""
        rows: dict[tuple[str, ...], Lane] = {}
        new: list[Lane] = []
        for lane in self._lanes.values():
            within = leases_of(lane) if lane.path[0] in self._unfolded else ()
            for number, row in enumerate(chain((lane,), within), 1):
                rows[row.path] = row
                if self._rows.get(row.path) != row:
                    new.append(row)
                if not number % ROWS_AT_ONCE:
                    yield
            yield
        left = [path for path in self._rows if path not in rows]
        for place in range(0, len(left), ROWS_AT_ONCE):
            gone = left[place : place + ROWS_AT_ONCE]
            for path in gone:
                self._rows.pop(path, None)
            self.table.apply(left=gone)
            yield
        for place in range(0, len(new), ROWS_AT_ONCE):
            some = new[place : place + ROWS_AT_ONCE]
            appeared = [row.path for row in some if row.path not in self._rows]
            self._rows.update((row.path, row) for row in some)
            self.table.apply(appeared, [row.path for row in some])
            yield

    def title_note(self) -> str:
        travel = self._travel
        doing = " · looking through the past…" if travel is None or travel.is_behind else ""
        return f" by {self._grouping.value}{doing}"

    # The picture

    def show_whole(self) -> None:
        self.travelled()

    def paint(self, change: "Change") -> None:
        self.show_detail()

    def tick(self) -> None:
        self.travelled()

    def travelled(self) -> None:
        travel = self._travel
        if travel is None or not self.is_showing:
            return
        if travel.leases is None:
            self.table.show_loading(0, 0)
            return
        self.table.show_loaded()
        rested = time.monotonic() - self._gathered_at
        if (not travel.is_behind and not self._is_whole) or rested >= max(GATHERED_EVERY, self._spent * GATHERING_REST):
            self._gather()
        self._show_axis()
        self._show_title()
        self.show_detail()

    def _show_axis(self) -> None:
        travel = self._travel
        if travel is None:
            return
        at, now = micros(travel.at), micros(self._now())
        if self._axis is None:
            begins = micros(max(travel.begins, min(travel.at, self._now()) - FIRST_SHOWN))
            self._axis = self._around(begins, now)
        self._axis = self._axis.showing(at)
        self.table.look_at(self._axis, at, now)

    def _around(self, begins: int, ends: int) -> Axis:
        """Return an axis on which both moments are seen, with some room around them."""
        length = max(ends - begins, 60 * SECOND)
        return Axis(begins - length // 10, ends + length // 6, self.table.axis.columns)

    def _now(self) -> Any:
        """Return this moment, whatever is shown (aware)."""
        live = cast("MuseTui", self.app).live
        assert live is not None
        return live.now()

    def show_detail(self) -> None:
        travel = self._travel
        if travel is None or self.live is None:
            return
        lane = self._rows.get(cast("tuple[str, ...]", self.table.cursor_id))
        path = lane.path if lane is not None else ()
        # On the way from one moment to another there is no picture: what was told of the lane stays meanwhile.
        if travel.is_there or path != self._about[0]:
            about = lane_lines(lane, micros(travel.at), travel.showing.swarm) if lane is not None else ()
            self._about = (path, tuple(about))
        lines = [*self._moment_lines(travel), legend(), *self._about[1]]
        self.query_one("#about", DetailPane).show("lane", lines)

    def _moment_lines(self, travel: "Travel") -> Iterable[Line]:
        """Yield which moment it is, how it stood then, and what is not known of it."""
        replay = cast("MuseTui", self.app).replay
        if travel.moment is None:
            keys = keymap_of(self.app)
            told = "now" if replay is None else f"{day_text(replay.ends)}, the recording's end"
            yield Line("moment", (Span(told, Style.STRONG), Span(f"   {keys.press('earlier')} goes back", Style.DIM)))
        else:
            when = ago(travel.moment, self._now())
            if replay is not None:
                when = f"{duration(replay.ends - travel.moment)} before the recording's end"
            speed = f"   {'playing' if travel.is_playing else 'stopped'}, {travel.speed}×"
            yield Line("moment", (Span(f"{day_text(travel.moment)}, {when}", Style.STRONG), Span(speed, Style.DIM)))
        unknown = travel.past.unknown.sentences() if travel.past is not None else []
        if replay is not None:
            unknown += [*replay.known.remarks, NOT_RECORDED]
        for place, sentence in enumerate(unknown):
            yield Line("not known" if place == 0 else "", (Span(sentence, Style.SILENT),))

    # Through time

    def _go(self, columns: int) -> None:
        travel = self._travel
        if travel is not None and self._axis is not None:
            travel.pause()
            travel.go(nearest_moment(micros(travel.at) + columns * self.table.axis.cell))

    def action_earlier(self) -> None:
        self._go(-1)

    def action_later(self) -> None:
        self._go(1)

    def action_much_earlier(self) -> None:
        self._go(-COARSE)

    def action_much_later(self) -> None:
        self._go(COARSE)

    def action_previous_event(self) -> None:
        self._go_to_event(forward=False)

    def action_next_event(self) -> None:
        self._go_to_event(forward=True)

    def _go_to_event(self, *, forward: bool) -> None:
        travel = self._travel
        if travel is None:
            return
        found = travel.event(forward=forward)
        if found is not None:
            travel.pause()
            travel.go(found)
        elif forward:
            travel.back()
        else:
            self.warn("Nothing is known of anything before.")

    def action_first_moment(self) -> None:
        if travel := self._travel:
            travel.pause()
            travel.go(travel.begins)

    def action_last_moment(self) -> None:
        if travel := self._travel:
            travel.back()

    def action_play(self) -> None:
        if travel := self._travel:
            if travel.is_playing:
                travel.pause()
                self.travelled()
            else:
                travel.play()

    def action_faster(self) -> None:
        if travel := self._travel:
            travel.faster(1)

    def action_slower(self) -> None:
        if travel := self._travel:
            travel.faster(-1)

    @on(LaneTable.Pointed)
    def _pointed(self, event: LaneTable.Pointed) -> None:
        if travel := self._travel:
            travel.pause()
            travel.go(nearest_moment(event.at))

    # What is shown of it

    def _zoom(self, factor: float) -> None:
        if self._axis is not None and self._travel is not None:
            self._axis = self._axis.zoomed(factor, micros(self._travel.at))
            self._show_axis()

    def action_zoom_in(self) -> None:
        self._zoom(0.5)

    def action_zoom_out(self) -> None:
        self._zoom(2)

    def action_zoom_all(self) -> None:
        if self._travel is not None:
            self._axis = self._around(micros(self._travel.begins), micros(self._now()))
            self._show_axis()

    def action_group_by(self) -> None:
        groupings = list(Grouping)
        self._grouping = groupings[(groupings.index(self._grouping) + 1) % len(groupings)]
        self._unfolded.clear()
        self._is_gathering = False
        self._gather()

    def action_unfold_lane(self) -> None:
        row_id = self.table.cursor_id
        lane = self._lanes.get(cast("tuple[str, ...]", row_id)[0]) if row_id is not None else None
        if lane is None:
            return
        self._unfolded ^= {lane.path[0]}
        self.table.select(lane.path)
        # What is being gathered follows.
        self._work = chain(self._lay_out(), self._work)
        self._go_on(self._work)

    # Elsewhere

    async def action_open(self) -> None:
        """Show the picture of the moment."""
        await self.app.run_action("show_dashboard")

    async def action_back(self) -> None:
        travel = self._travel
        if not self.table.filter_text and travel is not None and travel.moment is not None:
            travel.back()
        else:
            await super().action_back()
