"""The lines of a detail, laid out for a width: labels in a column of their own, and what they say beside it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from musetui.tui.presentation.cells import Cell, Span, Style

if TYPE_CHECKING:
    from musetui.tui.presentation.detail import Line

LABEL_WIDTH = 13

_NARROWEST = 20
"""Cells that what a label says has at least; where there are fewer, lines go on below their labels."""


class DetailLines:
    """Lays lines out, each once: from one second to the next, few of them differ."""

    def __init__(self) -> None:
        self._width = 0
        self._known: dict[Line, list[Cell]] = {}

    def lay_out(self, lines: "Sequence[Line]", width: int) -> list[Cell]:
        """Return what stands on each line of the screen, *width* cells wide."""
        before = self._known if width == self._width else {}
        self._width = width
        self._known = {line: before.get(line) or _laid(line, width) for line in lines}
        return [cell for line in lines for cell in self._known[line]]


def _laid(line: "Line", width: int) -> list[Cell]:
    """Return *line* as the lines it takes; what it says stays in its own column when it wraps."""
    room = max(width - LABEL_WIDTH, _NARROWEST)
    laid: list[Cell] = []
    for place, said in enumerate(wrapped(line.spans, room)):
        label = Span(f"{line.label if place == 0 else '':<{LABEL_WIDTH}}", Style.DIM)
        laid += wrapped((label, *said), width)
    return laid


def wrapped(spans: Cell, width: int) -> list[Cell]:
    """Return *spans* as lines of at most *width* cells, or of as many as a label takes."""
    width = max(width, LABEL_WIDTH)
    text = "".join(span.text for span in spans)
    if cell_len(text) <= width and not {"\n", "\t"} & set(text):
        return [spans]
    return [tuple(_pieces(line)) for line in Content.assemble(*spans).wrap(width)]


def parted(spans: Cell, start: int, end: int) -> tuple[Cell, Cell, Cell]:
    """Return what of *spans* stands before the character *start*, from there to before *end*, and after that."""
    parts: tuple[list[Span], list[Span], list[Span]] = ([], [], [])
    place = 0
    for text, style in spans:
        first, last = (min(max(edge - place, 0), len(text)) for edge in (start, end))
        for part, piece in zip(parts, (text[:first], text[first:last], text[last:]), strict=True):
            if piece:
                part.append(Span(piece, style))
        place += len(text)
    before, within, after = parts
    return tuple(before), tuple(within), tuple(after)


def _pieces(line: Content) -> Iterable[Span]:
    """Yield the spans of *line*, and what is between them."""
    text, place = line.plain, 0
    for start, end, style in line.spans:
        if start > place:
            yield Span(text[place:start])
        yield Span(text[start:end], str(style))
        place = end
    if place < len(text):
        yield Span(text[place:])
