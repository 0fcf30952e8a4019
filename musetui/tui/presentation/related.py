"""What relates to a record: whom it collides with, what announces it, what waits for it, what else its run holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from musetui.coordination.batch import Source
from musetui.forecast.conflict import ConflictKey, ConflictType
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.tui.presentation.cells import Cell, Column, Cut, Span, Style, cell, run_cell
from musetui.tui.presentation.claims import ClaimKey, title_of
from musetui.tui.presentation.glyphs import PULLED
from musetui.tui.subject import Subject, SubjectKind

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict, Holder
    from musetui.swarm.picture import Swarm
    from musetui.tui.showing import Showing

STYLES = frozenset(Style)

MOST = 200
"""Related records that are listed; a hot symbol has thousands, and nobody reads them one by one."""


@dataclass(frozen=True, slots=True)
class Related:
    """One record that relates to another.

    Attributes:
        subject: which it is.
        rank: its place in the natural order of reasons.
        why: the reason, in a word or two.
        who: its run.
        what: its addresses, its task, or what it says.
        state: the state of a reservation or a claim, else "".
        is_pulled: whether it is known from the hub alone.
    """

    subject: Subject
    rank: int
    why: str
    who: str
    what: str
    state: str
    is_pulled: bool = False


def related_to(subject: Subject, live: "Showing") -> list[Related]:
    """Return at most `MOST` records that relate to *subject*, each once, for the first reason found."""
    found: dict[Subject, Related] = {}
    for row in _candidates(subject, live):
        if row.subject != subject and row.subject not in found:
            found[row.subject] = row
            if len(found) == MOST:
                break
    return list(found.values())


def _candidates(subject: Subject, live: "Showing") -> Iterator[Related]:
    swarm = live.swarm
    if subject.kind is SubjectKind.CONFLICT:
        conflict = live.conflicts.conflict(cast("ConflictKey", subject.key))
        if conflict is not None:
            is_claim = conflict.conflict_type is ConflictType.DOUBLE_CLAIM
            yield from _holders(conflict, swarm, "claims it" if is_claim else "holds it")
    elif subject.kind is SubjectKind.CLAIM:
        claim = cast("ClaimKey", subject.key)
        conflict = live.conflicts.conflict(ConflictKey(ConflictType.DOUBLE_CLAIM, claim.task_id))
        if conflict is not None:
            yield _conflict(conflict)
            yield from _holders(conflict, swarm, "claims it too")
        yield from _of_run(claim.run_id, swarm)
    elif subject.kind is SubjectKind.TASK:
        yield from _of_task(str(subject.key), live)
    elif subject.kind is SubjectKind.INTENT:
        yield from _reservation(subject.reservation_id(swarm), swarm, 0, "announced for")
        for conflict in live.conflicts.each(sorted(live.conflicts.of_intent(str(subject.key)))):
            yield _conflict(conflict)
            yield from _holders(conflict, swarm, "collides")
        entity = swarm.entity(Kind.INTENT, str(subject.key))
        if entity is not None:
            yield from _of_run(entity.record.holder, swarm)
    elif subject.kind is SubjectKind.RESERVATION:
        reservation_id = str(subject.key)
        for conflict in live.conflicts.each(sorted(live.conflicts.of_reservation(reservation_id))):
            yield _conflict(conflict)
            yield from _holders(conflict, swarm, "collides")
        for other in sorted(swarm.depends_on(reservation_id)):
            yield from _reservation(other, swarm, 2, "waits for")
        for other in sorted(swarm.waiting_on(reservation_id)):
            yield from _reservation(other, swarm, 2, "awaited by")
        for intent_id in sorted(swarm.intents_of(reservation_id)):
            yield from _intent(intent_id, swarm, 3, "intent")
        held = swarm.reservation(reservation_id)
        if held is not None:
            yield from _of_run(held.run_id, swarm)


def _conflict(conflict: "Conflict") -> Related:
    return Related(
        Subject(SubjectKind.CONFLICT, conflict.key),
        0,
        "conflict",
        ", ".join(conflict.runs[:3]),
        conflict.description,
        conflict.risk,
    )


def _holders(conflict: "Conflict", swarm: "Swarm", why: str) -> Iterator[Related]:
    for holder in conflict.holders[:MOST]:
        if holder.intent_id:
            yield from _intent(holder.intent_id, swarm, 1, "announces it")
        elif holder.reservation_id:
            yield from _reservation(holder.reservation_id, swarm, 1, why)
        else:
            yield _claim(holder, swarm, why)


def _claim(holder: "Holder", swarm: "Swarm", why: str) -> Related:
    """Return a claim in force, which is all that the holder of a task has."""
    subject = Subject(SubjectKind.CLAIM, ClaimKey(holder.run_id, holder.source, holder.address))
    is_pulled = holder.source is Source.REMOTE
    place = " (from the hub)" if is_pulled else ""
    what = f"{holder.address} {title_of(holder.address, swarm)[:120]}".rstrip() + place
    return Related(subject, 1, why, holder.run_id, what, LeaseState.ACTIVE, is_pulled)


def _of_task(task_id: str, live: "Showing") -> Iterator[Related]:
    """Yield the double claim on a task, and every claim, whether or not it is in force."""
    conflict = live.conflicts.conflict(ConflictKey(ConflictType.DOUBLE_CLAIM, task_id))
    if conflict is not None:
        yield _conflict(conflict)
    claimed = live.swarm.claimed(task_id)
    for sighting in claimed.sightings[:MOST] if claimed is not None else ():
        key = ClaimKey(sighting.record.holder, sighting.slot.source, task_id)
        is_in_force = claimed is not None and sighting in claimed.in_force
        is_pulled = key.source is Source.REMOTE
        place = "from the hub" if is_pulled else "here"
        state = LeaseState.ACTIVE if is_in_force else LeaseState.EXPIRED
        yield Related(Subject(SubjectKind.CLAIM, key), 1, "claims it", key.run_id, f"claimed {place}", state, is_pulled)


def _reservation(reservation_id: str, swarm: "Swarm", rank: int, why: str) -> Iterator[Related]:
    held = swarm.reservation(reservation_id)
    if held is not None:
        record = held.reservation
        state = "silent" if held.silent else held.state.value
        subject = Subject(SubjectKind.RESERVATION, reservation_id)
        what = ", ".join(record.addresses[:4])
        yield Related(subject, rank, why, record.run_id, what, state, not held.is_local)


def _intent(intent_id: str, swarm: "Swarm", rank: int, why: str) -> Iterator[Related]:
    entity = swarm.entity(Kind.INTENT, intent_id)
    if entity is not None:
        detail = getattr(entity.record, "detail", "")
        what = f"{getattr(entity.record, 'operation', '')} {detail}"
        subject = Subject(SubjectKind.INTENT, intent_id)
        yield Related(subject, rank, why, entity.record.holder, what, "", not entity.is_local)


def _of_run(run_id: str, swarm: "Swarm") -> Iterator[Related]:
    ids = swarm.of_run(run_id)
    for reservation_id in sorted(ids.get(Kind.RESERVATION, ()))[:MOST]:
        yield from _reservation(reservation_id, swarm, 4, "same run")
    for intent_id in sorted(ids.get(Kind.INTENT, ()))[:MOST]:
        yield from _intent(intent_id, swarm, 5, "same run")


def _why(row: Related, _now: datetime) -> Cell:
    return cell(row.why, Style.DIM)


def _kind(row: Related, _now: datetime) -> Cell:
    return cell(row.subject.kind.value)


def _who(row: Related, _now: datetime) -> Cell:
    return (*((Span(PULLED, Style.REMOTE),) if row.is_pulled else ()), *run_cell(row.who))


def _what(row: Related, _now: datetime) -> Cell:
    return cell(row.what)


def _state(row: Related, _now: datetime) -> Cell:
    return cell(row.state, row.state if row.state in STYLES else Style.PLAIN)


RELATED_COLUMNS: tuple[Column[Related], ...] = (
    Column("why", "why", _why, lambda row: (row.rank, row.who), width=13, priority=90),
    Column("kind", "kind", _kind, lambda row: row.subject.kind.value, width=11, priority=60),
    Column("who", "run", _who, lambda row: row.who, width=12, flex=1, widest=24, priority=80),
    Column("what", "what", _what, lambda row: row.what, width=20, flex=3, priority=100, cut=Cut.START),
    Column("state", "state", _state, lambda row: row.state, width=9, priority=70),
)
