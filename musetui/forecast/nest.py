"""The nest of what is held: folders around files around classes around methods, and whose runs are where.

Each address tells the one right around it only whether nothing, one run or several runs hold something at or below it.
So a new hold climbs until that is no news, and a folder need not know the thousands of runs below it.
"""

from collections.abc import Iterable, Iterator, Set

from musetui.forecast.nesting import parent
from musetui.forecast.run_counts import RunCounts, Runs, Several, join
from musetui.records.address import SYMBOL_MARK
from musetui.swarm.id_index import IdIndex


class Nest:
    """Whose runs hold something at each address, and below it. Addresses are as `nest_key` writes them."""

    def __init__(self) -> None:
        self._at = RunCounts()
        self._below = RunCounts()
        self._symbols = IdIndex()
        self._entries = IdIndex()

    def fill(self, holds: Iterable[tuple[str, tuple[str | Several, ...]]]) -> None:
        """Take many holds into an empty nest, for less than by `hold`: each address with its runs, one a hold."""
        fill_at, fill_below = self._at.fill, self._below.fill
        totals = {address: fill_at(address, runs) for address, runs in holds}
        inner: dict[str, list[str]] = {}
        for address in totals:
            node, up = address, parent(address)
            while up is not None:
                if up in inner:
                    inner[up].append(node)
                    break
                inner[up] = [node]
                if up in totals:
                    break
                node, up = up, parent(up)
        # What is around an address is always the shorter text, so by length every sum is ready before it is used.
        for node in sorted(inner, key=len, reverse=True):
            children = inner[node]
            below = fill_below(node, tuple([totals[child] for child in children]))
            at = totals.get(node)
            totals[node] = below if at is None or at == below else Several.RUNS
            symbols = children if SYMBOL_MARK in node else [child for child in children if SYMBOL_MARK in child]
            self._symbols.fill(node, symbols)
            if len(symbols) < len(children):
                self._entries.fill(node, [child for child in children if SYMBOL_MARK not in child])

    def hold(self, address: str, run_id: str) -> None:
        """Note one more hold of a run."""
        before = self._total(address)
        self._at.add(address, run_id)
        self._climb(address, before)

    def drop(self, address: str, run_id: str) -> None:
        """Take back a hold that was noted."""
        before = self._total(address)
        self._at.discard(address, run_id)
        self._climb(address, before)

    def _climb(self, node: str, before: Runs) -> None:
        after = self._total(node)
        while after != before:
            up = parent(node)
            if up is None:
                return
            outer_before = self._total(up)
            if after is not None:
                self._below.add(up, after)
            else:
                self._children_for(node).discard(up, node)
            if before is not None:
                self._below.discard(up, before)
            else:
                self._children_for(node).add(up, node)
            node, before, after = up, outer_before, self._total(up)

    def _total(self, address: str) -> Runs:
        return join(self._at.of(address), self._below.of(address))

    def _children_for(self, node: str) -> IdIndex:
        return self._symbols if SYMBOL_MARK in node else self._entries

    def at(self, address: str) -> Runs:
        """Return whose runs hold exactly *address*."""
        return self._at.of(address)

    def runs_at(self, address: str) -> set[str]:
        """Return the runs that hold exactly *address*."""
        return {run_id for run_id in self._at.names(address) if isinstance(run_id, str)}

    def below(self, address: str) -> Runs:
        """Return whose runs hold something within *address*."""
        return self._below.of(address)

    def has_symbols(self, address: str) -> bool:
        """Return whether a symbol right within *address* is held or around what is held, so that it is no folder."""
        return address in self._symbols

    def within(self, address: str, unless: str | None = None) -> Iterator[str]:
        """Yield the held addresses within *address*, in order, but none that only the run *unless* holds."""
        stack = self._children(address)
        while stack:
            node = stack.pop()
            at = self._at.of(node)
            if at is not None and at != unless:
                yield node
            below = self._below.of(node)
            if below is not None and below != unless:
                stack.extend(self._children(node))

    def _children(self, address: str) -> list[str]:
        return sorted((*self._symbols.get(address), *self._entries.get(address)), reverse=True)

    def outer(self) -> Set[str]:
        """Return every address within which something is held: a live view."""
        return self._below.keys()

    def crowded(self) -> Iterator[str]:
        """Yield the addresses that several runs hold."""
        yield from self._at.crowded()

    def nested(self) -> Iterator[str]:
        """Yield the held addresses within which something is held, where several runs are involved."""
        return filter(self.collides_within, self._below.keys())

    def is_crowded(self, address: str) -> bool:
        """Return whether several runs hold *address*."""
        return self._at.of(address) is Several.RUNS

    def collides_within(self, address: str) -> bool:
        """Return whether a run holds *address* while another one holds something within it."""
        at = self._at.of(address)
        if at is None:
            return False
        below = self._below.of(address)
        return below is not None and (at != below or at is Several.RUNS)
