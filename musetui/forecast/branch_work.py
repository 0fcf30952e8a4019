"""Branch work: what each run of each branch holds and means to do, as its records say it.

A branch *touches* the addresses that its held reservations name and those that its live intents name; which intents are
live, `musetui.forecast.live_intents` says. An intent happens on the branch of the reservation that it belongs to; one
that belongs to none, on its own. It is the work of the run that announced it, whoever holds the reservation.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import attrgetter

from musetui.forecast.rework import Change
from musetui.forecast.what_if import WhatIf
from musetui.records.address import nest_key
from musetui.records.models import Intent, Reservation

Named = Mapping[Change, Collection[Reservation | Intent]]
"""Some records, by what is to be done to the addresses that they name."""


@dataclass(frozen=True, slots=True, eq=False)
class RunWork:
    """What one run holds and means to do on one branch. It never changes, and is the same as no other one.

    Attributes:
        branch: "" where the records name none.
        reserved: its held reservations.
        intended: its live intents.
        intents: the operations of the live intents, sorted.
        operations: what its records say it will do, each word once, sorted.
    """

    run_id: str
    branch: str
    reserved: Named
    intended: Named
    intents: tuple[str, ...]
    operations: tuple[str, ...]

    @property
    def reservations(self) -> int:
        """How many reservations it holds."""
        return sum(map(len, self.reserved.values()))

    def records(self) -> Iterator[Reservation | Intent]:
        """Yield all of them, in no order."""
        return chain.from_iterable((*self.reserved.values(), *self.intended.values()))


_ADDRESSES = attrgetter("addresses")


Waiting = Mapping[tuple[str, str], Sequence[tuple[str, str]]]
"""For which runs on which branches a run on a branch waits, each as (branch, run)."""


class HeldWork:
    """All that is held and announced in a swarm at one moment, by branch and run.

    Args:
        parts: the work of every run on every branch, each pair once.
        waiting: who waits for whom already, by what their reservations depend on.
        silent: the runs that show no sign of life, each with when it was last heard of (aware).
    """

    def __init__(
        self,
        parts: Iterable[RunWork],
        waiting: Waiting | None = None,
        silent: Mapping[str, datetime] | None = None,
    ) -> None:
        self._waiting = waiting or {}
        self._silent = silent or {}
        self._parts = tuple(sorted(parts, key=lambda part: (part.branch, part.run_id)))
        self.branches: Set[str] = {part.branch for part in self._parts if part.branch}
        self.runs: Set[str] = {part.run_id for part in self._parts}

    def parts(self, what_if: WhatIf) -> Iterator[RunWork]:
        """Yield what is still there if that has happened, by branch and run."""
        merged, released = set(what_if.merged), set(what_if.released)
        return (part for part in self._parts if part.branch not in merged and part.run_id not in released)

    def last_heard(self, runs: Sequence[str]) -> datetime | None:
        """Return when the last of some runs was heard of, if all of them are silent; None if one is not."""
        if not self._silent or not all(run_id in self._silent for run_id in runs):
            return None
        return max((self._silent[run_id] for run_id in runs), default=None)

    def waits(self, what_if: WhatIf) -> dict[str, set[str]]:
        """Return for which other branches each one waits if that has happened; those that wait for none are left out.

        What names no branch is nobody's, but may stand between two branches: then it has its run's name after a
        mark that no branch begins with.
        """
        if not self._waiting:
            return {}
        there = {(part.branch, part.run_id) for part in self.parts(what_if)}
        found: dict[str, set[str]] = {}
        for one, others in self._waiting.items():
            if one in there:
                waited = {_who(*other) for other in others if other in there} - {_who(*one)}
                if waited:
                    found.setdefault(_who(*one), set()).update(waited)
        return found

    def reserved(self, what_if: WhatIf) -> dict[str, set[str]]:
        """Return the addresses that are still held on each branch, as nesting compares them."""
        found: dict[str, set[str]] = {}
        for branch, parts in by_branch(self.parts(what_if)).items():
            lists = (records for part in parts for records in part.reserved.values())
            found[branch] = set(map(nest_key, addresses_of(chain.from_iterable(lists))))
        return found


def _who(branch: str, run_id: str) -> str:
    return branch or f"\0{run_id}"


def addresses_of(records: Iterable[Reservation | Intent]) -> Iterator[str]:
    """Yield the addresses that some records name, as they name them."""
    return chain.from_iterable(map(_ADDRESSES, records))


def by_branch(parts: Iterable[RunWork]) -> dict[str, Sequence[RunWork]]:
    """Return the work on each branch. What names no branch is no branch's, and left out."""
    found: dict[str, list[RunWork]] = defaultdict(list)
    for part in parts:
        if part.branch:
            found[part.branch].append(part)
    return dict(found)
