"""What was written from this dashboard, the last first: what of it can be answered, and by what.

Records are written once, so nothing on disk is ever undone. A release is answered by reserving the same again, a
reservation by releasing it; an extension and an announcement stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from musetui.records.models import Reservation

_KEPT = 100
"""Deeds that are remembered."""


class Answer(StrEnum):
    """What answers a deed."""

    RESERVE_AGAIN = "reserve again"
    RELEASE = "release"
    NOTHING = "nothing"


class Done(NamedTuple):
    """One reservation that something was done to.

    Attributes:
        lease_ends: when its lease would have ended (aware).
        reason: why it is released, as the release says; "" where nothing is said.
    """

    reservation: Reservation
    lease_ends: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, to one reservation or to several at once.

    Attributes:
        why_not: why nothing answers it, as a sentence; "" where something does.
    """

    answer: Answer
    done: tuple[Done, ...] = ()
    why_not: str = ""


EXTENDED = Deed(Answer.NOTHING, why_not="An extension stands: a lease never grows shorter. It can be released.")
ANNOUNCED = Deed(Answer.NOTHING, why_not="An intent stands: it is written once, and ends with its reservation.")


class Deeds:
    """The deeds that have not been answered yet."""

    def __init__(self) -> None:
        self._deeds: list[Deed] = []

    def __len__(self) -> int:
        return len(self._deeds)

    def add(self, deed: Deed) -> None:
        """Remember a deed."""
        self._deeds = [*self._deeds, deed][-_KEPT:]

    def released(self, done: Sequence[Done]) -> None:
        """Remember that these were released."""
        if done:
            self.add(Deed(Answer.RESERVE_AGAIN, tuple(done)))

    def reserved(self, reservation: Reservation) -> None:
        """Remember that this was reserved."""
        self.add(Deed(Answer.RELEASE, (Done(reservation, reservation.expires_at),)))

    def last(self) -> Deed | None:
        """Return the last deed, or None."""
        return self._deeds[-1] if self._deeds else None

    def forget(self, deed: Deed) -> None:
        """Forget a deed: it was answered, or it was told that nothing answers it."""
        self._deeds = [each for each in self._deeds if each is not deed]
