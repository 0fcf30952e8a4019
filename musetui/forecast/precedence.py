"""Precedence: who of those that get into each other's way goes first, and why. The one answer for all advice.

Between two runs it is the order that costs less rework, all places at which they meet taken together: so that they are
not told to wait for each other here and there. Where either order costs the same, whoever was first at a place where
they meet goes first. Of several runs it is the order of least rework among them (`musetui.forecast.merge_order`). But
who waits for another one already (`musetui.forecast.waits`) does not go before it, whatever that costs. Where each
branch is the work of one run and there are no others, that is the merge plan's order, by the same rule.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from enum import Enum, auto
from itertools import combinations
from typing import NamedTuple

from musetui.forecast.conflict import Holder
from musetui.forecast.encounter import Encounter, encounter
from musetui.forecast.live_intents import Announced
from musetui.forecast.merge_order import order_merges_by
from musetui.forecast.reach import Price
from musetui.forecast.rework import Change, change_of
from musetui.forecast.run_changes import RunChanges, changes_of_run, with_holders
from musetui.forecast.waits import Wait, Waits
from musetui.swarm.picture import Swarm

WEIGHED = 6
"""Runs that are weighed against each other; of a crowd those that edit, then those that came first."""

_PAIR = 2

_LOOKED_AT = 200
"""Runs of a crowd that are asked what they do; nobody reads of more."""

_REMEMBERED = 200_000
_PAIRS_REMEMBERED = 100_000
"""Addresses of runs, and pairs of runs, that are remembered from one answer to the next until something differs."""

_HELD_BACK = 3 * WEIGHED
"""Runs of a crowd of which it is asked, before six are chosen, whether they wait for others of it."""

_Met = dict[tuple[str, str], Encounter]
_Waits = dict[tuple[str, str], Wait]


class Because(Enum):
    """Why somebody goes first."""

    WAITS = auto()
    """Another one waits for somebody already."""
    CHANGES = auto()
    """What the two do: the other way round costs more."""
    FEWER = auto()
    """The other way round more has to be done again, though at no one place."""
    STARTED = auto()
    """It was there first, and either order costs the same."""
    DRAW = auto()
    """Somebody must: they came at the same moment, and either order costs the same."""
    CIRCLE = auto()
    """No order suits all, and this one costs least."""


class Deed(NamedTuple):
    """What a run does to an address, as nesting compares it."""

    run_id: str
    change: Change
    address: str


class Waiting(NamedTuple):
    """A run that waits for another one already.

    Attributes:
        is_direct: whether it waits for that one itself, and not only by way of others.
    """

    run_id: str
    other: str
    is_direct: bool


class Order(NamedTuple):
    """Who goes first.

    Attributes:
        first: the run.
        rest: the others, in an order.
        because: why.
        deeds: what decides, of the first one and of another: with `CHANGES` alone.
        prices: what the other one pays in this order, and the first one the other way round: with `FEWER` alone.
        at: where the first one was there first: with `STARTED` alone.
        waiting: who waits already, so that another one goes first: with `WAITS` alone.
    """

    first: str
    rest: tuple[str, ...]
    because: Because
    deeds: tuple[Deed, Deed] | None = None
    prices: tuple[Price, Price] | None = None
    at: str = ""
    waiting: Waiting | None = None


class _Start(NamedTuple):
    """When a run was first at a place where it meets another one."""

    moment: datetime
    run_id: str
    address: str


class Precedence:
    """Answers who goes first. As of the swarm's moment; after each step of the swarm, `forget` whom it concerns.

    Args:
        swarm: the picture.
        announced: returns an intent by its id if it is live.
        waits: which run waits for which.
    """

    def __init__(self, swarm: Swarm, announced: Callable[[str], Announced | None], waits: Waits[str]) -> None:
        self._swarm = swarm
        self._announced = announced
        self._waits = waits
        self._changes: dict[str, RunChanges | None] = {}
        self._size = 0
        self._met: dict[tuple[str, str], tuple[Encounter, Encounter]] = {}
        self._partners: dict[str, set[str]] = {}

    def forget(self, runs: Iterable[str]) -> None:
        """Hear that something differs in the swarm of what these runs hold or mean to do."""
        for run_id in runs:
            known = self._changes.pop(run_id, None)
            self._size -= len(known.changes) if known is not None else 0
            for other in self._partners.pop(run_id, ()):
                self._met.pop((run_id, other), None)
                self._met.pop((other, run_id), None)
                self._partners[other].discard(run_id)

    def _forget_all(self) -> None:
        self._changes.clear()
        self._met.clear()
        self._partners.clear()
        self._size = 0

    def deleting(self, holders: Sequence[Holder], place: str) -> list[str]:
        """Return the runs of *holders* that delete exactly *place*, the earliest first."""
        here = [each for each in holders if each.address == place]
        runs = list(dict.fromkeys(each.run_id for each in holders))
        if len(runs) > WEIGHED:
            return list(dict.fromkeys(each.run_id for each in here if self._change(each) is Change.DELETE))
        return [run_id for run_id in runs if self._of(run_id, holders).changes.get(place) is Change.DELETE]

    def deleted_elsewhere(self, holders: Sequence[Holder]) -> tuple[str, str] | None:
        """Return which of two runs deletes what the other one works on, wherever they meet, and which address that is.

        None where there are more than two, where neither does so, and where both do.
        """
        runs = list(dict.fromkeys(each.run_id for each in holders))
        if len(runs) != _PAIR:
            return None
        met = self._encounters_of(runs, {run_id: self._of(run_id, holders) for run_id in runs})
        pairs = ((runs[0], met[runs[0], runs[1]].deleted()), (runs[1], met[runs[1], runs[0]].deleted()))
        found = [(run_id, address) for run_id, address in pairs if address is not None]
        return found[0] if len(found) == 1 else None

    def order(self, holders: Sequence[Holder], place: str) -> Order:
        """Return who of *holders*, of two runs or more, goes first.

        Args:
            holders: who gets into each other's way, the earliest first.
            place: the address at which they do.
        """
        by_run: dict[str, list[Holder]] = {}
        for holder in holders:
            by_run.setdefault(holder.run_id, []).append(holder)
        weighed, others = list(by_run), list[str]()
        held_back: list[Waiting] = []
        if len(weighed) > WEIGHED:
            early = sorted(weighed[:_LOOKED_AT], key=lambda run_id: self._turn(by_run[run_id]))
            early, held_back = self._held_back(early, by_run.keys())
            weighed, others = early[:WEIGHED], [*weighed[_LOOKED_AT:], *early[WEIGHED:]]
        changes = {run_id: self._of(run_id, by_run[run_id]) for run_id in weighed}
        met = self._encounters_of(weighed, changes)
        starts = {run_id: _start(run_id, by_run[run_id], met, weighed) for run_id in weighed}
        weighed.sort(key=lambda run_id: starts[run_id][:2])
        waits = self._waits.among(weighed)
        ordered = _ordered(weighed, met, waits)
        order = _explained(ordered, others, changes, met, starts, waits, place)
        if held_back and order.because in (Because.STARTED, Because.DRAW):
            return order._replace(because=Because.WAITS, waiting=held_back[0])
        if others and order.deeds is None and order.waiting is None:
            # Whoever of a crowd is not weighed comes later at this place, by start or by what it does there.
            first, last = by_run[order.first], by_run[others[-1]]
            here = all(any(each.address == place for each in own) for own in (first, last))
            if here and self._turn(last)[0] > self._turn(first)[0]:
                deeds = (Deed(own[0].run_id, max(map(self._change, own)), place) for own in (first, last))
                return order._replace(because=Because.CHANGES, deeds=(next(deeds), next(deeds)))
        return order

    def _held_back(self, early: list[str], crowd: Iterable[str]) -> tuple[list[str], list[Waiting]]:
        """Return the runs of a crowd in the order of *early*, behind them those that wait for one not among the first.

        What these wait for comes second.
        """
        held_back: dict[str, Waiting] = {}
        for run_id in early[:_HELD_BACK]:
            first = [each for each in early if each not in held_back][:WEIGHED]
            if (
                run_id in first
                and (other := self._waits.other_of(run_id, (each for each in crowd if each not in first))) is not None
            ):
                held_back[run_id] = Waiting(run_id, *other)
        return sorted(early, key=held_back.__contains__), list(held_back.values())

    def _of(self, run_id: str, holders: Iterable[Holder]) -> RunChanges:
        if run_id not in self._changes:
            known = changes_of_run(self._swarm, run_id, self._announced)
            self._size += len(known.changes) if known is not None else 0
            if self._size > _REMEMBERED:
                self._forget_all()
            self._changes[run_id] = known
        return with_holders(self._changes[run_id], (each for each in holders if each.run_id == run_id), self._change)

    def _encounters_of(self, runs: Sequence[str], changes: dict[str, RunChanges]) -> _Met:
        """Return what each two runs mean to each other; what all that they do comes to is remembered."""
        found: _Met = {}
        whole = {run_id for run_id in runs if changes[run_id] is self._changes.get(run_id)}
        for one, other in combinations(runs, 2):
            pair = self._met.get((one, other)) if one in whole and other in whole else None
            if pair is None:
                pair = encounter(changes[one], changes[other])
                if one in whole and other in whole:
                    if len(self._met) > _PAIRS_REMEMBERED:
                        self._met.clear()
                        self._partners.clear()
                    self._met[one, other], self._met[other, one] = pair, pair[::-1]
                    self._partners.setdefault(one, set()).add(other)
                    self._partners.setdefault(other, set()).add(one)
            found[one, other], found[other, one] = pair
        return found

    def _turn(self, holders: Collection[Holder]) -> tuple[int, datetime, str]:
        """Return what the runs of a crowd are sorted by: as they would go one after another at this place alone."""
        change = max(map(self._change, holders))
        first = min(holders, key=lambda each: each.created_at)
        return change.unsettles - change.redone, first.created_at, first.run_id

    def _change(self, holder: Holder) -> Change:
        held = self._swarm.reservation(holder.reservation_id) if not holder.operation else None
        return change_of(holder.operation if held is None else held.reservation.operation)


def _start(run_id: str, holders: Sequence[Holder], met: _Met, runs: Sequence[str]) -> _Start:
    found = [start for other in runs if other != run_id and (start := met[run_id, other].start) is not None]
    # Who meets nobody at a place meets them by calls.
    moment, address = min(found or [(each.created_at, each.address) for each in holders])
    return _Start(moment, run_id, address)


def _ordered(runs: Sequence[str], met: _Met, waits: _Waits) -> list[str]:
    """Return the order that costs least and breaks none of the *waits*; where all costs the same, that of *runs*."""
    pairs = [(met[one, other].ahead.parts, met[one, other].behind.parts) for one, other in combinations(runs, 2)]
    if not waits and all(ahead <= behind for ahead, behind in pairs):
        return list(runs)
    costs = [[met[one, other].ahead.parts if one != other else 0 for other in runs] for one in runs]
    number = {run_id: one for one, run_id in enumerate(runs)}
    kept = {(number[one], number[other]) for one, other in waits}
    return [runs[one] for one in order_merges_by(range(len(runs)), costs, kept).places]


def _explained(
    ordered: Sequence[str],
    others: Sequence[str],
    changes: dict[str, RunChanges],
    met: _Met,
    starts: dict[str, _Start],
    waits: _Waits,
    place: str,
) -> Order:
    first, *rest = ordered
    told = (*rest, *others)
    waiting = _waiting_for(first, rest, waits)
    if waiting is not None:
        return Order(first, told, Because.WAITS, waiting=waiting)
    gains = {other: met[first, other].behind.parts - met[first, other].ahead.parts for other in rest}
    if min(gains.values()) < 0:
        return _against(first, told, [other for other in rest if gains[other] < 0], waits)
    if max(gains.values()):
        main = max(rest, key=lambda other: (gains[other], -rest.index(other)))
        meeting = met[first, main].deciding(place)
        if meeting is None:
            return Order(first, told, Because.FEWER, prices=(met[first, main].ahead, met[first, main].behind))
        deeds = (
            Deed(first, changes[first].changes[meeting.one], meeting.one),
            Deed(main, changes[main].changes[meeting.other], meeting.other),
        )
        return Order(first, told, Because.CHANGES, deeds=deeds)
    second = min(starts[other].moment for other in rest)
    if starts[first].moment > second:
        return _against(first, told, [other for other in rest if starts[other].moment < starts[first].moment], waits)
    because = Because.DRAW if starts[first].moment == second else Because.STARTED
    return Order(first, told, because, at=starts[first].address)


def _waiting_for(first: str, rest: Sequence[str], waits: _Waits) -> Waiting | None:
    """Return who of the *rest* waits for the first one, one that waits for it itself if there is any."""
    found = [Waiting(other, first, waits[other, first].is_direct) for other in rest if (other, first) in waits]
    return min(found, key=lambda each: not each.is_direct, default=None)


def _against(first: str, told: tuple[str, ...], sooner: Sequence[str], waits: _Waits) -> Order:
    """Return why somebody goes first whom others had better go before: for they wait, or no order suits all."""
    waiting = {one: Waiting(one, other, wait.is_direct) for (one, other), wait in waits.items()}
    if all(run_id in waiting for run_id in sooner):
        return Order(first, told, Because.WAITS, waiting=waiting[sooner[0]])
    return Order(first, told, Because.CIRCLE)
