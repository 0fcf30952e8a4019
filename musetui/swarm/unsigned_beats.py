"""Unsigned beats: heartbeats that name no run, each the sign of life of whoever holds the reservation it names."""

from collections.abc import Callable, Iterable

from musetui.coordination.batch import Slot
from musetui.swarm.life import SignsOfLife


class UnsignedBeats:
    """The moments of heartbeats without a run, and whose signs of life they are noted as.

    A reservation may come after its heartbeats, go before them, or come to be another run's. So whose sign a beat is
    gets settled at the end of a step, for the reservations that the step touched. All moments are microseconds since
    1970.
    """

    __slots__ = ("_credited", "_life", "_moments")

    def __init__(self, life: SignsOfLife) -> None:
        self._life = life
        self._moments: dict[str, dict[Slot, int]] = {}
        self._credited: dict[str, tuple[str, tuple[int, ...]]] = {}

    def add(self, reservation_id: str, slot: Slot, at: int) -> None:
        """Note a beat that names no run."""
        self._moments.setdefault(reservation_id, {})[slot] = at

    def discard(self, reservation_id: str, slot: Slot) -> None:
        """Forget a beat that was noted."""
        moments = self._moments[reservation_id]
        del moments[slot]
        if not moments:
            del self._moments[reservation_id]

    def settle(self, touched: Iterable[str], holder_of: Callable[[str], str]) -> set[str]:
        """Have the beats of reservations count for those who hold them now, and return the runs that this concerns.

        Args:
            touched: reservations that came, went or changed, or of which a beat did.
            holder_of: returns a reservation's run; "" where it is unknown.
        """
        if not (self._moments or self._credited):
            return set()
        concerned: set[str] = set()
        for reservation_id in touched:
            run_id, moments = holder_of(reservation_id), self._moments.get(reservation_id)
            owed = (run_id, tuple(sorted(moments.values()))) if run_id and moments else None
            paid = self._credited.get(reservation_id)
            if owed == paid:
                continue
            if paid is not None:
                del self._credited[reservation_id]
                concerned.add(paid[0])
                for at in paid[1]:
                    self._life.discard(paid[0], at)
            if owed is not None:
                self._credited[reservation_id] = owed
                concerned.add(owed[0])
                for at in owed[1]:
                    self._life.add(owed[0], at)
        return concerned
