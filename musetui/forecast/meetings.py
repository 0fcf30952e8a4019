"""Meetings: where branches get into each other's way, and what each order of two of them costs."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from musetui.forecast.reach import Price, Reach, Shared, price, shared


class Meeting(NamedTuple):
    """What two branches, one and the other, mean to each other.

    Attributes:
        shared: what they share.
        ahead: what it costs to merge the one before the other.
        behind: what it costs to merge it after the other.
    """

    shared: Shared = Shared()
    ahead: Price = Price()
    behind: Price = Price()


NO_MEETING = Meeting()


def meeting_of(one: Reach, other: Reach) -> Meeting:
    """Return what two branches mean to each other."""
    if not one.met & other.touched:
        return NO_MEETING  # meeting is mutual
    return Meeting(shared(one, other), price(one, other), price(other, one))


class Meetings:
    """How some branches meet, and how they meet some that are merged already.

    Attributes:
        hot: the set of the addresses at which they get into each other's way: all that the next two count.
        overlaps: how many addresses several of those that are not merged touch.
        nests: how many addresses one of them touches, and another one something within.
        clashes: how many addresses one of them changes in a way that clashes with what another one does to the same,
            or to something within.

    Args:
        reaches: what each branch touches and reaches.
        found: what each two of them mean to each other, by their places in *reaches*, the lower place first.
        unmerged: how many are not merged; they come first.
    """

    def __init__(self, reaches: Sequence[Reach], found: dict[tuple[int, int], Meeting], unmerged: int) -> None:
        self._reaches = reaches
        self._found = found
        self._unmerged = unmerged
        overlaps = nests = clashes = 0
        touched = outside = strong = 0
        for reach in reaches[:unmerged]:
            overlaps |= touched & reach.touched
            nests |= (touched & reach.outside) | (outside & reach.touched)
            clashes |= (strong & (reach.touched | reach.outside)) | ((touched | outside) & reach.strong)
            touched |= reach.touched
            outside |= reach.outside
            strong |= reach.strong
        self.hot = overlaps | nests
        self.overlaps = overlaps.bit_count()
        self.nests = nests.bit_count()
        self.clashes = clashes.bit_count()

    def reach(self, one: int) -> Reach:
        """Return what a branch touches and reaches."""
        return self._reaches[one]

    def contested(self) -> list[int]:
        """Return for each that is not merged the set of its addresses at which it meets another such."""
        reaches = self._reaches[: self._unmerged]
        before = list(accumulate((each.met for each in reaches), or_, initial=0))
        behind = list(accumulate((each.met for each in reversed(reaches)), or_, initial=0))[::-1]
        return [each.touched & (before[one] | behind[one + 1]) for one, each in enumerate(reaches)]

    def price(self, first: int, later: int) -> Price:
        """Return what it costs to merge the branch *first* before *later*; both are places in what was given."""
        if first < later:
            return self._found.get((first, later), NO_MEETING).ahead
        return self._found.get((later, first), NO_MEETING).behind

    def shared(self, one: int, other: int) -> Shared:
        """Return what two branches share, whichever is named first."""
        return self._found.get((min(one, other), max(one, other)), NO_MEETING).shared

    def reworked(self, later: int, earlier: Iterable[int]) -> int:
        """Return the set of the addresses that a branch reworks once the *earlier* ones are merged."""
        there = self._reaches[later]
        met = by_delete = 0
        for first in earlier:
            met |= self._reaches[first].met
            by_delete |= self._reaches[first].met_by_delete
        return (there.touched & ~there.deleted & met) | (there.deleted & by_delete)
