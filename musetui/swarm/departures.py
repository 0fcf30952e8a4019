"""Departures: when reservations that are not there any more were over, as long as something names them."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from musetui.records.models import Reservation

KEPT = 10_000
"""Departures that a picture remembers, the latest: some 2 MB."""


class Departure(NamedTuple):
    """The end of a record.

    Attributes:
        reservation: what was there last.
        at: when it was gone (aware).
    """

    reservation: Reservation
    at: datetime


Departed = Callable[[str, datetime], Departure | None]
"""Tells how a reservation, by its id, went that is not there at a moment (aware); None where nobody knows."""


class Departures:
    """What a picture saw go, by the reservation's id: since when it was over."""

    def __init__(self) -> None:
        self._over: dict[str, datetime] = {}

    def add(self, reservation_id: str, over: datetime) -> None:
        """Note that a reservation went that was over since *over* (aware)."""
        self._over.pop(reservation_id, None)
        self._over[reservation_id] = over
        if len(self._over) > KEPT:
            del self._over[next(iter(self._over))]

    def discard(self, reservation_id: str) -> None:
        """Note that it is there again."""
        if self._over:
            self._over.pop(reservation_id, None)

    def of(self, reservation_id: str) -> datetime | None:
        """Return since when a reservation was over that went, or None."""
        return self._over.get(reservation_id)
