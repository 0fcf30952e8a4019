"""Dating: from when on a record that was found lying there is taken to have been there."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from musetui.coordination.batch import Sighting, Source
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Dependency, Heartbeat, Release
from musetui.records.writing import written_at
from musetui.swarm.moments import micros

BEGINNING = 0
"""Before all else (microseconds): where nothing tells a moment."""

Origins = Mapping[tuple[Kind, str], int]
"""The moment (microseconds) of each reservation and each task, by kind and id; the earliest where it lies twice."""


class Date(NamedTuple):
    """When a record came to be there, as far as it tells.

    Attributes:
        at: the moment (microseconds).
        is_told: whether the record itself, or the hub, tells a moment; else it is that of what the record is about.
        is_arrival_known: whether it was written here; when it came from elsewhere, no record tells.
    """

    at: int
    is_told: bool
    is_arrival_known: bool


def origins(sightings: Iterable[Sighting]) -> dict[tuple[Kind, str], int]:
    """Return the moments that records without one are dated by."""
    found: dict[tuple[Kind, str], int] = {}
    for sighting in sightings:
        record = sighting.record
        if record.kind in (Kind.RESERVATION, Kind.TASK) and record.moment is not None:
            key, at = (record.kind, record.record_id), micros(record.moment)
            found[key] = min(at, found.get(key, at))
    return found


def date_of(sighting: Sighting, known: Origins) -> Date:
    """Return when the record of *sighting* came to be there."""
    record, received_at = sighting.record, sighting.received_at
    told = [micros(moment) for moment in (written_at(record), received_at) if moment is not None]
    is_here = sighting.slot.source is Source.LOCAL
    # What a hub says of when it had a record counts where that is later: here it came no sooner.
    return Date(max(told) if told else known.get(_origin(record), BEGINNING), bool(told), is_here)


def _origin(record: AnyRecord) -> tuple[Kind, str]:
    """Return what *record* is about, and so cannot be older than."""
    if record.kind in (Kind.TASK, Kind.CLAIM):
        return Kind.TASK, record.record_id
    return Kind.RESERVATION, cast("Release | Heartbeat | Dependency", record).reservation_id
