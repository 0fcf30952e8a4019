"""Liveness: what state a reservation is in at a moment.

A lease lives until its expiry, or longer while heartbeats extend it, and ends at once when released.
Pure: the moment is an argument, so replay and tests need no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musetui.records.models import Heartbeat, Release, Reservation

EXPIRING_WITHIN = timedelta(minutes=5)
EXPIRING_SHARE = 10
"""A lease is expiring with less than five minutes, or less than a tenth of its length, left."""

SILENT_AFTER = timedelta(minutes=15)
"""A run that shows no sign of life for this long is silent (a default; settings may say otherwise)."""

LONGEST_LEASE = timedelta(hours=24)
"""A lease that is longer is overlong (a default, as above)."""

FUTURE_TOLERANCE = timedelta(minutes=1)
"""A record dated further than this ahead of the clock is from the future (a default, as above)."""

ABANDONED_WITHIN = timedelta(hours=24)
"""A reservation that ran out and was never released is looked at for this long (a default, as above)."""

HISTORY = timedelta(days=30)
"""What is over is kept in mind for this long (a default, as above)."""

SHORTEST_HISTORY = timedelta(days=1)
"""No less is kept in mind, whatever settings say."""


class LeaseState(StrEnum):
    """The one state a reservation is in."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    RELEASED = "released"
    EXPIRED = "expired"

    @property
    def is_held(self) -> bool:
        """True while the addresses are taken."""
        return self in (LeaseState.ACTIVE, LeaseState.EXPIRING)


@dataclass(frozen=True, slots=True)
class Lease:
    """The part of a reservation that time acts on (all aware).

    Attributes:
        created_at: when it began.
        expires_at: when it ends, heartbeats counted in.
        released_at: when it was given back, or None. A release of unknown time counts from the beginning.
    """

    created_at: datetime
    expires_at: datetime
    released_at: datetime | None = None

    @property
    def length(self) -> timedelta:
        """How long it is in all, from its beginning to its end; negative where it ends before it begins."""
        return self.expires_at - self.created_at

    @property
    def expiring_at(self) -> datetime:
        """When it begins to count as expiring: five minutes or a tenth of its length before the end, the earlier."""
        length = max(self.length, timedelta(0))
        return self.expires_at - max(EXPIRING_WITHIN, length / EXPIRING_SHARE)

    @property
    def over_at(self) -> datetime:
        """When it was over, or will be: given back or run out, the earlier."""
        return self.expires_at if self.released_at is None else min(self.expires_at, self.released_at)

    def state(self, now: datetime) -> LeaseState:
        """Return the one state this lease is in at *now* (aware)."""
        return self.outlook(now)[0]

    def next_change(self, now: datetime) -> datetime | None:
        """Return the first moment after *now* at which the state differs by itself, or None if it never will."""
        return self.outlook(now)[1]

    def last_change(self, now: datetime) -> datetime | None:
        """Return the last moment up to *now* (aware) at which something was over, or None if nothing was yet.

        Before it the state may have been another one; from it on until *now* it was what it is.
        """
        ends = (self.expiring_at, self.expires_at, self.released_at)
        return max((at for at in ends if at is not None and at <= now), default=None)

    def outlook(self, now: datetime) -> tuple[LeaseState, datetime | None]:
        """Return both: the state at *now* (aware), and when it differs next."""
        released_at, expires_at = self.released_at, self.expires_at
        if released_at is not None and released_at <= now:
            return LeaseState.RELEASED, None
        if now >= expires_at:
            return LeaseState.EXPIRED, released_at
        expiring_at = self.expiring_at
        state, change = (LeaseState.EXPIRING, expires_at) if now >= expiring_at else (LeaseState.ACTIVE, expiring_at)
        return state, change if released_at is None else min(change, released_at)


def lease_of(
    reservation: "Reservation", heartbeats: Iterable["Heartbeat"] = (), releases: Iterable["Release"] = ()
) -> Lease:
    """Return the lease that *reservation* has, given the heartbeats and releases that name it.

    The expiry is the latest of its own and of every heartbeat's `extended_expires_at`; the earliest release ends it.
    """
    expiry = reservation.expires_at
    for beat in heartbeats:
        if beat.extended_expires_at is not None and beat.extended_expires_at > expiry:
            expiry = beat.extended_expires_at
    ended = None
    for release in releases:
        moment = (release.released_at or reservation.created_at).astimezone(UTC)
        ended = moment if ended is None else min(ended, moment)
    # In UTC proper: moments that carry another library's zone object take ten times as long to compare.
    return Lease(reservation.created_at.astimezone(UTC), expiry.astimezone(UTC), ended)


def lease_state(
    reservation: "Reservation", heartbeats: Iterable["Heartbeat"], releases: Iterable["Release"], now: datetime
) -> LeaseState:
    """Return the one state *reservation* is in at *now* (aware)."""
    return lease_of(reservation, heartbeats, releases).state(now)
