"""The detail: one record whole, in lines of a label and what it says; paints only those in sight."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from musetui.tui.presentation.cells import Cell, Span
from musetui.tui.presentation.cells import Style as Name
from musetui.tui.widgets.cell_styles import text_styles
from musetui.tui.widgets.detail_lines import DetailLines, parted, wrapped
from musetui.tui.widgets.stretching import stretch

if TYPE_CHECKING:
    from musetui.tui.presentation.detail import Line


class DetailPane(ScrollView, can_focus=True):
    """Shows the lines it is given; scrolls with the arrow keys and j, k. Its text can be selected with the mouse.

    Another record is another height: its scroll bar is always there, if unseen, so that no move of a cursor has the
    whole screen laid out anew. Unseen it is on the ground of what the pane is in, which should be the pane's own.

    Args:
        empty: what stands there while there are no lines.
    """

    DEFAULT_CSS = """
    DetailPane { padding: 0 1; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    DetailPane.-fits {
        scrollbar-background: transparent;
        scrollbar-background-hover: transparent;
        scrollbar-background-active: transparent;
    }
    """
    BINDINGS = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "Bottom", show=False),
    ]

    def __init__(self, empty: str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._empty: Cell = (Span(empty, Name.DIM),)
        self._subject: object = None
        self._lines: Sequence[Line] = ()
        self._layout_of_lines = DetailLines()
        self._laid: list[Cell] = [self._empty]
        self._styles_by_name: dict[str, Style] = {}

    def show(self, subject: object, lines: "Sequence[Line]") -> None:
        """Show *lines* about *subject*; another subject than before is shown from its top, none gives the hint."""
        self._lines = lines
        self._lay_out()
        if subject != self._subject:
            self._subject = subject
            self.scroll_to(y=0, animate=False, force=True)

    def on_mount(self) -> None:
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._laid_out(width - self.scrollbar_size_vertical))

    def _laid_out(self, width: int) -> list[Cell]:
        """Return what stands on each line, *width* cells wide."""
        return self._layout_of_lines.lay_out(self._lines, width) if self._lines else wrapped(self._empty, width)

    def _lay_out(self) -> None:
        before, self._laid = self._laid, self._laid_out(self.scrollable_content_region.width)
        if self.is_mounted:
            stretch(self, len(self._laid))
            self.set_class(not self.max_scroll_y, "-fits")
        places = [place for place, (old, new) in enumerate(zip_longest(before, self._laid)) if old != new]
        if places:
            self.refresh_lines(places[0], places[-1] - places[0] + 1)

    # What it paints

    def notify_style_update(self) -> None:
        self._styles_by_name.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        if not self._styles_by_name:
            self._styles_by_name.update(text_styles(self), ground=self.rich_style)
        ground = self._styles_by_name["ground"]
        place = self.scroll_offset.y + y
        if place >= len(self._laid):
            return Strip.blank(self.size.width, ground)
        lit = self.screen.get_component_rich_style("screen--selection") if self.text_selection else Style.null()
        segments = [
            Segment(text, ground + self._styles_by_name.get(name, Style.null()) + style)
            for spans, style in zip(self._parted(place), (Style.null(), lit, Style.null()), strict=True)
            for text, name in spans
        ]
        return Strip(segments).apply_offsets(0, place).adjust_cell_length(self.size.width, ground)

    def _parted(self, place: int) -> tuple[Cell, Cell, Cell]:
        """Return line *place* as what stands before the selected text, that, and what stands after it."""
        line = self._laid[place]
        selection = self.text_selection
        selected = selection.get_span(place) if selection is not None else None
        if selected is None:
            return line, (), ()
        start, end = selected
        return parted(line, start, sum(len(text) for text, _ in line) if end == -1 else end)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join("".join(text for text, _ in line) for line in self._laid)), "\n"
