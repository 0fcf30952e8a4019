"""RunCounts: how many holds each run has under each key, and whether more than one run has any."""

from collections.abc import Iterator, Sequence
from enum import Enum


class Several(Enum):
    """Stands where one run's id would, for more than one run."""

    RUNS = "several runs"


Runs = str | Several | None
"""No run, exactly one run, or several."""


def join(one: Runs, other: Runs) -> Runs:
    """Return what *one* and *other* make together."""
    if one is None or one == other:
        return other
    return one if other is None else Several.RUNS


class RunCounts:
    """Counts of holds by run, by key. The commonest key has one hold: it keeps the bare run."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[str, str | Several | dict[str | Several, int]] = {}

    def add(self, key: str, runs: str | Several) -> None:
        """Count one more hold."""
        there = self._counts.get(key)
        if there is None:
            self._counts[key] = runs
        elif isinstance(there, dict):
            there[runs] = there.get(runs, 0) + 1
        else:
            self._counts[key] = {there: 2} if there == runs else {there: 1, runs: 1}

    def fill(self, key: str, holds: Sequence[str | Several]) -> str | Several:
        """Count all the holds (at least one) of a key that has none yet, and return whose they are."""
        if len(holds) == 1:
            self._counts[key] = holds[0]
            return holds[0]
        counts: dict[str | Several, int] = {}
        for runs in holds:
            counts[runs] = counts.get(runs, 0) + 1
        self._counts[key] = counts
        return Several.RUNS if len(counts) > 1 else holds[0]

    def discard(self, key: str, runs: str | Several) -> None:
        """Take back a hold that was counted."""
        there = self._counts[key]
        if not isinstance(there, dict):
            del self._counts[key]
        elif there[runs] > 1:
            there[runs] -= 1
        else:
            del there[runs]
        if isinstance(there, dict) and len(there) == 1 and 1 in there.values():
            self._counts[key] = next(iter(there))

    def of(self, key: str) -> Runs:
        """Return whose the holds under *key* are."""
        there = self._counts.get(key)
        if not isinstance(there, dict):
            return there
        return Several.RUNS if len(there) > 1 else next(iter(there))

    def __contains__(self, key: str) -> bool:
        return key in self._counts

    def __iter__(self) -> Iterator[str]:
        """Iterate over every key that has a hold."""
        return iter(self._counts)

    def crowded(self) -> list[str]:
        """Return the keys under which several runs have holds."""
        return [key for key, there in self._counts.items() if isinstance(there, dict) and len(there) > 1]
