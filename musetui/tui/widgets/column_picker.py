"""The columns of a list, one a line: which are shown, and in which order, by keys and by mouse."""

from collections.abc import Sequence
from typing import Any

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from musetui.tui.presentation.cells import Column, Span
from musetui.tui.widgets.cell_text import fit

_ARROWS = " ▲ ▼ "
"""At the end of a line: a click moves the column."""


class ColumnPicker(Widget, can_focus=True):
    """Lines of columns, with a cursor. Those that are not shown stand where they would come.

    Args:
        columns: all there are, in their usual order.
        shown: those that are shown, in their order.
    """

    DEFAULT_CSS = """
    ColumnPicker { height: auto; background: $surface; color: $foreground; }
    ColumnPicker > .column-picker--off { color: $foreground-muted; }
    ColumnPicker > .column-picker--cursor { background: $primary 30%; text-style: bold; }
    ColumnPicker:ansi > .column-picker--cursor { background: ansi_default; text-style: bold reverse; }
    """
    COMPONENT_CLASSES = {"column-picker--off", "column-picker--cursor"}
    BINDINGS = [
        Binding("down,j", "go(1)", "Down", show=False),
        Binding("up,k", "go(-1)", "Up", show=False),
        Binding("space", "toggle_column", "Show or hide", show=False),
        Binding("shift+down,J", "move(1)", "Further right", show=False),
        Binding("shift+up,K", "move(-1)", "Further left", show=False),
    ]
    ALLOW_SELECT = False

    class Changed(Message):
        """Other columns are to be shown, or in another order."""

        def __init__(self, keys: list[str]) -> None:
            super().__init__()
            self.keys = keys

    def __init__(self, columns: Sequence[Column[Any]], shown: Sequence[Column[Any]]) -> None:
        super().__init__()
        self._usual = list(columns)
        self._lines: list[Column[Any]] = []
        self._shown: set[str] = set()
        self._cursor = 0
        self._take(shown)

    def _take(self, shown: Sequence[Column[Any]]) -> None:
        self._shown = {column.key for column in shown}
        self._lines = list(shown)
        for place, column in enumerate(self._usual):
            if column.key not in self._shown:
                before = self._usual[place - 1] if place else None
                self._lines.insert(self._lines.index(before) + 1 if before is not None else 0, column)

    @property
    def keys(self) -> list[str]:
        """The keys of the columns that are to be shown, in their order."""
        return [column.key for column in self._lines if column.key in self._shown]

    def as_usual(self) -> None:
        """Show all columns in their usual order."""
        self._take(self._usual)
        self._tell()

    def get_content_height(self, *_: Any) -> int:
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        if y >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        column = self._lines[y]
        is_shown = column.key in self._shown
        style = self.rich_style
        if y == self._cursor and self.has_focus:
            style = self.get_component_rich_style("column-picker--cursor")
        elif not is_shown:
            style += self.get_component_rich_style("column-picker--off", partial=True)
        title = column.title if column.title != column.key else ""
        text = f" [{'x' if is_shown else ' '}] {column.key:<12}{title}"
        spans = fit((Span(text),), max(self.size.width - len(_ARROWS), 1))
        return Strip([Segment("".join(span.text for span in spans) + _ARROWS, style)]).adjust_cell_length(
            self.size.width, style
        )

    def _tell(self) -> None:
        self.refresh()
        self.post_message(self.Changed(self.keys))

    # What a person does

    def action_go(self, by: int) -> None:
        self._cursor = min(max(self._cursor + by, 0), len(self._lines) - 1)
        self.refresh()
        self.screen.query_one(".dialog-body").scroll_to(y=max(self._cursor - 3, 0), animate=False)

    def action_toggle_column(self) -> None:
        key = self._lines[self._cursor].key
        if self._shown == {key}:
            self.app.bell()  # a list of nothing would be no list
            return
        self._shown ^= {key}
        self._tell()

    def action_move(self, by: int) -> None:
        to = self._cursor + by
        if 0 <= to < len(self._lines):
            lines = self._lines
            lines[self._cursor], lines[to] = lines[to], lines[self._cursor]
            self.action_go(by)
            self._tell()

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or not 0 <= at.y < len(self._lines):
            return
        self._cursor = at.y
        from_end = self.size.width - at.x
        if from_end > len(_ARROWS):
            self.action_toggle_column()
        else:
            self.action_move(-1 if from_end > len(_ARROWS) // 2 else 1)
        self.refresh()
