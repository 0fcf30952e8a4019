"""How it stands with a record."""

from datetime import datetime
from typing import NamedTuple


class Standing(NamedTuple):
    """What time and other records make of a record.

    Attributes:
        state: active, expiring, released or expired, of the reservation that it is or names; of a claim, active or
            expired; of a task, open, claimed, double claim or claim over; None if unknown.
        silent: whether it is a reservation held by a run without a sign of life.
        ends_at: when what it holds ends, heartbeats counted in (aware); None if it holds nothing.
    """

    state: str | None
    silent: bool
    ends_at: datetime | None
