"""Rows that are put in their places late: those that change while much is read, and those that come all at once."""

import time
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from musetui.tui.showing import SLICE
from musetui.tui.soon import soon

if TYPE_CHECKING:
    from musetui.tui.widgets.record_table import RecordTable

Key = TypeVar("Key", bound=Hashable)

_AT_ONCE = 8
"""Rows that are put in their places before the clock is looked at: about a millisecond for the dearest, conflicts."""

MANY = 32
"""Rows that come or change at once from which on they are put in their places in slices."""

_TOLD_EVERY = 0.1
"""Seconds between two words about how far it is: each has the line of titles painted."""


class LateOrder:
    """Puts off what differs in *table* out of sight. Until it has caught up, the list says that it is being read."""

    def __init__(self, table: "RecordTable[Any]") -> None:
        self._table = table
        self._late: dict[Hashable, None] = {}
        self._is_due = False
        self._told_at = 0.0

    @property
    def is_behind(self) -> bool:
        """Whether rows were put off that are not in their places yet."""
        return bool(self._late)

    def forget(self) -> None:
        """Forget what was put off: the list is another one."""
        self._late.clear()

    def put_off(self, changed: Iterable[Key]) -> list[Key]:
        """Keep for later which rows have *changed*, but for those in sight, which are returned."""
        changed, in_sight = tuple(changed), self._table.in_sight()
        self._late.update(dict.fromkeys(row_id for row_id in changed if row_id not in in_sight))
        return [row_id for row_id in changed if row_id in in_sight]

    def catch_up(self) -> None:
        """Put what was put off in its place, for a slice; the rest follows after the next keys."""
        if not self._is_due:
            self._go_on()

    def _go_on(self) -> None:
        self._is_due = False
        ends_at = time.perf_counter() + SLICE
        while self._late:
            some = [self._late.popitem()[0] for _ in range(min(_AT_ONCE, len(self._late)))]
            self._table.apply(changed=some)
            if time.perf_counter() > ends_at and self._late:
                self._tell()
                self._is_due = True
                soon(self._table, self._go_on)
                return
        self._table.show_loaded()
        self._table.post_message(self._table.Judged())  # there may be more rows than were told of

    def _tell(self) -> None:
        """Tell how far it is, now and then, and at once that the list is not as it will be."""
        now = time.perf_counter()
        if now > self._told_at + _TOLD_EVERY or not self._table.is_reading:
            self._told_at = now
            count = max(self._table.row_count, len(self._late))
            self._table.show_loading(count - len(self._late), count)
