"""Which rows hold the words a person typed: all of them, in any order and column, whatever their case.

billing rename     rows that hold both words
-main              rows that do not hold it
"src/a.py::f g"    one word with a space in it
run:agent-4        rows whose column of that name holds it
"""

import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from musetui.tui.presentation.cells import Column

MOST_WORDS = 32
"""Words of one filter; no person types more."""


class Word(NamedTuple):
    """One word of a filter.

    Attributes:
        text: what is looked for, case folded.
        column: the key of the column to look in; "" for the whole row.
        wanted: False where rows that hold it are left out.
    """

    text: str
    column: str
    wanted: bool


def read_words(typed: str, columns: Sequence[str]) -> tuple[Word, ...]:
    """Return the words of a filter. A quotation mark that is not closed yet closes at the end.

    Args:
        typed: what a person typed.
        columns: the keys of the columns that can be named.
    """
    words = []
    for part in _split(typed)[:MOST_WORDS]:
        wanted = not (part.startswith("-") and len(part) > 1)
        text = part if wanted else part[1:]
        name, colon, rest = text.partition(":")
        named = colon and not rest.startswith(":") and name.casefold() in columns
        words.append(Word((rest if named else text).casefold(), name.casefold() if named else "", wanted))
    return tuple(word for word in words if word.text)


def _split(typed: str) -> list[str]:
    lexer = shlex.shlex(typed, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.quotes, lexer.escape = True, "", '"', ""
    try:
        return list(lexer)
    except ValueError:
        return list(_split(typed + '"')) if typed.count('"') % 2 else typed.split()


def matcher(
    words: Sequence[Word], columns: Sequence[Column[Any]], whole: Callable[[Any], str] | None, moment: datetime
) -> Callable[[Any], bool]:
    """Return what tells whether a row holds all of *words* (and none of those not wanted).

    Args:
        words: what is looked for.
        columns: the columns of the list.
        whole: returns all the text of a row; None for what its columns show.
        moment: the moment at which they show it.
    """
    by_key = {column.key: column for column in columns}

    def text_of(row: Any, column: str) -> str:
        if column:
            return _shown(row, by_key[column], moment)
        return whole(row).casefold() if whole else " ".join(_shown(row, each, moment) for each in columns)

    def holds(row: Any) -> bool:
        texts: dict[str, str] = {}
        for word in words:
            if word.column not in texts:
                texts[word.column] = text_of(row, word.column)
            if (word.text in texts[word.column]) is not word.wanted:
                return False
        return True

    return holds


def _shown(row: Any, column: Column[Any], moment: datetime) -> str:
    return "".join(span.text for span in column.cell(row, moment)).casefold()
