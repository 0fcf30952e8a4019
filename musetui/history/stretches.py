"""Stretches of time: how many of them cover a moment, at the cost of two look-ups."""

from bisect import bisect_right, insort


class Stretches:
    """Stretches from a moment on until, and without, another one (microseconds)."""

    __slots__ = ("_begins", "_ends")

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []

    def add(self, begins: int, ends: int) -> None:
        """Add a stretch; one that ends before it begins is none."""
        if begins < ends:
            insort(self._begins, begins)
            insort(self._ends, ends)

    def covering(self, at: int) -> int:
        """Return how many stretches cover the moment *at*."""
        return bisect_right(self._begins, at) - bisect_right(self._ends, at)

    def __len__(self) -> int:
        return len(self._begins)
