"""Wording of a meeting: what two do to one thing, or to one within the other, as advice and plan tell it alike."""

from typing import NamedTuple

from musetui.forecast.rework import Change
from musetui.records.address import contains
from musetui.records.text import safe_text

_ADDRESS_LENGTH = 120


class Doer(NamedTuple):
    """Who does what to an address.

    Attributes:
        name: a run's or a branch's, or a word that stands for it; safe to paint.
        address: as nesting compares it; hostile text.
    """

    name: str
    change: Change
    address: str


def meeting_words(one: Doer, other: Doer, place: str = "", more: int = 0) -> str:
    """Say what two do where they meet: `bob edits a.py::f, which ann moves`.

    Args:
        one: who is told of first.
        other: the other.
        place: an address that need not be named, since all know that it is about that.
        more: how many further addresses of the one there are of which the same is to be said.
    """
    here = one.address == place
    named = safe_text(one.address, _ADDRESS_LENGTH) + (f" and {more:,} more" if more else "")
    theirs = f"{other.name} {other.change.does}"
    if one.address == other.address:
        return f"{one.name} {one.change.does} {f'what {theirs}' if here and not more else f'{named}, which {theirs}'}"
    where = "within" if contains(other.address, one.address) else "around"
    known = other.address == place
    what = f"what {theirs}" if known else f"{safe_text(other.address, _ADDRESS_LENGTH)}, which {theirs}"
    return f"{one.name} {one.change.does} {named}, {where} {what}"
