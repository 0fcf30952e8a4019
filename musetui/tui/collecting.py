"""Python's collector of cycles, kept from going through what lives again and again.

A picture of 100,000 records is some millions of objects that hold no garbage; to go through them takes the best part of
a second, in which no key is answered. So what has come in is set aside, and the little that is left is gone through
when nothing else is to be done. What is set aside is still freed when nothing refers to it; but where it has become
part of a cycle, the collector alone could free it. So once much more is set aside than there was, all is gone through
after all, while nobody is at the keys.
"""

import gc
import sys
import time

from textual._styles_cache import StylesCache

_NEVER = 2**31 - 1
_ENOUGH = 500
"""Records that have come in since the last time, after which it is worth while to set them aside."""

_CALM = 1.0
"""Seconds since the last time, after which garbage is looked for before: in a storm there is no time for it."""

_EVERY = 60.0
"""Seconds between two looks at what is not set aside."""

_IDLE = 20.0
"""Seconds without a key after which nobody waits for an answer."""

_MORE, _SHARE = 150_000, 4
"""So many blocks of memory, and this part of those there were, are worth a look at all: some 10 MiB of garbage."""

_MUCH = 250_000
"""Half as many blocks again as there were, and these, are worth one also between two keys: some 60 MiB of garbage at
least, the work of a thousand keys without a rest."""

_OF_A_RECORD = 40
"""Blocks that a record takes with all that is made of it (measured): they are no garbage."""


class Collecting:
    """Has the collector look at what is young by itself, and at all else only when told. One a process."""

    def __init__(self) -> None:
        """Set aside all there is, and switch the collector on."""
        self._usual = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(*self._usual[:2], _NEVER)
        gc.enable()
        self._fresh = 0
        self._expected = sys.getallocatedblocks()
        self._done_at = self._typed_at = time.monotonic()

    def typed(self) -> None:
        """Take note that somebody is at the keys."""
        self._typed_at = time.monotonic()

    def came(self, count: int, left: int = 0) -> None:
        """Take note that so many records have come in, and how many have *left*."""
        self._fresh += count
        self._expected += (count - left) * _OF_A_RECORD
        if self._fresh < _ENOUGH:
            return
        self._fresh = 0
        # Whoever is at the keys in a storm is not to notice either: garbage that is set aside is found later.
        if time.monotonic() - max(self._done_at, self._typed_at) > _CALM:
            gc.collect()
        gc.freeze()
        self._done_at = time.monotonic()

    def read_on(self) -> None:
        """Take note that much is being read: what there is by now is no garbage. Called every second."""
        self._expected = sys.getallocatedblocks()

    def tick(self) -> None:
        """Look for garbage, now and then: called every second."""
        now = time.monotonic()
        if self._is_worth_all(now - self._typed_at):
            _forget_widgets()
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._expected = sys.getallocatedblocks()
            self._done_at = time.monotonic()
        elif now - self._done_at > _EVERY:
            _forget_widgets()
            gc.collect()
            self._done_at = time.monotonic()

    def _is_worth_all(self, quiet: float) -> bool:
        """Return whether to go through all there is, when no key has come for *quiet* seconds."""
        if quiet <= min(_CALM, _IDLE):
            return False
        # Python's own count of objects that are set aside goes through all of them: 150 ms where there are millions.
        there = sys.getallocatedblocks()
        if quiet > _IDLE:
            self._expected = min(self._expected, there)
        more = there - self._expected
        return (quiet > _IDLE and more > self._expected // _SHARE + _MORE) or (
            quiet > _CALM and more > self._expected // 2 + _MUCH
        )

    def end(self) -> None:
        """Leave the collector as it was."""
        gc.set_threshold(*self._usual)
        gc.unfreeze()


def _forget_widgets() -> None:
    """Have Textual forget the two colours of each of the last 1,024 widgets, and with them all that those painted."""
    StylesCache.get_inner_outer.cache_clear()
