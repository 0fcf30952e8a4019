"""Problems as rows: files that are no records, and why."""

from datetime import datetime
from typing import NamedTuple

from musetui.tui.presentation.cells import Cell, Column, Cut, Style, cell


class ProblemRow(NamedTuple):
    """Something on disk that is no record.

    Attributes:
        path: relative to `.muse/coordination/`.
        reason: one sentence.
    """

    path: str
    reason: str


def _file(problem: ProblemRow, _now: datetime) -> Cell:
    return cell(problem.path)


def _reason(problem: ProblemRow, _now: datetime) -> Cell:
    return cell(problem.reason, Style.MEDIUM)


PROBLEM_COLUMNS: tuple[Column[ProblemRow], ...] = (
    Column(
        "file", "file", _file, lambda problem: problem.path, width=20, flex=1, widest=90, priority=90, cut=Cut.START
    ),
    Column("reason", "reason", _reason, lambda problem: problem.reason, width=20, flex=1, priority=100),
)
"""The columns of a list of problems."""
