"""The kinds of values: what may be written, what becomes of it, and how a JSON schema says so.

A reader takes what TOML has, or the text of an environment variable, and raises `ValueError` with the advice that
follows what was written.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from musetui.durations import LONGEST, format_duration, parse_duration
from musetui.errors import MuseTuiError
from musetui.quiet_hours import QuietHours, parse_quiet_hours
from musetui.records.liveness import SHORTEST_HISTORY

Read = Callable[[object], Any]

NAME_LIMIT = 256
"""Characters of an owner's or a repository's name at a hub, as Muse takes them."""

_LINE_LIMIT = 512
_HUB_LIMIT = 2_048
"""Characters of an address, as browsers take them."""

_WORDS_LIMIT = 100
"""Words of one command; one that has more belongs into a script."""

FOR_EVER = "all"
"""A history that never ends."""

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")
_LENGTH_ADVICE = "write a length of time like 45s, 90m or 1h30m"
_RECORDS_PATH = re.compile(r"(?=.*\{owner\})(?=.*\{slug\})/(?:[A-Za-z0-9._~/-]|\{owner\}|\{slug\})*")


class Value(NamedTuple):
    """A kind of value.

    Attributes:
        read: returns what was written as what it means, or raises `ValueError` with advice.
        schema: what may be written, as JSON Schema.
        secret: whether what was written is never shown, not even where it is wrong.
    """

    read: Read
    schema: Mapping[str, object]
    secret: bool = False


def is_hub_name(text: str) -> bool:
    """Return True if *text* can be an owner's or a repository's name: one step of a path, and nothing that moves."""
    return 0 < len(text) <= NAME_LIMIT and text.isprintable() and "/" not in text and text not in (".", "..")


def line(advice: str = f"write one line of text of at most {_LINE_LIMIT} characters") -> Value:
    """Return the kind of one line of text that is not empty; space around it is dropped."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > _LINE_LIMIT or not value.isprintable():
            raise ValueError(advice)
        return value.strip()

    return Value(read, {"type": "string", "minLength": 1, "maxLength": _LINE_LIMIT})


def choice(*names: str) -> Value:
    """Return the kind of one of a few words."""

    def read(value: object) -> str:
        if isinstance(value, str) and value in names:
            return value
        near = get_close_matches(str(value).lower(), names, 1, 0.5)
        raise ValueError(f"did you mean {near[0]}?" if near else f"write one of {', '.join(names)}")

    return Value(read, {"enum": list(names)})


def whole(lowest: int, highest: int) -> Value:
    """Return the kind of a whole number from *lowest* to *highest*."""

    def read(value: object) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"write a whole number from {lowest:,} to {highest:,}")
        return value

    return Value(read, {"type": "integer", "minimum": lowest, "maximum": highest})


def one_or_more(value: Value) -> Value:
    """Return the kind of one value, or of an array of them; it is read as a tuple."""

    def read(written: object) -> tuple[Any, ...]:
        return tuple(value.read(each) for each in (written if isinstance(written, list) else [written]))

    return Value(read, {"anyOf": [value.schema, {"type": "array", "items": value.schema}]})


def words(advice: str) -> Value:
    """Return the kind of the words of a command, the program first: an array of texts, read as a tuple."""

    def read(value: object) -> tuple[str, ...]:
        said = value if isinstance(value, list) else []
        is_text = all(isinstance(word, str) and "\0" not in word for word in said)
        if not 0 < len(said) <= _WORDS_LIMIT or not is_text or not said[0].strip():
            raise ValueError(advice)
        return tuple(said)

    return Value(read, {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": _WORDS_LIMIT})


def _read_quiet_hours(value: object) -> QuietHours:
    try:
        return parse_quiet_hours(value if isinstance(value, str) else "")
    except MuseTuiError:
        raise ValueError("write hours like 22:00-07:00, or never") from None


def _read_flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _TRUE + _FALSE:
        return value.strip().lower() in _TRUE
    raise ValueError("say true or false")


def _read_length(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(_LENGTH_ADVICE)
    try:
        length = parse_duration(str(value))
    except MuseTuiError:
        raise ValueError(_LENGTH_ADVICE) from None
    if length < timedelta(seconds=1):
        raise ValueError("it must be at least 1s")
    return length


def _read_history(value: object) -> timedelta:
    if isinstance(value, str) and value.strip().lower() == FOR_EVER:
        return LONGEST
    length = _read_length(value)
    if length < SHORTEST_HISTORY:
        raise ValueError(f"it must be at least {format_duration(SHORTEST_HISTORY)}")
    return length


def _read_hub(value: object) -> str:
    if not isinstance(value, str) or len(value) > _HUB_LIMIT or not value.isprintable():
        raise ValueError("write the address of a hub, such as https://musehub.ai")
    return value.strip()


def _read_name(value: object) -> str:
    if not isinstance(value, str) or not is_hub_name(value):
        raise ValueError(f"write a name of 1 to {NAME_LIMIT} characters, without a slash")
    return value


def _read_records_path(value: object) -> str:
    if not isinstance(value, str) or len(value) > _HUB_LIMIT or not _RECORDS_PATH.fullmatch(value):
        example = "/api/v1/repos/{owner}/{slug}/coordination/records"
        raise ValueError(f"write a path with {{owner}} and {{slug}} in it, such as {example}")
    if any(step in (".", "..") for step in value.split("/")):
        raise ValueError("leave out the steps . and ..")
    return value


def _read_theme(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("write the name of a theme")
    return value.strip()


def _path_of(what: str) -> Read:
    def read(value: object) -> Path:
        if isinstance(value, Path):
            return value
        if not isinstance(value, str) or not value or "\0" in value:
            raise ValueError(f"write the path of a {what}")
        try:
            return Path(value).expanduser()
        except RuntimeError:
            raise ValueError(f"there is no such home folder: write the path of a {what}") from None

    return read


# A flag may be a word too, as the environment has nothing else.
FLAG = Value(_read_flag, {"anyOf": [{"type": "boolean"}, {"enum": [*_TRUE, *_FALSE]}]})
LENGTH = Value(_read_length, {"anyOf": [{"type": "string", "minLength": 1}, {"type": "number", "minimum": 1}]})
HISTORY_LENGTH = Value(_read_history, LENGTH.schema)
LINE = line()
HUB = Value(_read_hub, {"type": "string", "maxLength": _HUB_LIMIT})
NAME = Value(_read_name, {"type": "string", "minLength": 1, "maxLength": NAME_LIMIT, "pattern": "^[^/]+$"})
RECORDS = Value(
    _read_records_path, {"type": "string", "maxLength": _HUB_LIMIT, "pattern": r"^(?=.*\{owner\})(?=.*\{slug\})/"}
)
THEME = Value(_read_theme, {"type": "string"})
QUIET_HOURS = Value(
    _read_quiet_hours, {"type": "string", "pattern": r"^([0-9]{1,2}:[0-9]{2} ?[-–] ?[0-9]{1,2}:[0-9]{2}|never)$"}
)
FOLDER = Value(_path_of("folder"), {"type": "string", "minLength": 1})
FILE = Value(_path_of("file"), {"type": "string", "minLength": 1})
