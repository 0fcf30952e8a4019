"""What a list shows, as data: spans of text, cells, and the columns that make them from a row and a moment.

A style is a name ("active", "dim"), never a colour: the widget that paints knows what it looks like, and a test can
compare cells without a terminal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from musetui.records.text import safe_text

Row = TypeVar("Row")


class Style(StrEnum):
    """The names that a span's style can have."""

    PLAIN = ""
    STRONG = "strong"
    DIM = "dim"
    ACTIVE = "active"
    EXPIRING = "expiring"
    RELEASED = "released"
    EXPIRED = "expired"
    SILENT = "silent"
    REMOTE = "remote"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    MATCH = "match"


class Align(StrEnum):
    """On which side of its column a cell's text stands."""

    LEFT = "left"
    RIGHT = "right"


class Cut(StrEnum):
    """Which part of a text gives way, to `…`, where there is too little room."""

    END = "end"
    START = "start"


class Span(NamedTuple):
    """A piece of text in one style. The text is safe to paint, and is never markup."""

    text: str
    style: str = Style.PLAIN


Cell = tuple[Span, ...]
"""The content of one column of one row: spans that follow one another on one line."""


def cell(value: object, style: str = Style.PLAIN, limit: int = 300) -> Cell:
    """Return a cell of one span that shows *value*, made safe, at most *limit* characters of it."""
    return (Span(safe_text(value, limit), style),)


def run_name(run_id: str, limit: int = 80) -> str:
    """Return what a run is called, made safe; one that is called nothing still must not be a hole in a line."""
    name = safe_text(run_id, limit)
    return name if name.strip() else "(unnamed)" if not run_id else "(blank)"


def run_cell(run_id: str, style: str = Style.STRONG, limit: int = 300) -> Cell:
    """Return a cell with what a run is called; dim, where it is called nothing."""
    name = run_name(run_id, limit)
    return (Span(name, style if run_id.strip() else Style.DIM),)


LUXURY = 50
"""Columns of a lower priority are shown only where the others have their ideal width."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a list.

    Attributes:
        key: its name in settings and in `sort_by`.
        title: its header, one or two words.
        cell: makes the cell from a row and a moment (aware).
        sort_key: what rows are ordered by; a value that compares with every other row's, and that no passing of time
            changes: a list is put in order when its rows change, never because a second went by.
        width: cells it takes, or the fewest where it is flexible.
        flex: its share of the room that is left; 0 keeps it at `width`.
        widest: cells beyond which a flexible column does not grow; 0 for no end.
        ideal: cells it should have before any luxury gets room; 0 for no more than `width`.
        priority: columns of the lowest priority vanish first where there is little room; those below `LUXURY` are
            luxuries.
        align: where its text stands.
        cut: which end of its text gives way.
        ticking: whether the cell depends on the moment.
    """

    key: str
    title: str
    cell: Callable[[Row, datetime], Cell]
    sort_key: Callable[[Row], Any]
    width: int
    flex: int = 0
    widest: int = 0
    ideal: int = 0
    priority: int = 100
    align: Align = Align.LEFT
    cut: Cut = Cut.END
    ticking: bool = False
