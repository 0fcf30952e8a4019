"""From what a person typed to a tree. Errors say where, what is wrong, and what may have been meant."""

import re
from collections.abc import Callable
from typing import Any

from musetui.durations import parse_duration
from musetui.errors import FilterError, MuseTuiError
from musetui.filters.expression import PatternError
from musetui.filters.fields import COMPARED, Field, FieldKind, Fields, nearest_word, words_like
from musetui.filters.folding import fold
from musetui.filters.patterns import glob, regular
from musetui.filters.saved import LONGEST
from musetui.filters.tokens import Mark, Token, tokens
from musetui.filters.tree import (
    WHOLE,
    WILD,
    Bound,
    Everything,
    Glob,
    Opposite,
    Regex,
    Term,
    Text,
    Tree,
    Value,
    Whole,
    Word,
    both,
    either,
)
from musetui.records.text import safe_text

DEEPEST = 20
"""Parentheses, or negations, within one another."""

_BOUND = re.compile(r"(<=|>=|<|>|=|)(.*)", re.DOTALL)
_NO_COLON = re.compile(r"([A-Za-z][A-Za-z_-]*)(<=|>=|<|>|=)(.+)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


def parse(text: str, fields: Fields[Any]) -> Tree:
    """Return what *text* means for rows with *fields*.

    Raises:
        FilterError: if it means nothing.
    """
    if len(text) > LONGEST:
        raise FilterError(f"a filter has at most {LONGEST:,} characters", LONGEST, len(text))
    return _Parser(text, fields).whole()


class _Parser:
    def __init__(self, text: str, fields: Fields[Any]) -> None:
        self._size = len(text)
        self._fields = fields
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0

    def whole(self) -> Tree:
        if not self._tokens:
            return Everything()
        tree = self._either()
        if (token := self._peek()) is not None:
            # Nothing but a parenthesis can be left.
            raise _wrong('this `)` closes nothing: write ")" for the character', token)
        return tree

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self, mark: Mark) -> Token | None:
        token = self._peek()
        if token is None or token.mark is not mark:
            return None
        self._place += 1
        return token

    def _either(self) -> Tree:
        parts = [self._both()]
        while self._take(Mark.OR):
            parts.append(self._both())
        return either(parts)

    def _both(self) -> Tree:
        parts = [self._single()]
        while (token := self._peek()) is not None and token.mark not in (Mark.OR, Mark.CLOSE):
            self._take(Mark.AND)
            parts.append(self._single())
        return both(parts)

    def _single(self) -> Tree:
        token = self._peek()
        if token is None:
            before = self._tokens[-1]
            raise FilterError(f"something must follow `{safe_text(before.text, 20)}`", self._size, self._size)
        self._place += 1
        if token.mark is Mark.NOT:
            return Opposite(self._deeper(token, self._single))
        if token.mark is Mark.OPEN:
            tree = self._deeper(token, self._either)
            self._take(Mark.CLOSE)  # one that is missing is meant to be at the end
            return tree
        if token.mark in (Mark.OR, Mark.AND, Mark.CLOSE):
            raise _wrong(f'nothing stands before `{token.text}`: write "{token.text}" for the text', token)
        if token.mark is Mark.FIELD:
            return self._named(token)
        self._check_colon(token)
        return Term("", (_of_text(token, is_bare=True),), token.start, token.end)

    def _deeper(self, token: Token, read: Callable[[], Tree]) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _wrong(f"more than {DEEPEST} of these are in one another", token)
        tree = read()
        self._depth -= 1
        return tree

    def _named(self, name: Token) -> Term:
        """Return a condition on a field, whose values come right behind its *name*."""
        field = self._fields.get(name.text)
        if field is None:
            raise _wrong(self._no_field(name.text), Token(name.mark, name.text, name.start, name.end - 1))
        values: list[Value] = []
        end = name.end
        while True:
            token = self._peek()
            if token is None or token.start != end or token.mark not in (Mark.WORD, Mark.QUOTED, Mark.REGEX):
                raise FilterError(f"say right here {_asked(field)}", end, end)
            self._place += 1
            values.append(_VALUES.get(field.kind, _of_amount)(field, token))
            end = token.end
            comma = self._peek()
            if comma is None or comma.mark is not Mark.COMMA:
                return Term(field.name, tuple(values), name.start, end)
            self._place += 1
            end = comma.end

    def _check_colon(self, token: Token) -> None:
        """See that a bare word is not meant for a condition on a field, which would find nothing without a word."""
        found = _NO_COLON.fullmatch(token.text) if token.mark is Mark.WORD else None
        if found is None:
            return
        field = self._fields.get(found[1])
        if field is None:
            if found[2] != "=" and found[3][0].isdigit():  # it compares: no text begins so
                raise _wrong(self._no_field(found[1]), token)
            return
        sign = "" if found[2] == "=" and field.kind is FieldKind.WORD else found[2]
        meant = safe_text(f"{field.name}:{sign}{found[3]}", 60)
        raise _wrong(f"a colon comes behind a field: write {meant}, or quote it if it is text", token)

    def _no_field(self, name: str) -> str:
        near = self._fields.nearest(name)
        shown = safe_text(name, 40)
        if near is not None:
            return f"unknown field `{shown}`: did you mean `{near}`?"
        known = ", ".join(each.name for each in self._fields.fields)
        return f"unknown field `{shown}`: quote it if it is text; the fields are {known}"


def _wrong(sentence: str, token: Token) -> FilterError:
    return FilterError(sentence, token.start, token.end)


def _asked(field: Field[Any]) -> str:
    """Say what a field of this kind is followed by."""
    if field.kind is FieldKind.WORD:
        return f"one of {', '.join(field.values)}"
    if field.kind is FieldKind.NUMBER:
        return f"a number, as in {field.name}:>2"
    if field.kind in COMPARED:
        return f"a length of time, as in {field.name}:{field.implied or '>'}30m"
    return f"what `{field.name}` must hold"


def _of_text(token: Token, *, is_bare: bool) -> Value:
    """Return what a value means that is looked for in text."""
    text = token.text
    if token.mark is Mark.REGEX:
        return _checked(Regex(text), token)
    if token.mark is Mark.QUOTED:
        if not text:
            raise _wrong("there is nothing in this quotation", token)
        return Text(text)
    if text.startswith(WHOLE) and not is_bare and len(text) > 1:
        return Whole(text[1:])
    return _checked(Glob(text), token) if any(char in WILD for char in text) else Text(text)


def _checked(value: Regex | Glob, token: Token) -> Value:
    """Return *value*, if its pattern means something."""
    try:
        if isinstance(value, Glob):
            glob(fold(value.pattern))
        elif not value.pattern:
            raise FilterError("say what to look for, between two `/`", token.end, token.end)
        else:
            regular(value.pattern)
    except PatternError as error:
        place = min(token.start + error.place + isinstance(value, Regex), token.end)
        raise FilterError(str(error), place, min(place + 1, token.end)) from None
    return value


def _of_texts(_field: Field[Any], token: Token) -> Value:
    return _of_text(token, is_bare=False)


def _of_words(field: Field[Any], token: Token) -> Value:
    if token.mark is Mark.REGEX or not token.text or not words_like(field, token.text):
        near = nearest_word(field, token.text)
        advice = f"did you mean `{near}`?" if near else f"it is one of {', '.join(field.values)}"
        raise _wrong(f"`{field.name}` is never `{safe_text(token.text, 40)}`: {advice}", token)
    return Word(fold(token.text))


def _of_amount(field: Field[Any], token: Token) -> Value:
    """Return what a value means that is compared."""
    found = _BOUND.fullmatch(token.text)
    sign, amount = (found[1], "".join(found[2].lower().split())) if found is not None else ("", "")
    if token.mark is Mark.REGEX or not amount:
        raise FilterError(f"say right here {_asked(field)}", token.end, token.end)
    try:
        amount_of(field, amount)
    except MuseTuiError as error:
        raise _wrong(str(error), token) from None
    if field.implied:
        if sign not in ("", field.implied):
            raise _wrong(f"`{field.name}` says already which way it is compared: leave out `{sign}`", token)
        sign = field.implied
    elif not sign and field.kind is not FieldKind.NUMBER:
        raise _wrong(f"say which way: {field.name}:>{amount} or {field.name}:<{amount}", token)
    elif sign == "=" and field.kind in (FieldKind.AGE, FieldKind.LEFT):
        raise _wrong(f"nothing is exactly that for long: {field.name}:>{amount} or {field.name}:<{amount}", token)
    return Bound(sign or "=", amount)


def amount_of(field: Field[Any], amount: str) -> float:
    """Return what an amount says, in the unit of the field.

    Raises:
        MuseTuiError: if it says none.
    """
    if field.kind is not FieldKind.NUMBER:
        return parse_duration(amount).total_seconds()
    if not _NUMBER.fullmatch(amount):
        raise MuseTuiError(f"{safe_text(amount, 40)!r} is no number")
    return float(amount)


_VALUES: dict[FieldKind, Callable[[Field[Any], Token], Value]] = {
    FieldKind.TEXT: _of_texts,
    FieldKind.WORD: _of_words,
}
