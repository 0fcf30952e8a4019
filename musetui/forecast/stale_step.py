"""StaleStep: what a step of the swarm means to whoever looks for what is stuck, worked out once for all of them."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from musetui.forecast.stale import StaleKey
from musetui.records.kinds import Kind
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm


class StaleStep(NamedTuple):
    """A step of the swarm.

    Attributes:
        delta: what appeared, changed or left.
        reservations: the reservations among that.
        turned: those of them that began or ceased to be held.
        hushed: the runs that fell silent, were heard of again, or are silent since another moment.
    """

    delta: Delta
    reservations: set[str]
    turned: set[str]
    hushed: set[str]


class Watch(Protocol):
    """Looks for one or two reasons. Its moment is the swarm's, at the last step it followed."""

    def every(self) -> Iterable[StaleKey]:
        """Return every finding, looked for from scratch."""

    def follow(self, step: StaleStep) -> set[StaleKey]:
        """Follow a step, and return all that may be a finding now and was none, or the reverse, or differs."""

    def next(self) -> int | None:
        """Return the next moment (microseconds) at which a finding comes or goes unannounced by the swarm, or None."""

    def __contains__(self, key: StaleKey) -> bool:
        """Return whether that is a finding."""


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
        turned = {each for each in reservations if self._is_held(each) != (each in self.held)}
        self.held ^= turned
        return StaleStep(delta, reservations, turned, {run_id for run_id in delta.runs if self._hushed(run_id)})

    def _is_held(self, reservation_id: str) -> bool:
        held = self._swarm.reservation(reservation_id)
        return held is not None and held.is_held

    def _hushed(self, run_id: str) -> bool:
        was_silent = run_id in self._silent_since
        before = self._silent_since.pop(run_id, None)
        if not self._swarm.is_silent(run_id):
            return was_silent
        self._silent_since[run_id] = last = self._swarm.last_sign(run_id)
        return not was_silent or last != before
