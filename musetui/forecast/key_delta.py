"""KeyDelta: which of the things an index finds appeared, changed or left, so that a view repaints those alone."""

from dataclasses import dataclass, field
from typing import Generic, Self, TypeVar

Key = TypeVar("Key")


@dataclass(slots=True)
class KeyDelta(Generic[Key]):
    """The difference between two looks at an index.

    Attributes:
        appeared: what was not there before.
        changed: what was and is there, and is to be told anew.
        left: what is there no more.
    """

    appeared: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    left: set[Key] = field(default_factory=set)

    def merge(self, later: Self) -> Self:
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
