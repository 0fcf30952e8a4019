"""Waits: who waits for whom, by what held reservations say they depend on.

A reservation waits for another one while both are held, and whoever it belongs to waits for whoever that one belongs
to: a run for a run, or a branch for a branch, as it is asked for. Who already waits for another one does not go before
it, neither by the advice on a conflict nor by the merge plan: each would wait for the other then.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm

Node = TypeVar("Node", bound=Hashable)

_STEPS_LIMIT = 20_000
"""Waits that are followed from one on: a few milliseconds. What lies beyond counts as not waited for."""

_REMEMBERED = 1_000
"""Those of whom it is remembered for whom they wait."""


class Wait(NamedTuple):
    """That one waits for another one.

    Attributes:
        is_direct: whether it waits for that one itself, and not only by way of others.
    """

    is_direct: bool


class Waits(Generic[Node]):
    """Who waits for whom, kept up to date.

    Args:
        swarm: the picture.
        whose: returns whom a held reservation belongs to.
        known: the reservations to look at to begin with, all that wait if None; whoever names fewer looks at the
            others.
    """

    def __init__(self, swarm: Swarm, whose: Callable[[Reservation], Node], known: Iterable[str] | None = None) -> None:
        self._swarm = swarm
        self._whose = whose
        self._of: dict[str, frozenset[tuple[Node, Node]]] = {}
        self._out: dict[Node, Counter[Node]] = {}
        self._reached: dict[Node, set[Node]] = {}
        for reservation_id in swarm.ids(Kind.DEPENDENCY) if known is None else known:
            self.look(reservation_id)

    def follow(self, delta: Delta, turned: Iterable[str]) -> bool:
        """Follow the swarm, and return whether anybody waits otherwise than before.

        Args:
            delta: what differs.
            turned: the reservations that are held now and were not, the reverse, or are held with another record.
        """
        looked_at = delta.touched(Kind.DEPENDENCY)
        for reservation_id in turned:
            looked_at.add(reservation_id)
            looked_at.update(self._swarm.waiting_on(reservation_id))
        return sum(map(self.look, looked_at)) > 0

    def look(self, reservation_id: str) -> bool:
        """Look at what a reservation waits for, and return whether that differs."""
        old, new = self._of.get(reservation_id, frozenset()), self._waits_of(reservation_id)
        if old == new:
            return False
        for one, other in old - new:
            self._out[one][other] -= 1
            if not self._out[one][other]:
                del self._out[one][other]
            if not self._out[one]:
                del self._out[one]
        for one, other in new - old:
            self._out.setdefault(one, Counter())[other] += 1
        if new:
            self._of[reservation_id] = new
        else:
            del self._of[reservation_id]
        self._reached.clear()
        return True

    def among(self, some: Collection[Node]) -> dict[tuple[Node, Node], Wait]:
        """Return the waits among *some*: of each that waits for another one, which does not wait for it as well."""
        return waits_among(some, self._out, self._beyond)

    def other_of(self, one: Node, some: Iterable[Node]) -> tuple[Node, bool] | None:
        """Return the first of *some* for which *one* waits, if any, and whether it waits for that one itself."""
        if one not in self._out:
            return None
        reached = self._beyond(one)
        for other in some:
            if other != one and other in reached and one not in self._beyond(other):
                return other, other in self._out[one]
        return None

    def direct(self) -> dict[Node, tuple[Node, ...]]:
        """Return for everybody who waits for whom, not counting by way of others."""
        return {one: tuple(others) for one, others in self._out.items()}

    def _waits_of(self, reservation_id: str) -> frozenset[tuple[Node, Node]]:
        ends = self._swarm.depends_on(reservation_id)
        waiting = self._swarm.reservation(reservation_id) if ends else None
        if waiting is None or not waiting.is_held:
            return frozenset()
        one = self._whose(waiting.reservation)
        held = filter(None, map(self._swarm.reservation, ends))
        others = {self._whose(each.reservation) for each in held if each.is_held}
        return frozenset((one, other) for other in others if other != one)

    def _beyond(self, one: Node) -> set[Node]:
        if one not in self._reached:
            if len(self._reached) >= _REMEMBERED:
                self._reached.clear()
            self._reached[one] = beyond(one, self._out)
        return self._reached[one]


def waits_among(
    some: Collection[Node], out: Mapping[Node, Collection[Node]], beyond: Callable[[Node], Collection[Node]]
) -> dict[tuple[Node, Node], Wait]:
    """Return which of *some* waits for which other one that does not wait for it as well.

    Args:
        some: who is asked about.
        out: for whom each one waits that waits.
        beyond: returns for whom one waits, by way of others too.
    """
    asked = [one for one in some if one in out]
    if not asked:
        return {}
    reached = {one: beyond(one) for one in asked}
    return {
        (one, other): Wait(other in out[one])
        for one in asked
        for other in some
        if one != other and other in reached[one] and one not in reached.get(other, ())
    }


def beyond(one: Node, out: Mapping[Node, Collection[Node]]) -> set[Node]:
    """Return for whom one waits, by way of others too; *out* says for whom each one waits that waits."""
    found: set[Node] = set()
    waiting = deque((one,))
    steps = 0
    while waiting and steps < _STEPS_LIMIT:
        for other in out.get(waiting.popleft(), ()):
            steps += 1
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
