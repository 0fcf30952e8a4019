"""Sight: what the fields of a row may look at beside the row itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from musetui.forecast.index import ConflictIndex
    from musetui.forecast.stale_index import StaleIndex
    from musetui.swarm.picture import Swarm


class Sight(Protocol):
    """The picture of a swarm, its conflicts, and what is stuck in it."""

    @property
    def swarm(self) -> "Swarm": ...

    @property
    def conflicts(self) -> "ConflictIndex": ...

    @property
    def stale(self) -> "StaleIndex": ...


class StillSight(NamedTuple):
    """A `Sight` at one moment, for a command."""

    swarm: "Swarm"
    conflicts: "ConflictIndex"
    stale: "StaleIndex"


Look = Callable[[], Sight | None]
"""Returns what is in sight, or None before there is a picture, and so before there are rows."""
