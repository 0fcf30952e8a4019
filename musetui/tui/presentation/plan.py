"""The merge plan as rows: its branches, the runs of one, its hotspots, and the cells made from each.

Rows are small and compare quickly, however much a branch holds: they are made beside the plan, away from the screen.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from musetui.forecast.plan_summary import COMMIT_HERE, commit_advice
from musetui.forecast.terrain import is_in
from musetui.forecast.what_if import WhatIf
from musetui.tui.presentation.cells import Align, Cell, Column, Cut, Span, Style, cell, run_cell, run_name
from musetui.tui.presentation.conflicts import names_cell

if TYPE_CHECKING:
    from musetui.forecast.branch_work import HeldWork
    from musetui.forecast.hotspots import Hotspot
    from musetui.forecast.merge_plan import MergePlan
    from musetui.forecast.plan_memory import PlanMemory

STRATEGIES = {
    "fast-forward": ("»", Style.ACTIVE),
    "rebase": ("◆", Style.MEDIUM),
    "manual": ("▲", Style.HIGH),
    "commit": ("⎇", Style.STRONG),
}

SUPPOSED = "✓"
"""Stands before what is only supposed to have happened."""

NO_STRATEGY = {"merged": f"{SUPPOSED} merged", "released": f"{SUPPOSED} all released"}


class BranchRow(NamedTuple):
    """One branch on which something is held.

    Attributes:
        branch: its name (hostile text).
        place: its place in the order, from 1; 0 for a branch that is supposed to be out of it.
        strategy: how it is merged, a key of `STRATEGIES`; of one that is out of it why, a key of `NO_STRATEGY`.
        addresses: how many are held on it.
        conflicts: how many addresses it touches that meet what another branch does: the same, around or within.
        rework: what it pays at its place, in units.
        reworked: how many of its addresses that concerns.
        reworked_for: the branch for which it pays most; "" if for none (hostile text).
        intents: the operations of its live intents (hostile text).
        means: what its reservations and live intents say will be done, each word once (hostile text).
        runs: how many runs hold something on it.
        last_heard: when the last of them was heard of (aware), if all of them are silent; None if one is not.
        reason: why it has its place; safe text.
        advice: what the strategy comes from, where Muse's rule says another; safe text.
    """

    branch: str
    place: int
    strategy: str
    addresses: int = 0
    conflicts: int = 0
    rework: float = 0.0
    reworked: int = 0
    reworked_for: str = ""
    intents: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    runs: int = 0
    last_heard: datetime | None = None
    reason: str = ""
    advice: str = ""


class RunRow(NamedTuple):
    """One run on one branch.

    Attributes:
        run_id: hostile text.
        branch: hostile text.
        reservations: how many it holds there.
        addresses: how many addresses they name.
        hot: how many of those meet what another branch does, as the plan has it.
        means: what its reservations and live intents there say it will do, each word once, sorted (hostile text).
        is_released: whether it is supposed to have given back all it holds.
    """

    run_id: str
    branch: str
    reservations: int
    addresses: int
    hot: int
    means: tuple[str, ...]
    is_released: bool


def branch_rows(made: "MergePlan", work: "HeldWork") -> dict[str, BranchRow]:
    """Return the branches of a plan in its order, and behind them those that are supposed to be out of it."""
    rows = {
        planned.branch: BranchRow(
            planned.branch,
            place,
            planned.strategy.value,
            planned.addresses,
            planned.shared,
            planned.rework,
            planned.reworked,
            planned.reworked_for,
            planned.intents,
            planned.operations,
            len(planned.run_ids),
            planned.last_heard,
            planned.reason,
            planned.advice,
        )
        for place, planned in enumerate(made.branches, 1)
    }
    supposed = made.what_if
    for branch in supposed.merged:
        rows[branch] = BranchRow(branch, 0, "merged")
    if supposed.released:
        left = {part.branch for part in work.parts(supposed)}
        for part in work.parts(WhatIf(merged=supposed.merged)):
            if part.branch and part.branch not in left:
                rows[part.branch] = BranchRow(part.branch, 0, "released")
    return rows


def run_rows(made: "MergePlan", work: "HeldWork", memory: "PlanMemory") -> Mapping[str, dict[str, RunRow]]:
    """Return the runs of each branch, by branch and run, those that are supposed to be done among them.

    Args:
        made: the plan.
        work: what it was made of.
        memory: what it was made with.
    """
    rows: dict[str, dict[str, RunRow]] = defaultdict(dict)
    shared = {planned.branch: (planned.shared_places, is_in(planned.shared_places)) for planned in made.branches}
    nowhere = 0, is_in(0)
    released = set(made.what_if.released)
    for part in work.parts(WhatIf()):
        places = memory.run(part)
        rows[part.branch][part.run_id] = RunRow(
            part.run_id,
            part.branch,
            part.reservations,
            places.addresses,
            places.shared(*shared.get(part.branch, nowhere)),
            places.operations,
            part.run_id in released,
        )
    return rows


def _place(row: BranchRow, _now: datetime) -> Cell:
    return cell(row.place) if row.place else (Span(SUPPOSED, Style.ACTIVE),)


def _branch(row: BranchRow, _now: datetime) -> Cell:
    named = cell(row.branch, Style.STRONG if row.place else Style.DIM)
    return (*named, Span(" silent", Style.MEDIUM)) if row.last_heard is not None else named


def seen_from(row: BranchRow, checked_out: str) -> BranchRow:
    """Return a row as it is where *checked_out* is: what is checked out is not merged into itself."""
    if row.branch != checked_out or not row.place:
        return row
    return row._replace(strategy="commit", advice=commit_advice(row.strategy, row.advice))


def strategy_cell(strategy: str) -> Cell:
    """Return how a branch is merged, with its sign, or why it is not."""
    if strategy in NO_STRATEGY:
        return (Span(NO_STRATEGY[strategy], Style.DIM),)
    sign, style = STRATEGIES.get(strategy, ("?", Style.PLAIN))
    return (Span(f"{sign} {COMMIT_HERE if strategy == 'commit' else strategy}", style),)


def _number(of: Callable[[BranchRow], int]) -> Callable[[BranchRow, datetime], Cell]:
    return lambda row, _now: number_cell(of(row)) if row.place else ()


def number_cell(number: int) -> Cell:
    """Return a number; what is nothing is a dot, so that what is something stands out."""
    return (Span(f"{number:,}"),) if number else (Span("·", Style.DIM),)


def _rework(row: BranchRow, _now: datetime) -> Cell:
    if not row.place:
        return ()
    return (Span(f"{row.rework:,.1f}"),) if row.rework else (Span("·", Style.DIM),)


def _by_place(row: BranchRow) -> tuple[bool, int, str]:
    return not row.place, row.place, row.branch


def _why(row: BranchRow, _now: datetime) -> Cell:
    return (Span(row.reason, Style.DIM),)


BRANCH_COLUMNS: tuple[Column[BranchRow], ...] = (
    Column("place", "#", _place, _by_place, width=3, priority=100, align=Align.RIGHT),
    Column("branch", "branch", _branch, lambda row: row.branch, width=12, flex=2, ideal=20, widest=40, priority=100),
    Column("strategy", "strategy", lambda row, _now: strategy_cell(row.strategy), lambda row: row.strategy, width=14),
    Column(
        "addresses",
        "holds",
        _number(lambda row: row.addresses),
        lambda row: -row.addresses,
        width=6,
        priority=48,
        align=Align.RIGHT,
    ),
    Column(
        "conflicts",
        "shared",
        _number(lambda row: row.conflicts),
        lambda row: -row.conflicts,
        width=6,
        priority=80,
        align=Align.RIGHT,
    ),
    Column("rework", "rework", _rework, lambda row: -row.rework, width=7, priority=90, align=Align.RIGHT),
    Column(
        "runs", "runs", _number(lambda row: row.runs), lambda row: -row.runs, width=4, priority=60, align=Align.RIGHT
    ),
    Column("why", "why", _why, lambda row: row.reason, width=30, flex=3, priority=40),
)
"""The columns of the order in which branches are best merged."""


def _run(row: RunRow, _now: datetime) -> Cell:
    if row.is_released:
        return (Span(f"{SUPPOSED} ", Style.ACTIVE), Span(run_name(row.run_id, 100), Style.DIM), Span(" released"))
    return run_cell(row.run_id, limit=100)


RUN_COLUMNS: tuple[Column[RunRow], ...] = (
    Column("run", "run", _run, lambda row: row.run_id, width=14, flex=2, ideal=24, widest=48, priority=100),
    Column(
        "addresses",
        "holds",
        lambda row, _now: number_cell(row.addresses),
        lambda row: (-row.addresses, row.run_id),
        width=6,
        priority=80,
        align=Align.RIGHT,
    ),
    Column(
        "hot",
        "shared",
        lambda row, _now: number_cell(row.hot),
        lambda row: (-row.hot, -row.addresses, row.run_id),
        width=8,
        priority=90,
        align=Align.RIGHT,
    ),
    Column(
        "intents",
        "means to",
        lambda row, _now: names_cell(row.means, Style.DIM),
        lambda row: row.means[:2],
        width=12,
        flex=2,
        priority=60,
    ),
)
"""The columns of the runs on a branch; those with the most that is shared stand first."""


def _heat(spot: "Hotspot", _now: datetime) -> Cell:
    number = len(spot.branches)
    return (Span(f"{'▲' if number > 2 else '◆'} {number:,}", Style.HIGH if number > 2 else Style.MEDIUM),)


HOTSPOT_COLUMNS: tuple["Column[Hotspot]", ...] = (
    Column(
        "branches",
        "on",
        _heat,
        lambda spot: (-len(spot.branches), -len(spot.holders), spot.address),
        width=5,
        priority=100,
    ),
    Column(
        "address",
        "address",
        lambda spot, _now: cell(spot.address, Style.STRONG),
        lambda spot: spot.address,
        width=18,
        flex=4,
        ideal=30,
        priority=100,
        cut=Cut.START,
    ),
    Column(
        "names",
        "branches",
        lambda spot, _now: names_cell(spot.branches),
        lambda spot: spot.branches[:2],
        width=12,
        flex=2,
        ideal=20,
        priority=70,
    ),
    Column(
        "agents",
        "held by",
        lambda spot, _now: names_cell(tuple(dict.fromkeys(each.run_id for each in spot.holders)), Style.DIM),
        lambda spot: (-len(spot.holders), spot.holders[:2]),
        width=12,
        flex=2,
        priority=60,
    ),
)
"""The columns of the hotspots: those at which the most branches meet stand first."""
