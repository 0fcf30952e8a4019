"""Another order of a list's rows, made a slice at a time beside the one that is shown, which stays as it is."""

import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from musetui.tui.presentation.cells import Column
from musetui.tui.widgets.row_order import RowOrder

SLICE = 0.006
"""Seconds of putting rows in order in one turn of the loop: a paint may follow within the same frame."""

_AT_ONCE = 16
"""Rows that are put in their places before the clock is looked at: 0.15 ms, of conflicts some milliseconds."""


class Ordering:
    """Rows on their way into the order of a column.

    Attributes:
        column: the column.
        order: the order, which has all of them once `go_on` has returned True.
        is_refill: whether the rows are others than those that are shown, and not the same ones in another order.

    Args:
        column: the column.
        reverse: whether the order is the other way round.
        coming: by their ids the rows that belong into it; taken out one after the other.
        keyed: returns those of some rows that are there, each with its sort key.
        is_refill: see above.
    """

    def __init__(
        self,
        column: Column[Any],
        reverse: bool,
        coming: dict[Hashable, Any],
        keyed: Callable[[Iterable[Hashable]], list[tuple[Hashable, Any]]],
        *,
        is_refill: bool,
    ) -> None:
        self.column = column
        self.order = RowOrder(reverse=reverse)
        self.is_refill = is_refill
        self._keyed = keyed
        self._coming = coming

    def __len__(self) -> int:
        return len(self._coming) + len(self.order)

    def __contains__(self, row_id: Hashable) -> bool:
        return row_id in self._coming or row_id in self.order

    def coming(self) -> dict[Hashable, Any]:
        """Return all rows by their ids, for another order of them."""
        return self._coming | self.order.keys()

    def take(self, touched: Iterable[Hashable], left: Iterable[Hashable]) -> None:
        """Take in meanwhile which rows came or changed, and which *left*."""
        touched, left = tuple(touched), tuple(left)
        for row_id in (*touched, *left):
            self._coming.pop(row_id, None)
        keyed = self._keyed(touched)
        self.order.update(keyed, {*left, *touched}.difference(row_id for row_id, _ in keyed))

    def go_on(self) -> bool:
        """Go on for a slice; return whether all rows are in their places."""
        ends_at = time.perf_counter() + SLICE
        while self._coming:
            some = [self._coming.popitem()[0] for _ in range(min(_AT_ONCE, len(self._coming)))]
            self.order.update(self._keyed(some))
            if self._coming and time.perf_counter() > ends_at:
                return False
        return True

    def finish(self) -> None:
        """Put all rows in their places, however long it takes."""
        self.order.update(self._keyed(self._coming))
        self._coming.clear()
