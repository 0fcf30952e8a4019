"""Episodes: from when to when there was which conflict, and between whom."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from musetui.forecast.conflict import ConflictKey, Risk
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex

_WORST = {risk: rank for rank, risk in enumerate(Risk)}


@dataclass(slots=True)
class Episode:
    """A time during which a conflict was there without a break.

    Attributes:
        begins: when it came (microseconds).
        ends: when it had gone; None while it lasts.
        risk: how bad it was at its worst.
        runs: everyone who took part in it at some time.
    """

    begins: int
    ends: int | None
    risk: Risk
    runs: set[str] = field(default_factory=set)


class Episodes:
    """Every episode of every conflict. It only grows, in the order of time."""

    def __init__(self) -> None:
        self._of: dict[ConflictKey, list[Episode]] = {}
        self._begins = array("q")

    def follow(self, delta: ConflictDelta, index: ConflictIndex, at: int) -> None:
        """Take in what differs among the conflicts of *index* since the moment *at* (microseconds)."""
        for key in delta.left:
            episodes = self._of.get(key)
            if episodes and episodes[-1].ends is None:
                episodes[-1].ends = at
        for key in delta.appeared | delta.changed:
            risk, runs = index.risk(key), index.runs(key)
            episodes = self._of.setdefault(key, [])
            if not episodes or episodes[-1].ends not in (None, at):
                episodes.append(Episode(at, None, risk, runs))
                self._begins.append(at)
                continue
            # One that went and came at the same moment never was away.
            last = episodes[-1]
            last.ends = None
            last.risk = min(last.risk, risk, key=_WORST.__getitem__)
            last.runs |= runs

    def of(self, key: ConflictKey) -> Sequence[Episode]:
        """Return the episodes of one conflict, the earliest first: a live view."""
        return self._of.get(key, ())

    def every(self) -> Mapping[ConflictKey, Sequence[Episode]]:
        """Return the episodes by conflict: a live view."""
        return self._of

    @property
    def begins(self) -> Sequence[int]:
        """When each episode began (microseconds), in order: a live view."""
        return self._begins

    def __len__(self) -> int:
        return len(self._begins)
