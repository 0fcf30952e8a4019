"""Tallies: how many rows of a list each saved filter shows, kept up to date row by row."""

from collections.abc import Generator, Iterable, Mapping
from itertools import islice

from musetui.tui.widgets.row_order import RowId
from musetui.tui.widgets.sieve import Sieve

_DUE_AT_ONCE = 500
"""Rows that are judged anew in one second because their time has come."""


class Tallies:
    """Which rows each of some filters shows.

    Args:
        sieves: by the names of the filters.
    """

    def __init__(self, sieves: Mapping[str, Sieve]) -> None:
        self._sieves = dict(sieves)
        self._shown: dict[str, set[RowId]] = {name: set() for name in sieves}

    def counts(self) -> dict[str, int]:
        """Return how many rows each filter shows, of those that were judged so far."""
        return {name: len(shown) for name, shown in self._shown.items()}

    @property
    def relate(self) -> bool:
        """Whether the answer of one can differ for what other records say."""
        return any(sieve.judging.relates for sieve in self._sieves.values())

    def judge(self, row_ids: Iterable[RowId]) -> None:
        """Judge rows that came or changed."""
        row_ids = tuple(row_ids)
        for name, sieve in self._sieves.items():
            shown = self._shown[name]
            for row_id in row_ids:
                if sieve.keeps(row_id):
                    shown.add(row_id)
                else:
                    shown.discard(row_id)

    def forget(self, row_ids: Iterable[RowId]) -> None:
        """Forget rows that went."""
        row_ids = tuple(row_ids)
        for name, sieve in self._sieves.items():
            sieve.forget(row_ids)
            self._shown[name].difference_update(row_ids)

    def forget_all(self) -> None:
        """Forget all rows."""
        for shown in self._shown.values():
            shown.clear()

    def judge_all(self, row_ids: list[RowId], at_once: int) -> Generator[None, None, None]:
        """Judge all of *row_ids*, *at_once* of them between two looks at the clock."""
        for start in range(0, len(row_ids), at_once):
            self.judge(row_ids[start : start + at_once])
            yield

    def pass_time(self) -> None:
        """Judge again the rows for which it is time."""
        for name, sieve in self._sieves.items():
            for row_id in list(islice(sieve.due(), _DUE_AT_ONCE)):
                if sieve.keeps(row_id):
                    self._shown[name].add(row_id)
                else:
                    self._shown[name].discard(row_id)
