"""What all agents of a story share: the code base, who holds what, the tasks that wait, and the dice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from uuid import UUID

from musetui.records.address import contains
from musetui.records.models import Reservation, Task
from musetui.simulation.code_base import SourceFile
from musetui.simulation.phrases import BRANCHES


@dataclass(slots=True)
class Holding:
    """A reservation that its agent has not given back.

    Attributes:
        reservation: as it was written.
        until: when its lease ends, in seconds of the story.
    """

    reservation: Reservation
    until: float


class World:
    """The shared ground of one story.

    Args:
        rng: the story's dice; whoever needs chance takes it from here.
        files: what is worked on.
        zero: the moment that is 0 in seconds of the story.
    """

    def __init__(self, rng: Random, files: Sequence[SourceFile], zero: datetime) -> None:
        self.rng = rng
        self.tasks: list[Task] = []
        self.held: dict[str, Holding] = {}
        self._zero = zero
        self._names: dict[str, int] = {}
        popular = list(files)
        rng.shuffle(popular)
        self._files = {focus: [file for file in popular if file.path.startswith(focus)] for _, focus in BRANCHES}

    def moment(self, at: float) -> datetime:
        """Return a moment of the story as a date (aware)."""
        return self._zero + timedelta(milliseconds=round(at * 1_000))

    def new_id(self) -> str:
        """Return the id of a new record."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def name(self, site: str) -> str:
        """Return the name of a new agent on a machine; "" for this one."""
        self._names[site] = self._names.get(site, 0) + 1
        return f"{site or 'agent'}-{self._names[site]:02}"

    def branch(self) -> tuple[str, str]:
        """Return a branch to work on, and the part of the code base that it is about."""
        return BRANCHES[ranked(self.rng, len(BRANCHES))]

    def target(self, focus: str) -> tuple[str, ...]:
        """Return what to take: methods and functions mostly, sometimes a class, a file or a whole folder.

        A few files are popular, and in each file a few symbols, so agents meet there.
        """
        rng = self.rng
        files = self._files[focus if rng.random() < 0.7 else ""] or self._files[""]
        file = files[ranked(rng, len(files))]
        dice = rng.random()
        if dice < 0.04:
            return (file.package,)
        if dice < 0.15:
            return (file.path,)
        classes = file.class_addresses()
        if dice < 0.3 and classes:
            return (rng.choice(classes),)
        leaves = list(file.leaf_addresses())
        wanted = rng.choice((1, 1, 1, 1, 2, 2, 3, 4))
        return tuple(leaves.pop(ranked(rng, len(leaves))) for _ in range(min(wanted, len(leaves))))

    def in_the_way(self, reservation: Reservation, at: float) -> list[str]:
        """Return the reservations of other runs that hold what *reservation* takes, or what is around or within it."""
        for reservation_id in [each for each, holding in self.held.items() if holding.until <= at]:
            del self.held[reservation_id]
        return [
            reservation_id
            for reservation_id, holding in self.held.items()
            if holding.reservation.run_id != reservation.run_id
            and any(
                theirs == ours or contains(theirs, ours) or contains(ours, theirs)
                for theirs in holding.reservation.addresses
                for ours in reservation.addresses
            )
        ]


_WEIGHTS = list(accumulate(1 / rank for rank in range(1, 513)))


def ranked(rng: Random, count: int) -> int:
    """Return an index below *count*, of which the first is the likeliest: the n-th is drawn 1/n times as often."""
    places = min(count, len(_WEIGHTS))
    return rng.choices(range(places), cum_weights=_WEIGHTS[:places])[0]
