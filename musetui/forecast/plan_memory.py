"""Plan memory: what one plan has worked out that holds for the next one, where little has changed in between."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from musetui.forecast.branch_places import BranchPlaces, RunPlaces
from musetui.forecast.branch_work import RunWork, addresses_of, by_branch
from musetui.forecast.hotspots import Hotspot, find_hotspots
from musetui.forecast.meetings import Meeting, Meetings, meeting_of
from musetui.forecast.plan_reasons import Rework, Why, first_of, rework_at, why
from musetui.forecast.reach import Reach, reach_of
from musetui.forecast.terrain import Terrain, is_in
from musetui.records.address import nest_key

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_SPARE = 10_000
"""Places that have come to the terrain since it began, for which it is never worth to begin anew."""


class PlanMemory:
    """Makes the places, reaches and meetings that a plan is made of, and none of them twice while it stays the same.

    It keeps what the last two plans were made of: so what is supposed, and what is no longer, costs what it changes.
    Not to be used by two threads at once.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._terrain = Terrain()
        self._began_with = 0
        self._runs = _Remembered[RunWork, RunPlaces]()
        self._branches = _Remembered[tuple[RunWork, ...], BranchPlaces]()
        self._reaches = _Remembered[BranchPlaces, Reach]()
        self._meetings = _Remembered[tuple[Reach, Reach], Meeting]()
        self._whys = _Remembered[tuple[BranchPlaces, BranchPlaces], Why]()
        self._listed = _Remembered[tuple[BranchPlaces, int], tuple[int, ...]]()
        self._reworks = _Remembered[tuple[BranchPlaces, int, BranchPlaces], Rework | None]()

    def branches(self, parts: Iterable[RunWork]) -> list[BranchPlaces]:
        """Return the places of each branch, by name. To be called first, once a plan."""
        of_branch = by_branch(parts)
        if len(self._terrain.addresses) > 2 * self._began_with + _SPARE:
            self._begin()
        self._runs.turn()
        self._branches.turn()
        self._reaches.turn()
        self._meetings.turn()
        self._whys.turn()
        self._listed.turn()
        self._reworks.turn()
        self._number([part for there in of_branch.values() for part in there])
        self._began_with = self._began_with or len(self._terrain.addresses)
        return [self._branch(branch, tuple(there)) for branch, there in of_branch.items()]

    def meetings(self, branches: Sequence[BranchPlaces], merged: Sequence[BranchPlaces] = ()) -> Meetings:
        """Return how some branches meet, and how they meet those that are *merged*, whose places follow on theirs."""
        every = (*branches, *merged)
        reaches = [self._reach(branch) for branch in every]
        found: dict[tuple[int, int], Meeting] = {}
        for later, other in enumerate(every):
            for first, one in enumerate(branches[:later]):
                # One and the same, in whichever order they stand.
                if one.branch < other.branch:
                    found[first, later] = self._meeting(reaches[first], reaches[later])
                else:
                    turned = self._meeting(reaches[later], reaches[first])
                    found[first, later] = Meeting(turned.shared, turned.behind, turned.ahead)
        return Meetings(reaches, found, len(branches))

    def run(self, part: RunWork) -> RunPlaces:
        """Return the places of what one run has a part in on one branch."""
        self._number([part])
        return self._runs[part]

    def is_among(self, places: int) -> Callable[[str], bool]:
        """Return what tells whether an address that a plan has named, as a record writes it, is in a set of places."""
        is_there, terrain = is_in(places), self._terrain
        return lambda address: is_there(terrain.place(nest_key(address)))

    def why(self, first: BranchPlaces, later: BranchPlaces, *, is_decided: bool) -> Why:
        """Return what is told of two branches of the last plan, *first* merged before *later*.

        Args:
            first: the one,
            later: and the other.
            is_decided: whether that costs less than the other way round.
        """
        if (first, later) not in self._whys:
            reaches = self._reach(first), self._reach(later)
            self._whys[first, later] = why(self._terrain, first, reaches[0], later, reaches[1], is_decided)
        return self._whys[first, later]

    def reworks(self, here: BranchPlaces, places: int, earlier: Sequence[BranchPlaces]) -> Iterator[Rework]:
        """Yield the first of the addresses that a branch does again, by address.

        Args:
            here: the branch.
            places: the set of all that it does again.
            earlier: the branches that are merged before it, those first of which it is best told.
        """
        if (here, places) not in self._listed:
            self._listed[here, places] = first_of(self._terrain, here, places)
        for place in self._listed[here, places]:
            yield next(found for other in earlier if (found := self._rework(here, place, other)) is not None)

    def _rework(self, here: BranchPlaces, place: int, other: BranchPlaces) -> Rework | None:
        if not self._reach(other).met >> place & 1:
            return None
        key = here, place, other
        if key not in self._reworks:
            self._reworks[key] = rework_at(self._terrain, here, place, other)
        return self._reworks[key]

    def hotspots(
        self, hot: int, twice: set[int], branches: Sequence[BranchPlaces], reaches: Sequence[Reach]
    ) -> tuple[Hotspot, ...]:
        """Return the hottest of the places *hot*; *branches* stand in the order of merging, each with its reach."""
        return find_hotspots(hot, twice, list(zip(branches, reaches, strict=True)), self._terrain)

    def _number(self, parts: Iterable[RunWork]) -> None:
        """Find places for what parts name, as far as that is not known."""
        terrain = self._terrain
        new = [part for part in parts if part not in self._runs]
        read = [
            [
                {change: terrain.read(addresses_of(records)) for change, records in named.items()}
                for named in (p.reserved, p.intended)
            ]
            for p in new
        ]
        fresh = terrain.settle()
        for part, numbers in zip(new, read, strict=True):
            reserved, intended = ({change: terrain.places(n) for change, n in each.items()} for each in numbers)
            self._runs[part] = RunPlaces(part, reserved, intended)
        if fresh and self._reaches:
            near = terrain.near(fresh)
            self._reaches.forget(lambda reach: bool(reach.touched & near))

    def _branch(self, branch: str, parts: tuple[RunWork, ...]) -> BranchPlaces:
        if parts not in self._branches:
            self._branches[parts] = BranchPlaces(branch, [self._runs[part] for part in parts])
        return self._branches[parts]

    def _reach(self, branch: BranchPlaces) -> Reach:
        if branch not in self._reaches:
            self._reaches[branch] = reach_of(self._terrain, branch.touched)
        return self._reaches[branch]

    def _meeting(self, one: Reach, other: Reach) -> Meeting:
        if (one, other) not in self._meetings:
            self._meetings[one, other] = meeting_of(one, other)
        return self._meetings[one, other]


class _Remembered(Generic[Key, Value]):
    """Values by key. What has not been asked for since the turn before the last one is forgotten at the next."""

    __slots__ = ("_before", "_now")

    def __init__(self) -> None:
        self._now: dict[Key, Value] = {}
        self._before: list[dict[Key, Value]] = [{}, {}]

    def turn(self) -> None:
        """Begin another round."""
        self._before = [self._now, self._before[0]]
        self._now = {}

    def forget(self, is_wrong: Callable[[Value], bool]) -> None:
        """Forget some values at once."""
        for values in (self._now, *self._before):
            for key in [key for key, value in values.items() if is_wrong(value)]:
                del values[key]

    def __contains__(self, key: Key) -> bool:
        if key in self._now:
            return True
        for values in self._before:
            if key in values:
                self._now[key] = values[key]
                return True
        return False

    def __getitem__(self, key: Key) -> Value:
        return self._now[key]

    def __setitem__(self, key: Key, value: Value) -> None:
        self._now[key] = value

    def __bool__(self) -> bool:
        return bool(self._now or any(self._before))
