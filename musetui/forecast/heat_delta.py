"""HeatDelta: which addresses of the heat tree appeared, changed or left, so that a view repaints those alone."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class HeatDelta:
    """The difference between two looks at a heat tree, by address.

    Attributes:
        appeared: addresses that were not there.
        changed: addresses that were and are there, with another sum.
        left: addresses that are there no more.
    """

    appeared: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def note_new(self, address: str) -> None:
        """Note that *address* came to be there."""
        if address in self.left:
            self.left.discard(address)
            self.changed.add(address)
        else:
            self.appeared.add(address)

    def note_changed(self, address: str) -> None:
        """Note that *address*, which is there, has another sum."""
        if address not in self.appeared:
            self.changed.add(address)

    def note_gone(self, address: str) -> None:
        """Note that *address* is there no more."""
        self.changed.discard(address)
        if address in self.appeared:
            self.appeared.discard(address)
        else:
            self.left.add(address)

    def __bool__(self) -> bool:
        return bool(self.appeared or self.changed or self.left)
