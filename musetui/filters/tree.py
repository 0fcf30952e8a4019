"""A filter as a tree: what was typed, understood. A tree can be written as text again, which means the same tree."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from musetui.errors import FilterError
from musetui.filters.tokens import Mark, tokens

WILD = "*?"
"""Characters that make a word a glob."""

WHOLE = "="
"""Stands before a word that must be all of a text."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that a text has somewhere in it."""

    text: str


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a text."""

    text: str


@dataclass(frozen=True, slots=True)
class Glob:
    """A text with `*` and `?` in it."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a field that has only certain ones, or what some of them begin with; folded."""

    word: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound that is not to be passed.

    Attributes:
        sign: `<`, `<=`, `>`, `>=` or `=`.
        amount: a number or a length of time, as typed.
    """

    sign: str
    amount: str


Value = Text | Whole | Glob | Regex | Word | Bound


@dataclass(frozen=True, slots=True)
class Everything:
    """No condition."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: one of the values is found.

    Attributes:
        field: the name of the field that must have it; "" for anything of the row.
        start: its place in what was typed, from 0; no part of its meaning.
        end: the place behind it.
    """

    field: str
    values: tuple[Value, ...]
    start: int = dataclasses.field(default=0, compare=False)
    end: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Opposite:
    """What a part leaves out."""

    part: "Tree"


@dataclass(frozen=True, slots=True)
class Both:
    """All of two or more parts."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of two or more parts."""

    parts: "tuple[Tree, ...]"


Tree = Everything | Term | Opposite | Both | Either


def both(parts: Sequence[Tree]) -> Tree:
    """Return what meets all of *parts*, without one such in another."""
    flat = [each for part in parts for each in (part.parts if isinstance(part, Both) else (part,))]
    return flat[0] if len(flat) == 1 else Both(tuple(flat))


def either(parts: Sequence[Tree]) -> Tree:
    """Return what meets one of *parts*, without one such in another."""
    flat = [each for part in parts for each in (part.parts if isinstance(part, Either) else (part,))]
    return flat[0] if len(flat) == 1 else Either(tuple(flat))


def written(tree: Tree) -> str:
    """Return *tree* as text that is read as the same tree."""
    if isinstance(tree, Everything):
        return ""
    if isinstance(tree, Term):
        values = ",".join(_value(value, is_bare=not tree.field) for value in tree.values)
        return f"{tree.field}:{values}" if tree.field else values
    if isinstance(tree, Opposite):
        return f"-{_within(tree.part, (Both, Either))}"
    if isinstance(tree, Both):
        return " ".join(_within(part, (Either,)) for part in tree.parts)
    return " or ".join(written(part) for part in tree.parts)


def _within(tree: Tree, looser: tuple[type, ...]) -> str:
    return f"({written(tree)})" if isinstance(tree, looser) else written(tree)


def _value(value: Value, *, is_bare: bool) -> str:
    if isinstance(value, Text):
        return _text(value.text, is_bare=is_bare)
    if isinstance(value, Whole):
        return WHOLE + value.text
    if isinstance(value, Regex):
        return f"/{value.pattern}/"
    if isinstance(value, Bound):
        return f"{value.sign}{value.amount}"
    return value.pattern if isinstance(value, Glob) else value.word


def quoted_if_needed(value: str) -> str:
    """Return *value* as it is written behind the colon of a field, to be looked for as it is."""
    return _text(value, is_bare=False)


def _text(text: str, *, is_bare: bool) -> str:
    if _is_word(text, is_bare=is_bare):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is_word(text: str, *, is_bare: bool) -> bool:
    """Return whether *text* is read as itself where it is written without quotation marks."""
    if not text or text.startswith(WHOLE) or any(char in WILD for char in text):
        return False
    try:
        found = tokens(text if is_bare else f"x:{text}")
    except FilterError:
        return False
    marks = [token.mark for token in found]
    return marks == ([Mark.WORD] if is_bare else [Mark.FIELD, Mark.WORD]) and found[-1].text == text
