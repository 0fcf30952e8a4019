"""Operations: which two changes of one thing clash, how likely that is to hurt, and why.

The kinds of clash are those by which Muse plans a merge. A change of an operation that is not known, or that says
none, is taken for an edit: whoever holds an address means to change it.
"""

from typing import NamedTuple

EDIT = "modify"
"""What an unknown operation, and none, is taken for."""

UNSAID = ""
"""What a record does that names no operation: an edit, unless its run says something stronger of the same thing."""

DELETES = ("delete",)
MOVES = ("move", "rename")
RESHAPES = ("extract", "inline", "split", "merge")
STRONG = frozenset({*DELETES, *MOVES, *RESHAPES})
"""Operations that clash with any other run's change of the same thing; two edits are an overlap and nothing more."""


class Clash(NamedTuple):
    """What two changes of one thing by two runs come to.

    Attributes:
        confidence: how likely it is to hurt, 0 to 1.
        taxonomy: the kind of clash.
        why: a clause that says what goes wrong.
    """

    confidence: float
    taxonomy: str
    why: str


DELETE_USE = Clash(0.9, "delete_use", "what one deletes, the other still works on")
_TWICE_DELETED = Clash(0.5, "delete_delete", "both delete it, and the later one finds nothing")
_TWO_PLACES = Clash(0.9, "move_move", "it cannot go by two names, or to two places")
_MOVED_EDIT = Clash(0.8, "move_edit", "an edit of the old place does not follow to the new one")
_RENAMED_EDIT = Clash(0.8, "rename_edit", "an edit under the old name does not follow to the new one")
_RESHAPED = Clash(0.7, "symbol_edit_overlap", "one takes apart the text that the other works on")
_CARRIED_OFF = Clash(0.6, "move_edit", "what one works on within is carried off to another place")
_CALLED_ANEW = Clash(0.6, "rename_edit", "what one works on within goes by another name then")
_TORN_OPEN = Clash(0.6, "symbol_edit_overlap", "one takes apart what the other works within")


def kind_of(operation: str | None) -> str:
    """Return *operation* as clashes see it: one of the strong ones, or an edit."""
    return operation if operation in STRONG else EDIT


def deed_of(operation: str | None) -> str:
    """Return the same, but `UNSAID` where the record names no operation."""
    return kind_of(operation) if operation else UNSAID


def clash(one: str, other: str) -> Clash | None:
    """Return what two runs that do *one* and *other* (as `kind_of` has them) to the same thing come to."""
    both = {one, other}
    if both == {EDIT}:
        return None
    if "delete" in both:
        return _TWICE_DELETED if both == {"delete"} else DELETE_USE
    if both <= set(MOVES):
        return _TWO_PLACES
    if "move" in both:
        return _MOVED_EDIT
    if "rename" in both:
        return _RENAMED_EDIT
    return _RESHAPED


def clash_around(outer: str) -> Clash | None:
    """Return what doing *outer* to a thing comes to, while another run changes something within it."""
    if outer == EDIT:
        return None
    if outer == "delete":
        return DELETE_USE
    if outer == "rename":
        return _CALLED_ANEW
    return _CARRIED_OFF if outer == "move" else _TORN_OPEN
