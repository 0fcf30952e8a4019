"""The lanes of the timeline: a list whose last column is a drawing over a time axis, as wide as there is room."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from musetui.tui.actions import BY_NAME, LANE_KEYS, bindings_named
from musetui.tui.presentation.cells import Cell, Column
from musetui.tui.presentation.lanes import Lane, drawn, signs
from musetui.tui.presentation.time_axis import Axis
from musetui.tui.soon import soon
from musetui.tui.widgets.tree_table import TreeTable

_DRAWING = "time"

DRAWN_FOR = 0.003
"""Seconds that drawing may take of one paint; the rest of a paint takes about as long."""

KEPT = 512
"""Lanes whose signs are kept: several screens full."""


class LaneTable(TreeTable[Lane], inherit_bindings=False):
    """Draws lanes. What a lane shows is kept until the axis or the lane is another one; the moment is drawn over it.

    Attributes:
        axis: which moments the columns stand for.

    Args:
        columns: what stands to the left of the drawing.
        options: as of a `TreeTable`.
    """

    BINDINGS = [*bindings_named(*LANE_KEYS), replace(BY_NAME["open"].binding, action="choose")]

    class Pointed(Message):
        """A moment was clicked on (microseconds)."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self, columns: Sequence[Column[Lane]], **options: Any) -> None:
        drawing: Column[Lane] = Column(_DRAWING, "", self._drawing, columns[0].sort_key, width=20, flex=9, ideal=40)
        super().__init__([*columns, drawing], **options)
        self.axis = Axis(0, 1, 1)
        self._at = 0
        self._now = 0
        self._signs: dict[tuple[str, ...], tuple[Lane, tuple[Axis, int], list[str]]] = {}
        self._drawn_until = 0.0
        self._has_drawn = False  # of one paint at least one, so that there is an end
        self._owed: set[tuple[str, ...]] = set()

    def look_at(self, axis: Axis, at: int, now: int) -> None:
        """Draw over *axis*, with a line at the moment *at* and one at *now* (microseconds)."""
        axis = Axis(axis.begins, axis.ends, self.axis.columns)
        was = (self.axis, self.axis.column(self._at), self.axis.column(self._now))
        self.axis, self._at, self._now = axis, at, now
        if was == (axis, axis.column(at), axis.column(now)):
            return
        self._painter.forget_all()
        self.refresh()

    def _drawing(self, lane: Lane, _moment: datetime) -> Cell:
        kept, scale = self._signs.get(lane.path), (self.axis, self.axis.column(self._now))
        if kept is None or kept[0] is not lane or kept[1] != scale:
            if self._has_drawn and time.perf_counter() > self._drawn_until:
                self._owed.add(lane.path)
                # What was there before, for a moment, rather than a gap.
                return () if kept is None else self._with_lines(kept[2])
            if len(self._signs) >= KEPT:
                self._signs.clear()
            self._has_drawn = True
            kept = self._signs[lane.path] = (lane, scale, signs(lane, self.axis, self._now))
        return self._with_lines(kept[2])

    def _with_lines(self, shown: Sequence[str]) -> Cell:
        return drawn(shown, self.axis.column(self._at), self.axis.column(self._now))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint what there is time for: lanes that hold thousands of leases may take until the next paint."""
        self._drawn_until, self._has_drawn = time.perf_counter() + DRAWN_FOR, False
        strips = super().render_lines(crop)
        if self._owed:
            soon(self, self._draw_on)
        return strips

    def _draw_on(self) -> None:
        owed, self._owed = self._owed, set()
        for path in owed:
            self._painter.forget(path)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        self._painter.prepare(self, self.scrollable_content_region.width)
        x, width = self._place()
        if width and width != self.axis.columns:
            self.axis = Axis(self.axis.begins, self.axis.ends, width)
            self._painter.forget_all()
        strip = super().render_line(y)
        return self._labelled(strip, x, width) if y == 0 and self._order and width else strip

    def _place(self) -> tuple[int, int]:
        """Return where the drawing is: the cells to its left, and how wide it is."""
        placed = next((each for each in self._painter.placed if each.column.key == _DRAWING), None)
        return (0, 0) if placed is None else (placed.x, placed.width)

    def _labelled(self, header: Strip, x: int, width: int) -> Strip:
        """Return the line of titles with the labels of the axis in it."""
        text = [" "] * width
        for place, label in self.axis.labels():
            text[place : place + len(label)] = label
        style = header._segments[0].style if header._segments else None
        labels = Strip([Segment("".join(text), style)])
        return Strip.join([header.crop(0, x), labels, header.crop(x + width)])

    def on_mouse_down(self, event: events.MouseDown) -> None:
        super().on_mouse_down(event)
        at = event.get_content_offset(self)
        x, width = self._place()
        if event.button == 1 and at is not None and self._order and x <= at.x < x + width:
            axis = self.axis
            self.post_message(self.Pointed(axis.begins + int((at.x - x + 0.5) * axis.cell)))
