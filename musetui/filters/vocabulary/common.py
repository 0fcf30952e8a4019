"""Fields that rows of many kinds have, by the same names everywhere."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from musetui.filters.fields import Field, FieldKind, Known

Row = TypeVar("Row")

Texts = str | Iterable[str]


def run(read: Callable[[Row], Texts], column: str = "run") -> Field[Row]:
    """Return the field of the run, or runs, that a row is of."""
    return Field("run", FieldKind.TEXT, "the agent's run", read, ("agent", "owner"), known=Known.RUNS, column=column)


def branch(read: Callable[[Row], Texts], column: str = "branch") -> Field[Row]:
    """Return the field of the branch, or branches, that a row is on."""
    return Field("branch", FieldKind.TEXT, "the branch", read, known=Known.BRANCHES, column=column)


def addr(read: Callable[[Row], Texts], column: str = "address") -> Field[Row]:
    """Return the field of the addresses that a row names."""
    return Field(
        "addr",
        FieldKind.TEXT,
        "an address: a path, or a symbol in one",
        read,
        ("address", "path", "file"),
        known=Known.ADDRESSES,
        column=column,
    )


def op(read: Callable[[Row], Texts], column: str = "op") -> Field[Row]:
    """Return the field of what is done there."""
    help_text = "what is done: modify, rename, delete, …"
    return Field("op", FieldKind.TEXT, help_text, read, ("operation",), known=Known.OPERATIONS, column=column)


def ident(read: Callable[[Row], Texts]) -> Field[Row]:
    """Return the field of a record's id."""
    return Field("id", FieldKind.TEXT, "the record's id", read)


def words(
    name: str, help_text: str, values: Iterable[str], read: Callable[[Row], Texts], column: str = ""
) -> Field[Row]:
    """Return a field that has only certain words."""
    return Field(name, FieldKind.WORD, help_text, read, words=tuple(values), column=column)


def has(tests: Mapping[str, Callable[[Row], bool]]) -> Field[Row]:
    """Return the field of what a row has, each by what tells whether a row has it."""
    return Field("has", FieldKind.WORD, "what there is of it", tests=tests, relates=True)


def source(read: Callable[[Row], Texts], column: str = "source") -> Field[Row]:
    """Return the field of where a record lies; *read* gives all of its words that hold."""
    help_text = "where it lies: here, pulled from a hub, or both"
    return words("source", help_text, ("local", "remote", "both"), read, column)


def sources(names: Iterable[str]) -> tuple[str, ...]:
    """Return the words of `source` for what lies in the places *names*."""
    found = tuple(dict.fromkeys(names))
    return (*found, "both") if len(found) > 1 else found


def number(name: str, help_text: str, read: Callable[[Row], float | None], column: str = "") -> Field[Row]:
    """Return a field of a number."""
    return Field(name, FieldKind.NUMBER, help_text, read, column=column)


def ages(
    read: Callable[[Row], datetime | None], help_text: str = "since it was made", column: str = "age"
) -> tuple[Field[Row], ...]:
    """Return the three fields of an age: `age`, and `older` and `newer`, which say by their names how they compare."""

    def since(row: Row) -> float | None:
        return stamp(read(row))

    return (
        Field("age", FieldKind.AGE, help_text, since, column=column),
        Field("older", FieldKind.AGE, f"{help_text}: more than that", since, implied=">", column=column),
        Field("newer", FieldKind.AGE, f"{help_text}: less than that", since, implied="<", column=column),
    )


def left(read: Callable[[Row], datetime | None], help_text: str, column: str = "left") -> Field[Row]:
    """Return the field of the time that is left until a moment."""
    return Field("left", FieldKind.LEFT, help_text, lambda row: stamp(read(row)), column=column)


def stamp(moment: datetime | None) -> float | None:
    """Return *moment* (aware) in seconds since 1970."""
    return None if moment is None else moment.timestamp()


def some(*texts: Any) -> tuple[str, ...]:
    """Return those of *texts* that there are."""
    return tuple(str(text) for text in texts if text)
