"""StaleStep: what a step of the swarm means to whoever looks for what is stuck, worked out once for all of them."""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.swarm.delta import Delta
from musetui.swarm.entity import Held
from musetui.swarm.picture import Swarm


class StaleStep(NamedTuple):
    """A step of the swarm.

    Attributes:
        delta: what appeared, changed or left.
        reservations: the reservations among that.
        there: those of them that are there.
        turned: those of them that began or ceased to be held.
        hushed: the runs that fell silent, were heard of again, or are silent since another moment.
    """

    delta: Delta
    reservations: set[str]
    there: list[Held]
    turned: set[str]
    hushed: set[str]


class Watch(Protocol):
    """Looks for one or two reasons. Its moment is the swarm's, at the last step it followed."""

    @property
    def found(self) -> Mapping[StaleReason, Collection[StaleKey]]:
        """Every finding, by reason: live views."""

    def follow(self, step: StaleStep, told: StaleDelta) -> None:
        """Follow a step, and note which findings came, went, or are to be told anew."""

    def next(self) -> int | None:
        """Return the next moment (microseconds) at which a finding comes or goes unannounced by the swarm, or None."""


class Turns:
    """Which reservations are held, and which runs are silent since when, as of the last step that was followed.

    Attributes:
        held: the reservations whose addresses are taken: a live view.
    """

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self.held: set[str] = set()
        for _, reservation_ids in swarm.held_by_run():
            self.held.update(reservation_ids)
        self._silent_since = {run_id: swarm.last_sign(run_id) for run_id in swarm.silent_runs()}

    def follow(self, delta: Delta) -> StaleStep:
        """Return what a step, just done to the swarm, means."""
        reservations = delta.touched(Kind.RESERVATION)
        there = [held for held in map(self._swarm.reservation, reservations) if held is not None]
        active, expiring = LeaseState.ACTIVE, LeaseState.EXPIRING
        held = {each.record_id for each in there if each.state is active or each.state is expiring}
        turned = held ^ (reservations & self.held)
        self.held ^= turned
        hushed = {run_id for run_id in delta.runs if self._hushed(run_id)}
        return StaleStep(delta, reservations, there, turned, hushed)

    def _hushed(self, run_id: str) -> bool:
        was_silent = run_id in self._silent_since
        before = self._silent_since.pop(run_id, None)
        if not self._swarm.is_silent(run_id):
            return was_silent
        self._silent_since[run_id] = last = self._swarm.last_sign(run_id)
        return not was_silent or last != before
