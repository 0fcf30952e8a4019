"""Leases: from when to when each reservation was held, as far as is known, read off a trail turn by turn."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from musetui.coordination.batch import Sighting
from musetui.history.trail import Content, Trail, Turn
from musetui.records.models import Heartbeat, Release, Reservation
from musetui.records.writing import written_at
from musetui.swarm.moments import micros

AT_ONCE = 200
"""Turns between two looks at the time."""


@dataclass(slots=True)
class Lease:
    """One reservation in time. All text is hostile; moments are microseconds.

    Attributes:
        made: since when it was held, by what it tells itself.
        known: since when it was there, for who looks at it from here.
        expires: when it runs out or ran out, heartbeats counted in.
        released: when it was given back, or None.
        gone: when its record was deleted, or None.
        beats: when its holder was heard of, as far as is known.
        places: in how many places its record lies.
    """

    reservation_id: str
    run_id: str
    branch: str
    addresses: tuple[str, ...]
    made: int
    known: int
    expires: int
    released: int | None = None
    gone: int | None = None
    beats: list[int] = field(default_factory=list)
    places: int = 1

    @property
    def begins(self) -> int:
        """Since when somebody held it, here or elsewhere; of what had ended before it began, that end."""
        begins = self.made if self.made < self.known else self.known
        return begins if begins < (ends := self.ends) else ends

    @property
    def shows(self) -> int:
        """Since when it is held in the picture: of what was heard of too late for that, when it ended."""
        return self.known if self.known < (ends := self.ends) else ends

    @property
    def ends(self) -> int:
        """When nobody held it any more, or will not."""
        ends = self.expires
        if self.released is not None and self.released < ends:
            ends = self.released
        return ends if self.gone is None or self.gone > ends else self.gone


class Leases:
    """Every lease that a trail tells of, as far as it has been read.

    Attributes:
        of: the leases by the id of their reservation.
        done: how many of the trail's turns have been read.
    """

    def __init__(self, trail: Trail) -> None:
        self.of: dict[str, Lease] = {}
        self.done = 0
        self._trail = trail
        self._early: dict[str, list[Turn]] = {}

    def steps(self) -> Iterator[None]:
        """Read on to where the trail ends now, and yield now and then; may be called again once it has grown."""
        while self.done < len(self._trail):
            last = min(self.done + AT_ONCE, len(self._trail))
            for turn in self._trail.turns(self.done, last):
                self._take_in(turn)
            self.done = last
            yield

    def _take_in(self, turn: Turn) -> None:
        before, record = _record(turn.before), _record(turn.after)
        if isinstance(before, Reservation):
            self._take(turn.at, before)
        if isinstance(record, Reservation):
            self._reserve(turn.at, record)
        elif isinstance(record, Heartbeat | Release):
            lease = self.of.get(record.reservation_id)
            if lease is None:  # a hub can tell of it before it tells of the reservation
                self._early.setdefault(record.reservation_id, []).append(turn)
            else:
                _follow(lease, turn.at, record)

    def _take(self, at: int, record: Reservation) -> None:
        lease = self.of.get(record.reservation_id)
        if lease is not None:
            lease.places -= 1
            if not lease.places:
                lease.gone = at

    def _reserve(self, at: int, record: Reservation) -> None:
        lease = self.of.get(record.reservation_id)
        if lease is not None:
            # Seen again: in another place, or after it was deleted.
            lease.places += 1
            lease.gone = None
            return
        made, expires = micros(written_at(record) or record.created_at), micros(record.expires_at)
        lease = Lease(record.reservation_id, record.run_id, record.branch, tuple(record.addresses), made, at, expires)
        self.of[record.reservation_id] = lease
        for turn in self._early.pop(record.reservation_id, ()):
            _follow(lease, turn.at, _record(turn.after))


def _record(content: Content) -> object:
    return content.record if isinstance(content, Sighting) else None


def _follow(lease: Lease, at: int, record: object) -> None:
    if isinstance(record, Heartbeat):
        lease.beats.append(micros(record.moment) if record.moment is not None else at)
        if record.extended_expires_at is not None:
            lease.expires = max(lease.expires, micros(record.extended_expires_at))
    elif isinstance(record, Release):
        released = micros(record.moment) if record.moment is not None else at
        lease.released = released if lease.released is None else min(lease.released, released)
