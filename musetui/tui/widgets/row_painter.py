"""Rows to strips: the painting half of a list, with what it has painted kept for the next time."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from musetui.filters.judge import Sought
from musetui.tui.presentation.cells import Cell, Column, Span
from musetui.tui.presentation.matching import MATCH, mark_matches
from musetui.tui.widgets.cell_styles import text_styles
from musetui.tui.widgets.cell_text import fit
from musetui.tui.widgets.column_layout import GUTTER, NARROW_GAP, WIDE_GAP, Placed, lay_out
from musetui.tui.widgets.row_order import RowId

_GROUNDS = ("header", "empty", "cursor", "marked")
_MARKS = ("sorted", "mark")
PARTS = (*_GROUNDS, *_MARKS)
"""What the table's component classes are called: lines with a ground of their own, and text on any ground."""

COMPACT = "-compact"
"""The app's class where there is to be much on the screen."""

CURSOR_MARK = "▌"
MARKED = "*"
"""Stands before a row that a person has marked; a plain star, which every font has."""

_KEPT_ROWS = 160
"""Rows whose painting is kept: a few screens full. Each costs some 10 KiB, in every list that was ever looked at."""


@dataclass(slots=True)
class _Painted:
    """A row as it was painted: its cells at a moment, and its strips: with the cursor on it or not, marked or not."""

    row: Any
    moment: datetime
    cells: list[Cell]
    strips: dict[tuple[bool, bool], Strip] = field(default_factory=dict)


class RowPainter:
    """Paints the lines of one table.

    Attributes:
        moment: the moment that ticking cells show (aware).
        empty: what stands there instead of rows.
        loading: how far reading is, or "".
        sorting: that another order is on its way, or "".
        note: a few words in the line of titles, where nothing is being read.
        columns: those that are wanted, in their order.
        placed: those for which there is room.
        sought: what a filter wants to be there, and is marked where it is seen.
        ground: the style of what is empty.
    """

    def __init__(self, columns: Sequence[Column[Any]], row_of: Callable[[Any], Any], empty: str) -> None:
        self.moment = datetime.now(UTC)
        self.empty = empty
        self.loading = ""
        self.sorting = ""
        self.note = ""
        self.placed: list[Placed] = []
        self.columns = columns
        self.sought: list[Sought] = []
        self.ground = Style.null()
        self._row_of = row_of
        self._laid_out: tuple[object, ...] = ()
        self._width = -1
        self._ticking: list[int] = []
        self._styles: dict[str, Style] = {}
        self._painted: dict[RowId, _Painted] = {}

    def prepare(self, widget: Widget, width: int) -> None:
        """Get ready to paint lines of *width* cells in the styles of *widget*."""
        gap = NARROW_GAP if widget.app.has_class(COMPACT) else WIDE_GAP
        layout = (width, gap, self.columns)
        if layout != self._laid_out:
            self._laid_out = layout
            self._width = width
            self.placed = lay_out(self.columns, width, gap)
            self._ticking = [place for place, placed in enumerate(self.placed) if placed.column.ticking]
            self._painted.clear()
        if not self._styles:
            self._painted.clear()
            self.ground = widget.rich_style
            self._styles.update(text_styles(widget))
            for part in _GROUNDS:
                self._styles[part] = widget.get_component_rich_style(f"record-table--{part}")
            for part in _MARKS:
                self._styles[part] = _without_ground(widget.get_component_rich_style(f"record-table--{part}"))

    def forget(self, row_id: RowId) -> None:
        """Forget how the row was painted: it has changed."""
        self._painted.pop(row_id, None)

    def forget_all(self) -> None:
        """Forget how every row was painted."""
        self._painted.clear()

    def differs(self, row_id: RowId) -> bool:
        """Return whether the row was painted, and is another one by now."""
        painted = self._painted.get(row_id)
        return painted is not None and self._row_of(row_id) != painted.row

    def forget_styles(self) -> None:
        """Forget what styles look like."""
        self._styles.clear()

    def column_at(self, x: int) -> Column[Any] | None:
        """Return the column that is *x* cells from the left, the gap after it counted in."""
        found = None
        for placed in self.placed:
            if placed.x <= x:
                found = placed.column
        return found

    def tick(self, row_id: RowId, now: datetime) -> tuple[int, int] | None:
        """Bring the row to the moment *now*; return from which cell on and up to which it looks different then."""
        painted = self._painted.get(row_id)
        if painted is None:
            return 0, self._width
        differing = [self.placed[place] for place in self._advance(painted, now)]
        if not differing:
            return None
        return min(each.x for each in differing), max(each.x + each.width for each in differing)

    def row_line(self, row_id: RowId, has_cursor: bool, is_marked: bool = False) -> Strip:
        """Return the line of a row."""
        painted = self._painted.get(row_id)
        if painted is None:
            row = self._row_of(row_id)
            if row is None:
                return self.blank_line()
            if len(self._painted) >= _KEPT_ROWS:
                self._painted.clear()
            cells = [self._cell(placed.column, row, self.moment) for placed in self.placed]
            painted = _Painted(row, self.moment, cells)
            self._painted[row_id] = painted
        else:
            self._advance(painted, self.moment)
        strip = painted.strips.get((has_cursor, is_marked))
        if strip is None:
            strip = painted.strips[has_cursor, is_marked] = self._strip(painted.cells, has_cursor, is_marked)
        return strip

    def _cell(self, column: Column[Any], row: Any, moment: datetime) -> Cell:
        """Return a cell, with what is sought in it marked."""
        cell = column.cell(row, moment)
        patterns = [sought.pattern for sought in self.sought if sought.column in ("", column.key)]
        return mark_matches(cell, patterns) if patterns else cell

    def _advance(self, painted: _Painted, now: datetime) -> list[int]:
        """Make the ticking cells of a painted row anew for *now*; return the places of those that are different."""
        if painted.moment == now:
            return []
        painted.moment = now
        differing = []
        for place in self._ticking:
            cell = self._cell(self.placed[place].column, painted.row, now)
            if cell != painted.cells[place]:
                painted.cells[place] = cell
                differing.append(place)
        if differing:
            painted.strips.clear()
        return differing

    def _strip(self, cells: Sequence[Cell], has_cursor: bool, is_marked: bool) -> Strip:
        row_style = self._styles["cursor" if has_cursor else "marked"] if has_cursor or is_marked else self.ground
        segments = [Segment(" " * min(GUTTER, self._width), row_style)]
        if (has_cursor or is_marked) and self._width >= GUTTER:
            signs = (CURSOR_MARK if has_cursor else " ", MARKED if is_marked else " ")
            mark_style = row_style + self._styles["mark"]
            segments = [Segment(sign, row_style if sign == " " else mark_style) for sign in signs]
        for placed, cell in zip(self.placed, cells, strict=True):
            spans = fit(cell, placed.width, placed.column.align, placed.column.cut)
            self._add(segments, placed, spans, row_style)
        return self._line(segments, row_style)

    def _add(self, segments: list[Segment], placed: Placed, spans: Sequence[Span], style: Style) -> None:
        """Add a column's spans to *segments*, behind the gap before it."""
        gap = placed.x - sum(cell_len(segment.text) for segment in segments)
        if gap:
            segments.append(Segment(" " * gap, style))
        for text, name in spans:
            part = self._style(name)
            if part is not None and style.reverse:
                # A colour on a reversed line would be a block of that colour.
                part = Style(bold=part.bold, underline=part.underline)
            segments.append(Segment(text, style if part is None else style + part))

    def _style(self, name: str) -> Style | None:
        """Return what a style's name looks like; that of a match comes on top of that of what it is in."""
        found = self._styles.get(name)
        if found is None and name.endswith(MATCH):
            within = self._styles.get(name.removesuffix(MATCH))
            match = self._styles[MATCH.strip()]
            found = self._styles[name] = match if within is None else within + match
        return found

    def _line(self, segments: list[Segment], style: Style) -> Strip:
        """Return *segments* as a line, filled in *style* to the full width."""
        taken = sum(cell_len(segment.text) for segment in segments)
        if taken < self._width:
            segments.append(Segment(" " * (self._width - taken), style))
        return Strip([segment for segment in segments if segment.text], max(taken, self._width))

    def blank_line(self) -> Strip:
        """Return a line without anything."""
        return Strip.blank(max(self._width, 0), self.ground)

    def header_line(self, sorted_by: str, reverse: bool) -> Strip:
        """Return the line of titles, with an arrow at the column that rows are sorted by."""
        style = self._styles["header"]
        segments = [Segment(" " * min(GUTTER, self._width), style)]
        for placed in self.placed:
            column = placed.column
            if column.key == sorted_by:
                # In a narrow column the title gives way, never the arrow.
                name = column.title[: max(placed.width - 2, 0)].rstrip()
                arrow = "▼" if reverse else "▲"
                title = Span(f"{name} {arrow}" if name else arrow, "sorted")
            else:
                title = Span(column.title)
            self._add(segments, placed, fit((title,), placed.width, column.align), style)
        line = self._line(segments, style)
        words = self.loading or self.sorting or self.note
        if not words or cell_len(words) + 2 > self._width:
            return line
        told = Segment(f" {words} ", style + self._styles["sorted"])
        return Strip.join([line.crop(0, self._width - told.cell_length), Strip([told])])

    def notice_line(self, y: int, height: int) -> Strip:
        """Return line *y* of *height* that stand there instead of rows."""
        width = max(self._width - 4, 1)
        text = self.loading or self.sorting or self.empty
        lines = [part for line in text.split("\n") for part in textwrap.wrap(line, width) or [""]]
        place = y - max((height - len(lines)) // 2, 0)
        if not 0 <= place < len(lines) or self._width <= 0:
            return self.blank_line()
        spans = fit((Span(lines[place]),), min(cell_len(lines[place]), self._width))
        style = self._styles["empty"]
        left = (self._width - sum(cell_len(span.text) for span in spans)) // 2
        return self._line([Segment(" " * left, style), *(Segment(span.text, style) for span in spans)], style)


def _without_ground(style: Style) -> Style:
    """Return *style* for text on any ground: colours as blended, but no background."""
    return Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline, dim=style.dim)
