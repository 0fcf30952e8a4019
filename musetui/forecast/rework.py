"""Rework: what it costs the branch that is merged later to do its change again on top of an earlier one.

Two branches *meet* at an address of the later one where the earlier one changes the same address, one around it or one
within it. Such an address is reworked once, at the price of its dearest meeting:

    rework(earlier, later) = unsettles(earlier's change) × redone(later's change) × certainty(meeting)

One modification on top of another at the same address is 1.0. The price is not the same the other way round: a delete
that is merged first makes the others' edits void, a rename that is merged first makes each later edit move, and a file
that is rewritten after seven of its methods is one address reworked, while the methods after the file are seven. Two
deletes agree, and cost nothing.
"""

from enum import IntEnum

from musetui.forecast.conflict import containment_confidence
from musetui.forecast.operations import DELETES, MOVES, RESHAPES
from musetui.records.address import SYMBOL_MARK

POINT = 10
"""Parts of one unit of rework. All sums are of whole parts, so that no order of adding shows in them."""

SAME_ADDRESS = POINT
"""The certainty that two changes of the same address get into each other's way, in tenths."""


class Change(IntEnum):
    """What is done to an address, the least drastic first. All but the first are the strong operations of clashes."""

    MODIFY = 0
    EXTRACT = 1
    RENAME = 2
    MOVE = 3
    DELETE = 4

    @property
    def is_strong(self) -> bool:
        """Whether it clashes with any other change of the same, and of what is within."""
        return self is not Change.MODIFY

    @property
    def unsettles(self) -> int:
        """How much who comes later has to do for it: an edit 1, a part taken out 2, a new name or place 3, gone 4."""
        return _UNSETTLES[self]

    @property
    def redone(self) -> int:
        """How much it costs to be done again on top of another's change: an edit 1, all else 2."""
        return _REDONE[self]

    @property
    def does(self) -> str:
        """What one does who changes it so: `moves`."""
        return _DOES[self]


_UNSETTLES = (1, 2, 3, 3, 4)
_REDONE = (1, 2, 2, 2, 2)
_DOES = ("edits", "takes apart", "renames", "moves", "deletes")

_CHANGES = {
    **dict.fromkeys(RESHAPES, Change.EXTRACT),
    **{operation: Change[operation.upper()] for operation in MOVES},
    **dict.fromkeys(DELETES, Change.DELETE),
}


def rework(earlier: Change, later: Change, sure: int) -> int:
    """Return what *later* costs on top of *earlier* that it meets as surely as *sure*, in tenths."""
    return 0 if earlier is later is Change.DELETE else earlier.unsettles * later.redone * sure


def change_of(operation: str | None) -> Change:
    """Return the change that an operation of a record is; none, and one that is not strong, counts as modify."""
    return _CHANGES.get(operation or "", Change.MODIFY)


IN_SYMBOL = round(containment_confidence("a.py::C", is_file=False) * POINT)
IN_FILE = round(containment_confidence("a.py", is_file=True) * POINT)
IN_FOLDER = round(containment_confidence("a", is_file=False) * POINT)
"""How surely a change and one within it get into each other's way, in tenths, as sure as the conflict is: 9 for a class
and its method, 8 for a file and a symbol of it, 6 for a folder and what is below."""


def how_sure(outer: str, inner: str) -> int:
    """Return how surely a change and one within it get into each other's way, in tenths, as the merge plan has it."""
    if SYMBOL_MARK in outer:
        return IN_SYMBOL
    path, mark, _ = inner.partition(SYMBOL_MARK)
    return IN_FILE if mark and path == outer else IN_FOLDER
