"""Fields: what of a row a filter can name, and how each is read and compared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Generic, TypeVar

from musetui.filters.folding import fold, joined

Row = TypeVar("Row")


class FieldKind(StrEnum):
    """How a field is compared."""

    TEXT = "text"
    WORD = "word"
    AGE = "age"
    LEFT = "time left"
    LENGTH = "length of time"
    NUMBER = "number"


COMPARED = frozenset({FieldKind.AGE, FieldKind.LEFT, FieldKind.LENGTH, FieldKind.NUMBER})
"""Kinds that are compared with `<` and its like."""


class Known(StrEnum):
    """Which values of the swarm complete a field of text."""

    NONE = ""
    RUNS = "runs"
    BRANCHES = "branches"
    ADDRESSES = "addresses"
    OPERATIONS = "operations"
    QUEUES = "queues"


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """One field of a row.

    Attributes:
        name: as it is typed before the colon.
        kind: how it is compared.
        help: what it is, in a few words.
        read: returns it from a row. Of a text and a word, one or several of them; of an age the moment since when, of
            time left the moment until when, both in seconds since 1970; of a length of time seconds; of a number the
            number. None where the row has none.
        aliases: other names for it.
        words: of a word, all that there are.
        tests: of a word, those that are not read but asked for, each with what tells whether a row has it.
        known: which values complete it.
        implied: which way it is compared, where its name says that: `>` or `<`.
        column: the key of the column that shows it, where that is not its name.
        relates: whether it depends on other records, so that it can differ though the row's own has not changed.
    """

    name: str
    kind: FieldKind
    help: str
    read: Callable[[Row], Any] = lambda _row: ()
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    tests: Mapping[str, Callable[[Row], bool]] = field(default_factory=dict)
    known: Known = Known.NONE
    implied: str = ""
    column: str = ""
    relates: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """Every word of a field of words; none of another."""
        return (*self.words, *self.tests)

    def texts(self, row: Row) -> Sequence[str]:
        """Return the texts, or the words, of *row*."""
        found = self.read(row)
        return (found,) if isinstance(found, str) else tuple(found)


class Fields(Generic[Row]):
    """What can be named of the rows of one kind.

    Attributes:
        name: what the rows are, one word.
        fields: in the order in which they are offered.
    """

    def __init__(
        self,
        name: str,
        fields: Sequence[Field[Row]],
        more: Callable[[Row], Iterable[str]] = lambda _row: (),
    ) -> None:
        """Put *fields* together; words look through those of text, and through *more* of a row, which has no name."""
        self.name = name
        self.fields = tuple(fields)
        self._more = more
        self._by_name = {name: each for each in self.fields for name in (each.name, *each.aliases)}
        self._searched = [each.read for each in self.fields if each.kind is FieldKind.TEXT]

    def get(self, name: str) -> Field[Row] | None:
        """Return the field of that name or alias, in any case, or None."""
        return self._by_name.get(name.casefold())

    def text(self, row: Row) -> str:
        """Return all the text of *row* that words are looked for in, folded and joined."""
        texts: list[str] = []
        for read in self._searched:
            found = read(row)
            if isinstance(found, str):
                texts.append(found)
            else:
                texts.extend(found)
        texts.extend(self._more(row))
        return joined(texts)

    def nearest(self, name: str) -> str | None:
        """Return the field that may have been meant by *name*, or None."""
        near = get_close_matches(name.casefold(), self._by_name, 1, 0.6)
        return self._by_name[near[0]].name if near else None


def words_like(field: Field[Any], typed: str) -> tuple[str, ...]:
    """Return the words of *field* that *typed* means: the one that it is, or else all that begin with it.

    A dash and an underscore are the same.
    """
    wanted = _plain(typed)
    whole = tuple(each for each in field.values if _plain(each) == wanted)
    return whole or tuple(each for each in field.values if _plain(each).startswith(wanted))


def _plain(word: str) -> str:
    return fold(word).replace("-", "_")


def nearest_word(field: Field[Any], typed: str) -> str | None:
    """Return the word of *field* that may have been meant, or None."""
    near = get_close_matches(fold(typed), field.values, 1, 0.5)
    return near[0] if near else None
