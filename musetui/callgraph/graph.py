"""The call graph: who calls what, and whom a change reaches.

Addresses are as `nest_key` writes them. The graph knows edges alone: where they come from, a worker or a resolution in
the same process, is not its concern.
"""

from collections.abc import Iterator

from sortedcontainers import SortedSet

from musetui.callgraph.edges import FOLLOWED, Edge, GraphChange
from musetui.callgraph.reached import Reached
from musetui.records.address import SYMBOL_MARK, nest_key

STEPS = 5
"""Calls in a row through which a change is followed, as Muse does."""

REACH_LIMIT = 10_000
"""Callers that one question is answered with: whose change reaches more, reaches everybody."""


class CallGraph:
    """Edges between addresses, to be asked from either end."""

    def __init__(self) -> None:
        self._callers: dict[str, dict[str, Edge]] = {}
        self._callees: dict[str, dict[str, Edge]] = {}
        self._addresses: SortedSet[str] = SortedSet()
        self._size = 0

    def __len__(self) -> int:
        """Return the number of edges."""
        return self._size

    def edges(self) -> Iterator[Edge]:
        """Yield every edge."""
        for edges in self._callees.values():
            yield from edges.values()

    def apply(self, change: GraphChange) -> frozenset[str]:
        """Follow *change*, and return the addresses whose callers are others now, or call from other lines.

        Costs some microseconds for each edge of the change, whatever the size of the graph.
        """
        for caller, callee in change.dropped:
            if self._callers.get(callee, _NONE).pop(caller, None) is not None:
                del self._callees[caller][callee]
                self._size -= 1
                self._forget_if_bare(caller)
                self._forget_if_bare(callee)
        for edge in change.put:
            callers = self._place(self._callers, edge.callee)
            if edge.caller not in callers:
                self._size += 1
            callers[edge.caller] = edge
            self._place(self._callees, edge.caller)[edge.callee] = edge
        return frozenset(edge.callee for edge in change.put) | frozenset(callee for _, callee in change.dropped)

    def _place(self, index: dict[str, dict[str, Edge]], address: str) -> dict[str, Edge]:
        if (edges := index.get(address)) is None:
            edges = index[address] = {}
            self._addresses.add(address)
        return edges

    def _forget_if_bare(self, address: str) -> None:
        for index in (self._callers, self._callees):
            if index.get(address) == _NONE:
                del index[address]
        if address not in self._callers and address not in self._callees:
            self._addresses.discard(address)

    def callers(self, address: str) -> list[Edge]:
        """Return the edges to exactly *address*, the surest first."""
        return sorted(self._callers.get(nest_key(address), _NONE).values(), key=_surest)

    def callees(self, address: str) -> list[Edge]:
        """Return the edges from exactly *address*, the surest first."""
        return sorted(self._callees.get(nest_key(address), _NONE).values(), key=_surest)

    def within(self, address: str) -> Iterator[str]:
        """Yield *address*, and every address within it that calls or is called, in order.

        A class holds its methods, a file its symbols, a folder its files. `address` itself comes first even if nothing
        is known of it.
        """
        outer = nest_key(address)
        yield outer
        marks = (".",) if SYMBOL_MARK in outer else ("/", SYMBOL_MARK)
        for mark in marks:
            yield from self._addresses.irange(outer + mark, outer + mark + _LAST)

    def reach(
        self,
        address: str,
        steps: int = STEPS,
        *,
        least: float = FOLLOWED,
        within: bool = True,
        limit: int = REACH_LIMIT,
    ) -> Iterator[Reached]:
        """Yield who is reached by a change of *address*: its callers, nearest first, then theirs, each once.

        What lies within *address* is never yielded: a change of it is the same change.

        Args:
            address: what is changed.
            steps: calls in a row that are followed.
            least: the certainty that an edge must have to be followed.
            within: whether a change of *address* is one of all that lies within it.
            limit: callers after which it ends.
        """
        changed = set(self.within(address)) if within else {nest_key(address)}
        level: dict[str, Reached | None] = dict.fromkeys(sorted(changed))
        seen = set(changed)
        for distance in range(1, steps + 1):
            found: dict[str, Reached] = {}
            for callee, reached in level.items():
                for caller, edge in self._callers.get(callee, _NONE).items():
                    if caller in seen or edge.certainty < least:
                        continue
                    new = Reached(caller, distance, edge, reached)
                    known = found.get(caller)
                    if known is None or new.rank < known.rank:
                        found[caller] = new
                if len(seen) + len(found) > limit + len(changed):
                    break
            level = {}
            for caller in sorted(found, key=lambda each: found[each].rank):
                if limit <= 0:
                    return
                limit -= 1
                level[caller] = found[caller]
                yield found[caller]
            if not level:
                return
            seen.update(level)


_NONE: dict[str, Edge] = {}
_LAST = chr(0x10FFFF)


def _surest(edge: Edge) -> tuple[float, str, str]:
    return -edge.certainty, edge.caller, edge.callee
