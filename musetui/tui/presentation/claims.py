"""Claims: which one is meant, and all there is to say about it, in lines."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from musetui.coordination.batch import Source
from musetui.records.kinds import Kind
from musetui.tui.presentation.cells import Cell, Span, Style, cell, run_cell
from musetui.tui.presentation.detail import Line, rest_lines
from musetui.tui.presentation.glyphs import state_cell
from musetui.tui.presentation.time_text import ago, countdown, happened_text, moment_text

if TYPE_CHECKING:
    from musetui.records.models import Claim
    from musetui.swarm.picture import Swarm


class ClaimKey(NamedTuple):
    """What tells a claim from others on the same task: whose it is, and where it lies."""

    run_id: str
    source: Source
    task_id: str


def title_of(task_id: str, swarm: "Swarm") -> str:
    """Return what a task is called, or "" if that is not known. Hostile text."""
    task = swarm.entity(Kind.TASK, task_id)
    return str(getattr(task.record, "title", "")) if task is not None else ""


def claim_lines(key: ClaimKey, swarm: "Swarm", now: datetime) -> list[Line]:
    """Return all there is to say at *now* about a claim; nothing if it has gone."""
    claimed = swarm.claimed(key.task_id)
    found = [
        sighting
        for sighting in (claimed.sightings if claimed is not None else ())
        if (sighting.record.holder, sighting.slot.source) == (key.run_id, key.source)
    ]
    if not found:
        return []
    claim = cast("Claim", found[0].record)
    title = title_of(key.task_id, swarm)
    return [
        Line("claim", cell(key.task_id, Style.STRONG)),
        Line("task", cell(title, limit=600) if title else (Span("no title is known here", Style.DIM),)),
        Line("state", _state(claim.expires_at, now)),
        Line("run", run_cell(key.run_id)),
        Line("claimed", cell(happened_text(claim.claimed_at, now) if claim.claimed_at else "at a time unknown")),
        Line("expires", cell(moment_text(claim.expires_at, now) if claim.expires_at else "never")),
        *rest_lines(claim, [sighting.slot for sighting in found]),
    ]


def _state(expires_at: datetime | None, now: datetime) -> Cell:
    if expires_at is None:
        return state_cell("active")
    if expires_at > now:
        return (*state_cell("active"), Span(f"  {countdown(expires_at - now)} left"))
    return (*state_cell("expired"), Span(f"  ended {ago(expires_at, now)}", Style.DIM))
