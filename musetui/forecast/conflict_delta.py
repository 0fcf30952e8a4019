"""ConflictDelta: which conflicts appeared, changed or left, so that a view repaints those and nothing else."""

from dataclasses import dataclass, field
from typing import Self

from musetui.forecast.conflict import ConflictKey, Risk
from musetui.forecast.key_delta import KeyDelta


@dataclass(slots=True)
class ConflictDelta(KeyDelta[ConflictKey]):
    """The difference between two forecasts; a conflict that changed has other holders.

    Attributes:
        before: the risk that each had which changed or left.
    """

    before: dict[ConflictKey, Risk] = field(default_factory=dict)

    def merge(self, later: Self) -> Self:
        """Take *later* in, as if both had been one step, and return this delta."""
        for key, risk in later.before.items():
            if key not in self.appeared:
                self.before.setdefault(key, risk)
        KeyDelta.merge(self, later)
        return self
