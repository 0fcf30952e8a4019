"""One record whole, in lines: a label, and what there is to say, as spans."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from musetui.records.kinds import Kind
from musetui.records.text import safe_text
from musetui.tui.presentation.cells import Cell, Span, Style, cell, run_cell, run_name
from musetui.tui.presentation.extra_fields import extra_fields
from musetui.tui.presentation.glyphs import bar, held_cell, risk_cell, state_cell, state_word
from musetui.tui.presentation.intents import intent_of
from musetui.tui.presentation.reservations import addresses_cell, ended_at, left_share, operation_cell
from musetui.tui.presentation.time_text import ago, countdown, duration, happened_text, moment_text

if TYPE_CHECKING:
    from musetui.coordination.batch import Slot
    from musetui.forecast.conflict import Conflict, Holder
    from musetui.records.models import AnyRecord, Intent
    from musetui.swarm.entity import Entity, Held
    from musetui.swarm.picture import Swarm

ADDRESSES_LIMIT = 200
"""Addresses, or holders, of one record that are shown."""

RELATED_LIMIT = 20
"""Conflicts, intents or dependencies of one record that are shown."""


class Line(NamedTuple):
    """One line of a detail.

    Attributes:
        label: what the line is about; "" goes on with the line above.
        spans: what it says.
    """

    label: str
    spans: Cell


def reservation_lines(held: "Held", swarm: "Swarm", conflicts: "Sequence[Conflict]", now: datetime) -> list[Line]:
    """Return all there is to say at *now* about a reservation that is in *conflicts*."""
    record = held.reservation
    return [
        Line("reservation", cell(held.record_id, Style.STRONG)),
        Line("state", (*held_cell(held), *_time_left(held, now))),
        Line("run", run_cell(record.run_id)),
        Line("branch", _or_dash(record.branch)),
        Line("operation", operation_cell(record.operation)),
        *listed("addresses", (cell(address, limit=600) for address in record.addresses), len(record.addresses)),
        *conflict_list(conflicts),
        *_lease(held, now),
        *_intents(held, swarm),
        *_dependencies(held, swarm),
        *rest_lines(held.record, held.slots),
    ]


def intent_lines(entity: "Entity", swarm: "Swarm", conflicts: "Sequence[Conflict]", now: datetime) -> list[Line]:
    """Return all there is to say at *now* about an intent that is in *conflicts*."""
    record = intent_of(entity)
    lines = [
        Line("intent", cell(entity.record_id, Style.STRONG)),
        Line("operation", operation_cell(record.operation)),
        Line("run", run_cell(record.run_id)),
        *_branch(record, swarm),
        *listed("addresses", (cell(address, limit=600) for address in record.addresses), len(record.addresses)),
        *conflict_list(conflicts),
        Line("detail", _or_dash(record.detail, limit=2_000)),
        Line("created", cell(happened_text(record.created_at, now))),
    ]
    if record.reservation_id:
        lines.append(Line("reservation", reservation_cell(record.reservation_id, swarm)))
    else:
        lines.append(Line("reservation", (Span("none named", Style.DIM),)))
    return [*lines, *rest_lines(entity.record, entity.slots)]


def _branch(intent: "Intent", swarm: "Swarm") -> Iterator[Line]:
    """Yield the branch that an intent names, and where it happens if that is elsewhere."""
    yield Line("branch", _or_dash(intent.branch))
    held = swarm.reservation(intent.reservation_id)
    if held is not None and held.is_held and (there := held.reservation.branch) != intent.branch:
        where = f"on {safe_text(there, 80)}, where its reservation is" if there else "on no branch, as its reservation"
        yield Line("", (Span(f"it happens {where}", Style.DIM),))


def conflict_lines(conflict: "Conflict", now: datetime) -> list[Line]:
    """Return all there is to say at *now* about a conflict; why it is one and what to do stand first.

    Lists are below: on a small screen the first six lines are in sight, and how many there are is anybody's guess.
    """
    holders = conflict.holders
    is_claim = conflict.conflict_type == "double_claim"
    kind = (*cell(conflict.conflict_type, Style.STRONG), Span("   "))
    return [
        Line("conflict", (*kind, *risk_cell(conflict.risk, conflict.confidence))),
        Line("why", cell(conflict.description, limit=2_000)),
        Line("do", cell(conflict.advice, limit=2_000)),
        *listed(
            "task" if is_claim else "addresses",
            (cell(address, limit=600) for address in conflict.addresses),
            len(conflict.addresses),
        ),
        *((Line("title", cell(conflict.title, limit=600)),) if conflict.title else ()),
        *labelled("calls", [cell(calls, limit=1_000) for calls in conflict.calls]),
        Line("since", cell(happened_text(conflict.since, now))),
        *(() if is_claim else (Line("branches", _joined(conflict.branches)),)),
        *listed("claimed by" if is_claim else "held by", (_holder(each, now) for each in holders), len(holders)),
        *(() if conflict.complete else (Line("", (Span("… and more holders than are counted here", Style.DIM),)),)),
    ]


def _holder(holder: "Holder", now: datetime) -> Cell:
    """Return one holder in a line: its run, its branch, and what it has; of a claim, since when it has the task."""
    if holder.reservation_id or holder.intent_id:
        has = f" on {safe_text(holder.branch, 80)}" if holder.branch else ""
        deed = f" to {safe_text(holder.operation, 40)}" if holder.operation else ""
        has += f" {'means' if holder.intent_id else 'has'}{deed} {safe_text(holder.address, 300)}"
    else:
        has = f" claimed it at {happened_text(holder.created_at, now)}"
    hub = Span(" (from the hub)" if holder.source == "remote" else "", Style.REMOTE)
    return (Span(run_name(holder.run_id), Style.STRONG), Span(has), hub)


def problem_lines(path: str, reason: str) -> list[Line]:
    """Return all there is to say about a file that is no record."""
    return [
        Line("file", cell(f".muse/coordination/{path}", Style.STRONG, limit=1_000)),
        Line("problem", cell(reason, Style.MEDIUM, limit=1_000)),
        Line("effect", cell("It is left out, as if it were not there; nothing else is touched by it.")),
        Line("do", cell("Ask whoever wrote it to write it anew, or remove the file: it is noticed at once.")),
    ]


def rest_lines(record: "AnyRecord", slots: "Sequence[Slot]") -> Iterator[Line]:
    """Yield what of *record* musetui does not know, and where it lies."""
    for name, text in extra_fields(record.model_extra):
        yield Line(name, (Span(text),))
    yield from labelled("file", [cell(f".muse/coordination/{slot.path}", Style.DIM, 600) for slot in slots[:8]])


def _time_left(held: "Held", now: datetime) -> Cell:
    lease = held.lease
    if not held.state.is_held:
        return (Span(f"  ended {ago(ended_at(lease), now)}", Style.DIM),)
    left = f"  {countdown(lease.expires_at - now)} left "
    return (Span(left), Span(bar(left_share(lease, now)), state_cell(state_word(held))[0].style))


def _lease(held: "Held", now: datetime) -> Iterator[Line]:
    record, lease = held.reservation, held.lease
    yield Line("created", cell(happened_text(record.created_at, now)))
    expiry = [Span(moment_text(lease.expires_at, now))]
    if lease.expires_at > record.expires_at:
        expiry.append(Span(f", extended by {duration(lease.expires_at - record.expires_at)}", Style.DIM))
    yield Line("expires", tuple(expiry))
    beats = held.heartbeats
    if beats:
        last = max((beat.last_beat_at for beat in beats if beat.last_beat_at is not None), default=None)
        # How many there are is not how often it was heard of: each is written over the one before.
        yield Line(
            "heartbeat", cell(f"the last at {happened_text(last, now)}" if last is not None else "at a time unknown")
        )
    release = held.release
    if release is not None:
        when = happened_text(release.released_at, now) if release.released_at is not None else "at a time unknown"
        by = f" by {safe_text(release.run_id, 80)}" if release.run_id else ""
        why = f": {safe_text(release.reason, 400)}" if release.reason else ""
        yield Line("released", cell(f"{when}{by}{why}", limit=1_000))


def conflict_list(conflicts: "Sequence[Conflict]") -> Iterator[Line]:
    spans: list[Cell] = []
    for conflict in conflicts[:RELATED_LIMIT]:
        sign = risk_cell(conflict.risk, conflict.confidence)
        spans.append((sign[0], Span(f" {safe_text(conflict.description, 600)}")))
        spans.append((Span(f"  → {safe_text(conflict.advice, 600)}", Style.DIM),))
    yield from labelled("conflicts", spans)
    yield from more(len(conflicts) - RELATED_LIMIT)


def _intents(held: "Held", swarm: "Swarm") -> Iterator[Line]:
    spans: list[Cell] = []
    ids = swarm.intents_of(held.record_id)
    for intent_id in sorted(ids)[:RELATED_LIMIT]:
        entity = swarm.entity(Kind.INTENT, intent_id)
        if entity is not None:
            intent = intent_of(entity)
            detail = f": {safe_text(intent.detail, 300)}" if intent.detail else ""
            said = f" will {safe_text(intent.operation, 40)} {_first(intent.addresses)}{detail}"
            spans.append((Span(run_name(intent.run_id), Style.STRONG), Span(said)))
    yield from labelled("intents", spans)
    yield from more(len(ids) - RELATED_LIMIT)


def _dependencies(held: "Held", swarm: "Swarm") -> Iterator[Line]:
    for label, ids in (
        ("waits for", swarm.depends_on(held.record_id)),
        ("awaited by", swarm.waiting_on(held.record_id)),
    ):
        yield from labelled(label, [reservation_cell(other, swarm) for other in sorted(ids)[:RELATED_LIMIT]])
        yield from more(len(ids) - RELATED_LIMIT)


def reservation_cell(reservation_id: str, swarm: "Swarm") -> Cell:
    """Return one reservation in a line: its state, its run, what it holds."""
    held = swarm.reservation(reservation_id)
    if held is None:
        return (Span(safe_text(reservation_id, 128)), Span(" (unknown here)", Style.DIM))
    record = held.reservation
    return (
        *held_cell(held),
        Span(f" {run_name(record.run_id)} ", Style.STRONG),
        *addresses_cell(record.addresses),
        Span(f" {safe_text(reservation_id, 128)}", Style.DIM),
    )


def listed(label: str, spans: Iterable[Cell], total: int) -> Iterator[Line]:
    """Yield a line for each of *spans*, `ADDRESSES_LIMIT` at most, and say how many of *total* are left out."""
    shown = [each for _, each in zip(range(ADDRESSES_LIMIT), spans, strict=False)]
    yield from labelled(label, shown or [(Span("none", Style.DIM),)])
    yield from more(total - ADDRESSES_LIMIT)


def labelled(label: str, spans: Iterable[Cell]) -> Iterator[Line]:
    for place, each in enumerate(spans):
        yield Line("" if place else label, each)


def more(count: int) -> Iterator[Line]:
    if count > 0:
        yield Line("", (Span(f"… and {count:,} more", Style.DIM),))


def _joined(names: Collection[str]) -> Cell:
    shown = ", ".join(safe_text(name, 80) for name, _ in zip(names, range(RELATED_LIMIT), strict=False))
    more = f" and {len(names) - RELATED_LIMIT:,} more" if len(names) > RELATED_LIMIT else ""
    return (Span(shown), Span(more, Style.DIM)) if shown else (Span("–", Style.DIM),)


def _first(addresses: Sequence[str]) -> str:
    return "".join(span.text for span in addresses_cell(tuple(addresses[:1])))


def _or_dash(text: str, limit: int = 600) -> Cell:
    return cell(text, limit=limit) if text else (Span("–", Style.DIM),)
