"""Which columns a list shows in the room it has, and how wide each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from musetui.tui.presentation.cells import LUXURY, Column

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


def lay_out(columns: Sequence[Column[Any]], width: int, widest_gap: int = WIDE_GAP) -> list[Placed]:
    """Return the columns to show in *width* cells, in their order; at least one if there is any room at all.

    Columns of the lowest priority are left out until the rest fit, the last of them first among equals; luxuries are
    kept only where the rest have their ideal widths. What room is left goes to the flexible columns, first until they
    have their ideal width, then by their weights, until each is as wide as it may be.
    """
    room = width - GUTTER - MARGIN
    if room <= 0 or not columns:
        return []
    kept = list(columns)
    gap = widest_gap if _needed(kept, widest_gap) <= room else NARROW_GAP
    while len(kept) > 1 and _needed(kept, gap) > room:
        least = min(range(len(kept)), key=lambda place: (kept[place].priority, -place))
        del kept[least]
    widths = {column.key: min(column.width, room) for column in kept}
    spare = room - sum(widths.values()) - gap * (len(kept) - 1)
    for column in sorted(kept, key=lambda column: -column.priority):
        wished = min(max(column.ideal - widths[column.key], 0), max(spare, 0))
        widths[column.key] += wished
        spare -= wished
    _share_out(kept, widths, spare)
    placed: list[Placed] = []
    x = GUTTER
    for column in kept:
        placed.append(Placed(column, x, widths[column.key]))
        x += widths[column.key] + gap
    return placed


def _needed(columns: Sequence[Column[Any]], gap: int) -> int:
    """Return the cells that *columns* need to be shown together."""
    is_ample = any(column.priority < LUXURY for column in columns)
    widths = (max(column.width, column.ideal if is_ample else 0) for column in columns)
    return sum(widths) + gap * (len(columns) - 1)


def _share_out(columns: Sequence[Column[Any]], widths: dict[str, int], room: int) -> None:
    """Add *room* cells to the widths of the flexible *columns*; what does not divide goes to the heaviest."""
    growing = sorted((column for column in columns if column.flex), key=lambda column: -column.flex)
    while room > 0 and growing:
        weights = sum(column.flex for column in growing)
        shares = [room * column.flex // weights for column in growing]
        shares[0] += room - sum(shares)
        for column, share in zip(growing, shares, strict=True):
            given = min(share, column.widest - widths[column.key]) if column.widest else share
            given = max(given, 0)
            widths[column.key] += given
            room -= given
        growing = [column for column in growing if not column.widest or widths[column.key] < column.widest]
