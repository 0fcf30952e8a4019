"""The stale view: what is stuck, the worst first, with whose it is and the command that ends it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from musetui.filters.vocabulary.stale import stale_vocabulary
from musetui.forecast.stale import StaleKey
from musetui.forecast.stale_ripples import ripples
from musetui.tui.actions import Place, bindings_named, bindings_of
from musetui.tui.presentation.stale import (
    STALE_COLUMNS,
    StaleRow,
    copied_text,
    release_reason,
    stale_row,
    subject_of_row,
)
from musetui.tui.presentation.stale_detail import stale_lines
from musetui.tui.screens.list_view import ListView
from musetui.tui.soon import soon
from musetui.tui.widgets.marked_table import MarkedTable

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.filters.fields import Fields
    from musetui.swarm.entity import Held
    from musetui.tui.presentation.detail import Line
    from musetui.tui.showing import Change
    from musetui.tui.subject import Subject

_SLICE = 0.006
"""Seconds of taking findings in, in one turn of the loop."""

_AT_ONCE = 50
"""Findings that are taken in before the clock is looked at."""


class StaleView(ListView):
    """A row a finding. How bad one is depends on what others do, so rows in sight are looked at anew each second."""

    BINDINGS = [*bindings_named("release", "extend"), *bindings_of(Place.MARKS)]
    LIST = MarkedTable
    TITLE_TEXT = "Stale"
    NAME = "stale"
    COLUMNS = STALE_COLUMNS
    SORT = "severity"
    EMPTY = (
        "Nothing is stuck: no run is silent on what it holds or claims, nothing was left behind,\n"
        "and nobody waits for what has ended, or in a circle."
    )
    HINT = "Select what is stuck to see whose it is, whom it keeps waiting, and what to do."

    _filling: Iterator[StaleKey] | None = None

    def vocabulary(self) -> "Fields[StaleRow]":
        return stale_vocabulary()

    def ids(self) -> Iterable[StaleKey]:
        assert self.live is not None
        return self.live.stale.unranked()

    def row_of(self, row_id: StaleKey) -> StaleRow | None:
        return stale_row(row_id, self.live.stale, self.live.swarm) if self.live is not None else None

    def concerned(self, change: "Change") -> set[StaleKey]:
        assert self.live is not None
        live, named = self.live, change.stale
        elsewhere = ripples(change.delta, change.conflicts, live.swarm, live.conflicts, live.stale)
        return named.appeared | named.changed | named.left | elsewhere

    def subject_of(self, row_id: StaleKey) -> "Subject | None":
        row = self.row_of(row_id)
        return subject_of_row(row, self.live.swarm) if row is not None and self.live is not None else None

    def lines_of(self, row_id: StaleKey) -> "Sequence[Line]":
        finding = self.live.stale.finding(row_id) if self.live is not None else None
        if finding is None or self.live is None:
            return ()
        live = self.live
        return list(stale_lines(finding, live.swarm, live.conflicts, live.now(), live.advised))

    def copied(self) -> str:
        row_id = self.table.cursor_id
        if self.live is None or not isinstance(row_id, StaleKey):
            return ""
        finding = self.live.stale.finding(row_id)
        repository = self.live.repository
        root = str(repository.root) if repository.is_here else None
        return copied_text(finding, root) if finding is not None else ""

    def release_reasons(self, wanted: "Sequence[Held]") -> Mapping[str, str]:
        # The release tells whoever reads it later, the run itself among them, what it was that somebody saw here.
        table = self.table
        rows = list(table.marked()) if isinstance(table, MarkedTable) else []
        reasons: dict[str, str] = {}
        for row_id in rows or [table.cursor_id]:
            subject = self.subject_of(row_id) if isinstance(row_id, StaleKey) else None
            if isinstance(row_id, StaleKey) and subject is not None and self.live is not None:
                reason = release_reason(row_id, self.live.stale.since(row_id), self.live.now())
                reasons.setdefault(subject.reservation_id(self.live.swarm), reason)
        return {held.record_id: reasons[held.record_id] for held in wanted if held.record_id in reasons}

    def title_note(self) -> str:
        """Say how many the header counts, where these are not all."""
        stale = self.live.stale if self.live is not None else None
        pressing = stale.pressing() if stale is not None else 0
        return f" · {pressing:,} medium or worse" if stale is not None and pressing < len(stale) else ""

    # There can be a hundred thousand findings, each of which takes some finding out: they come in slices, the worse
    # reasons first.

    def show_whole(self) -> None:
        assert self.live is not None
        self.table.load(())
        self._filling = iter(list(self.ids()))
        self._fill(self._filling)

    def _fill(self, filling: Iterator[StaleKey]) -> None:
        """Take in what is left of *filling*, unless it was begun anew, for a slice; the rest follows after keys."""
        ends_at = time.perf_counter() + _SLICE
        while filling is self._filling and self.live is not None and self.is_attached:
            some = list(islice(filling, _AT_ONCE))
            self.table.apply(some)
            if len(some) < _AT_ONCE:
                self._filling = None
            elif time.perf_counter() > ends_at:
                soon(self, lambda: self._fill(filling))
                break
        if self.live is not None and self.is_attached:
            self.show_status(self.live.status)
            self._show_title()
            self.show_detail()

    def show_status(self, status: "FeedStatus") -> None:
        if status.settled and self._filling is not None and self.live is not None:
            self.table.show_loading(self.table.row_count, len(self.live.stale))
        else:
            super().show_status(status)

    def paint(self, change: "Change") -> None:
        super().paint(change)
        if change.conflicts:
            self.table.look_again()

    def tick(self) -> None:
        super().tick()
        self.table.look_again()
