"""Circles: held reservations that wait for each other all around, so that none of them ever goes on."""

from collections.abc import Collection, Iterator, Set

from musetui.forecast.cycles import component_of, cycles_in, strong_components
from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_step import StaleStep
from musetui.records.kinds import Kind
from musetui.swarm.picture import Swarm


class Circles:
    """Every knot of reservations that wait for each other, and the circles in it. Only what is held waits.

    A new circle leads through a reservation that was touched, so the search begins there, and costs the smaller of
    what waits for it and what it waits for, however much is waited elsewhere.

    Args:
        swarm: the picture.
        held: the reservations that are held: a live view.
    """

    def __init__(self, swarm: Swarm, held: Set[str]) -> None:
        self._swarm = swarm
        self._held = held
        self._knot_of: dict[str, int] = {}
        self._members: dict[int, list[str]] = {}
        self._circles: dict[int, list[StaleKey]] = {}
        self._keys: set[StaleKey] = set()
        self.found = {StaleReason.WAITS_IN_A_CIRCLE: self._keys}
        self._count = 0
        for component in strong_components(set(filter(self._is_between, swarm.ids(Kind.DEPENDENCY))), self._out):
            self._tie(component)
        self._told = set(self._keys)

    def follow(self, step: StaleStep, told: StaleDelta) -> None:
        found: set[StaleKey] = set()
        touched = step.turned | step.delta.touched(Kind.DEPENDENCY)
        loose: set[str] = set()
        for reservation_id in touched:
            loose.update(self._untie(reservation_id, found))
        for reservation_id in touched - self._knot_of.keys():
            if self._is_between(reservation_id) and reservation_id not in self._knot_of:
                component = component_of(reservation_id, self._out, self._into)
                if len(component) > 1 or self._waits_for_itself(reservation_id):
                    for member in component:
                        loose.update(self._untie(member, found))
                    self._tie(component, found)
        # What is left of an old knot may be smaller knots; nothing can have come to them but by what was touched.
        for component in strong_components(loose - self._knot_of.keys(), self._out):
            self._tie(component, found)
        for reservation_id in self._knot_of.keys() & step.reservations:
            found.update(self._circles[self._knot_of[reservation_id]])
        before, now = found & self._told, found & self._keys
        told.appeared |= now - before
        told.changed |= now & before
        told.left |= before - now
        self._told ^= before ^ now

    def next(self) -> None:
        return None

    def of(self, reservation_id: str) -> list[StaleKey]:
        """Return the circles that a reservation is in."""
        knot = self._knot_of.get(reservation_id)
        return [] if knot is None else [key for key in self._circles[knot] if reservation_id in key.circle]

    def _tie(self, component: Collection[str], found: set[StaleKey] | None = None) -> None:
        """Keep a component as a knot, if it has a circle in it."""
        if len(component) == 1 and not all(map(self._waits_for_itself, component)):
            return
        circles = [_key(cycle) for cycle in cycles_in(component, self._out)]
        self._count += 1
        self._knot_of.update(dict.fromkeys(component, self._count))
        self._members[self._count] = list(component)
        self._circles[self._count] = circles
        self._keys.update(circles)
        if found is not None:
            found.update(circles)

    def _untie(self, reservation_id: str, found: set[StaleKey]) -> list[str]:
        """Forget the knot that a reservation is in, and return all who were in it."""
        knot = self._knot_of.get(reservation_id)
        if knot is None:
            return []
        circles = self._circles.pop(knot)
        self._keys.difference_update(circles)
        found.update(circles)
        members = self._members.pop(knot)
        for member in members:
            del self._knot_of[member]
        return members

    def _is_between(self, reservation_id: str) -> bool:
        """Return whether anything waits for it while it waits itself, as nearly nothing does."""
        return bool(self._swarm.waiting_on(reservation_id)) and bool(self._swarm.depends_on(reservation_id))

    def _waits_for_itself(self, reservation_id: str) -> bool:
        return reservation_id in self._out(reservation_id)

    def _out(self, reservation_id: str) -> Iterator[str]:
        ends = self._swarm.depends_on(reservation_id)
        return self._held_of(ends) if ends and reservation_id in self._held else iter(())

    def _into(self, reservation_id: str) -> Iterator[str]:
        return self._held_of(self._swarm.waiting_on(reservation_id)) if reservation_id in self._held else iter(())

    def _held_of(self, ids: Collection[str]) -> Iterator[str]:
        return (each for each in ids if each in self._held)


def _key(cycle: tuple[str, ...]) -> StaleKey:
    return StaleKey(StaleReason.WAITS_IN_A_CIRCLE, Kind.DEPENDENCY, cycle[0], cycle)
