"""Folding: which nodes of a heat tree are open, and so which of its nodes are rows of a list."""

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush, nsmallest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musetui.forecast.heat import HeatNode
    from musetui.forecast.heat_tree import HeatTree

LARGEST = 400
"""Nodes right within one beyond which it is never opened unasked."""


class Folding:
    """What a person, or the heat to begin with, has opened. A node is a row where all that is around it is open."""

    def __init__(self, tree: "HeatTree") -> None:
        self._tree = tree
        self._open: set[str] = set()

    def is_open(self, node: "HeatNode") -> bool:
        """Return whether what is right within *node* is shown, where *node* is."""
        return node.address in self._open

    def is_row(self, node: "HeatNode") -> bool:
        """Return whether *node* is a row."""
        up = node.parent
        while up is not None:
            if up.address not in self._open:
                return False
            up = up.parent
        return True

    def rows(self) -> Iterator["HeatNode"]:
        """Yield every node that is a row, in no order."""
        for root in self._tree.roots():
            yield root
            yield from self.rows_within(root)

    def rows_within(self, node: "HeatNode") -> Iterator["HeatNode"]:
        """Yield every node below *node* that is a row where *node* is one, in no order."""
        stack = [node]
        while stack:
            outer = stack.pop()
            if outer.address in self._open:
                yield from outer.children
                stack.extend(child for child in outer.children if child.children)

    def open(self, node: "HeatNode") -> list["HeatNode"]:
        """Open *node*, and return the rows that come to be below it: what was open within it still is."""
        self._open.add(node.address)
        return list(self.rows_within(node))

    def close(self, node: "HeatNode") -> list["HeatNode"]:
        """Close *node*, and return the rows that were below it."""
        within = list(self.rows_within(node))
        self._open.discard(node.address)
        return within

    def opened(self) -> frozenset[str]:
        """Return what is open now, to be opened again later."""
        return frozenset(self._open)

    def reopen(self, opened: Iterable[str]) -> None:
        """Have open what was open once, as far as it is still there, and nothing else."""
        self._open = {address for address in opened if address in self._tree}

    def open_all(self) -> None:
        """Open every node that has something within."""
        self._open.update(node.address for node in self._tree.nodes() if node.children)

    def close_all(self) -> None:
        """Close every node."""
        self._open.clear()

    def forget(self, addresses: Iterable[str]) -> None:
        """Forget nodes that have left the tree."""
        self._open.difference_update(addresses)

    def open_hottest(self, room: int) -> None:
        """Open what is hottest first, as long as there are about *room* rows; what is open stays open."""
        closed = [*nsmallest(room + 1, ((-root.heat, root.address) for root in self._tree.roots()))]
        count = len(closed)
        heapify(closed)
        while closed and count < room:
            node = self._tree.get(heappop(closed)[1])
            if node is None:
                continue
            fits = count + len(node.children) <= room
            # Rather a long list than one in which nothing but a few folders is to be seen.
            if not fits and (count > room // 4 or len(node.children) > LARGEST):
                continue
            if node.children:
                self._open.add(node.address)
            count += len(node.children)
            for child in node.children:
                heappush(closed, (-child.heat, child.address))
