"""Tables of the settings file: what a room says about its own, and how what stands there is read.

A room that wants a table makes a `Table` named `TABLE` in a module of its own, free of heavy imports, and adds that
module to `ROOMS`. All else follows from there: reading, errors with their line, `musetui config`, the JSON schema and
the documentation. What was made of it is `settings.of(TABLE)`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Generic, NamedTuple, TypeVar

from musetui.records.text import safe_text
from musetui.settings.values import Value

ROOMS: Mapping[str, str] = {
    "filters": "musetui.filters.saved",
    "keys": "musetui.tui.key_settings",
    "columns": "musetui.tui.column_settings",
    "alerts": "musetui.alerts.settings",
    "commands": "musetui.tui.own.settings",
}
"""The module that knows a table, by the table's name. None is imported before its table is met."""

Path = tuple[str | int, ...]
"""Where something stands in a file: the names that lead to it, and for entries of arrays their places from 0 on."""

Complain = Callable[[Path, str], None]
"""Called with where in the table something is wrong, and a sentence that follows the name of what stands there."""

Made = TypeVar("Made")

HIDDEN = "…"
"""Stands for what is never shown."""


class Slip(NamedTuple):
    """Something that is wrong in a file.

    Attributes:
        path: where.
        sentence: what is wrong and what to do; it follows the name of what stands there.
        near: the nearest name that would be right, or "".
    """

    path: Path
    sentence: str
    near: str = ""


class Setting(NamedTuple):
    """One key that a person may set.

    Attributes:
        means: what it is about, for the documentation: no capital and no full stop.
        usual: what holds where nothing is said, as TOML; "" where that is nothing.
        example: what one might write, as TOML, where nothing is usual.
        required: whether an entry of its table is nothing without it.
        personal: whether a repository's own file has no say in it.
    """

    name: str
    value: Value
    means: str
    usual: str = ""
    example: str = ""
    required: bool = False
    personal: bool = False


class Table(NamedTuple, Generic[Made]):
    """A table of the settings file.

    Attributes:
        name: as it stands in the file: `[name]`, or `[[name]]` where it is repeated.
        means: what it is about, whole sentences.
        usual: what holds where it is not there.
        make: makes of the values that were read, by their keys, what `Settings.of` gives: of one mapping, or of a
            sequence of them where the table is repeated. It complains of values that do not go together.
        settings: the keys that may stand in it.
        any_name: stands for every key that a person may make up, where there are such.
        repeated: whether it is an array of tables.
        personal: whether a repository's own file, which may come from anybody, has no say in it.
        noun: what a key of it is.
        nouns: what several are.
        advice: what is said of a key that is like none; "" where all of them are listed then.
        example: lines of TOML, without the table's header.
        agree: complains of what does not go with what other tables say; it is given what was made of this one, and what
            returns the same of another one. Called when all have been read, if all of them are right by themselves.
    """

    name: str
    means: str
    usual: Made
    make: Callable[[Any, Complain], Made]
    settings: tuple[Setting, ...] = ()
    any_name: Setting | None = None
    repeated: bool = False
    personal: bool = True
    noun: str = "setting"
    nouns: str = "settings"
    advice: str = ""
    example: str = ""
    agree: "Callable[[Made, Callable[[Table[Any]], Any], Complain], None] | None" = None

    @property
    def header(self) -> str:
        """The line that begins it in a file."""
        return f"[[{self.name}]]" if self.repeated else f"[{self.name}]"


def table_named(name: str) -> Table[Any]:
    """Return the table *name*, from the room that knows it."""
    table: Table[Any] = import_module(ROOMS[name]).TABLE
    return table


def all_tables() -> Iterable[Table[Any]]:
    """Yield every table there is; imports the rooms."""
    return (table_named(name) for name in ROOMS)


def read_entries(table: Table[Any], raw: object, plain: Sequence[str]) -> tuple[list[dict[str, Any]], list[Slip]]:
    """Return what the entries of *table* say, one if it is not repeated, and what is wrong there, by path within it.

    Args:
        raw: what TOML has.
        plain: the names of the plain settings, one of which may have been meant.
    """
    if not table.repeated and isinstance(raw, dict):
        values, slips = _read_entry(table, raw, plain)
        return [values], slips
    if not table.repeated or not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        what = "array of tables" if table.repeated else "table"
        advice = f"write `{table.header}` on a line of its own, and what belongs to it below"
        return [], [Slip((), f"is no {what}: {advice}")]
    entries: list[dict[str, Any]] = []
    found: list[Slip] = []
    for place, entry in enumerate(raw):
        values, slips = _read_entry(table, entry, plain)
        entries.append(values)
        found += [slip._replace(path=(place, *slip.path)) for slip in slips]
    return entries, found


def _read_entry(
    table: Table[Any], raw: Mapping[str, object], plain: Sequence[str]
) -> tuple[dict[str, Any], list[Slip]]:
    known = {setting.name: setting for setting in table.settings}
    values: dict[str, Any] = {}
    slips: list[Slip] = []
    for key, written in raw.items():
        setting = known.get(key, table.any_name)
        if setting is None:
            slips.append(_unknown_in(table, key, list(known), plain))
            continue
        try:
            values[key] = setting.value.read(written)
        except ValueError as error:
            slips.append(Slip((key,), wrong(HIDDEN if setting.value.secret else written, error)))
    slips += [
        Slip((), f"lacks {setting.name}: {setting.means}")
        for setting in table.settings
        if setting.required and setting.name not in raw
    ]
    return values, slips


def _unknown_in(table: Table[Any], key: str, known: list[str], plain: Sequence[str]) -> Slip:
    if key in plain and not get_close_matches(key, known, 1, 0.8):
        return Slip((key,), f"is no {table.noun}: the setting of that name stands above the first line in brackets")
    return unknown((key,), known, noun=table.noun, nouns=table.nouns, advice=table.advice)


def unknown(
    path: Path, names: Sequence[str], *, noun: str = "setting", nouns: str = "settings", advice: str = ""
) -> Slip:
    """Return the slip of a key that is none of *names*: with the nearest one, else *advice*, else all of them."""
    near = get_close_matches(str(path[-1]), names, 1, 0.5)
    if near:
        return Slip(path, f"is no {noun}: did you mean {near[0]}?", near[0])
    return Slip(path, f"is no {noun}: {advice or f'the {nouns} are ' + ', '.join(names)}")


def wrong(written: object, error: ValueError) -> str:
    """Say what was written, and what is wrong with it."""
    shown = "an empty text" if written == "" else safe_text(written if isinstance(written, str) else repr(written), 60)
    return f"is {shown}: {error}"
