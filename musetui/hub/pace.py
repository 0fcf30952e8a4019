"""Pace: whether an answer that does come, a little now and then, comes fast enough to be waited for."""

import time

LEAST = 4_096
"""Bytes in every window: some 270 a second, a tenth of what the slowest of modems brings."""


class TooSlowError(Exception):
    """So little came for so long that it is no answer."""


class Pace:
    """The bytes of one answer against the clock."""

    def __init__(self, window: float) -> None:
        """Begin to count; in every *window*, in seconds, some bytes must come."""
        self._window = window
        self._since = time.monotonic()
        self._came = 0

    def note(self, size: int) -> None:
        """Count *size* bytes that came just now.

        Raises:
            TooSlowError: if a window is over in which too few came.
        """
        self._came += size
        now = time.monotonic()
        if now - self._since < self._window:
            return
        if self._came < LEAST:
            raise TooSlowError
        self._since, self._came = now, 0
