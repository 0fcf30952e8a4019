"""Places: the addresses to which some run does what clashes with any other's change, and who changes them how."""

from collections.abc import Iterable
from itertools import combinations_with_replacement
from typing import TypeAlias

from musetui.forecast.operations import EDIT, STRONG, UNSAID, Clash, clash, clash_around
from musetui.forecast.run_counts import Runs

Deeds: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""What is done to one address: the runs that do it, and what each of them does, as `deed_of` has it, in two rows."""


def in_rows(deeds: Iterable[tuple[str, str]]) -> Deeds:
    """Return what is done, each by run and operation, in two rows."""
    rows = tuple(zip(*deeds, strict=True))
    return (rows[0], rows[1]) if rows else ((), ())


class Place:
    """The changes of exactly one address: how many of each run, by kind of operation."""

    __slots__ = ("_runs",)

    def __init__(self, deeds: Deeds) -> None:
        self._runs: dict[str, dict[str, int]] = {}
        for run_id, operation in zip(*deeds, strict=True):
            self.add(operation, run_id)

    def add(self, operation: str, run_id: str) -> None:
        """Count one more change."""
        runs = self._runs.setdefault(operation, {})
        runs[run_id] = runs.get(run_id, 0) + 1

    def discard(self, operation: str, run_id: str) -> None:
        """Take back a change that was counted."""
        runs = self._runs[operation]
        if runs[run_id] > 1:
            runs[run_id] -= 1
            return
        del runs[run_id]
        if not runs:
            del self._runs[operation]

    @property
    def is_strong(self) -> bool:
        """Whether some change here clashes with any other."""
        return any(operation in STRONG for operation in self._runs)

    def strong_runs(self) -> set[str]:
        """Return the runs that do what clashes with any other's change."""
        return {run_id for operation, runs in self._runs.items() if operation in STRONG for run_id in runs}

    def worst(self, within: Runs) -> Clash | None:
        """Return the clash most likely to hurt, where the runs *within* change something within; None if none is.

        Costs the square of the kinds of operation, whatever the number of runs.
        """
        if within is None and len(self._runs) == 1 and len(next(iter(self._runs.values()))) == 1:
            return None  # one run alone: most places, and the quickest answer
        found = [*self._here(), *self._around(within)]
        return max(found, key=lambda each: each.confidence, default=None)

    def _here(self) -> Iterable[Clash]:
        for one, other in combinations_with_replacement(sorted(self._runs), 2):
            meet = self._are_open() if one == UNSAID else _are_two(self._runs[one], self._runs[other])
            if meet and (found := clash(one or EDIT, other or EDIT)) is not None:
                yield found

    def _are_open(self) -> bool:
        """Return whether some run says nowhere what it is here for; else those who do not say it here say it there."""
        unsaid = self._runs.get(UNSAID, {})
        return sum(run_id in unsaid for run_id in self.strong_runs()) < len(unsaid)

    def _around(self, within: Runs) -> Iterable[Clash]:
        if within is None:
            return
        for operation, runs in sorted(self._runs.items()):
            alone = len(runs) == 1 and within in runs
            if operation in STRONG and not alone and (found := clash_around(operation)) is not None:
                yield found


def _are_two(ones: dict[str, int], others: dict[str, int]) -> bool:
    """Return whether a run of *ones* and another run of *others* can be found."""
    return len(ones) > 1 or len(others) > 1 or next(iter(ones)) != next(iter(others))


class Places:
    """The watched addresses. What is filled in stays as it came until it is asked for: most of it never is."""

    def __init__(self) -> None:
        self._filled: dict[str, Deeds] = {}
        self._counted: dict[str, Place] = {}

    def fill(self, address: str, deeds: Deeds) -> None:
        """Watch an address that is not watched yet, with all that is done there."""
        self._filled[address] = deeds

    def at(self, address: str) -> Place:
        """Return what is done at a watched address."""
        deeds = self._filled.pop(address, None)
        if deeds is not None:
            self._counted[address] = Place(deeds)
        return self._counted[address]

    def strong_runs(self, address: str) -> set[str]:
        """Return the runs that do what clashes with any other's change at an address; none if it is not watched."""
        deeds = self._filled.get(address)
        if deeds is not None:
            return {run_id for run_id, operation in zip(*deeds, strict=True) if operation in STRONG}
        place = self._counted.get(address)
        return set() if place is None else place.strong_runs()

    def discard(self, address: str) -> None:
        """Watch an address no longer, if it is watched."""
        self._filled.pop(address, None)
        self._counted.pop(address, None)

    def __contains__(self, address: str) -> bool:
        return address in self._counted or address in self._filled

    def __bool__(self) -> bool:
        return bool(self._counted or self._filled)


class Verdicts:
    """What many places come to, for less than by `Place.worst`: nearly all are like one that was judged before."""

    def __init__(self) -> None:
        self._within: dict[tuple[str, ...], Clash | None] = {}
        self._alone: dict[tuple[str, ...], Clash | None] = {}

    def worst(self, deeds: Deeds, within: Runs) -> Clash | None:
        """Return what `Place.worst` returns of a place with these deeds."""
        runs, operations = deeds
        if len(runs) > 1 and len(set(runs)) < len(runs):
            return Place(deeds).worst(within)
        if within is None:
            known = self._alone
        elif within in runs:
            return Place(deeds).worst(within)
        else:
            known = self._within
        # No run is there twice, nor within: whose the deeds are does not matter, nor in which order.
        alike = tuple(sorted(operations))
        if alike not in known:
            known[alike] = Place(deeds).worst(within)
        return known[alike]
