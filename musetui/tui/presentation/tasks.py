"""Tasks as rows: what waits in which queue, who claimed it, and all there is to say about one."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from musetui.coordination.batch import Sighting, Source
from musetui.forecast.conflict import ConflictKey, ConflictType
from musetui.records.kinds import Kind
from musetui.records.text import safe_text
from musetui.swarm.task_state import TaskState, task_state
from musetui.tui.presentation.cells import Align, Cell, Column, Span, Style, cell, run_name
from musetui.tui.presentation.detail import Line, rest_lines
from musetui.tui.presentation.glyphs import PULLED, STATES
from musetui.tui.presentation.time_text import age, ago, countdown, happened_text, moment_text

if TYPE_CHECKING:
    from musetui.records.models import Claim, Task
    from musetui.swarm.picture import Swarm
    from musetui.tui.showing import Showing

CLAIMS_SHOWN = 20
"""Claims on one task that its detail lists."""

LOOKED_AT = 2 * CLAIMS_SHOWN
"""Claims on one task that are looked at for that: each may lie here and come from the hub."""


TASK_STATES: dict[TaskState, tuple[str, Style]] = {
    TaskState.DOUBLE: ("▲", Style.HIGH),
    TaskState.OVER: ("✕", Style.EXPIRING),
    TaskState.OPEN: ("○", Style.PLAIN),
    TaskState.CLAIMED: ("●", Style.ACTIVE),
}


class Claimant(NamedTuple):
    """Who has, or had, a claim on a task. The run's name is hostile text; *is_here* is False for a claim of the hub's
    alone."""

    run_id: str
    is_here: bool
    silent: bool


class TaskRow(NamedTuple):
    """How it stands with one task. All text is hostile.

    Attributes:
        title: "" if no task of that id is known here, only a claim on it.
        claimants: who has it, the earliest first; where nobody has, who had it.
        since: when it was claimed by the first of them (aware), or None.
        ends: when the claim, or the first of several, ends or ended (aware); None for never.
        created_at: when it was queued (aware), or None.
    """

    task_id: str
    state: TaskState
    queue: str
    title: str
    claimants: tuple[Claimant, ...]
    since: datetime | None
    ends: datetime | None
    created_at: datetime | None


def task_row(task_id: str, swarm: "Swarm") -> TaskRow | None:
    """Return how it stands with a task, or None if neither it nor a claim on it is known."""
    entity, claimed = swarm.entity(Kind.TASK, task_id), swarm.claimed(task_id)
    if entity is None and claimed is None:
        return None
    task = cast("Task", entity.record) if entity is not None else None
    in_force = claimed.in_force if claimed is not None else ()
    told = in_force or (claimed.sightings if claimed is not None else ())
    order = sorted(told, key=_since_key)
    claims = [cast("Claim", sighting.record) for sighting in order]
    ends = [claim.expires_at for claim in claims if claim.expires_at is not None]
    return TaskRow(
        task_id,
        task_state(claimed),
        task.queue if task is not None else "",
        task.title if task is not None else "",
        _claimants_of(order, swarm),
        next((claim.claimed_at for claim in claims if claim.claimed_at is not None), None),
        (min(ends) if in_force else max(ends)) if ends else None,
        task.created_at if task is not None else None,
    )


def _since_key(sighting: Sighting) -> tuple[float, str]:
    moment = sighting.record.moment
    return (moment.timestamp() if moment is not None else float("inf"), sighting.record.holder)


def _claimants_of(order: list[Sighting], swarm: "Swarm") -> tuple[Claimant, ...]:
    here = {sighting.record.holder for sighting in order if sighting.slot.source is Source.LOCAL}
    runs = dict.fromkeys(sighting.record.holder for sighting in order)
    return tuple(Claimant(run_id, run_id in here, swarm.is_silent(run_id)) for run_id in runs)


def task_lines(task_id: str, live: "Showing", now: datetime) -> list[Line]:
    """Return all there is to say at *now* about a task; nothing if it has gone."""
    swarm = live.swarm
    row = task_row(task_id, swarm)
    if row is None:
        return []
    entity, claimed = swarm.entity(Kind.TASK, task_id), swarm.claimed(task_id)
    sightings = sorted(claimed.sightings, key=_since_key)[:LOOKED_AT] if claimed is not None else []
    in_force = claimed.in_force if claimed is not None else ()
    conflict = live.conflicts.conflict(ConflictKey(ConflictType.DOUBLE_CLAIM, task_id))
    by = f" by {safe_text(entity.record.holder, 80)}" if entity is not None and entity.record.holder else ""
    queued = happened_text(row.created_at, now) if row.created_at is not None else "at a time unknown"
    lines = [
        Line("task", cell(task_id, Style.STRONG)),
        Line("title", cell(row.title, limit=2_000) if row.title else (Span("not known here", Style.DIM),)),
        Line("state", task_state_cell(row.state)),
        Line("queue", cell(row.queue) if row.queue else (Span("–", Style.DIM),)),
        Line("queued", cell(queued + by)),
    ]
    said = dict.fromkeys(_claim_said(each, sightings, each in in_force, now) for each in sightings)
    for place, spans in enumerate(islice(said, CLAIMS_SHOWN)):
        lines.append(Line("" if place else "claimed by", spans))
    if len(said) > CLAIMS_SHOWN:
        lines.append(Line("", (Span(f"… and {len(said) - CLAIMS_SHOWN:,} more", Style.DIM),)))
    if conflict is not None:
        lines += [
            Line("conflict", cell(conflict.description, limit=2_000)),
            Line("do", cell(conflict.advice, limit=2_000)),
        ]
    return [*lines, *(rest_lines(entity.record, entity.slots) if entity is not None else ())]


def _claim_said(sighting: Sighting, others: list[Sighting], is_in_force: bool, now: datetime) -> Cell:
    """Say who claimed a task, when, until when, and where that lies: *others* tell if here and at the hub."""
    claim = cast("Claim", sighting.record)
    since = f" at {happened_text(claim.claimed_at, now)}" if claim.claimed_at is not None else " at a time unknown"
    if claim.expires_at is None:
        until = ", without an end"
    elif is_in_force:
        until = f", {countdown(claim.expires_at - now)} left"
    else:
        until = f", over since {moment_text(claim.expires_at, now)}"
    places = {other.slot.source for other in others if other.record == claim}
    hub = " (from the hub)" if Source.LOCAL not in places else " (here and on the hub)" if len(places) > 1 else ""
    return (
        Span(run_name(claim.claimer_run_id), Style.STRONG),
        Span(f"{since}{until}"),
        Span(hub, Style.REMOTE),
    )


def task_state_cell(state: TaskState) -> Cell:
    """Return a task's state, with its sign: `○ open`."""
    sign, style = TASK_STATES[state]
    return (Span(f"{sign} {state}", style),)


_NONE: Cell = (Span("–", Style.DIM),)
_NEVER = float("inf")


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else _NEVER


def _state(row: TaskRow, _now: datetime) -> Cell:
    return task_state_cell(row.state)


def _state_key(row: TaskRow) -> tuple[int, float]:
    """Put what needs a person first, and what a silent run claims right after what two do.

    Of open tasks what waits for longest stands first, of claimed ones what ends next, of the others what ended last.
    """
    rank = 2 * list(TaskState).index(row.state)
    if row.state is TaskState.CLAIMED and any(claimant.silent for claimant in row.claimants):
        rank = 1
    if row.state is TaskState.OVER:
        return (rank, -_stamp(row.ends))
    return (rank, _stamp(row.created_at if row.state is TaskState.OPEN else row.ends))


def _queue(row: TaskRow, _now: datetime) -> Cell:
    return cell(row.queue, Style.DIM) if row.queue else _NONE


def _title(row: TaskRow, _now: datetime) -> Cell:
    if row.title:
        return cell(row.title, Style.DIM if row.state is TaskState.CLAIMED else Style.STRONG)
    return (Span("task ", Style.DIM), Span(safe_text(row.task_id)))


def _claimants(row: TaskRow) -> Iterator[Span]:
    is_over = row.state is TaskState.OVER
    for place, claimant in enumerate(row.claimants[:2]):
        if place:
            yield Span(", ")
        yield Span(run_name(claimant.run_id), Style.DIM if is_over else Style.PLAIN)
        if not claimant.is_here:
            yield Span(f" {PULLED}", Style.REMOTE)
        if claimant.silent:
            sign, style = STATES["silent"]
            yield Span(f" {sign}", style)
    if len(row.claimants) > 2:
        yield Span(f" +{len(row.claimants) - 2:,}", Style.DIM)


def _claimed_by(row: TaskRow, _now: datetime) -> Cell:
    return tuple(_claimants(row)) or _NONE


def _since(row: TaskRow, now: datetime) -> Cell:
    return (Span(age(row.since, now), Style.DIM),) if row.since is not None else _NONE


def _left(row: TaskRow, now: datetime) -> Cell:
    if row.ends is None:
        return (Span("no end", Style.DIM),) if row.claimants else _NONE
    if row.state is TaskState.OVER:
        return (Span(ago(row.ends, now), Style.EXPIRING),)
    return (Span(countdown(row.ends - now), Style.ACTIVE),)


def _created(row: TaskRow, now: datetime) -> Cell:
    return (Span(age(row.created_at, now), Style.DIM),) if row.created_at is not None else _NONE


TASK_COLUMNS: tuple[Column[TaskRow], ...] = (
    Column("state", "state", _state, _state_key, width=14, priority=100),
    Column("queue", "queue", _queue, lambda row: row.queue, width=8, flex=1, widest=20, priority=60),
    Column("title", "title", _title, lambda row: row.title[:300], width=20, flex=4, ideal=30, priority=95),
    Column(
        "claimed",
        "claimed by",
        _claimed_by,
        lambda row: (not row.claimants, [claimant.run_id for claimant in row.claimants[:2]]),
        width=12,
        flex=2,
        widest=40,
        ideal=16,
        priority=90,
    ),
    Column(
        "since", "since", _since, lambda row: -_stamp(row.since), width=5, priority=40, align=Align.RIGHT, ticking=True
    ),
    Column("left", "left", _left, lambda row: _stamp(row.ends), width=9, priority=80, align=Align.RIGHT, ticking=True),
    Column(
        "created",
        "queued",
        _created,
        lambda row: -_stamp(row.created_at),
        width=6,
        priority=70,
        align=Align.RIGHT,
        ticking=True,
    ),
)
"""The columns of a list of tasks; by state, what needs a person stands first."""
