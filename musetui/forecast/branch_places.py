"""Branch places: where each run of each branch holds something or means to do something, as places on the terrain."""

from collections.abc import Mapping, Sequence

from musetui.forecast.rework import Change

Places = Sequence[int]
"""Places in no order; some perhaps more than once."""


class RunPlaces:
    """The places of what one run holds and means to do on one branch.

    Attributes:
        run_id: whose they are.
        reserved: those it holds, by what is to be done there.
        intended: those that its live intents name, likewise.
    """

    __slots__ = ("intended", "reserved", "run_id")

    def __init__(self, run_id: str, reserved: Mapping[Change, Places], intended: Mapping[Change, Places]) -> None:
        self.run_id = run_id
        self.reserved = reserved
        self.intended = intended

    def held(self, among: set[int]) -> set[int]:
        """Return those of some places that it holds."""
        return set().union(*(among.intersection(places) for places in self.reserved.values()))

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

    __slots__ = ("addresses", "branch", "reserved", "runs", "touched")

    def __init__(self, branch: str, runs: Sequence[RunPlaces]) -> None:
        self.branch = branch
        self.runs = runs
        self.reserved: set[int] = set().union(*(places for run in runs for places in run.reserved.values()))
        self.touched: dict[Change, set[int]] = {}
        for change in sorted(Change, reverse=True):
            named = (each[change] for run in runs for each in (run.reserved, run.intended) if change in each)
            self.touched[change] = set[int]().union(*named).difference(*self.touched.values())
        self.addresses = sum(map(len, self.touched.values()))
