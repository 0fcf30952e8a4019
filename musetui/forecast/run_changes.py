"""Run changes: what one run does to which address, and since when; and what two runs mean to each other.

The price of either order of two runs is that of the merge plan (`musetui.forecast.rework`), with the work of a run in
place of that of a branch. So where each of two branches is the work of one run, plan and advice go by the same figures.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from musetui.forecast.conflict import Holder
from musetui.forecast.live_intents import Announced
from musetui.forecast.nesting import around
from musetui.forecast.reach import Price
from musetui.forecast.rework import IN_FILE, IN_FOLDER, IN_SYMBOL, SAME_ADDRESS, Change, change_of, rework
from musetui.records.address import SYMBOL_MARK, nest_key
from musetui.records.kinds import Kind
from musetui.records.models import Intent, Reservation
from musetui.swarm.picture import Swarm

ADDRESSES_LIMIT = 1_000
"""Addresses of one run that are looked at, so that advice on a run that holds thousands does not stop the screen."""


class RunChanges:
    """What one run changes: of several changes of one address the most drastic counts, and the earliest moment."""

    __slots__ = ("_inside", "changes", "since")

    def __init__(self) -> None:
        self.changes: dict[str, Change] = {}
        self.since: dict[str, datetime] = {}
        self._inside: dict[str, list[str]] | None = None

    def add(self, address: str, change: Change, since: datetime) -> None:
        """Take in a change of an *address*, as nesting compares it."""
        self._inside = None
        self.changes[address] = max(change, self.changes.get(address, change))
        self.since[address] = min(since, self.since.get(address, since))

    def copy(self) -> "RunChanges":
        """Return one that can be added to by itself."""
        made = RunChanges()
        made.changes, made.since = dict(self.changes), dict(self.since)
        return made

    def within(self, address: str) -> list[str]:
        """Return the addresses within *address* that it changes."""
        if self._inside is None:
            inside = defaultdict[str, list[str]](list)
            for each in self.changes:
                for outer in around(each):
                    inside[outer].append(each)
            self._inside = dict(inside)
        return self._inside.get(address, [])


def changes_of_run(swarm: Swarm, run_id: str, announced: Callable[[str], Announced | None]) -> RunChanges:
    """Return what a run holds and means to do; of more than `ADDRESSES_LIMIT` addresses, of that many.

    Args:
        swarm: the picture.
        run_id: whose changes.
        announced: returns an intent by its id if it is live.
    """
    found = RunChanges()
    for record in _records(swarm, run_id, announced):
        change, at = change_of(record.operation), record.created_at.astimezone(UTC)
        for address in record.addresses[:ADDRESSES_LIMIT]:
            found.add(nest_key(address), change, at)
        if len(found.changes) >= ADDRESSES_LIMIT:
            break
    return found


def _records(swarm: Swarm, run_id: str, announced: Callable[[str], Announced | None]) -> Iterator[Reservation | Intent]:
    for intent_id in swarm.kind_of_run(Kind.INTENT, run_id):
        live = announced(intent_id)
        if live is not None:
            yield live.intent
    for reservation_id in swarm.held_of_run(run_id):
        held = swarm.reservation(reservation_id)
        if held is not None:
            yield held.reservation


def with_holders(changes: RunChanges, holders: Iterable[Holder], change_by: Callable[[Holder], Change]) -> RunChanges:
    """Return *changes* with what holders of the same run do that is not among them.

    It is only thought of, or one of more records than are looked at.
    """
    more = [
        each for each in holders if each.address not in changes.changes or not (each.reservation_id or each.intent_id)
    ]
    if not more:
        return changes
    made = changes.copy()
    for each in more:
        made.add(each.address, change_by(each), each.created_at)
    return made


class Meeting(NamedTuple):
    """An address that one run changes, and the same, one around it or one within it that the other one changes."""

    one: str
    other: str
    sure: int


class Encounter:
    """What two runs mean to each other.

    Attributes:
        ahead: what it costs to have the one go before the other.
        behind: what it costs to have it go after the other.
    """

    def __init__(self, one: RunChanges, other: RunChanges) -> None:
        self._one = one
        self._other = other
        self.meetings = list(_meetings(one, other))
        self.ahead = _price(one, other, self.meetings)
        self.behind = _price(other, one, list(map(_turned, self.meetings)))

    def deciding(self, place: str) -> Meeting | None:
        """Return the meeting for which the one had better go first, if any: at *place*, else that which weighs most."""

        def rank(meeting: Meeting) -> tuple[bool, int, bool, str, str]:
            at_place = place in (meeting.one, meeting.other)
            return not at_place, -self._gain(meeting), meeting.one != meeting.other, meeting.one, meeting.other

        return min((each for each in self.meetings if self._gain(each) > 0), key=rank, default=None)

    def _gain(self, meeting: Meeting) -> int:
        one, other = self._one.changes[meeting.one], self._other.changes[meeting.other]
        return rework(other, one, meeting.sure) - rework(one, other, meeting.sure)


def _meetings(one: RunChanges, other: RunChanges) -> Iterator[Meeting]:
    if len(one.changes) > len(other.changes):
        yield from map(_turned, _meetings(other, one))
        return
    for address in one.changes:
        if address in other.changes:
            yield Meeting(address, address, SAME_ADDRESS)
        for outer in around(address):
            if outer in other.changes:
                yield Meeting(address, outer, how_sure(outer, address))
        for inner in other.within(address):
            yield Meeting(address, inner, how_sure(address, inner))


def _turned(meeting: Meeting) -> Meeting:
    return Meeting(meeting.other, meeting.one, meeting.sure)


def _price(first: RunChanges, later: RunChanges, meetings: Iterable[Meeting]) -> Price:
    """Return what it costs to have *first* go first: each address of *later* pays for its dearest meeting."""
    dearest: dict[str, int] = {}
    for meeting in meetings:
        earlier, change = first.changes[meeting.one], later.changes[meeting.other]
        if cost := rework(earlier, change, meeting.sure):
            dearest[meeting.other] = max(cost, dearest.get(meeting.other, 0))
    return Price(sum(dearest.values()), len(dearest))


def how_sure(outer: str, inner: str) -> int:
    """Return how surely a change and one within it get into each other's way, in tenths, as the merge plan has it."""
    if SYMBOL_MARK in outer:
        return IN_SYMBOL
    path, mark, _ = inner.partition(SYMBOL_MARK)
    return IN_FILE if mark and path == outer else IN_FOLDER
