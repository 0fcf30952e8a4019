"""Text to cells of a terminal: a cell's spans, cut or filled to exactly the width of their column.

A character can take two cells of the terminal, one or none. A list in which one row is a cell too long is broken in
every line below it, so widths are counted here and nowhere else.
"""

from collections.abc import Iterable

from rich.cells import cell_len, get_character_cell_size

from musetui.records.text import safe_text
from musetui.tui.presentation.cells import Align, Cell, Cut, Span

ELLIPSIS = "…"

_MARKS_LIMIT = 3
"""Combining marks on one character: no script needs more, and a tower of them paints over the lines above."""


def fit(cell: Cell, width: int, align: Align = Align.LEFT, cut: Cut = Cut.END) -> list[Span]:
    """Return *cell* as spans that take exactly *width* cells together.

    Text that is too long gives way at the end that *cut* names, to `…`; what is too short is filled with spaces.
    """
    if width <= 0:
        return []
    spans = [Span(text, style) for text, style in ((tidy(span.text), span.style) for span in cell) if text]
    taken = sum(cell_len(text) for text, _ in spans)
    if taken > width:
        spans, taken = (_cut_start if cut is Cut.START else _cut_end)(spans, width)
    if taken < width:
        room = Span(" " * (width - taken))
        spans = [room, *spans] if align is Align.RIGHT else [*spans, room]
    return spans


def tidy(text: str) -> str:
    """Return *text* safe to paint, and such that its width is the sum of its characters' widths.

    Variation selectors are left out, for terminals disagree about the width they give; of combining marks on one
    character the first three stay; marks with nothing to stand on get a dotted circle.
    """
    text = safe_text(text)
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        if get_character_cell_size(char):
            marks = 0
        elif "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
            continue
        else:
            marks += 1
            if marks > _MARKS_LIMIT:
                continue
            if not kept:
                kept.append("◌")
        kept.append(char)
    return "".join(kept)


def _cut_end(spans: Iterable[Span], width: int) -> tuple[list[Span], int]:
    """Return what fits of *spans* before an ellipsis, and the cells it takes."""
    kept: list[Span] = []
    taken = 0
    style = ""
    for text, style in spans:
        length, cells = _fitting(text, width - 1 - taken)
        taken += cells
        if length < len(text):
            kept.append(Span(text[:length] + ELLIPSIS, style))
            return kept, taken + 1
        kept.append(Span(text, style))
    kept.append(Span(ELLIPSIS, style))
    return kept, taken + 1


def _cut_start(spans: list[Span], width: int) -> tuple[list[Span], int]:
    """Return what fits of *spans* behind an ellipsis, and the cells it takes."""
    kept: list[Span] = []
    taken = 0
    for text, style in reversed(spans):
        room = width - 1 - taken
        cells = cell_len(text)
        if cells > room:
            drop, dropped = _dropping(text, cells - room)
            kept.append(Span(ELLIPSIS + text[drop:], style))
            return kept[::-1], taken + 1 + cells - dropped
        kept.append(Span(text, style))
        taken += cells
    kept.append(Span(ELLIPSIS, kept[-1].style if kept else ""))
    return kept[::-1], taken + 1


def _fitting(text: str, room: int) -> tuple[int, int]:
    """Return how many characters of *text* fit into *room* cells, and the cells they take."""
    if text.isascii():
        length = min(len(text), max(room, 0))
        return length, length
    taken = 0
    for place, char in enumerate(text):
        size = get_character_cell_size(char)
        if taken + size > room:
            return place, taken
        taken += size
    return len(text), taken


def _dropping(text: str, cells: int) -> tuple[int, int]:
    """Return how many characters to drop from the start of *text* to be rid of *cells* cells, and the cells so won."""
    won = 0
    for place, char in enumerate(text):
        size = get_character_cell_size(char)
        # A mark goes with the character that it stands on.
        if won >= cells and size:
            return place, won
        won += size
    return len(text), won
