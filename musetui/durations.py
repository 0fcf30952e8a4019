"""Lengths of time as people type and read them: `90m`, `1h30m`, `45s`, `2d`, or plain seconds as Muse takes them."""

import re
from datetime import timedelta

from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
"""Seconds in a unit, the largest first: the order in which parts are written."""

_WHOLE = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?[dhms] ?)+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([dhms])")
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")

_TEXT_LIMIT = 40
LONGEST = timedelta(days=36_500)
"""A century: what is longer is a mistake in its unit."""


def parse_duration(text: str) -> timedelta:
    """Return the length of time that *text* says: `1h30m`, `1h 30m`, `1.5h`, `90m`, `2d`, or `5400` (seconds).

    Units go from large to small, each at most once. Nothing is negative.

    Raises:
        MuseTuiError: if it says none, or more than a century.
    """
    wanted = text.strip().lower()
    if len(wanted) > _TEXT_LIMIT:
        raise _no_duration(text)
    if _SECONDS.fullmatch(wanted):
        parts = [(wanted, "s")]
    elif _WHOLE.fullmatch(wanted):
        parts = _PART.findall(wanted)
    else:
        raise _no_duration(text)
    units = [unit for _, unit in parts]
    if units != [unit for unit in _UNITS if unit in units]:
        raise _no_duration(text)
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if seconds > LONGEST.total_seconds():
        raise MuseTuiError(f"{safe_text(text, 40)!r} is longer than a century: give a shorter time")
    return timedelta(seconds=seconds)


def format_duration(length: timedelta, parts: int = len(_UNITS)) -> str:
    """Return *length* in whole seconds, cut off, as `parse_duration` reads it: `1h30m`, `2d`, `0s`.

    Args:
        length: the time; a negative one has `-` in front, which `parse_duration` does not take.
        parts: how many units are shown at most, the largest there is first; the rest is cut off.
    """
    rest = abs(length) // timedelta(seconds=1)
    shown: list[str] = []
    for unit, seconds in _UNITS.items():
        count, rest = divmod(rest, seconds)
        if count:
            shown.append(f"{count}{unit}")
        if shown and (parts := parts - 1) <= 0:
            break
    if not shown:
        return "0s"
    return ("-" if length < timedelta(0) else "") + "".join(shown)


def format_age(age: timedelta, parts: int = len(_UNITS)) -> str:
    """Return for how long it has been so, as `format_duration` does; `2h ahead` of what this clock has yet to reach."""
    told = format_duration(age, parts)
    return f"{told[1:]} ahead" if told.startswith("-") else told


def _no_duration(text: str) -> MuseTuiError:
    return MuseTuiError(f"{safe_text(text, 40)!r} is no length of time: write it like 45s, 90m, 1h30m or 2d")
