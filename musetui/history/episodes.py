"""Episodes: from when to when there was which conflict, between whom at which time, and how bad it was then."""

from array import array
from collections.abc import Iterator, KeysView, Mapping, Sequence
from collections.abc import Set as AnySet
from dataclasses import dataclass, field
from typing import NamedTuple

from musetui.forecast.conflict import ConflictKey, Risk
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex


class Stretch(NamedTuple):
    """A time during which a conflict was as bad as ever in it (microseconds).

    Attributes:
        ends: when that was over; None while it lasts.
    """

    begins: int
    ends: int | None
    risk: Risk


@dataclass(slots=True)
class Episode:
    """A time during which a conflict was there without a break.

    Attributes:
        begins: when it came (microseconds).
        ends: when it had gone; None while it lasts.
    """

    begins: int
    ends: int | None = None
    _risks: list[tuple[int, Risk]] = field(default_factory=list)
    _turns: dict[str, tuple[int, ...]] = field(default_factory=dict)  # when a run came, went, and so on
    _there: AnySet[str] = frozenset()

    @property
    def runs(self) -> KeysView[str]:
        """Everyone who took part in it at some time: a live view."""
        return self._turns.keys()

    def follow(self, at: int, risk: Risk, runs: AnySet[str]) -> None:
        """Note how bad it is from a moment on, and who takes part in it: *runs* are kept."""
        self.ends = None
        if self._risks and self._risks[-1][0] == at:
            self._risks.pop()
        if not self._risks or self._risks[-1][1] is not risk:
            self._risks.append((at, risk))
        if runs != self._there:
            for run_id in runs ^ self._there:
                self._turn(run_id, at)
            self._there = runs

    def _turn(self, run_id: str, at: int) -> None:
        turns = self._turns.get(run_id, ())
        # Who went and came at the same moment never was away, and who came and went never was there.
        if not turns or turns[-1] != at:
            self._turns[run_id] = (*turns, at)
        elif len(turns) > 1:
            self._turns[run_id] = turns[:-1]
        else:
            del self._turns[run_id]

    def end(self, at: int) -> None:
        """Note that it had gone at a moment."""
        self.ends = at
        for run_id in self._there:
            self._turns[run_id] += (at,)
        self._there = frozenset()

    def of(self, run_id: str) -> Sequence[tuple[int, int | None]]:
        """Return from when to when a run took part in it; without an end, while it does."""
        turns = iter(self._turns.get(run_id, ()))
        return tuple((begins, next(turns, None)) for begins in turns)

    @property
    def risk(self) -> Risk | None:
        """How bad it was all the time; None where that differs."""
        return self._risks[0][1] if len(self._risks) == 1 else None

    def stretches(self, begins: int, ends: int | None) -> Iterator[Stretch]:
        """Yield how bad it was from one moment to another; up to now, where that is None."""
        for place, (since, risk) in enumerate(self._risks, 1):
            until = self._risks[place][0] if place < len(self._risks) else None
            first, last = max(since, begins), until if ends is None or (until is not None and until < ends) else ends
            if last is None or first < last or begins == ends == first:
                yield Stretch(first, last, risk)


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
                episodes[-1].end(at)
        for key in delta.appeared | delta.changed:
            episodes = self._of.setdefault(key, [])
            # One that went and came at the same moment never was away.
            if not episodes or episodes[-1].ends not in (None, at):
                episodes.append(Episode(at))
                self._begins.append(at)
            episodes[-1].follow(at, index.risk(key), index.runs(key))

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
