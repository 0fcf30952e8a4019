"""Encounter: what two runs mean to each other, all places at which they meet taken together.

The price of either order is that of the merge plan (`musetui.forecast.rework`), with the work of a run in place of that
of a branch. So where each of two branches is the work of one run, plan and advice go by the same figures.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from musetui.forecast.nesting import around
from musetui.forecast.reach import Price
from musetui.forecast.rework import SAME_ADDRESS, Change, how_sure, rework
from musetui.forecast.run_changes import RunChanges


class Meeting(NamedTuple):
    """An address that one run changes, and the same, one around it or one within it that the other one changes."""

    one: str
    other: str
    sure: int


class Encounter:
    """What two runs mean to each other, seen from one of them.

    Attributes:
        ahead: what it costs to have the one go before the other.
        behind: what it costs to have it go after the other.
        start: when the one was first at an address at which they meet, and at which; None if they meet nowhere.
    """

    __slots__ = ("_meetings", "_one", "_other", "ahead", "behind", "start")

    ahead: Price
    behind: Price
    start: tuple[datetime, str] | None
    _one: RunChanges
    _other: RunChanges
    _meetings: list[Meeting]

    def deleted(self) -> str | None:
        """Return the first address that the one deletes while the other changes it, or what is within; None if none.

        What both delete is none.
        """
        deletes = (
            each.one
            for each in self._meetings
            if self._one.changes[each.one] is Change.DELETE and self._is_still_needed(each)
        )
        return min(deletes, default=None)

    def _is_still_needed(self, meeting: Meeting) -> bool:
        if meeting.one == meeting.other:
            return self._other.changes[meeting.other] is not Change.DELETE
        return len(meeting.one) < len(meeting.other) and self._other.changes.get(meeting.one) is not Change.DELETE

    def deciding(self, place: str) -> Meeting | None:
        """Return the meeting for which the one had better go first, if any: at *place*, else that which weighs most."""
        here = [Meeting(*each) for each in _meetings_at(place, self._one, self._other)]
        return _best(here, self._one, self._other) or _best(self._meetings, self._one, self._other)


def encounter(one: RunChanges, other: RunChanges) -> tuple[Encounter, Encounter]:
    """Return what two runs mean to each other, seen from either."""
    meetings = list(_meetings(one, other))
    turned = [Meeting(each.other, each.one, each.sure) for each in meetings]
    ahead, behind = _price(one, other, meetings), _price(other, one, turned)
    return _seen(one, other, meetings, ahead, behind), _seen(other, one, turned, behind, ahead)


def _seen(one: RunChanges, other: RunChanges, meetings: list[Meeting], ahead: Price, behind: Price) -> Encounter:
    made = Encounter()
    made._one, made._other, made.ahead, made.behind, made._meetings = one, other, ahead, behind, meetings
    made.start = min([(one.since[each.one], each.one) for each in meetings], default=None)
    return made


def _best(meetings: Iterable[Meeting], one: RunChanges, other: RunChanges) -> Meeting | None:
    """Return the meeting for which *one* had most of all better go first; the same address before what only nests."""

    def gain(meeting: Meeting) -> int:
        ours, theirs = one.changes[meeting.one], other.changes[meeting.other]
        return rework(theirs, ours, meeting.sure) - rework(ours, theirs, meeting.sure)

    for_one = [(-gained, each.one != each.other, each) for each in meetings if (gained := gain(each)) > 0]
    return min(for_one)[2] if for_one else None


def _meetings(one: RunChanges, other: RunChanges) -> Iterator[Meeting]:
    for address in one.changes.keys() & other.changes.keys():
        yield Meeting(address, address, SAME_ADDRESS)
    for outer in one.inside.keys() & other.changes.keys():
        for inner in one.inside[outer]:
            yield Meeting(inner, outer, how_sure(outer, inner))
    for outer in other.inside.keys() & one.changes.keys():
        for inner in other.inside[outer]:
            yield Meeting(outer, inner, how_sure(outer, inner))


def _meetings_at(place: str, one: RunChanges, other: RunChanges) -> Iterator[tuple[str, str, int]]:
    """Yield the meetings of which *place* is the one address or the other."""
    for ours, theirs, is_turned in ((one, other, False), (other, one, True)):
        if place not in ours.changes:
            continue
        near = [(place, SAME_ADDRESS)] if place in theirs.changes and not is_turned else []
        near += [(outer, how_sure(outer, place)) for outer in around(place) if outer in theirs.changes]
        near += [(inner, how_sure(place, inner)) for inner in theirs.inside.get(place, ())]
        for address, sure in near:
            yield (address, place, sure) if is_turned else (place, address, sure)


def _price(first: RunChanges, later: RunChanges, meetings: Iterable[Meeting]) -> Price:
    """Return what it costs to have *first* go first: each address of *later* pays for its dearest meeting."""
    dearest: dict[str, int] = {}
    for meeting in meetings:
        cost = rework(first.changes[meeting.one], later.changes[meeting.other], meeting.sure)
        if cost > dearest.get(meeting.other, 0):
            dearest[meeting.other] = cost
    return Price(sum(dearest.values()), len(dearest))
