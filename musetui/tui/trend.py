"""How a number went, minute by minute, as far as somebody has looked: kept where it is shown, and never guessed."""

from collections import deque
from datetime import datetime

from musetui.tui.bars import BARS

MINUTES = 12


class Trend:
    """The last value that a number had in each of the last minutes; a minute in which nobody looked has none."""

    def __init__(self) -> None:
        self._values: deque[int | None] = deque(maxlen=MINUTES)
        self._minute = 0

    def note(self, value: int, now: datetime) -> None:
        """Take the *value* that the number has *now* (aware)."""
        minute = int(now.timestamp() // 60)
        if not self._values or minute < self._minute:
            self._values.clear()  # a clock that was put back tells of another time
            self._values.append(value)
        else:
            self._values.extend([None] * min(minute - self._minute, MINUTES))
            self._values[-1] = value
        self._minute = minute

    def bars(self) -> str:
        """Return the minutes as bars, from the lowest value to the highest; "" where it was the same all the time."""
        known = [value for value in self._values if value is not None]
        low, high = min(known, default=0), max(known, default=0)
        if low == high:
            return ""
        steps = len(BARS) - 1
        return "".join(
            " " if value is None else BARS[round((value - low) / (high - low) * steps)] for value in self._values
        )
