"""What must hold of whatever came out of a parser; a promise that is broken is a `BrokenError`."""

from collections.abc import Iterable


class BrokenError(AssertionError):
    """A promise does not hold."""


def promise(holds: object, what: str) -> None:
    """Insist that something *holds*.

    Raises:
        BrokenError: if it does not.
    """
    if not holds:
        raise BrokenError(what)


def paintable(text: str, what: str = "a text") -> None:
    """Insist that *text* can be painted: nothing in it acts on a terminal, and it is no novel."""
    promise(isinstance(text, str), f"{what} is no text")
    promise(text.isprintable(), f"{what} would act on a terminal: {text!a}")
    promise(len(text) <= 20_000, f"{what} has {len(text)} characters")


def all_paintable(texts: Iterable[str], what: str = "a text") -> None:
    """Insist that each of *texts* can be painted."""
    for text in texts:
        paintable(text, what)
