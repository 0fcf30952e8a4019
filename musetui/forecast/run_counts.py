"""RunCounts: how many holds each run has under each key, and whether more than one run has any."""

from collections import Counter
from collections.abc import Iterable, KeysView
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
    """Counts of holds by run, by key. The commonest key has one hold: it keeps the bare run.

    What several runs have under a key that was filled stays in a row, one entry a hold, until one comes or goes: most
    are never touched again, and to count them all would take longer than all the rest of filling.
    """

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[str, str | Several | tuple[str | Several, ...] | dict[str | Several, int]] = {}

    def add(self, key: str, runs: str | Several) -> None:
        """Count one more hold."""
        there = self._counts.get(key)
        if isinstance(there, tuple):
            there = self._counts[key] = dict(Counter(there))
        if there is None:
            self._counts[key] = runs
        elif isinstance(there, dict):
            there[runs] = there.get(runs, 0) + 1
        else:
            self._counts[key] = {there: 2} if there == runs else {there: 1, runs: 1}

    def fill(self, key: str, holds: tuple[str | Several, ...]) -> str | Several:
        """Count all the holds (at least one) of a key that has none yet, and return whose they are."""
        first = holds[0]
        if len(holds) == 1:
            self._counts[key] = first
        elif holds.count(first) == len(holds):
            self._counts[key] = {first: len(holds)}
        else:
            self._counts[key] = holds
            return Several.RUNS
        return first

    def discard(self, key: str, runs: str | Several) -> None:
        """Take back a hold that was counted."""
        there = self._counts[key]
        if isinstance(there, tuple):
            there = self._counts[key] = dict(Counter(there))
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
        if isinstance(there, dict):
            return Several.RUNS if len(there) > 1 else next(iter(there))
        return Several.RUNS if isinstance(there, tuple) else there

    def names(self, key: str) -> Iterable[str | Several]:
        """Return everybody who has a hold under *key*; some perhaps more than once."""
        there = self._counts.get(key, ())
        return there if isinstance(there, tuple | dict) else (there,)

    def __contains__(self, key: str) -> bool:
        return key in self._counts

    def keys(self) -> KeysView[str]:
        """Return every key that has a hold: a live view."""
        return self._counts.keys()

    def crowded(self) -> list[str]:
        """Return the keys under which several runs have holds."""
        return [
            key
            for key, there in self._counts.items()
            if isinstance(there, tuple) or (isinstance(there, dict) and len(there) > 1)
        ]
