"""Edges: who calls whom, where, and how sure that is."""

from typing import NamedTuple

NAMED = 1.0
"""The callee is named: defined around the call, imported, a method of the class around, or of a class named there."""

DECLARED = 0.9
"""Per step of the way: a function that an included header declares, and one file alone defines."""

INHERITED = 0.9
"""Per step of the way: the method is one of a class that the class named is based on."""

TYPED = 0.8
"""The method of a value whose type is known: annotated, made by the class, or returned by an annotated function."""

GUESSED = 0.3
"""The only method of that name in the tree, called on a value of which nothing is known."""

FOLLOWED = 0.5
"""What an edge must be worth to be followed unless it is said otherwise: all but guesses."""


class Edge(NamedTuple):
    """The calls of one symbol by another.

    Attributes:
        caller: the address of the symbol the calls stand in; of the file itself for its own level.
        callee: the address of the symbol called.
        certainty: 0 to 1, as the constants of this module say, multiplied where several hold.
        lines: where the calls are in the caller's file, counted from 1, in order; the first of them, if very many.
    """

    caller: str
    callee: str
    certainty: float
    lines: tuple[int, ...]

    @property
    def path(self) -> str:
        """The file in which the calls are."""
        return self.caller.partition("::")[0]


class GraphChange(NamedTuple):
    """What came, changed and went in a call graph.

    Attributes:
        put: edges as they are now; each takes the place of one with the same ends.
        dropped: the ends, caller and callee, of edges that are gone.
    """

    put: tuple[Edge, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()

    def slices(self, size: int) -> "list[GraphChange]":
        """Return the same in changes of at most *size* edges each, to be applied in order."""
        drops = [GraphChange(dropped=self.dropped[at : at + size]) for at in range(0, len(self.dropped), size)]
        return drops + [GraphChange(put=self.put[at : at + size]) for at in range(0, len(self.put), size)]
