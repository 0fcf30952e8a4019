"""Entities: one record as the picture knows it, wherever and however often it lies on disk."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from musetui.coordination.batch import Sighting, Slot, Source
from musetui.records.liveness import Lease, LeaseState, lease_of
from musetui.records.models import AnyRecord, Heartbeat, Release, Reservation


class _Gone(tuple[Sighting, ...]):
    """No further sightings, and the first one is none any more, and yet tells what it was."""

    __slots__ = ()


_GONE = _Gone()


class Entity:
    """Everything on disk that goes by one kind and one record id.

    The record that speaks for it is the same whatever came first: a local one before a pulled one, then one whose
    file is named after its id, then the one in the smallest slot.

    Attributes:
        record_id: the id it goes by.
    """

    __slots__ = ("_first", "_rest", "record_id")

    _first: Sighting

    def __init__(self, record_id: str) -> None:
        self.record_id = record_id
        # Nearly every entity lies in one place alone, and takes no list for that.
        self._rest: list[Sighting] | tuple[Sighting, ...] = _GONE

    @property
    def is_there(self) -> bool:
        """False once it lies nowhere any more; then it tells what it was, to who has not heard of that yet."""
        return self._rest is not _GONE

    @property
    def record(self) -> AnyRecord:
        """The record that speaks for it."""
        return self._first.record

    @property
    def sighting(self) -> Sighting:
        """The place with the record that speaks for it."""
        return self._first

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Every place with the record read there, the one that speaks first."""
        return (self._first, *self._rest) if self._rest is not _GONE else ()

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every place it lies in, that of the record that speaks first."""
        return tuple(sighting.slot for sighting in self.sightings)

    @property
    def is_many(self) -> bool:
        """True if it lies in more than one place."""
        return bool(self._rest)

    @property
    def is_local(self) -> bool:
        """True if it lies among the local records."""
        return self._first.slot.source is Source.LOCAL

    @property
    def is_remote(self) -> bool:
        """True if it lies among the records pulled from a hub."""
        last = self._rest[-1] if self._rest else self._first
        return last.slot.source is Source.REMOTE

    @property
    def is_shared(self) -> bool:
        """True if it lies among both."""
        return self.is_local and self.is_remote

    @property
    def source(self) -> Source:
        """Where the record that speaks for it was read."""
        return self._first.slot.source

    def _place(self, slot: Slot) -> int:
        """Return where among the further sightings that of *slot* is, or would be."""
        return bisect_left(self._rest, self._rank(slot), key=lambda sighting: self._rank(sighting.slot))

    def _rank(self, slot: Slot) -> tuple[bool, bool, Slot]:
        return slot.source is Source.REMOTE, slot.stem != self.record_id, slot

    def find(self, slot: Slot) -> Sighting | None:
        """Return what was read at *slot*, or None if it does not lie there."""
        if self._rest is _GONE:
            return None
        if self._first.slot == slot:
            return self._first
        place = self._place(slot) if self._rest else 0
        return self._rest[place] if place < len(self._rest) and self._rest[place].slot == slot else None

    def put(self, sighting: Sighting) -> None:
        """Note a sighting, in place of an older one at its slot. For the swarm alone."""
        slot = sighting.slot
        if self._rest is _GONE:
            self._first, self._rest = sighting, ()
        elif self._first.slot == slot:
            self._first = sighting
        elif self._rank(slot) < self._rank(self._first.slot):
            self._rest = [self._first, *self._rest]
            self._first = sighting
        elif isinstance(self._rest, list):
            place = self._place(slot)
            if place < len(self._rest) and self._rest[place].slot == slot:
                self._rest[place] = sighting
            else:
                self._rest.insert(place, sighting)
        else:
            self._rest = [sighting]

    def take(self, slot: Slot) -> None:
        """Forget the sighting at *slot*, where one was noted. For the swarm alone."""
        rest = self._rest
        if not isinstance(rest, list):
            self._rest = _GONE
            return
        if self._first.slot == slot:
            self._first = rest.pop(0)
        else:
            del rest[self._place(slot)]
        self._rest = rest or ()


class Held(Entity):
    """A reservation: its record, and where its lease stood when the swarm was last told the time.

    Attributes:
        state: the one state it is in.
        silent: whether it is held by a run that shows no sign of life.
        counted_local: whether the counts have it among the local ones.
        ran_out_at: when its lease ran out (microseconds since 1970), if that is how it ended and it was never released.
    """

    __slots__ = ("_beats", "_releases", "counted_local", "ran_out_at", "silent", "state")

    state: LeaseState
    silent: bool
    counted_local: bool
    ran_out_at: int | None

    def __init__(self, record_id: str) -> None:
        super().__init__(record_id)
        self._beats: Sequence[Sighting] = ()
        self._releases: Sequence[Sighting] = ()

    def hear(self, beats: Sequence[Sighting], releases: Sequence[Sighting]) -> None:
        """Take the heartbeats and releases that name it, each in the order of `LeaseNews`. For the swarm alone."""
        self._beats = beats
        self._releases = releases

    @property
    def reservation(self) -> Reservation:
        """The record that speaks for it."""
        return cast("Reservation", self._first.record)

    @property
    def run_id(self) -> str:
        """The run that made the reservation."""
        return self.reservation.run_id

    @property
    def is_held(self) -> bool:
        """True while its addresses are taken."""
        return self.state.is_held

    @property
    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Every heartbeat that names it, the one that extends it least first."""
        return tuple(cast("Heartbeat", sighting.record) for sighting in self._beats)

    @property
    def release(self) -> Release | None:
        """The release that ends it, or None."""
        ends = _ends(self._releases)
        began = self.reservation.created_at
        return min(ends, key=lambda release: release.released_at or began, default=None)

    def release_ahead(self, now: datetime) -> datetime | None:
        """Return when a release comes to pass that is dated ahead of *now* (aware) and will end it, or None."""
        release = self.release if self._releases and self.is_held else None
        at = release.released_at if release is not None else None
        return at if at is not None and at > now else None

    @property
    def has_news(self) -> bool:
        """Whether heartbeats or releases name it, so that its lease is not just what its record says."""
        return bool(self._beats or self._releases)

    @property
    def lease(self) -> Lease:
        """The lease that its record, heartbeats and releases make."""
        beats, releases = self._beats, self._releases
        # Only the latest extension and the earliest release count, so that ten thousand of either cost nothing.
        last = (cast("Heartbeat", beats[-1].record),) if beats else ()
        return lease_of(self.reservation, last, _ends(releases) if releases else ())


def _ends(releases: Sequence[Sighting]) -> list[Release]:
    """Return the earliest release, and the earliest of known time if that is another one."""
    if not releases:
        return []
    first = cast("Release", releases[0].record)
    if first.released_at is not None:
        return [first]
    known = bisect_left(releases, True, key=lambda each: cast("Release", each.record).released_at is not None)
    return [first, cast("Release", releases[known].record)] if known < len(releases) else [first]
