"""ConflictDelta: which conflicts appeared, changed or left, so that a view repaints those and nothing else."""

from dataclasses import dataclass, field

from musetui.forecast.conflict import ConflictKey


@dataclass(slots=True)
class ConflictDelta:
    """The difference between two forecasts.

    Attributes:
        appeared: conflicts that were none before.
        changed: conflicts that were and are, with other holders.
        left: conflicts that are over.
    """

    appeared: set[ConflictKey] = field(default_factory=set)
    changed: set[ConflictKey] = field(default_factory=set)
    left: set[ConflictKey] = field(default_factory=set)

    def merge(self, later: "ConflictDelta") -> "ConflictDelta":
        """Take *later* in, as if both had been one step, and return this delta."""
        passing = self.appeared & later.left
        back = self.left & later.appeared
        self.appeared |= later.appeared - back
        self.appeared -= passing
        self.changed |= later.changed | back
        self.changed -= later.left
        self.changed -= self.appeared
        self.left |= later.left
        self.left -= passing
        self.left -= back
        return self

    def __bool__(self) -> bool:
        return bool(self.appeared or self.changed or self.left)
