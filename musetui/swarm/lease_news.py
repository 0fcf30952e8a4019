"""Lease news: the heartbeats and releases of each reservation, whether or not it is there itself."""

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from typing import Any, cast

from musetui.coordination.batch import Sighting
from musetui.records.models import EARLIEST, Heartbeat, Release


def _extension(sighting: Sighting) -> Any:
    return cast("Heartbeat", sighting.record).extended_expires_at or EARLIEST, sighting.slot


def _end(sighting: Sighting) -> Any:
    moment = cast("Release", sighting.record).released_at
    return moment is not None, moment or EARLIEST, sighting.slot


class LeaseNews:
    """Sightings by the reservation they name, each list in an order that brings what counts to an end."""

    __slots__ = ("_order", "_sightings")

    def __init__(self, order: Callable[[Sighting], Any]) -> None:
        self._order = order
        self._sightings: dict[str, list[Sighting]] = {}

    @classmethod
    def of_heartbeats(cls) -> "LeaseNews":
        """Heartbeats, the one that extends furthest last."""
        return cls(_extension)

    @classmethod
    def of_releases(cls) -> "LeaseNews":
        """Releases, those of unknown time first, then the earliest."""
        return cls(_end)

    def add(self, reservation_id: str, sighting: Sighting) -> None:
        """Note a sighting that names the reservation."""
        there = self._sightings.get(reservation_id)
        if there is None:
            self._sightings[reservation_id] = [sighting]
        else:
            insort(there, sighting, key=self._order)

    def discard(self, reservation_id: str, sighting: Sighting) -> None:
        """Forget a sighting that was noted."""
        there = self._sightings[reservation_id]
        del there[bisect_left(there, self._order(sighting), key=self._order)]
        if not there:
            del self._sightings[reservation_id]

    def of(self, reservation_id: str) -> Sequence[Sighting]:
        """Return what names the reservation, in order: a live view."""
        return self._sightings.get(reservation_id, ())
