"""Counts: how much of everything there is, kept up to date instead of counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from musetui.coordination.batch import Source
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of everything there is at a moment.

    Attributes:
        local: reservations that lie among the local records, by state (shared ones count here).
        remote: reservations that lie among pulled records alone, by state.
        silent: held reservations whose run is silent.
        kinds: records by kind, each id once.
        problems: things on disk that are no record.
    """

    local: Mapping[LeaseState, int]
    remote: Mapping[LeaseState, int]
    silent: int
    kinds: Mapping[Kind, int]
    problems: int

    def state(self, state: LeaseState) -> int:
        """Return how many reservations are in *state*, local and remote."""
        return self.local[state] + self.remote[state]

    def of(self, source: Source) -> int:
        """Return how many reservations *source* has, in any state."""
        return sum((self.local if source is Source.LOCAL else self.remote).values())

    @property
    def active(self) -> int:
        """Held reservations that are not about to expire."""
        return self.state(LeaseState.ACTIVE)

    @property
    def expiring(self) -> int:
        """Held reservations that are about to expire."""
        return self.state(LeaseState.EXPIRING)

    @property
    def released(self) -> int:
        """Reservations that were given back."""
        return self.state(LeaseState.RELEASED)

    @property
    def expired(self) -> int:
        """Reservations that ran out."""
        return self.state(LeaseState.EXPIRED)

    @property
    def held(self) -> int:
        """Reservations whose addresses are taken."""
        return self.active + self.expiring

    @property
    def reservations(self) -> int:
        """Reservations in any state."""
        return self.kinds[Kind.RESERVATION]

    @property
    def intents(self) -> int:
        """Intents."""
        return self.kinds[Kind.INTENT]

    @property
    def tasks(self) -> int:
        """Tasks, claimed or not."""
        return self.kinds[Kind.TASK]

    @property
    def claims(self) -> int:
        """Claims on tasks."""
        return self.kinds[Kind.CLAIM]


class Tally:
    """The running numbers behind the counts of reservations."""

    __slots__ = ("local", "remote", "silent")

    def __init__(self) -> None:
        self.local = dict.fromkeys(LeaseState, 0)
        self.remote = dict.fromkeys(LeaseState, 0)
        self.silent = 0

    def add(self, state: LeaseState, *, is_local: bool, silent: bool, by: int = 1) -> None:
        """Count *by* more reservations of this look; a negative number takes them back."""
        (self.local if is_local else self.remote)[state] += by
        if silent:
            self.silent += by
