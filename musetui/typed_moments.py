"""Moments as people type them: `2026-03-18T12:30`, `12:30`, or `-2h` for two hours ago."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from musetui.durations import format_duration, parse_duration
from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

FORMS = "2026-03-18T12:30, 12:30 or -2h"
"""What the sentences of refusal show."""

_TEXT_LIMIT = 60
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""Before this a moment is a mistake, and clocks of some platforms cannot tell it."""

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,6}))?)?")
_OFFSET = re.compile(r"(.*?[0-9])(Z|[+-][0-9]{2}:?[0-9]{2})", re.IGNORECASE)

# What is nearly right, to be named in its right form.
_LOOSE_DAY = r"(?P<y>[0-9]{4})[-/. ](?P<m>[0-9]{1,2})[-/. ](?P<d>[0-9]{1,2})"
_LOOSE_TIME = r"(?P<H>[0-9]{1,2})[:.h ]?(?P<M>[0-9]{2})(?:[:. ](?P<S>[0-9]{2}))?"
_LOOSE = (
    re.compile(rf"{_LOOSE_DAY}(?:[T _,]+{_LOOSE_TIME})?", re.IGNORECASE),
    re.compile(
        rf"(?P<d>[0-9]{{1,2}})[./](?P<m>[0-9]{{1,2}})[./](?P<y>[0-9]{{4}})(?:[T _,]+{_LOOSE_TIME})?", re.IGNORECASE
    ),
    re.compile(_LOOSE_TIME),
)
_LOOSE_LENGTH = re.compile(r"[+-]? *([0-9]+(?:\.[0-9]+)?) *(d|h|m|s)[a-z]*(?: +ago)?", re.IGNORECASE)


def parse_moment(text: str, now: datetime) -> datetime:
    """Return the moment that *text* says (aware, UTC).

    `-2h` is that long before *now*, in any form of a length of time. A day is `2026-03-18`, its beginning, and may be
    followed by `T` or a space and a time, which may have seconds. A time without a day is the last that was at *now*.
    Where no offset (`Z`, `+02:00`) is said, it is this machine's own time. `now` is *now*.

    Raises:
        MuseTuiError: if it says none, or one that is still to come; it names the nearest right form.
    """
    wanted = text.strip()
    if wanted.lower() == "now":
        return now.astimezone(UTC)
    found = None
    if 0 < len(wanted) <= _TEXT_LIMIT:
        found = _before(wanted, now) if wanted.startswith("-") else _on_the_clock(wanted, now)
    if found is None:
        near = _nearest(wanted[:_TEXT_LIMIT], now)
        advice = f"did you mean {near}?" if near else f"write it like {FORMS}"
        raise MuseTuiError(f"{safe_text(text, 40)!r} is no moment: {advice}")
    if found > now:
        ahead = format_duration(found - now, 2)
        raise MuseTuiError(f"{safe_text(text, 40)!r} is still to come, in {ahead}: name a moment that has passed")
    if found < _EARLIEST:
        raise MuseTuiError(f"{safe_text(text, 40)!r} is before all records: write a moment like {FORMS}")
    return found


def names_no_day(text: str) -> bool:
    """Return whether *text* says a time of day and not which day's."""
    wanted = text.strip()
    with_offset = _OFFSET.fullmatch(wanted)
    return _TIME.fullmatch(with_offset[1] if with_offset else wanted) is not None


def _before(text: str, now: datetime) -> datetime | None:
    try:
        return now.astimezone(UTC) - parse_duration(text[1:].strip())
    except (MuseTuiError, OverflowError):
        return None


def _on_the_clock(text: str, now: datetime) -> datetime | None:
    zone = None
    if with_offset := _OFFSET.fullmatch(text):
        text, zone = with_offset[1], with_offset[2].upper()
    day_text, _, time_text = text.replace("t", "T").replace(" ", "T", 1).partition("T")
    if not time_text and ":" in day_text:
        day_text, time_text = "", day_text
    try:
        at = _time(time_text) if time_text else time()
        if day_text:
            return _in_utc(datetime.combine(_day(day_text), at), zone)
        today = _in_utc(datetime.combine(_local(now, zone), at), zone)
        return today if today <= now else _in_utc(datetime.combine(_local(now, zone) - timedelta(days=1), at), zone)
    except (ValueError, OverflowError, OSError):
        return None


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError
    return date(*map(int, found.groups()))


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError
    hour, minute, second, fraction = found.groups()
    return time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))


def _local(now: datetime, zone: str | None) -> date:
    """Return what day it is at *now*, where *zone* says."""
    return (now.astimezone() if zone is None else now.astimezone(_zone(zone))).date()


def _in_utc(moment: datetime, zone: str | None) -> datetime:
    return (moment.astimezone() if zone is None else moment.replace(tzinfo=_zone(zone))).astimezone(UTC)


def _zone(zone: str) -> tzinfo:
    found = datetime.strptime("+0000" if zone == "Z" else zone.replace(":", ""), "%z").tzinfo
    assert found is not None
    return found


def _nearest(text: str, now: datetime) -> str:
    """Return the right form of what *text* may mean, or ""."""
    if length := _LOOSE_LENGTH.fullmatch(text):
        right = f"-{length[1]}{length[2].lower()}"
        return right if _before(right, now) is not None else ""
    if text.lower() == "yesterday":
        return "-1d"
    for form in _LOOSE:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            day = f"{parts['y']}-{int(parts['m']):02}-{int(parts['d']):02}" if "y" in parts else ""
            clock = f"{int(parts['H']):02}:{parts['M']}" if parts["H"] else ""
            clock += f":{parts['S']}" if parts["S"] else ""
            right = "T".join(part for part in (day, clock) if part)
            return right if _on_the_clock(right, now) is not None else ""
    return ""
