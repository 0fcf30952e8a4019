"""Runs as rows: how it stands with each agent's run, its columns, and the cells made from a run and a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from musetui.coordination.batch import Source
from musetui.forecast.conflict import Risk
from musetui.tui.presentation.cells import Align, Cell, Column, Span, Style, run_cell
from musetui.tui.presentation.conflicts import names_cell
from musetui.tui.presentation.glyphs import PULLED, RISKS, SHARED
from musetui.tui.presentation.time_text import age

if TYPE_CHECKING:
    from musetui.forecast.run_index import RunIndex
    from musetui.swarm.picture import Swarm


class RunState(StrEnum):
    """The one state a run is in."""

    SILENT = "silent"
    HOLDING = "holding"
    IDLE = "idle"
    GONE = "gone quiet"


RUN_STATES: dict[RunState, tuple[str, Style]] = {
    RunState.SILENT: ("◌", Style.SILENT),
    RunState.HOLDING: ("●", Style.ACTIVE),
    RunState.IDLE: ("○", Style.RELEASED),
    RunState.GONE: ("✕", Style.EXPIRED),
}
"""The sign of each state and its style: as a reservation's, of which a run is the sum."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """How it stands with one run. All text is hostile.

    Attributes:
        last_sign: its last sign of life (aware), or None if it was not heard of yet.
        holds: reservations it holds.
        intents: intents that still mean something.
        claims: claims in force.
        conflicts: conflicts it takes part in, by risk.
        branches: its branches, that with most first.
        sources: where what it has lies.
    """

    run_id: str
    state: RunState
    last_sign: datetime | None
    holds: int
    intents: int
    claims: int
    conflicts: Mapping[Risk, int]
    branches: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def worst(self) -> Risk | None:
        """The worst risk of its conflicts, or None if it has none."""
        return next((risk for risk in Risk if self.conflicts.get(risk)), None)


def run_row(run_id: str, runs: "RunIndex", swarm: "Swarm") -> RunRow | None:
    """Return how it stands with a run, or None if no record names it."""
    facts = runs.facts(run_id)
    if facts is None:
        return None
    is_silent = swarm.is_silent(run_id)
    if facts.has_something:
        state = RunState.SILENT if is_silent else RunState.HOLDING
    else:
        state = RunState.GONE if is_silent else RunState.IDLE
    return RunRow(
        run_id,
        state,
        swarm.last_sign(run_id),
        facts.holds,
        facts.intents,
        facts.claims,
        facts.conflicts,
        facts.branches,
        facts.sources,
    )


def run_state_cell(state: RunState) -> Cell:
    """Return a run's state, with its sign: `● holding`."""
    sign, style = RUN_STATES[state]
    return (Span(f"{sign} {state}", style),)


def conflicts_cell(row: RunRow) -> Cell:
    """Return how many conflicts a run takes part in, behind the sign of the worst: `▲ 3`."""
    worst = row.worst
    if worst is None:
        return _NONE
    sign, style = RISKS[worst]
    return (Span(f"{sign} {sum(row.conflicts.values()):,}", style),)


def where_cell(sources: tuple[Source, ...]) -> Cell:
    """Return where something lies: `here`, `⇣ hub`, or `⇄ both`."""
    if Source.REMOTE not in sources:
        return (Span("here", Style.DIM),)
    return (Span(f"{SHARED} both" if Source.LOCAL in sources else f"{PULLED} hub", Style.REMOTE),)


_NONE: Cell = (Span("–", Style.DIM),)


def _count(count: int) -> Cell:
    return (Span(f"{count:,}"),) if count else _NONE


def _state(row: RunRow, _now: datetime) -> Cell:
    return run_state_cell(row.state)


def _conflict_key(row: RunRow) -> tuple[int, ...]:
    """The worst risk first, then by how many there are of it."""
    return tuple(-row.conflicts.get(risk, 0) for risk in Risk)


def _state_key(row: RunRow) -> tuple[int, tuple[int, ...], float]:
    """Order runs by how much they need a person: who holds and is silent first, worst of all where others collide."""
    rank = 2 * list(RunState).index(row.state) + (not row.conflicts)
    moment = row.last_sign.timestamp() if row.last_sign is not None else 0.0
    # Among the silent the one that is so for longest, among the others the one that was heard of last.
    return (rank, _conflict_key(row), moment if row.state is RunState.SILENT else -moment)


def _run(row: RunRow, _now: datetime) -> Cell:
    is_over = row.state is RunState.GONE
    return run_cell(row.run_id, Style.DIM if is_over else Style.STRONG)


def _sign(row: RunRow, now: datetime) -> Cell:
    if row.last_sign is None:
        return _NONE
    return (Span(age(row.last_sign, now), Style.SILENT if row.state is RunState.SILENT else Style.DIM),)


def _sign_key(row: RunRow) -> float:
    return 0.0 if row.last_sign is None else -row.last_sign.timestamp()


def _holds(row: RunRow, _now: datetime) -> Cell:
    return _count(row.holds)


def _intents(row: RunRow, _now: datetime) -> Cell:
    return _count(row.intents)


def _claims(row: RunRow, _now: datetime) -> Cell:
    return _count(row.claims)


def _conflicts(row: RunRow, _now: datetime) -> Cell:
    return conflicts_cell(row)


def _branches(row: RunRow, _now: datetime) -> Cell:
    if not row.branches:
        return _NONE
    return names_cell(row.branches, Style.PLAIN if row.holds or row.intents else Style.DIM)


def _where(row: RunRow, _now: datetime) -> Cell:
    return where_cell(row.sources)


RUN_COLUMNS: tuple[Column[RunRow], ...] = (
    Column("state", "state", _state, _state_key, width=12, priority=100),
    Column("run", "run", _run, lambda row: row.run_id, width=12, flex=2, widest=40, ideal=16, priority=95),
    Column("sign", "heard of", _sign, _sign_key, width=8, priority=90, align=Align.RIGHT, ticking=True),
    Column("holds", "holds", _holds, lambda row: -row.holds, width=6, priority=80, align=Align.RIGHT),
    Column("intents", "intents", _intents, lambda row: -row.intents, width=7, priority=60, align=Align.RIGHT),
    Column("claims", "claims", _claims, lambda row: -row.claims, width=6, priority=55, align=Align.RIGHT),
    Column("conflicts", "conflicts", _conflicts, _conflict_key, width=9, priority=85),
    Column("branches", "branches", _branches, lambda row: row.branches[:2], width=12, flex=2, widest=50, priority=45),
    Column("where", "where", _where, lambda row: row.sources, width=6, priority=40),
)
"""The columns of a list of runs; by state, who needs a person stands first, and who is long gone last."""
