"""Python's collector of cycles, kept from going through what lives again and again.

A picture of 100,000 records is some millions of objects that hold no garbage; to go through them takes the best part of
a second, in which no key is answered. So what has come in is set aside, and the little that is left is gone through
when nothing else is to be done. What is set aside is still freed when nothing refers to it.
"""

import gc
import time

_NEVER = 2**31 - 1
_ENOUGH = 500
"""Records that have come in since the last time, after which it is worth while to set them aside."""

_CALM = 1.0
"""Seconds since the last time, after which garbage is looked for before: in a storm there is no time for it."""

_EVERY = 60.0
"""Seconds between two looks at what is not set aside."""


class Collecting:
    """Has the collector look at what is young by itself, and at all else only when told. One a process."""

    def __init__(self) -> None:
        """Set aside all there is, and switch the collector on."""
        self._usual = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(*self._usual[:2], _NEVER)
        gc.enable()
        self._fresh = 0
        self._done_at = time.monotonic()

    def came(self, count: int) -> None:
        """Take note that so many records have come in."""
        self._fresh += count
        if self._fresh < _ENOUGH:
            return
        self._fresh = 0
        if time.monotonic() - self._done_at > _CALM:
            gc.collect()
        gc.freeze()
        self._done_at = time.monotonic()

    def tick(self) -> None:
        """Look for garbage, now and then: called every second."""
        if time.monotonic() - self._done_at > _EVERY:
            gc.collect()
            self._done_at = time.monotonic()

    def end(self) -> None:
        """Leave the collector as it was."""
        gc.set_threshold(*self._usual)
        gc.unfreeze()
