"""Branch work: what each run of each branch holds and means to do, gathered in one pass over a swarm.

A branch *touches* the addresses that its held reservations name and those that its live intents name. An intent is live
while the reservation that it names is held; one that names none, while its run holds anything on its branch.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import cast

from musetui.forecast.rework import Change, change_of
from musetui.forecast.what_if import WhatIf
from musetui.records.address import nest_key
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.records.models import Intent
from musetui.swarm.entity import Held
from musetui.swarm.picture import Swarm

_STEP = 50
"""Records of a step: well under a millisecond, unless they name thousands of addresses."""


@dataclass(slots=True)
class RunWork:
    """What one run holds and means to do on one branch.

    Attributes:
        branch: "" where the records name none.
        reserved: the addresses held, as nesting compares them, by what is to be done to them.
        intended: the same of what its live intents name.
        reservations: how many reservations hold them.
        intents: the operations of the live intents, and how many of each.
    """

    run_id: str
    branch: str
    reserved: dict[Change, set[str]] = field(default_factory=lambda: defaultdict(set))
    intended: dict[Change, set[str]] = field(default_factory=lambda: defaultdict(set))
    reservations: int = 0
    intents: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class BranchWork:
    """What one branch holds and means to do.

    Attributes:
        reserved: the addresses held on it.
        touched: what is done to every address that it touches, the most drastic change that any record names.
        run_ids: the runs that hold something on it, in order.
        intents: the operations of its live intents, in order.
    """

    branch: str
    reserved: frozenset[str]
    touched: dict[str, Change]
    run_ids: tuple[str, ...]
    intents: tuple[str, ...]


class HeldWork:
    """All that is held in a swarm at one moment, by branch and run. It does not follow the swarm: gather anew for that.

    Args:
        parts: the work of every run on every branch, each pair once.
    """

    def __init__(self, parts: Iterable[RunWork]) -> None:
        self._parts = tuple(sorted(parts, key=lambda part: (part.branch, part.run_id)))
        self.branches: Set[str] = {part.branch for part in self._parts if part.branch}
        self.runs: Set[str] = {part.run_id for part in self._parts}

    def parts(self, what_if: WhatIf) -> Iterator[RunWork]:
        """Yield what is still held if that has happened, by branch and run."""
        merged, released = set(what_if.merged), set(what_if.released)
        return (part for part in self._parts if part.branch not in merged and part.run_id not in released)


def gather(swarm: Swarm) -> HeldWork:
    """Return all that is held, with what is meant to be done to it."""
    gathering = Gathering(swarm)
    for _ in gathering.steps():
        pass
    return gathering.work()


class Gathering:
    """What is held, gathered a few records at a time, so that whoever else needs the thread gets it in between.

    Between two steps the swarm may change, and it is then not certain whether what is gathered has that change: who
    follows the swarm gathers anew.
    """

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self._parts: dict[tuple[str, str], RunWork] = {}

    def steps(self) -> Iterator[None]:
        """Take in everything; pauses after every few records."""
        waiting: list[Held] = list(self._swarm.reservations())
        # Most reservations are one of few (branch, run, operation): each such group is looked for once a reservation,
        # and takes its addresses in without a step for each.
        groups: dict[tuple[str, str, str | None], tuple[RunWork, set[str]]] = {}
        for start in range(0, len(waiting), _STEP):
            self._take_reservations(waiting[start : start + _STEP], groups)
            yield
        intents = list(self._swarm.entities(Kind.INTENT))
        for start in range(0, len(intents), _STEP):
            for entity in intents[start : start + _STEP]:
                if entity.is_there:
                    _add_intent(self._swarm, self._parts, cast("Intent", entity.record))
            yield

    def _take_reservations(
        self, reservations: Iterable[Held], groups: dict[tuple[str, str, str | None], tuple[RunWork, set[str]]]
    ) -> None:
        active, expiring = LeaseState.ACTIVE, LeaseState.EXPIRING  # `is_held` takes longer than all the rest of a step
        for held in reservations:
            if (held.state is not active and held.state is not expiring) or not held.is_there:
                continue
            record = held.reservation
            group = groups.get((record.branch, record.run_id, record.operation))
            if group is None:
                part = _part(self._parts, record.branch, record.run_id)
                group = part, part.reserved[change_of(record.operation)]
                groups[record.branch, record.run_id, record.operation] = group
            group[0].reservations += 1
            group[1].update(record.addresses)

    def work(self) -> HeldWork:
        """Return what was gathered. It needs the swarm no more, and so can be called on any thread; but only once."""
        for part in self._parts.values():
            for addresses in (*part.reserved.values(), *part.intended.values()):
                _as_nesting_compares(addresses)
        return HeldWork(self._parts.values())


def _part(parts: dict[tuple[str, str], RunWork], branch: str, run_id: str) -> RunWork:
    part = parts.get((branch, run_id))
    if part is None:
        part = parts[branch, run_id] = RunWork(run_id, branch)
    return part


def _add_intent(swarm: Swarm, parts: dict[tuple[str, str], RunWork], intent: Intent) -> None:
    """Count an intent in, if it is live. It happens on the branch of the reservation that it belongs to."""
    part = None
    if not intent.reservation_id:
        part = parts.get((intent.branch, intent.run_id))
    elif (held := swarm.reservation(intent.reservation_id)) is not None and held.is_held:
        part = parts.get((held.reservation.branch, held.run_id))
    if part is not None:
        part.intents[intent.operation] += 1
        part.intended[change_of(intent.operation)].update(intent.addresses)


def _as_nesting_compares(addresses: set[str]) -> None:
    odd = [address for address in addresses if nest_key(address) is not address]
    if odd:
        addresses.difference_update(odd)
        addresses.update(map(nest_key, odd))


def by_branch(parts: Iterable[RunWork]) -> list[BranchWork]:
    """Return the work of each branch, by name. What names no branch is no branch's, and left out."""
    of_branch: dict[str, list[RunWork]] = defaultdict(list)
    for part in parts:
        if part.branch:
            of_branch[part.branch].append(part)
    return [_joined(branch, there) for branch, there in of_branch.items()]


def _joined(branch: str, parts: Collection[RunWork]) -> BranchWork:
    reserved: set[str] = set()
    touched: dict[str, Change] = {}
    for change in Change:  # the most drastic last, so that it is what stays
        for part in parts:
            for here in (part.reserved.get(change), part.intended.get(change)):
                if here:
                    touched.update(dict.fromkeys(here, change))
            reserved |= part.reserved.get(change, set())
    return BranchWork(
        branch,
        frozenset(reserved),
        touched,
        tuple(sorted({part.run_id for part in parts})),
        tuple(sorted(sum((part.intents for part in parts), Counter[str]()).elements())),
    )
