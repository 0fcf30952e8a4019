"""Text as a filter compares it: safe to show, and without a difference between large and small letters."""

from collections.abc import Sequence

from musetui.records.text import safe_text

SEARCHED = 4_096
"""Characters of one text that a filter looks through: an address has no more."""

EDGE = "\n"
"""Stands before, between and behind the texts of a row. No safe text has one within."""


def fold(text: str) -> str:
    """Return *text* as it is compared: as a person sees it, case folded."""
    return (text if text.isprintable() and len(text) <= SEARCHED else safe_text(text, SEARCHED)).casefold()


def fold_same(text: str) -> str:
    """Return *text* folded character by character, so that every place in it stays what it was."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(char if len(one := char.casefold()) != 1 else one for char in text)


def joined(texts: Sequence[str]) -> str:
    """Return *texts*, each folded, as one text to search: an `EDGE` stands around each."""
    whole = "".join(texts)
    if len(whole) <= SEARCHED and whole.isprintable():
        return f"{EDGE}{EDGE.join(texts)}{EDGE}".casefold()
    return f"{EDGE}{EDGE.join(map(fold, texts))}{EDGE}"
