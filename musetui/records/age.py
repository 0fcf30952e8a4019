"""Age: by when all that a record tells of was over, by its own words, and which reservations it speaks of."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any

from musetui.records.models import AnyRecord, Claim, Dependency, Heartbeat, Intent, Release, Reservation, Task


def over_at(record: AnyRecord) -> datetime | None:
    """Return by when what a record tells of was over (aware); None where it says no such moment.

    A reservation is over when it runs out, a heartbeat when what it extends does. An intent, a release and a dependency
    say when they were made, and last no longer than the reservation that they name. A task waits until somebody takes
    it, and a claim belongs to its task: neither is ever over by its own words.
    """
    return _OVER[type(record)](record)


def reservations_of(record: AnyRecord) -> tuple[str, ...]:
    """Return the ids of the reservations that a record is, belongs to or waits for; of the first it may tell more."""
    return _NAMED[type(record)](record)


def _end_of_heartbeat(record: Heartbeat) -> datetime | None:
    moments = [moment for moment in (record.last_beat_at, record.extended_expires_at) if moment is not None]
    return max(moments, default=None)


def _never(_: AnyRecord) -> None:
    return None


def _one(record: Any) -> tuple[str, ...]:
    return (record.reservation_id,) if record.reservation_id else ()


def _none(_: AnyRecord) -> tuple[str, ...]:
    return ()


def _of_dependency(record: Dependency) -> tuple[str, ...]:
    return (*_one(record), *filter(None, record.depends_on))


_OVER: dict[type[AnyRecord], Callable[[Any], datetime | None]] = {
    Reservation: attrgetter("expires_at"),
    Intent: attrgetter("created_at"),
    Release: attrgetter("released_at"),
    Heartbeat: _end_of_heartbeat,
    Dependency: attrgetter("created_at"),
    Task: _never,
    Claim: _never,
}
# One look into a table a record: a hundred thousand of them are asked before the first picture is whole.
_NAMED: dict[type[AnyRecord], Callable[[Any], tuple[str, ...]]] = {
    Reservation: _one,
    Intent: _one,
    Release: _one,
    Heartbeat: _one,
    Dependency: _of_dependency,
    Task: _none,
    Claim: _none,
}
