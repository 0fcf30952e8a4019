"""Branch places: where each run of each branch holds something or means to do something, as places on the terrain."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter

from musetui.forecast.branch_work import RunWork
from musetui.forecast.rework import Change
from musetui.records.address import nest_key
from musetui.records.models import Intent, Reservation

_CREATED = attrgetter("created_at")

Places = Sequence[int]
"""Places in no order; some perhaps more than once."""


class RunPlaces:
    """The places of what one run holds and means to do on one branch.

    Attributes:
        run_id: whose they are.
        reserved: those it holds, by what is to be done there.
        intended: those that its live intents name, likewise.

    Args:
        work: the records that name them.
    """

    __slots__ = ("_by_start", "_first", "_shared", "_work", "intended", "reserved", "run_id")

    def __init__(self, work: RunWork, reserved: Mapping[Change, Places], intended: Mapping[Change, Places]) -> None:
        self.run_id = work.run_id
        self.reserved = reserved
        self.intended = intended
        self._work = work
        self._shared = (0, 0)
        self._first: Reservation | Intent | None = None
        self._by_start: list[Reservation | Intent] | None = None

    @property
    def operations(self) -> tuple[str, ...]:
        """What its records say it will do, each word once, sorted."""
        return self._work.operations

    def start(self, is_among: Callable[[str], bool]) -> tuple[datetime, str] | None:
        """Return since when it holds or means anything whose address *is_among* some, and which; None if nothing is."""
        if self._first is None:
            self._first = min(self._work.records(), key=_CREATED, default=None)
        # The first record most often settles it, and sorting ten thousand takes its time.
        if self._first is not None and (at := next(filter(is_among, self._first.addresses), None)) is not None:
            return self._first.created_at, at
        if self._by_start is None:
            self._by_start = sorted(self._work.records(), key=_CREATED)
        found = ((each.created_at, at) for each in self._by_start for at in each.addresses if is_among(at))
        return next(found, None)

    def touching(self, among: set[int]) -> set[int]:
        """Return those of some places that it holds, or means to change."""
        named = chain(self.reserved.values(), self.intended.values())
        return set().union(*(among.intersection(places) for places in named))

    def shared(self, places: int, is_there: Callable[[int], bool]) -> int:
        """Return how many of the addresses that it holds are in a set of places.

        Args:
            places: the set.
            is_there: tells of a place whether it is in it.
        """
        if self._shared[0] != places:
            self._shared = places, sum(map(is_there, set().union(*self.reserved.values())))
        return self._shared[1]

    @property
    def addresses(self) -> int:
        """How many addresses it holds."""
        return len(set().union(*self.reserved.values()))


class BranchPlaces:
    """The places of what one branch holds and means to do. It is the same as no other one.

    Attributes:
        branch: its name.
        runs: what each run has a part in.
        reserved: the places held on it.
        touched: the places it touches, each once, by the most drastic change that any record names.
        addresses: how many these are.
    """

    __slots__ = ("_by_address", "addresses", "branch", "reserved", "runs", "touched")

    def __init__(self, branch: str, runs: Sequence[RunPlaces]) -> None:
        self.branch = branch
        self.runs = runs
        self.reserved: set[int] = set().union(*(places for run in runs for places in run.reserved.values()))
        self.touched: dict[Change, set[int]] = {}
        for change in sorted(Change, reverse=True):
            named = (each[change] for run in runs for each in (run.reserved, run.intended) if change in each)
            self.touched[change] = set[int]().union(*named).difference(*self.touched.values())
        self.addresses = sum(map(len, self.touched.values()))
        self._by_address: list[int] | None = None

    def by_address(self, addresses: Sequence[str]) -> list[int]:
        """Return the places it touches in the order of their *addresses*, which are those of all places."""
        if self._by_address is None:
            every = chain.from_iterable(self.touched.values())
            self._by_address = sorted(every, key=addresses.__getitem__)
        return self._by_address

    def start(self, is_among: Callable[[str], bool]) -> tuple[datetime, str, str]:
        """Return since when it holds or means anything whose address *is_among* some, the run that did so first, and
        which address that is, as nesting compares.

        Args:
            is_among: told each address as its record names it; at least one of them must be among those.
        """
        starts = ((run.start(is_among), run.run_id) for run in self.runs)
        return min((start[0], run_id, nest_key(start[1])) for start, run_id in starts if start is not None)
