"""Quiet hours: a part of each day, by the clock on the wall, in which nobody wants to be disturbed."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

_HOURS = re.compile(r"(?P<from>[0-9]{1,2}:[0-9]{2}) ?[-–] ?(?P<to>[0-9]{1,2}:[0-9]{2})")
_STEP = timedelta(minutes=1)
LONGEST_DAY = timedelta(hours=26)
"""Longer than any day is, also one on which clocks are set back."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From *start* until *end*, over midnight where the end is the earlier; never where both are the same."""

    start: time
    end: time

    def hold(self, moment: datetime, zone: tzinfo | None = None) -> bool:
        """Return whether it is quiet at *moment* (aware), by the clock of *zone*, this machine's own if None."""
        clock = moment.astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def over(self, moment: datetime, zone: tzinfo | None = None) -> datetime:
        """Return the first moment from *moment* (aware) on at which it is not quiet, on the full minute after it."""
        if not self.hold(moment, zone):
            return moment
        # Minute by minute, as the wall's clock may be set meanwhile; never more than some 1,500 steps.
        at = moment.replace(second=0, microsecond=0)
        for _ in range(LONGEST_DAY // _STEP):
            at += _STEP
            if not self.hold(at, zone):
                break
        return at

    def __str__(self) -> str:
        return "never" if self.start == self.end else f"{self.start:%H:%M}-{self.end:%H:%M}"


NEVER = QuietHours(time(), time())


def parse_quiet_hours(text: str) -> QuietHours:
    """Return the hours that *text* says: `22:00-07:00`, or `never`.

    Raises:
        MuseTuiError: if it says none.
    """
    if text.strip().lower() == "never":
        return NEVER
    found = _HOURS.fullmatch(text.strip())
    try:
        if found is not None:
            return QuietHours(_time(found["from"]), _time(found["to"]))
    except ValueError:
        pass
    raise MuseTuiError(f"{safe_text(text, 40)!r} are no hours: write them like 22:00-07:00, or never")


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))
