"""What a filter found in a cell, marked."""

from collections.abc import Sequence

from musetui.filters.patterns import Pattern
from musetui.tui.presentation.cells import Cell, Span

MATCH = " match"
"""Follows the name of the style of what is within a match; alone, and without the space, it is the match's own."""


def mark_matches(cell: Cell, patterns: Sequence[Pattern]) -> Cell:
    """Return *cell* with what *patterns* find in it in the style of a match; what is found may cross spans."""
    text = "".join(span.text for span in cell)
    found = [False] * len(text)
    for pattern in patterns:
        for start, stop in pattern.places(text):
            found[start:stop] = [True] * (stop - start)
    if not any(found):
        return cell
    spans: list[Span] = []
    place = 0
    for span in cell:
        start = place
        end = place + len(span.text)
        while place < end:
            run = place
            while run < end and found[run] == found[place]:
                run += 1
            style = f"{span.style}{MATCH}" if found[place] else span.style
            spans.append(Span(span.text[place - start : run - start], style))
            place = run
    return tuple(spans)
