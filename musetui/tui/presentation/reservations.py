"""Reservations as rows: their columns, and the cells made from a reservation and a moment."""

from datetime import datetime
from typing import TYPE_CHECKING

from musetui.records.liveness import Lease, LeaseState
from musetui.records.text import safe_text
from musetui.tui.presentation.cells import Align, Cell, Column, Cut, Span, Style, cell, run_cell
from musetui.tui.presentation.glyphs import bar, held_cell, source_cell, state_word
from musetui.tui.presentation.time_text import age, ago, countdown

if TYPE_CHECKING:
    from musetui.swarm.entity import Held

STATE_RANKS = {"expiring": 0, "silent": 1, "active": 2, "released": 3, "expired": 4}
"""What needs a person first stands first; what is about to expire before all else, be its run silent or not."""


def addresses_cell(addresses: tuple[str, ...], style: str = Style.PLAIN) -> Cell:
    """Return the first of *addresses* and how many more there are: `src/a.py::f +2`."""
    if not addresses:
        return (Span("(no address)", Style.DIM),)
    first = Span(safe_text(addresses[0], 300), style)
    return (first,) if len(addresses) == 1 else (first, Span(f" +{len(addresses) - 1:,}", Style.DIM))


def operation_cell(operation: str | None) -> Cell:
    """Return an operation; none is a dash."""
    return cell(operation, limit=40) if operation else (Span("–", Style.DIM),)


def ended_at(lease: Lease) -> datetime:
    """Return when a lease that is over ended: it was released or it ran out, whichever came first (aware)."""
    if lease.released_at is None:
        return lease.expires_at
    return min(lease.released_at, lease.expires_at)


def left_share(lease: Lease, now: datetime) -> float:
    """Return the share of the lease that is left at *now*, from 0 to 1."""
    length = (lease.expires_at - lease.created_at).total_seconds()
    left = (lease.expires_at - now).total_seconds()
    return min(max(left / length, 0.0), 1.0) if length > 0 else 0.0


def _text_style(held: "Held") -> str:
    return Style.PLAIN if held.state.is_held else Style.DIM


def _state(held: "Held", _now: datetime) -> Cell:
    return held_cell(held)


def _state_key(held: "Held") -> tuple[int, float]:
    lease = held.lease
    rank = 0 if held.state is LeaseState.EXPIRING else STATE_RANKS[state_word(held)]
    # What ends next stands first among the held, what ended last among the others.
    return (rank, lease.expires_at.timestamp() if held.state.is_held else -ended_at(lease).timestamp())


def _source(held: "Held", _now: datetime) -> Cell:
    return source_cell(held)


def _run(held: "Held", _now: datetime) -> Cell:
    return run_cell(held.reservation.run_id, Style.STRONG if held.state.is_held else Style.DIM)


def _address(held: "Held", _now: datetime) -> Cell:
    return addresses_cell(held.reservation.addresses, _text_style(held))


def _operation(held: "Held", _now: datetime) -> Cell:
    return operation_cell(held.reservation.operation)


def _left(held: "Held", now: datetime) -> Cell:
    lease = held.lease
    if not held.state.is_held:
        return (Span(ago(ended_at(lease), now), Style.DIM),)
    style = Style.EXPIRING if held.state is LeaseState.EXPIRING else Style.ACTIVE
    return (Span(f"{bar(left_share(lease, now))} {countdown(lease.expires_at - now):>5}", style),)


def _left_key(held: "Held") -> tuple[bool, float]:
    lease = held.lease
    is_over = not held.state.is_held
    return (is_over, -ended_at(lease).timestamp() if is_over else lease.expires_at.timestamp())


def _branch(held: "Held", _now: datetime) -> Cell:
    return cell(held.reservation.branch, _text_style(held))


def _age(held: "Held", now: datetime) -> Cell:
    return (Span(age(held.reservation.created_at, now), Style.DIM),)


RESERVATION_COLUMNS: tuple["Column[Held]", ...] = (
    Column("state", "state", _state, _state_key, width=10, priority=100),
    Column("run", "run", _run, lambda held: held.reservation.run_id, width=9, flex=1, widest=26, priority=90),
    Column("source", "", _source, lambda held: (held.is_remote, held.is_local), width=1, priority=30),
    Column(
        "address",
        "address",
        _address,
        lambda held: held.reservation.addresses[:1],
        width=16,
        flex=4,
        ideal=28,
        priority=95,
        cut=Cut.START,
    ),
    Column("op", "op", _operation, lambda held: held.reservation.operation or "", width=7, priority=40),
    Column("left", "left", _left, _left_key, width=11, priority=80, align=Align.RIGHT, ticking=True),
    Column("branch", "branch", _branch, lambda held: held.reservation.branch, width=8, flex=1, widest=26, priority=20),
    Column(
        "age",
        "age",
        _age,
        lambda held: -held.reservation.created_at.timestamp(),
        width=5,
        priority=10,
        align=Align.RIGHT,
        ticking=True,
    ),
)
"""The columns of a list of reservations."""
