"""Cycles: who waits, by way of others, for itself. Plain graphs of ids; nothing here knows what they stand for.

A graph can have more cycles than there are atoms, so they are never listed one by one. Its strongly connected
components are found in one pass over its edges (R. Tarjan, Depth-first search and linear graph algorithms, SIAM Journal
on Computing 1, 1972); in each, a breadth-first search from every member finds a shortest cycle through it (A. Itai and
M. Rodeh, Finding a minimum circuit in a graph, SIAM Journal on Computing 7, 1978). So whoever is in any cycle is in one
that is told, and none is told twice.
"""

from collections import deque
from collections.abc import Callable, Collection, Generator, Hashable, Iterable
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)

Neighbours = Callable[[str], Iterable[str]]
"""Where the edges of a node lead."""

STEPS_LIMIT = 200_000
"""Edges that are followed in one component before its other members are left untold: some 50 ms. Only a component of
hundreds of members, each waiting for hundreds, comes to that; no person would untie more of its cycles one by one."""


def strong_components(nodes: Collection[Node], out: Callable[[Node], Iterable[Node]]) -> list[list[Node]]:
    """Return the strongly connected components among *nodes* (a set, or what is as quick to ask), edges from *out*.

    Tarjan's algorithm with a stack of its own, so that a chain of any length is no deeper than a short one.
    """
    found: list[list[Node]] = []
    order: dict[Node, int] = {}
    lowest: dict[Node, int] = {}
    path: list[Node] = []
    on_path: set[Node] = set()
    for root in nodes:
        if root in order:
            continue
        work = [(root, iter(out(root)))]
        order[root] = lowest[root] = len(order)
        path.append(root)
        on_path.add(root)
        while work:
            node, edges = work[-1]
            for other in edges:
                if other not in nodes:
                    continue
                if other not in order:
                    order[other] = lowest[other] = len(order)
                    path.append(other)
                    on_path.add(other)
                    work.append((other, iter(out(other))))
                    break
                if other in on_path:
                    lowest[node] = min(lowest[node], order[other])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == order[node]:
                    component = [path.pop()]
                    while component[-1] != node:
                        component.append(path.pop())
                    on_path.difference_update(component)
                    found.append(component)
    return found


def component_of(node: str, out: Neighbours, into: Neighbours) -> list[str]:
    """Return the strongly connected component of *node*, for the cost of the smaller of what is ahead and behind of it.

    Both ways are searched in turns, an edge each, until one comes to its end: a component lies on both.

    Args:
        node: whose component.
        out: where edges lead.
        into: where edges come from.
    """
    ahead, behind = {node}, {node}
    ways = ((ahead, out, _spread(ahead, out)), (behind, into, _spread(behind, into)))
    while True:
        for reached, neighbours, search in ways:
            if next(search, False):
                continue
            components = strong_components(reached, neighbours) if len(reached) > 1 else [[node]]
            return next(component for component in components if node in component)


def _spread(reached: set[str], neighbours: Neighbours) -> Generator[bool, None, None]:
    """Add to *reached* all that can be reached from it, an edge a turn."""
    edge_of = deque(reached)
    while edge_of:
        for other in neighbours(edge_of.popleft()):
            if other not in reached:
                reached.add(other)
                edge_of.append(other)
            yield True


def cycles_in(component: Collection[str], out: Neighbours) -> list[tuple[str, ...]]:
    """Return a shortest cycle through each member of a strongly connected component, each once, the shortest first.

    A cycle begins with its smallest id. Of several shortest ones through a member, that with the smaller ids is told,
    so the same graph gives the same cycles. A single member has a cycle only where it leads to itself.
    """
    members = set(component)
    inner = {node: sorted({other for other in out(node) if other in members}) for node in members}
    asked = sorted(members)
    if all(len(others) == 1 for others in inner.values()):
        asked = asked[:1]  # one ring, and all are in it
    found: set[tuple[str, ...]] = set()
    steps = 0
    for node in asked:
        cycle, taken = _shortest(node, inner)
        if cycle:
            start = cycle.index(min(cycle))
            found.add((*cycle[start:], *cycle[:start]))
        steps += taken
        if steps > STEPS_LIMIT:
            break
    return sorted(found, key=lambda cycle: (len(cycle), cycle))


def _shortest(start: str, inner: dict[str, list[str]]) -> tuple[list[str], int]:
    """Return a shortest cycle from *start* back to it, or [] if there is none, and how many edges were followed."""
    came_from: dict[str, str] = {}
    upcoming = deque([start])
    steps = 0
    while upcoming:
        node = upcoming.popleft()
        for other in inner[node]:
            steps += 1
            if other == start:
                cycle = [node]
                while cycle[-1] != start:
                    cycle.append(came_from[cycle[-1]])
                return cycle[::-1], steps
            if other not in came_from:
                came_from[other] = node
                upcoming.append(other)
    return [], steps
