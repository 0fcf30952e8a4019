"""The matrix of a merge plan as a picture: for each two branches what they share, as a shade and a number."""

from typing import TYPE_CHECKING, NamedTuple

from musetui.forecast.plan_summary import sharing
from musetui.tui.presentation.cells import Cell, Span, Style

if TYPE_CHECKING:
    from musetui.forecast.merge_plan import MergePlan
    from musetui.forecast.reach import Shared

SHADES = (("░", Style.LOW), ("▒", Style.MEDIUM), ("▓", Style.MEDIUM), ("█", Style.HIGH))
"""From little to the most of any two branches."""

CELL_WIDTH = 6
"""Cells that one pair takes: two of shade, a sign for what only nests, and a number of up to three."""

_MOST = 999


class MatrixPicture(NamedTuple):
    """What a matrix shows; rows and columns are the same branches in the same order.

    Attributes:
        branches: those that share anything (hostile text).
        places: the place of each in the order, from 1.
        cells: a row for each.
        hottest: the most that any two share.
    """

    branches: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    cells: tuple[tuple[Cell, ...], ...] = ()
    hottest: int = 0


def matrix_picture(made: "MergePlan") -> MatrixPicture:
    """Return the picture of what the branches of a plan share; those that share nothing are left out."""
    shown = sharing(made)
    hottest = max((sum(shared) for row in made.matrix for shared in row), default=0)
    return MatrixPicture(
        tuple(made.branches[one].branch for one in shown),
        tuple(one + 1 for one in shown),
        tuple(
            tuple(_diagonal() if one == other else shade(made.matrix[one][other], hottest) for other in shown)
            for one in shown
        ),
        hottest,
    )


def shade(shared: "Shared", hottest: int) -> Cell:
    """Return what two branches share: `▓▓ 12`, or `░░ ~3` where all of it nests."""
    number = sum(shared)
    if not number:
        return (Span("·", Style.DIM),)
    level = (number * len(SHADES) - 1) // max(hottest, number)
    sign, style = SHADES[level]
    text = f"{number}" if number <= _MOST else f"{_MOST}"
    nests = "~" if not shared.exact else "+" if number > _MOST else ""
    return (
        Span(sign * 2, style),
        Span(f"{nests + text:>{CELL_WIDTH - 2}}", Style.STRONG if shared.exact else Style.PLAIN),
    )


def _diagonal() -> Cell:
    return (Span("╲  ", Style.DIM),)


def legend(picture: MatrixPicture) -> Cell:
    """Return what the signs mean, in one line."""
    if not picture.branches:
        return ()
    signs = [Span(sign, style) for sign, style in SHADES]
    return (Span("few ", Style.DIM), *signs, Span(f" most ({picture.hottest:,})   ~ nested only", Style.DIM))
