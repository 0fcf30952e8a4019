"""How often one may ask: a bucket of tokens for each handle or address, filled at a steady rate."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

REMEMBERED = 10_000
"""Buckets that are kept; of more, the longest untouched is forgotten, and begins full again."""


class Rates:
    """Buckets of one kind."""

    def __init__(self, rate: float, burst_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow *rate* requests a second (0: any number), and *burst_seconds* worth of them at once."""
        self._rate = rate
        self._most = max(1.0, rate * burst_seconds)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, whose: str) -> int:
        """Take a token; return 0, or the whole seconds after which there will be one."""
        if not self._rate:
            return 0
        now = self._clock()
        tokens, at = self._buckets.pop(whose, (self._most, now))
        tokens = min(self._most, tokens + (now - at) * self._rate)
        wait = 0 if tokens >= 1.0 else max(1, math.ceil((1.0 - tokens) / self._rate))
        self._buckets[whose] = (tokens if wait else tokens - 1.0, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return wait
