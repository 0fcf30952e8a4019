"""How often a request is tried, and how long is waited in between: growing pauses, and never two clients in step."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

RETRY_AFTER_LIMIT = 60.0
"""Seconds that a hub may ask to be waited; a longer wish is cut."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How much trouble is borne.

    Attributes:
        tries: how often a request is made at most.
        first: seconds of the first pause; each later one is twice as long.
        longest: seconds of the longest pause, where the hub names none.
        deadline: seconds after which no further try is begun; None for no such end.
    """

    tries: int = 4
    first: float = 0.5
    longest: float = 8.0
    deadline: float | None = None

    def pause(self, tried: int, asked: float | None, spent: float) -> float | None:
        """Return the seconds to wait before the next try, or None to give up.

        Args:
            tried: how often it was tried.
            asked: the seconds that the hub asks for, if it does.
            spent: the seconds since the first try began.
        """
        if tried >= self.tries:
            return None
        grown = min(self.longest, self.first * 2.0 ** (tried - 1))
        # Between half and the whole of it: many clients that failed together do not come back together.
        wait = grown * random.uniform(0.5, 1.0)
        if asked is not None:
            wait = max(wait, min(asked, RETRY_AFTER_LIMIT))
        return None if self.deadline is not None and spent + wait > self.deadline else wait


ONCE = Patience(tries=1)
"""No trouble is borne."""


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds (never negative) that a `Retry-After` header asks for at *now*; None where it asks nothing."""
    if not header or len(header) > 64:
        return None
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
