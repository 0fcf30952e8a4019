"""Blast radius: where one run changes a symbol that another run's symbol calls, directly or through up to five calls.

Every held symbol is asked of the call graph once, and what it reaches is remembered by place: the callers, and the
classes and files around them. So a hold that comes or goes costs a look at the symbols that reach its place. What the
graph itself brings is worked off a slice at a time, for a tree of many files changes many calls at once.
"""

import time
from collections.abc import Iterable, Iterator

from musetui.callgraph.edges import GraphChange
from musetui.callgraph.graph import CallGraph
from musetui.callgraph.reached import Reached
from musetui.forecast.nest import Nest
from musetui.forecast.nesting import around
from musetui.forecast.run_counts import Several
from musetui.records.address import SYMBOL_MARK, contains

DIRECT = 0.75
"""How likely a change is to hurt who calls the symbol: Muse's own figure."""

_FADES = 0.85
"""What is left of that with each further call in between."""

_REACH_LIMIT = 2_000
"""Callers of one symbol that are looked at: whose change reaches more, reaches everybody."""


class BlastRadius:
    """The held symbols whose change reaches what another run holds.

    Args:
        nest: whose runs hold what; kept up to date by another.
        held: the addresses held at the start.
    """

    def __init__(self, nest: Nest, held: Iterable[str]) -> None:
        self._nest = nest
        self._graph = CallGraph()
        self._held = {address for address in held if SYMBOL_MARK in address}
        self._reach: dict[str, dict[str, Reached]] = {}
        self._reached_by: dict[str, set[str]] = {}
        self._found: dict[str, float] = {}
        self._waiting: dict[str, None] = {}

    def __contains__(self, address: str) -> bool:
        return address in self._found

    def confidence(self, address: str) -> float:
        """Return how likely a change at *address* is to hurt, 0 where it reaches nobody else."""
        return self._found.get(address, 0.0)

    @property
    def is_behind(self) -> bool:
        """Whether there is something left to work off."""
        return bool(self._waiting)

    def apply(self, change: GraphChange) -> None:
        """Take in calls that came, changed or went; what that means for conflicts is for `work` to find."""
        for callee in self._graph.apply(change):
            for address in (callee, *around(callee)):
                if address in self._held:
                    self._waiting[address] = None
            self._waiting.update(dict.fromkeys(self._reached_by.get(callee, ())))

    def work(self, seconds: float) -> set[str]:
        """Work for about *seconds*; return the addresses of which something else may be to be told."""
        ends_at = time.perf_counter() + seconds
        concerned: set[str] = set()
        while self._waiting:
            address = self._waiting.popitem()[0]
            self._ask(address)
            if self._judge(address):
                concerned.add(address)
            if time.perf_counter() > ends_at:
                break
        return concerned

    def follow(self, addresses: Iterable[str]) -> set[str]:
        """Follow the nest where holds came or went; return the addresses of which something else may be to be told."""
        if not len(self._graph):
            for address in addresses:
                self._note(address)
            return set()
        concerned: set[str] = set()
        for address in addresses:
            if self._note(address):
                self._ask(address)
            for reaching in (address, *self._reached_by.get(address, ())):
                if self._judge(reaching):
                    concerned.add(reaching)
        return concerned

    def _note(self, address: str) -> bool:
        """Note whether a symbol is held; return True where that is news."""
        is_held = self._nest.at(address) is not None and SYMBOL_MARK in address
        if is_held is (address in self._held):
            return False
        (self._held.add if is_held else self._held.discard)(address)
        return True

    def _ask(self, address: str) -> None:
        """Ask the graph anew whom a change of *address* reaches; nobody, where it is not held."""
        self._waiting.pop(address, None)
        for place in self._reach.pop(address, ()):
            reaching = self._reached_by[place]
            reaching.discard(address)
            if not reaching:
                del self._reached_by[place]
        if address not in self._held:
            return
        found: dict[str, Reached] = {}
        for reached in self._graph.reach(address, limit=_REACH_LIMIT):
            for place in _places_of(reached.address):
                # What holds the changed symbol itself collides with it by nesting.
                if place not in found and not contains(place, address):
                    found[place] = reached
        if found:
            self._reach[address] = found
        for place in found:
            self._reached_by.setdefault(place, set()).add(address)

    def _judge(self, address: str) -> bool:
        """Work out anew whether a change of *address* hurts others; return whether it does or did."""
        before = self._found.pop(address, None)
        confidence = max((_likelihood(reached) for _, reached in self.met(address)), default=0.0)
        if confidence:
            self._found[address] = confidence
        return bool(before or confidence)

    def met(self, address: str) -> Iterator[tuple[str, Reached]]:
        """Yield each held place that a change of *address* reaches and another run has a part in, nearest first."""
        runs = self._nest.at(address)
        if runs is None:
            return
        for place, reached in self._reach.get(address, {}).items():
            others = self._nest.at(place)
            if others is not None and (others != runs or others is Several.RUNS):
                yield place, reached

    def of(self, address: str, run_id: str) -> Iterator[str]:
        """Yield the address of each conflict that a hold of *run_id* on *address* is a part of."""
        if address in self._found and any(self._nest.at(place) != run_id for place, _ in self.met(address)):
            yield address
        for reaching in self._reached_by.get(address, ()):
            if reaching in self._found and self._nest.at(reaching) not in (None, run_id):
                yield reaching


def _places_of(caller: str) -> Iterator[str]:
    """Yield what one may hold who holds *caller*: it, the classes around it, its file. A folder says too little."""
    yield caller
    for outer in around(caller):
        yield outer
        if SYMBOL_MARK not in outer:
            return


def _likelihood(reached: Reached) -> float:
    return round(DIRECT * _FADES ** (reached.distance - 1) * reached.certainty, 3)
