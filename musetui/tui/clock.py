"""The clock: where the screens get the moment from, so that a test or a picture can stop it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now_utc() -> datetime:
    """Return this moment (aware, UTC)."""
    return datetime.now(UTC)
