"""A filter with a caret below what is wrong with it."""

from collections.abc import Callable

from musetui.errors import FilterError
from musetui.records.text import printable

_BEFORE = 40
"""Characters that are shown before what is wrong, where there are more."""


def caret_lines(text: str, error: FilterError, width: int, cells: Callable[[str], int]) -> tuple[str, str]:
    """Return *text*, or the part of it around what is wrong, and a line with carets below that.

    Args:
        width: cells that the lines may take.
        cells: tells how many of them a text takes.
    """
    shown = printable(text)
    cut = max(error.start - _BEFORE, 0) if cells(shown) > width else 0
    shown, start, end = shown[cut:], error.start - cut, error.end - cut
    if cut:
        shown = "…" + shown[1:]
    while cells(shown) > width:
        shown = shown[:-1]
    before = cells(shown[:start])
    return shown, " " * before + "^" * max(min(cells(shown[start:end]), width - before), 1)
