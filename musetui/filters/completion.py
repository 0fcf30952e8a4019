"""Completion: how a filter that is being typed may go on, where the cursor is."""

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from typing import Any, NamedTuple

from musetui.errors import FilterError
from musetui.filters.fields import COMPARED, Field, FieldKind, Fields, Known
from musetui.filters.folding import fold
from musetui.filters.tokens import Mark, Token, tokens
from musetui.filters.tree import quoted_if_needed
from musetui.records.text import safe_text

OFFERED = 12
"""Completions that are offered at once; who wants others types a letter."""

_LOOKED_AT = 200
"""Fitting values that are put in order; of more, some are never seen first."""

_AMOUNTS = {
    FieldKind.AGE: (">10m", ">1h", ">1d", "<10m", "<1h"),
    FieldKind.LEFT: ("<5m", "<10m", "<1h", ">1h"),
    FieldKind.LENGTH: (">1h", ">24h", "<1h"),
    FieldKind.NUMBER: (">0", ">1", ">10", "0"),
}


class Completion(NamedTuple):
    """One way to go on.

    Attributes:
        text: what is put in place of what was typed.
        shown: the same, safe to paint.
        help: what that is, in a few words; "" where it speaks for itself.
    """

    text: str
    shown: str
    help: str = ""


class Asked(NamedTuple):
    """What is completed.

    Attributes:
        start: where what was typed of it begins.
        end: the place behind it: the cursor.
        typed: what was typed of it.
        field: whose value it is; None where it is the name of a field.
    """

    start: int
    end: int
    typed: str
    field: Field[Any] | None


def asked(text: str, cursor: int, fields: Fields[Any]) -> Asked | None:
    """Return what is typed right before *cursor*; None where nothing can be completed."""
    before = text[:cursor]
    try:
        found = tokens(before)
    except FilterError:
        return None
    last = found[-1] if found else None
    if last is None or last.end < cursor or last.mark in (Mark.OPEN, Mark.NOT):
        return Asked(cursor, cursor, "", None)
    named = _field_before(found)
    if last.mark in (Mark.FIELD, Mark.COMMA):
        return None if named is None else _value(cursor, cursor, "", named, fields)
    if last.mark is Mark.REGEX or last.mark is Mark.CLOSE:
        return None
    if named is not None:
        return _value(last.start, cursor, last.text, named, fields)
    return None if last.mark is Mark.QUOTED else Asked(last.start, cursor, last.text, None)


def _field_before(found: Sequence[Token]) -> str | None:
    """Return the name of the field of which the last token is a value, or None."""
    for place in range(len(found) - 1, -1, -1):
        token = found[place]
        if token.mark is Mark.FIELD:
            return token.text
        if place and found[place - 1].end != token.start:
            return None
    return None


def _value(start: int, end: int, typed: str, name: str, fields: Fields[Any]) -> Asked | None:
    field = fields.get(name)
    return None if field is None else Asked(start, end, typed, field)


def names(asked: Asked, fields: Fields[Any]) -> list[Completion]:
    """Return the fields that *asked* may go on to be: those that begin so, then those that have it within."""
    wanted = fold(asked.typed)
    found = [
        (not each.name.startswith(wanted), place, each)
        for place, each in enumerate(fields.fields)
        if any(wanted in name for name in (each.name, *each.aliases))
    ]
    return [Completion(f"{each.name}:", f"{each.name}:", each.help) for _, _, each in sorted(found, key=_rank)]


def _rank(found: tuple[bool, int, Field[Any]]) -> tuple[bool, int]:
    return found[:2]


def words(asked: Asked) -> list[Completion]:
    """Return the values that *asked* may go on to be, of a field whose values are known without looking at records."""
    field = asked.field
    assert field is not None
    if field.kind is FieldKind.WORD:
        wanted = fold(asked.typed)
        values: Iterable[str] = (word for word in field.values if word.startswith(wanted))
    elif field.kind in COMPARED:
        signs = (amount.removeprefix(field.implied) for amount in _AMOUNTS[field.kind] if amount[0] == field.implied)
        amounts = tuple(signs) if field.implied else _AMOUNTS[field.kind]
        values = (amount for amount in amounts if amount.startswith(asked.typed) and amount != asked.typed)
    else:
        return []
    return [Completion(f"{value} ", value, field.help) for value in values]


def values(asked: Asked, known: Iterable[str]) -> list[Completion]:
    """Return the values of *known* that *asked* may go on to be: those that begin so, then those that have it within.

    May take long for many; they are looked at one by one, so that another thread is not kept waiting.
    """
    wanted = fold(asked.typed)
    found: list[tuple[bool, str]] = []
    for value in known:
        folded = fold(value)
        if value and wanted in folded and folded != wanted:
            found.append((not folded.startswith(wanted), value))
            if len(found) >= _LOOKED_AT:
                found = nsmallest(OFFERED, found)
    return [Completion(f"{quoted_if_needed(value)} ", safe_text(value, 60)) for _, value in nsmallest(OFFERED, found)]


def needs_known(asked: Asked | None) -> Known:
    """Return which values of the swarm complete *asked*; none where it needs none."""
    if asked is None or asked.field is None or asked.field.kind is not FieldKind.TEXT:
        return Known.NONE
    return asked.field.known


def taken(text: str, asked: Asked, completion: Completion) -> tuple[str, int]:
    """Return *text* with a completion taken, and where the cursor is then."""
    rest = text[asked.end :]
    put = completion.text.rstrip() if rest[:1].isspace() else completion.text
    return text[: asked.start] + put + rest, asked.start + len(put)
