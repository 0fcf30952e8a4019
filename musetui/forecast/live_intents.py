"""Live intents: those that still mean something. Muse never forgets an intent; a picture of what will happen must."""

from collections.abc import Iterable
from typing import NamedTuple, cast

from musetui.coordination.batch import Source
from musetui.records.address import nest_key
from musetui.records.kinds import Kind
from musetui.records.models import Intent
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm


class Announced(NamedTuple):
    """A live intent, and where it was read."""

    intent: Intent
    source: Source

    @property
    def addresses(self) -> dict[str, None]:
        """What it names, each once, in the form in which nesting compares."""
        return dict.fromkeys(map(nest_key, self.intent.addresses))


def is_live(swarm: Swarm, intent: Intent) -> bool:
    """Return whether an intent still means something.

    One on a reservation does while that is held; one on none while its run shows signs of life.
    """
    if not intent.reservation_id:
        return not swarm.is_silent(intent.run_id)
    held = swarm.reservation(intent.reservation_id)
    return held is not None and held.is_held


def branch_of(swarm: Swarm, intent: Intent) -> str:
    """Return the branch on which a live intent happens: that of its reservation; of one that names none, its own."""
    held = swarm.reservation(intent.reservation_id) if intent.reservation_id else None
    return intent.branch if held is None else held.reservation.branch


class LiveIntents:
    """The intents that are live, kept up to date.

    Args:
        swarm: the picture.
        known: the intents to look at to begin with, all there are if None; whoever names fewer looks at the others.
    """

    def __init__(self, swarm: Swarm, known: Iterable[str] | None = None) -> None:
        self._swarm = swarm
        self._live: dict[str, Announced] = {}
        self._run_of_free: dict[str, str] = {}
        self._free: dict[str, set[str]] = {}
        self._silent: dict[str, bool] = {}
        for intent_id in swarm.ids(Kind.INTENT) if known is None else known:
            self.look(intent_id)

    def get(self, intent_id: str) -> Announced | None:
        """Return a live intent, or None if it is none."""
        return self._live.get(intent_id)

    def all(self) -> list[Announced]:
        """Return every live intent, in no order."""
        return list(self._live.values())

    def follow(self, delta: Delta) -> list[tuple[Announced | None, Announced | None]]:
        """Follow the swarm; return what was and what is of each intent that came to count, differs or counts no more.

        Costs what the delta has of intents, and of those of its reservations.
        """
        steps = ((self._live.get(intent_id), self.look(intent_id)) for intent_id in self.concerned(delta))
        return [(old, new) for old, new in steps if old != new]

    def concerned(self, delta: Delta) -> set[str]:
        """Return the intents to `look` at anew, each of which may have come to count, differ or count no more."""
        touched = delta.touched(Kind.INTENT)
        for reservation_id in delta.touched(Kind.RESERVATION):
            touched.update(self._swarm.intents_of(reservation_id))
        for run_id in delta.runs & self._free.keys():
            if self._silent[run_id] != self._swarm.is_silent(run_id):
                self._silent[run_id] = not self._silent[run_id]
                touched |= self._free[run_id]
        return touched

    def look(self, intent_id: str) -> Announced | None:
        """Look at an intent anew, and return it if it is live."""
        entity = self._swarm.entity(Kind.INTENT, intent_id)
        self._live.pop(intent_id, None)
        self._let_go(intent_id)
        if entity is None:
            return None
        intent = cast("Intent", entity.record)
        if not intent.reservation_id:
            self._run_of_free[intent_id] = intent.run_id
            self._free.setdefault(intent.run_id, set()).add(intent_id)
            self._silent.setdefault(intent.run_id, self._swarm.is_silent(intent.run_id))
        if not is_live(self._swarm, intent):
            return None
        self._live[intent_id] = Announced(intent, entity.source)
        return self._live[intent_id]

    def _let_go(self, intent_id: str) -> None:
        run_id = self._run_of_free.pop(intent_id, None)
        if run_id is None:
            return
        free = self._free[run_id]
        free.discard(intent_id)
        if not free:
            del self._free[run_id], self._silent[run_id]
