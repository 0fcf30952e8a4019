"""Which columns a list shows in the room it has, and how wide each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from musetui.tui.presentation.cells import Column

GUTTER = 2
"""Cells at the left, where the cursor's mark stands."""

MARGIN = 1
"""Cells kept free at the right, so that text does not touch the scroll bar."""

WIDE_GAP = 2
NARROW_GAP = 1
"""Cells between two columns: the narrow one where the wide one would cost a column."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A column in its place.

    Attributes:
        x: cells to its left.
        width: cells it takes, the gap after it not counted.
    """

    column: Column[Any]
    x: int
    width: int


def lay_out(columns: Sequence[Column[Any]], width: int) -> list[Placed]:
    """Return the columns to show in *width* cells, in their order; at least one if there is any room at all.

    Columns of the lowest priority are left out until the rest fit, the last of them first among equals; what room is
    left goes to the flexible ones, by their weights, until each is as wide as it may be.
    """
    room = width - GUTTER - MARGIN
    if room <= 0 or not columns:
        return []
    kept = list(columns)
    gap = WIDE_GAP if _needed(kept, WIDE_GAP) <= room else NARROW_GAP
    while len(kept) > 1 and _needed(kept, gap) > room:
        least = min(range(len(kept)), key=lambda place: (kept[place].priority, -place))
        del kept[least]
    widths = {column.key: min(column.width, room) for column in kept}
    _share_out(kept, widths, room - _needed(kept, gap))
    placed: list[Placed] = []
    x = GUTTER
    for column in kept:
        placed.append(Placed(column, x, widths[column.key]))
        x += widths[column.key] + gap
    return placed


def _needed(columns: Sequence[Column[Any]], gap: int) -> int:
    return sum(column.width for column in columns) + gap * (len(columns) - 1)


def _share_out(columns: Sequence[Column[Any]], widths: dict[str, int], room: int) -> None:
    """Add *room* cells to the widths of the flexible ones among *columns*."""
    growing = [column for column in columns if column.flex]
    while room > 0 and growing:
        weights = sum(column.flex for column in growing)
        given = 0
        for column in growing:
            share = max(room * column.flex // weights, 1)
            limit = column.widest - widths[column.key] if column.widest else share
            share = max(min(share, limit, room - given), 0)
            widths[column.key] += share
            given += share
        growing = [column for column in growing if not column.widest or widths[column.key] < column.widest]
        room -= given
        if not given:
            break
