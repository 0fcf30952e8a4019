"""A list of which some rows may be left out: judged by a filter as they come, and all anew when it is another one."""

import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

from textual.message import Message

from musetui.tui.widgets.anchored_list import AnchoredList
from musetui.tui.widgets.row_filter import RowFilter
from musetui.tui.widgets.row_order import RowId

_SLICE = 0.006
"""Seconds of judging rows by a filter in one turn of the loop."""

_JUDGED = 100
"""Rows that are judged before the clock is looked at."""

_DONE = object()


class FilteredList(AnchoredList, inherit_bindings=False):
    """An `AnchoredList` with a filter. Whoever puts rows into the order asks the filter about each.

    Attributes:
        filter_text: what the filter looks for, as typed; "" for none.
    """

    class Judged(Message):
        """Some more rows were shown or hidden by a filter."""

    def __init__(self, *, reverse: bool, id: str | None, classes: str | None) -> None:
        super().__init__(reverse=reverse, id=id, classes=classes)
        self.filter_text = ""
        self._filter = RowFilter()
        self._filtering: Generator[None, None, None] | None = None

    @property
    def hidden_count(self) -> int:
        """How many rows the filter leaves out."""
        return self._filter.hidden

    def holds(self, row_id: RowId) -> bool:
        """Return whether there is a row of that id, shown or not."""
        return row_id in self or row_id in self._filter

    def judge(self, row_ids: Sequence[RowId]) -> None:
        """Show or hide these rows, as the filter says of each."""
        raise NotImplementedError

    def _filter_all(self, keep: Callable[[Any], bool] | None) -> None:
        """Show only the rows that *keep* keeps; all, if it is None.

        Of many rows those in sight are judged at once, and the others a slice at a time, while keys are answered.
        """
        self._filter.replace(keep)
        self._filtering = self._judge_all()
        self._judge_on(self._filtering)

    def _judge_on(self, filtering: Generator[None, None, None]) -> None:
        """Go on with *filtering*, unless another filter came, for a slice; the rest follows after the next keys."""
        ends_at = time.perf_counter() + _SLICE
        while filtering is self._filtering:
            if next(filtering, _DONE) is _DONE:
                self._filtering = None
                self.post_message(self.Judged())
                return
            if time.perf_counter() > ends_at:
                self.post_message(self.Judged())
                self.set_timer(0.001, lambda: self._judge_on(filtering))
                return

    def _judge_all(self) -> Generator[None, None, None]:
        waiting = [*self._on_screen(), *self._filter.ids(), *self._order]
        for start in range(0, len(waiting), _JUDGED):
            self.judge(waiting[start : start + _JUDGED])
            yield
