"""A caller that a change reaches, and by which calls."""

from dataclasses import dataclass, field

from musetui.callgraph.edges import Edge


@dataclass(frozen=True, slots=True)
class Reached:
    """One caller on the way of a change.

    Attributes:
        address: who is reached.
        distance: through how many calls in a row.
        edge: its own call on the way.
        next: who is called by it, on the way to what is changed; None where that is what is changed.
        certainty: 0 to 1: those of all edges on the way, multiplied.
    """

    address: str
    distance: int
    edge: Edge
    next: "Reached | None"
    certainty: float = field(init=False)

    def __post_init__(self) -> None:
        """Work out the certainty."""
        rest = self.next.certainty if self.next is not None else 1.0
        object.__setattr__(self, "certainty", self.edge.certainty * rest)

    @property
    def rank(self) -> tuple[float, str, str]:
        """What sorts callers of one distance, the surest first; never the same for two ways."""
        return -self.certainty, self.address, self.edge.callee

    @property
    def chain(self) -> tuple[Edge, ...]:
        """The calls from `address` to what is changed, in the order in which they are made."""
        edges = []
        step: Reached | None = self
        while step is not None:
            edges.append(step.edge)
            step = step.next
        return tuple(edges)

    @property
    def changed(self) -> str:
        """The address that the chain ends at: what is changed, or what of it is called."""
        return self.chain[-1].callee
