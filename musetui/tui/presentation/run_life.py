"""The life of a run: whom it collides with, what it holds, announces and claims now, and what it did, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest, nsmallest
from itertools import islice
from typing import TYPE_CHECKING, cast

from musetui.forecast.conflict import Risk
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.records.models import EARLIEST
from musetui.records.text import counted, safe_text
from musetui.tui.presentation.cells import Align, Cell, Column, Cut, Span, Style, cell, run_cell
from musetui.tui.presentation.claims import ClaimKey, title_of
from musetui.tui.presentation.detail import Line
from musetui.tui.presentation.glyphs import RISKS, held_cell, state_cell
from musetui.tui.presentation.reservations import addresses_cell, ended_at
from musetui.tui.presentation.runs import RunRow, run_row, run_state_cell, where_cell
from musetui.tui.presentation.time_text import age, happened_text
from musetui.tui.subject import Subject, SubjectKind

if TYPE_CHECKING:
    from musetui.records.models import Claim, Dependency, Heartbeat, Intent, Task
    from musetui.swarm.picture import Swarm
    from musetui.tui.showing import Showing

MOST = 200
"""Things of one sort that are listed; and what it did, as often."""

MOST_CONFLICTS = 20
"""Conflicts that are listed: one with thousands of holders takes milliseconds to gather."""

LOOKED_AT = 2_000
"""Records of one kind that are looked at for what is listed. Of a run that has more, some are left out: nobody reads
them all, and looking at them would keep the keys waiting."""

BRANCHES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class LifeRow:
    """One line of the life of a run.

    Attributes:
        subject: what it opens.
        rank: the place of its sort among the others; what is past has the last.
        word: what it is, or what the run did.
        at: since when, or when (aware).
        what: what it is about.
        state: how that stands now.
        urgency: what comes first among the lines of one sort; then the newest does.
    """

    subject: Subject
    rank: int
    word: str
    at: datetime
    what: Cell
    state: Cell = ()
    urgency: int = 0

    @property
    def key(self) -> tuple[Subject, str]:
        """What tells it from the other lines of one run."""
        return self.subject, self.word


PAST_RANK = 4


def run_life(run_id: str, live: "Showing") -> list[LifeRow]:
    """Return the life of a run: at most `MOST` lines of each sort, and the `MOST_CONFLICTS` worst conflicts."""
    swarm = live.swarm
    rows = [*_conflicts(run_id, live), *_holds(run_id, swarm), *_intents(run_id, live), *_claims(run_id, live)]
    return [*rows, *nlargest(MOST, _past(run_id, live), key=lambda row: row.at)]


def run_lines(run_id: str, live: "Showing", now: datetime) -> list[Line]:
    """Return all there is to say at *now* about a run as a whole; nothing if no record names it."""
    row = run_row(run_id, live.runs, live.swarm)
    if row is None:
        return []
    heard = happened_text(row.last_sign, now) if row.last_sign is not None else "never: all its records are of later"
    shown = ", ".join(safe_text(branch, 80) for branch in row.branches[:BRANCHES_SHOWN])
    more = f" and {len(row.branches) - BRANCHES_SHOWN:,} more" if len(row.branches) > BRANCHES_SHOWN else ""
    return [
        Line("run", run_cell(run_id)),
        Line("state", (*run_state_cell(row.state), Span(f"  {_meaning(row)}", Style.DIM))),
        Line("heard of", (Span(heard),)),
        Line("has now", (Span(_has(row)),)),
        Line("conflicts", _risks(row)),
        Line("branches", (Span(shown), Span(more, Style.DIM)) if shown else (Span("–", Style.DIM),)),
        Line("where", where_cell(row.sources)),
    ]


def _meaning(row: RunRow) -> str:
    return {
        "silent": "has something, and shows no sign of life",
        "holding": "at work",
        "idle": "heard of lately, and holds nothing",
        "gone quiet": "holds nothing, and was not heard of for long",
    }[row.state]


def _has(row: RunRow) -> str:
    holds, intents, claims = counted(row.holds, "reservation"), counted(row.intents, "intent"), row.claims
    return f"{holds}, {intents}, {counted(claims, 'claim')}"


def _risks(row: RunRow) -> Cell:
    spans: list[Span] = []
    for risk in Risk:
        if count := row.conflicts.get(risk, 0):
            sign, style = RISKS[risk]
            spans += [Span("   " if spans else ""), Span(f"{sign} {count:,} {risk}", style)]
    return tuple(spans) or (Span("none", Style.DIM),)


# What it has now


def _conflicts(run_id: str, live: "Showing") -> Iterator[LifeRow]:
    order = list(Risk)
    met = live.runs.conflicts_of(run_id).items()
    for key, risk in nsmallest(MOST_CONFLICTS, met, key=lambda item: (order.index(item[1]), item[0])):
        conflict = live.conflicts.conflict(key)
        if conflict is not None:
            sign, style = RISKS[risk]
            what, state = cell(conflict.description, limit=600), (Span(f"{sign} {risk}", style),)
            yield LifeRow(
                Subject(SubjectKind.CONFLICT, key), 0, "collides", conflict.since, what, state, order.index(risk)
            )


def _holds(run_id: str, swarm: "Swarm") -> Iterator[LifeRow]:
    found = [
        held
        for reservation_id in islice(swarm.held_of_run(run_id), LOOKED_AT)
        if (held := swarm.reservation(reservation_id)) is not None
    ]
    for held in nsmallest(MOST, found, key=lambda held: (held.lease.expires_at, held.record_id)):
        record = held.reservation
        operation = (Span(f"{safe_text(record.operation, 40)} ", Style.DIM),) if record.operation else ()
        yield LifeRow(
            Subject(SubjectKind.RESERVATION, held.record_id),
            1,
            "holds",
            record.created_at,
            (*operation, *addresses_cell(record.addresses)),
            held_cell(held),
        )


def _intents(run_id: str, live: "Showing") -> Iterator[LifeRow]:
    ids = islice(live.swarm.kind_of_run(Kind.INTENT, run_id), LOOKED_AT)
    for intent_id in islice((each for each in ids if live.conflicts.is_live_intent(each)), MOST):
        entity = live.swarm.entity(Kind.INTENT, intent_id)
        if entity is not None:
            record = cast("Intent", entity.record)
            yield LifeRow(Subject(SubjectKind.INTENT, intent_id), 2, "announces", record.created_at, _announced(record))


def _announced(record: "Intent") -> Cell:
    spans = [Span(f"{safe_text(record.operation, 40)} ", Style.DIM), *addresses_cell(record.addresses[:1])]
    if record.detail:
        spans.append(Span(f" {safe_text(record.detail, 200)}", Style.DIM))
    return tuple(spans)


def _claims(run_id: str, live: "Showing") -> Iterator[LifeRow]:
    for task_id in islice(live.runs.claims_of(run_id), MOST):
        claimed = live.swarm.claimed(task_id)
        for sighting in claimed.in_force if claimed is not None else ():
            if sighting.record.holder == run_id:
                claim = cast("Claim", sighting.record)
                key = ClaimKey(run_id, sighting.slot.source, task_id)
                yield LifeRow(
                    Subject(SubjectKind.CLAIM, key),
                    3,
                    "claims",
                    claim.claimed_at or sighting.received_at or EARLIEST,
                    _task(task_id, live.swarm),
                    state_cell(LeaseState.ACTIVE),
                )


def _task(task_id: str, swarm: "Swarm") -> Cell:
    title = title_of(task_id, swarm)
    return cell(title) if title else (Span("task ", Style.DIM), Span(safe_text(task_id)))


# What it did


def _past(run_id: str, live: "Showing") -> Iterator[LifeRow]:
    """Yield what a run's records tell that it did, and what became of them, in no order."""
    swarm = live.swarm
    for ids in (swarm.held_of_run(run_id), swarm.ended_of_run(run_id)):
        for reservation_id in islice(ids, LOOKED_AT):
            yield from _of_reservation(reservation_id, swarm)
    for kind in (Kind.INTENT, Kind.HEARTBEAT, Kind.DEPENDENCY, Kind.TASK):
        for record_id in islice(swarm.kind_of_run(kind, run_id), LOOKED_AT):
            entity = swarm.entity(kind, record_id)
            moment = entity.record.moment if entity is not None else None
            if entity is not None and moment is not None:
                subject, word, what = _told(kind, record_id, entity.record, swarm)
                yield LifeRow(subject, PAST_RANK, word, moment, what)
    for task_id in islice({*swarm.kind_of_run(Kind.CLAIM, run_id), *live.runs.claims_of(run_id)}, LOOKED_AT):
        claimed = swarm.claimed(task_id)
        for sighting in claimed.sightings if claimed is not None else ():
            at = sighting.record.moment
            if sighting.record.holder == run_id and at is not None:
                key = ClaimKey(run_id, sighting.slot.source, task_id)
                yield LifeRow(Subject(SubjectKind.CLAIM, key), PAST_RANK, "claimed", at, _task(task_id, swarm))


def _of_reservation(reservation_id: str, swarm: "Swarm") -> Iterator[LifeRow]:
    held = swarm.reservation(reservation_id)
    if held is None:
        return
    subject, what = Subject(SubjectKind.RESERVATION, reservation_id), addresses_cell(held.reservation.addresses)
    yield LifeRow(subject, PAST_RANK, "reserved", held.reservation.created_at, what)
    if not held.is_held:
        word = "released" if held.state is LeaseState.RELEASED else "ran out"
        yield LifeRow(subject, PAST_RANK, word, ended_at(held.lease), what)


def _told(kind: Kind, record_id: str, record: object, swarm: "Swarm") -> tuple[Subject, str, Cell]:
    """Return what a record opens, what it says that its run did, and to what."""
    if kind is Kind.INTENT:
        return Subject(SubjectKind.INTENT, record_id), "announced", _announced(cast("Intent", record))
    if kind is Kind.TASK:
        task = cast("Task", record)
        return Subject(SubjectKind.TASK, record_id), "queued", cell(task.title or record_id)
    reservation_id = cast("Heartbeat | Dependency", record).reservation_id
    held = swarm.reservation(reservation_id)
    about = addresses_cell(held.reservation.addresses) if held is not None else cell(reservation_id)
    word = "heartbeat" if kind is Kind.HEARTBEAT else "waits"
    return Subject(SubjectKind.RESERVATION, reservation_id), word, about


# How it is shown


def _word(row: LifeRow, _now: datetime) -> Cell:
    return cell(row.word, Style.DIM if row.rank == PAST_RANK else Style.STRONG)


def _when(row: LifeRow, now: datetime) -> Cell:
    return (Span(age(row.at, now) if row.at != EARLIEST else "–", Style.DIM),)


def _what(row: LifeRow, _now: datetime) -> Cell:
    return row.what


def _state(row: LifeRow, _now: datetime) -> Cell:
    return row.state


def _text(spans: Sequence[Span]) -> str:
    return "".join(span.text for span in spans)


LIFE_COLUMNS: tuple[Column[LifeRow], ...] = (
    Column("word", "deed", _word, lambda row: (row.rank, row.urgency, -row.at.timestamp()), width=10, priority=100),
    Column(
        "when", "since", _when, lambda row: -row.at.timestamp(), width=6, priority=90, align=Align.RIGHT, ticking=True
    ),
    Column("state", "state", _state, lambda row: (not row.state, _text(row.state)), width=10, priority=60),
    Column("what", "what", _what, lambda row: _text(row.what), width=20, flex=1, priority=95, cut=Cut.END),
)
"""The columns of the life of a run; by what it did, what it has now stands first, then what it did, newest first."""
