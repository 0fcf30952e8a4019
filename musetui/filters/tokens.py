"""From text to tokens: words, quoted texts, regular expressions, parentheses, each with its place."""

import re
from enum import StrEnum
from typing import NamedTuple

from musetui.errors import FilterError


class Mark(StrEnum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    NOT = "not"
    AND = "and"
    OR = "or"
    FIELD = "field"
    COMMA = ","
    WORD = "word"
    QUOTED = "quoted"
    REGEX = "regex"


class Token(NamedTuple):
    """One token.

    Attributes:
        text: of a field its name, of a quoted text or an expression what is within.
        start: its place in the whole text, from 0.
        end: the place behind it.
    """

    mark: Mark
    text: str
    start: int
    end: int


OPERATORS = {"or": Mark.OR, "and": Mark.AND, "not": Mark.NOT}

FIELD_NAME = re.compile(r"([A-Za-z][A-Za-z_-]*):(?!:)")
_SPACE = re.compile(r"\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)(\\?)("?)', re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)(\\?)(/?)", re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')


def tokens(text: str) -> list[Token]:
    """Return the tokens of *text*. A quotation or an expression that is not closed yet closes at the end.

    Raises:
        FilterError: if something stands right behind a quotation or an expression.
    """
    return _Lexer(text).all()


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._found: list[Token] = []

    def all(self) -> list[Token]:
        while self._skip_space() < len(self._text):
            char = self._text[self._place]
            if char in "()":
                self._add(Mark(char), char, self._place + 1)
            elif char in "-!" and self._text[self._place + 1 : self._place + 2].strip():
                self._add(Mark.NOT, char, self._place + 1)
            elif field := FIELD_NAME.match(self._text, self._place):
                self._add(Mark.FIELD, field[1], field.end())
                self._values()
            else:
                self._value(is_bare=True)
        return self._found

    def _skip_space(self) -> int:
        found = _SPACE.match(self._text, self._place)
        self._place = found.end() if found else self._place
        return self._place

    def _add(self, mark: Mark, text: str, end: int) -> None:
        self._found.append(Token(mark, text, self._place, end))
        self._place = end

    def _values(self) -> None:
        """Take the values of a field, with commas between: right behind its colon, and behind each comma."""
        while True:
            if self._place < len(self._text) and not self._text[self._place].isspace():
                self._value(is_bare=False)
            if self._text[self._place : self._place + 1] != ",":
                return
            self._add(Mark.COMMA, ",", self._place + 1)

    def _value(self, *, is_bare: bool) -> None:
        """Take one value; one that *is_bare* has no field before it, and may be an operator, or hold commas."""
        for opening, mark, pattern in (('"', Mark.QUOTED, _QUOTED), ("/", Mark.REGEX, _REGEX)):
            found = pattern.match(self._text, self._place) if self._text[self._place] == opening else None
            if found is not None:
                within = found[1] + found[2]
                within = _ESCAPED.sub(r"\1", within) if mark is Mark.QUOTED else within
                self._add(mark, within, found.end())
                self._check_behind(mark, is_bare=is_bare)
                return
        end = self._end_of_word(is_bare=is_bare)
        if end > self._place:
            word = self._text[self._place : end]
            self._add(OPERATORS.get(word.lower(), Mark.WORD) if is_bare else Mark.WORD, word, end)

    def _check_behind(self, mark: Mark, *, is_bare: bool) -> None:
        """See that a quotation or an expression is followed by what can follow a value."""
        behind = self._text[self._place : self._place + 1]
        if behind and not behind.isspace() and behind != ")" and (is_bare or behind != ","):
            what, how = (
                ("regular expression", 'write \\/ for a slash in it, or "…" for a path')
                if mark is Mark.REGEX
                else ("quotation", 'write \\" for a quotation mark in it')
            )
            raise FilterError(f"the {what} ends here: {how}", self._place, self._place + 1)

    def _end_of_word(self, *, is_bare: bool) -> int:
        """Return where the word ends: before white space, a parenthesis that closes none in it, or a comma."""
        depth, place = 0, self._place
        while place < len(self._text):
            char = self._text[place]
            if char.isspace() or (char == "," and not is_bare) or (char == ")" and not depth):
                break
            depth += (char == "(") - (char == ")")
            place += 1
        return place
