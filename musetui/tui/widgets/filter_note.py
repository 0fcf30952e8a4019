"""The line below a filter: what is wrong with it, with a caret where, or else what may be typed."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from musetui.tui.presentation.cells import Cut, Span
from musetui.tui.widgets.cell_text import fit

MARGIN = 1


class FilterNote(Widget, can_focus=False):
    """One line of text, with carets in it where something is wrong."""

    DEFAULT_CSS = """
    FilterNote { height: 1; background: $panel; color: $foreground-muted; }
    FilterNote > .filter-note--wrong { color: $text-error; text-style: bold; }
    """
    COMPONENT_CLASSES = {"filter-note--wrong"}
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._carets: tuple[int, int] | None = None

    def tell(self, text: str, carets: tuple[int, int] | None = None) -> None:
        """Say *text* (safe to paint); with *carets*, the cell of the first and how many, it is what is wrong there."""
        if (text, carets) != (self._text, self._carets):
            self._text = text
            self._carets = carets
            self.refresh()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def render_line(self, y: int) -> Strip:
        ground, width = self.rich_style, self.size.width
        if self._carets is None:
            return Strip([Segment(_cut(" " * MARGIN + self._text, width), ground)], width)
        style = ground + self.get_component_rich_style("filter-note--wrong", partial=True)
        return Strip([Segment(with_carets(self._text, *self._carets, width), style)], width)


def with_carets(text: str, start: int, count: int, width: int) -> str:
    """Return a line of *width* cells with carets from the cell *start* on, and *text* on that side that has room."""
    start = min(max(start, 0), max(width - 1, 0))
    carets = "^" * max(min(count, width - start), 1)
    right = width - start - len(carets) - 1
    left = start - MARGIN - 1
    if cell_len(text) <= right or right >= left:
        return " " * start + carets + " " + _cut(text, right) if right > 0 else _cut(" " * start + carets, width)
    shown = _cut(text, min(left, cell_len(text)))
    return _cut(" " * (start - 1 - cell_len(shown)) + shown + " " + carets, width)


def _cut(text: str, width: int) -> str:
    return "".join(span.text for span in fit((Span(text),), width, cut=Cut.END))
