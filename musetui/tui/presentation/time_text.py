"""Moments and durations as people read them: short, always of the same shape, never wider than their column."""

from datetime import UTC, datetime, timedelta

_MINUTE = 60
_HOUR = 3_600
_DAY = 86_400
_YEAR = 365 * _DAY


def countdown(left: timedelta) -> str:
    """Return how long is left, in at most five characters: `45s`, `4m05`, `12m`, `1h05`, `3d04h`, `99d`, `12y`.

    Under ten minutes the seconds are told, for then they count. Nothing left is `0s`.
    """
    seconds = max(int(left.total_seconds()), 0)
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < 10 * _MINUTE:
        return f"{seconds // _MINUTE}m{seconds % _MINUTE:02}"
    if 10 * _DAY > seconds >= _DAY:
        return f"{seconds // _DAY}d{seconds % _DAY // _HOUR:02}h"
    return duration(left)


def duration(length: timedelta) -> str:
    """Return a length of time in at most five characters: `45s`, `12m`, `1h05`, `3d`, `12y`. A negative one is `0s`."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h{seconds % _HOUR // _MINUTE:02}"
    if seconds < 3 * _YEAR:
        return f"{seconds // _DAY}d"
    return f"{seconds // _YEAR}y"


def ago(moment: datetime, now: datetime) -> str:
    """Return when *moment* was or will be, seen from *now* (both aware): `3m ago`, `in 5m`."""
    return f"in {duration(moment - now)}" if moment > now else f"{duration(now - moment)} ago"


def age(moment: datetime, now: datetime) -> str:
    """Return how long ago *moment* was at *now* (both aware); one in the future has a plus sign: `+5m`."""
    return f"+{duration(moment - now)}" if moment > now else duration(now - moment)


def clock_text(moment: datetime) -> str:
    """Return the time of day of *moment* (aware) on this machine's clock: `14:03:41`."""
    return f"{_local(moment):%H:%M:%S}"


def moment_text(moment: datetime, now: datetime) -> str:
    """Return *moment* (aware) on this machine's clock, with its date where that is not today's, and how long ago."""
    local = _local(moment)
    day = "" if local.date() == _local(now).date() else f"{local:%Y-%m-%d} "
    return f"{day}{local:%H:%M:%S} ({ago(moment, now)})"


def happened_text(moment: datetime, now: datetime) -> str:
    """Return the same of what has happened; where *moment* is still to come, clocks differ, and it says so."""
    told = moment_text(moment, now)
    if moment <= now:
        return told
    return f"{told[: told.rindex('(')]}({duration(moment - now)} ahead of this clock)"


def day_text(moment: datetime) -> str:
    """Return *moment* (aware) on this machine's clock, with its date: `2026-03-18 14:03:41`."""
    return f"{_local(moment):%Y-%m-%d %H:%M:%S}"


def _local(moment: datetime) -> datetime:
    try:
        return moment.astimezone()
    except (OverflowError, OSError, ValueError):  # what the platform's clock cannot tell
        return moment.astimezone(UTC)
