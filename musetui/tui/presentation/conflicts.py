"""Conflicts as rows: their columns, and the cells made from a conflict and a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from musetui.filters.vocabulary.conflicts import SHORT_KINDS
from musetui.records.text import safe_text
from musetui.tui.presentation.cells import Align, Cell, Column, Cut, Span, Style, cell, run_name
from musetui.tui.presentation.glyphs import PULLED, risk_cell
from musetui.tui.presentation.reservations import addresses_cell
from musetui.tui.presentation.time_text import age

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict

_PAIR = 2


def names_cell(names: Sequence[str], style: str = Style.PLAIN) -> Cell:
    """Return two *names*, or the first of more and how many there are beside it: `agent-41 +4`.

    In a narrow column the number must not be what is cut off: it says how bad it is.
    """
    if len(names) <= _PAIR:
        return (Span(", ".join(map(run_name, names)), style),)
    return (Span(run_name(names[0]), style), Span(f" +{len(names) - 1:,}", Style.DIM))


def _runs_cell(runs: Sequence[str], from_hub: frozenset[str]) -> Cell:
    """Return the same of runs, each one that is known from the hub alone behind `⇣`: ahead, as the end is cut off."""
    if not from_hub:
        return names_cell(runs)
    spans: list[Span] = []
    for run_id in runs if len(runs) <= _PAIR else runs[:1]:
        spans += [Span(", ")] if spans else []
        spans += [Span(PULLED, Style.REMOTE)] if run_id in from_hub else []
        spans.append(Span(run_name(run_id)))
    if len(runs) > _PAIR:
        spans.append(Span(f" +{len(runs) - 1:,}", Style.DIM))
        spans += [Span(f" {PULLED}", Style.REMOTE)] if not from_hub.isdisjoint(runs[1:]) else []
    return tuple(spans)


def _risk(conflict: "Conflict", _now: datetime) -> Cell:
    return risk_cell(conflict.risk, conflict.confidence)[:1]


def _sure(conflict: "Conflict", _now: datetime) -> Cell:
    return (Span(f"{conflict.confidence:.2f}", Style.DIM),)


def _kind(conflict: "Conflict", _now: datetime) -> Cell:
    return cell(SHORT_KINDS[conflict.conflict_type])


def _address(conflict: "Conflict", _now: datetime) -> Cell:
    title = (Span(f" {safe_text(conflict.title, 120)}", Style.DIM),) if conflict.title else ()
    return (*addresses_cell(conflict.addresses, Style.STRONG), *title)


def _who(conflict: "Conflict", _now: datetime) -> Cell:
    return _runs_cell(conflict.runs, conflict.from_hub)


def _branches(conflict: "Conflict", _now: datetime) -> Cell:
    return names_cell(conflict.branches, Style.DIM)


def _since(conflict: "Conflict", now: datetime) -> Cell:
    return (Span(age(conflict.since, now), Style.DIM),)


CONFLICT_COLUMNS: tuple["Column[Conflict]", ...] = (
    Column("risk", "risk", _risk, lambda conflict: conflict.rank, width=8, priority=100),
    Column("sure", "sure", _sure, lambda conflict: conflict.rank, width=4, priority=55),
    Column("kind", "kind", _kind, lambda conflict: conflict.conflict_type, width=7, priority=45),
    Column(
        "address",
        "address",
        _address,
        lambda conflict: conflict.addresses[:1],
        width=16,
        flex=4,
        ideal=22,
        priority=95,
        cut=Cut.START,
    ),
    Column(
        "who",
        "who",
        _who,
        lambda conflict: (-len(conflict.runs), conflict.runs[:2]),
        width=14,
        flex=3,
        ideal=18,
        priority=90,
    ),
    Column(
        "branches",
        "branches",
        _branches,
        lambda conflict: conflict.branches[:2],
        width=10,
        flex=1,
        widest=40,
        priority=20,
    ),
    Column(
        "since",
        "since",
        _since,
        lambda conflict: -conflict.since.timestamp(),
        width=7,
        priority=30,
        align=Align.RIGHT,
        ticking=True,
    ),
)
"""The columns of a list of conflicts; by risk, the surest stands first, and of equals the newest."""
