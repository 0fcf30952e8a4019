"""A list of which some rows may be left out: a filter judges rows as they come, and all anew when it is another one."""

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar

from textual.message import Message

from musetui.filters.fields import Fields
from musetui.filters.judge import Judge, narrows
from musetui.tui.soon import soon
from musetui.tui.widgets.anchored_list import AnchoredList
from musetui.tui.widgets.ordering import Ordering
from musetui.tui.widgets.row_order import RowId, RowOrder
from musetui.tui.widgets.sieve import RowTexts, Sieve
from musetui.tui.widgets.sifted_order import SiftedOrder
from musetui.tui.widgets.tallies import Tallies

_SLICE = 0.004
"""Seconds of judging rows by a filter in one turn of the loop."""

_TOLD_EVERY = 0.05
"""Seconds between two words about how many rows are shown so far: as often as a person can read."""

_DUE_AT_ONCE = 500
"""Rows that are judged anew in one second because their time has come; the others follow in the next."""

_DONE = object()


class FilteredList(AnchoredList, inherit_bindings=False):
    """An `AnchoredList` with a filter. Of all rows it keeps the order, and of those that are shown.

    Attributes:
        filter_text: what the filter looks for, as typed; "" for none.
        fields: what a filter can name of a row.
        JUDGED: rows that are judged before the clock is looked at.
    """

    JUDGED: ClassVar[int] = 128

    class Judged(Message):
        """Some more rows were shown or hidden by a filter."""

    def __init__(
        self,
        fields: Fields[Any],
        row_of: Callable[[Any], Any],
        clock: Callable[[], datetime],
        *,
        reverse: bool,
        id: str | None,
        classes: str | None,
    ) -> None:
        super().__init__(reverse=reverse, id=id, classes=classes)
        self.filter_text = ""
        self.fields = fields
        self._row_of = row_of
        self._clock = clock
        self._all = self._order
        self._ordering: Ordering | None = None
        self._texts = RowTexts(fields, row_of)
        self._sieve: Sieve | None = None
        self._sifting: Generator[None, None, None] | None = None
        self._told_at = 0.0
        self._is_doubtful = False
        self._tallies: Tallies | None = None
        self._counting: Generator[None, None, None] | None = None

    @property
    def hidden_count(self) -> int:
        """How many rows the filter leaves out."""
        return len(self._all) - len(self._order)

    @property
    def is_ordering(self) -> bool:
        """Whether rows are being put in another order than the one that is shown."""
        return self._ordering is not None

    @property
    def is_sifting(self) -> bool:
        """Whether some rows have not been judged by the filter yet."""
        return self._sifting is not None

    def holds(self, row_id: RowId) -> bool:
        """Return whether there is a row of that id, shown or not."""
        return row_id in self._all or (self._ordering is not None and row_id in self._ordering)

    def shown(self) -> list[RowId]:
        """Return the ids of all rows that the filter shows, in their order."""
        return list(self._order)

    def forget_texts(self, row_ids: Iterable[RowId]) -> None:
        """Forget the texts of what is no row itself, but is looked at for one."""
        for row_id in row_ids:
            self._texts.forget(row_id)

    def doubt(self) -> None:
        """Tell that rows may relate to other records otherwise than before; the next second looks at it."""
        self._is_doubtful = True

    # All rows, and which of them are shown

    def _refill_all(self, order: RowOrder) -> None:
        """Hold exactly the rows of *order*."""
        self._texts.forget_all()
        self._reorder_all(order)
        if self._tallies is not None:
            self._tallies.forget_all()
        self._count_anew()

    def _update_all(self, keyed: Sequence[tuple[RowId, Any]], left: Sequence[RowId]) -> None:
        """Put rows, each an id and its sort key, where they belong, and take out those that *left*."""
        self._all.update(keyed, left)
        touched = [row_id for row_id, _ in keyed]
        self.forget_texts((*touched, *left))
        if self._tallies is not None:
            self._tallies.judge(touched)
            self._tallies.forget(left)
        if self._sieve is None:
            return
        self._sieve.forget(left)
        self._put(keyed, left)

    def _put(self, keyed: Iterable[tuple[RowId, Any]], left: Iterable[RowId]) -> None:
        """Judge the rows *keyed*, and show or hide them."""
        assert self._sieve is not None
        shown: list[tuple[RowId, Any]] = []
        hidden = list(left)
        for row_id, key in keyed:
            if self._sieve.keeps(row_id):
                shown.append((row_id, key))
            else:
                hidden.append(row_id)
        self._order.update(shown, hidden)

    def _reorder_all(self, order: RowOrder) -> None:
        """Have all rows in another *order*."""
        self._all = order
        if self._sieve is None:
            self._order = order
        self._sift_anew()

    def _with_other_keys(self, anchor: tuple[Any, Any, int]) -> tuple[Any, Any, int] | None:
        """Return *anchor* for the sort keys that its rows have now; they may not have been judged again yet.

        A row may have gone, too, of which the list has not heard yet: then the other one counts; None if both have.
        """
        cursor, held, line = anchor
        marks = [self._all.mark(mark[2]) for mark in (cursor, held) if mark[2] in self._all]
        return (marks[0], marks[-1], line) if marks else None

    def _turn_all(self, reverse: bool) -> None:
        """Turn the order round, or not."""
        self._all.reverse = self._order.reverse = reverse
        if self._sifting is not None:
            self._sift_anew()

    # Another filter

    def _filter_all(self, judging: Judge[Any] | None) -> None:
        """Show only the rows that *judging* keeps; all, if it is None.

        Of many rows those in sight are judged at once, then the others from the top, a slice at a time, while keys are
        answered. What narrows the filter before is asked of the rows that are shown alone.
        """
        anchor = self._anchor()
        before = self._sieve
        if judging is None:
            self._sieve = self._sifting = None
            self._order = self._all
            if self._tallies is None:
                self._texts.forget_all()
        else:
            is_narrower = (
                before is not None
                and self._sifting is None
                and not (judging.is_timed or judging.relates)
                and narrows(judging.tree, before.judging.tree)
            )
            within = self._order if is_narrower else self._all
            self._sieve = self.make_sieve(judging)
            self._begin(within.marks(), anchor)
        self._settle(anchor if self._moved else None)
        self.refresh()
        self._tell()

    def make_sieve(self, judging: Judge[Any]) -> Sieve:
        """Return what judges rows by a filter."""
        return Sieve(judging, self._row_of, self._texts, self._clock)

    def _sift_anew(self) -> None:
        """Judge all rows again by the filter there is."""
        if self._sieve is not None:
            self._begin(self._all.marks(), None)

    def _begin(self, marks: list[Any], anchor: tuple[Any, Any, int] | None) -> None:
        assert self._sieve is not None
        in_sight = [row_id for row_id in self._on_screen() if row_id in self._all]
        order = SiftedOrder(reverse=self._all.reverse)
        if anchor is not None and self._moved:
            # So that what a person looks at stays in its place.
            order.update([(row_id, self._all.key(row_id)) for row_id in in_sight if self._sieve.keeps(row_id)])
        self._order = order
        self._sifting = self._sift_all(marks, order)
        self._sift_on(self._sifting, at_once=True)

    def _sift_all(self, marks: list[Any], order: SiftedOrder) -> Generator[None, None, None]:
        assert self._sieve is not None
        rest = iter(marks)
        while some := list(islice(rest, self.JUDGED)):
            if kept := self._sieve.sift(some):
                order.take(kept)
            yield

    def _sift_on(self, sifting: Generator[None, None, None], *, at_once: bool = False) -> None:
        """Go on with *sifting*, unless another filter came, for a slice; the rest follows after the next keys."""
        if sifting is not self._sifting:
            return
        ends_at = time.perf_counter() + _SLICE
        anchor = None if at_once else self._anchor()
        before = () if at_once else self._showing()
        while next(sifting, _DONE) is not _DONE:
            if time.perf_counter() > ends_at:
                soon(self, lambda: self._sift_on(sifting))
                break
        else:
            self._sifting = None
        if not at_once and (self._sifting is None or self._is_worth_telling or before != self._showing()):
            self._settle(anchor)
            if before != self._showing() or not self._order:
                self.refresh()
            self._tell()

    @property
    def _is_worth_telling(self) -> bool:
        """Whether a while has passed since it was told how many rows are shown."""
        return time.perf_counter() > self._told_at + _TOLD_EVERY

    def _tell(self) -> None:
        """Tell how many rows are shown."""
        self._told_at = time.perf_counter()
        self.filter_told()
        self.post_message(self.Judged())

    def filter_told(self) -> None:
        """Hear that rows have been judged."""

    # The same filter, later

    def _pass_time(self) -> None:
        """Judge again the rows for which it is time, and all where what they relate to has changed."""
        is_doubtful, self._is_doubtful = self._is_doubtful, False
        if self._tallies is not None:
            self._tallies.pass_time()
            if is_doubtful and self._tallies.relate:
                self._count_anew()
        if self._sieve is None:
            return
        if self._sifting is not None:
            self._is_doubtful = is_doubtful  # what was judged before it may be wrong
        elif is_doubtful and self._sieve.judging.relates:
            self._sifting = self._look_all_over(self._all.marks())
            self._sift_on(self._sifting)
        else:
            self._judge(list(islice(self._sieve.due(), _DUE_AT_ONCE)))

    def _look_all_over(self, marks: list[Any]) -> Generator[None, None, None]:
        rest = iter(marks)
        while some := list(islice(rest, self.JUDGED)):
            self._put([(mark[2], self._all.key(mark[2])) for mark in some if mark[2] in self._all], ())
            yield

    # How much other filters would show

    def count_by(self, judging: Mapping[str, Judge[Any]]) -> None:
        """Count from now on how many rows each filter of *judging* shows, all of them by name."""
        self._tallies = Tallies({name: self.make_sieve(each) for name, each in judging.items()}) if judging else None
        self._count_anew()

    def tallies(self) -> dict[str, int]:
        """Return how many rows each of those filters shows."""
        return self._tallies.counts() if self._tallies is not None else {}

    @property
    def is_counting(self) -> bool:
        """Whether there are rows that have not been counted yet."""
        return self._counting is not None

    def _count_anew(self) -> None:
        self._counting = None
        if self._tallies is not None:
            self._counting = self._tallies.judge_all([mark[2] for mark in self._all.marks()], self.JUDGED)
            self._count_on(self._counting)

    def _count_on(self, counting: Generator[None, None, None]) -> None:
        """Go on counting for a slice, unless it was begun anew; the rows that are shown are judged first."""
        if counting is not self._counting:
            return
        ends_at = time.perf_counter() + _SLICE
        while self._sifting is None and next(counting, _DONE) is not _DONE:
            if time.perf_counter() > ends_at:
                break
        else:
            if self._sifting is None:
                self._counting = None
                self._tell()
                return
        soon(self, lambda: self._count_on(counting))

    def _judge(self, row_ids: Sequence[RowId]) -> None:
        """Show or hide these rows, as the filter says of each now."""
        row_ids = [row_id for row_id in row_ids if row_id in self._all]
        if row_ids:
            anchor = self._anchor()
            self._put([(row_id, self._all.key(row_id)) for row_id in row_ids], ())
            self._settle(anchor)
            self.refresh()
            self._tell()
