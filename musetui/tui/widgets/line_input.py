"""LineInput: a line to type into that paints only printable text, whatever it was filled with or suggests."""

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import Input

from musetui.records.text import printable


class LineInput(Input):
    """An `Input` whose value may come from a record: escape codes and bidi overrides are seen, and do nothing.

    What it holds stays as it is, so that what is saved is judged by its real text.
    """

    def render_line(self, y: int) -> Strip:
        """Return the line, each character that cannot be painted as a picture of one cell."""
        strip = super().render_line(y)
        if all(segment.text.isprintable() for segment in strip):
            return strip
        painted = Strip([Segment(printable(segment.text), segment.style) for segment in strip])
        return painted.adjust_cell_length(strip.cell_length, self.rich_style)
