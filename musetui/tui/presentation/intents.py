"""Intents as rows: their columns, and the cells made from an intent and a moment."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from musetui.tui.presentation.cells import Align, Cell, Column, Cut, Span, Style, cell, run_cell
from musetui.tui.presentation.glyphs import source_cell
from musetui.tui.presentation.reservations import addresses_cell, operation_cell
from musetui.tui.presentation.time_text import age

if TYPE_CHECKING:
    from musetui.records.models import Intent
    from musetui.swarm.entity import Entity


def intent_of(entity: "Entity") -> "Intent":
    """Return the intent that speaks for *entity*, which must be one of an intent."""
    return cast("Intent", entity.record)


def _operation(entity: "Entity", _now: datetime) -> Cell:
    return operation_cell(intent_of(entity).operation)


def _run(entity: "Entity", _now: datetime) -> Cell:
    return run_cell(intent_of(entity).run_id)


def _source(entity: "Entity", _now: datetime) -> Cell:
    return source_cell(entity)


def _address(entity: "Entity", _now: datetime) -> Cell:
    return addresses_cell(intent_of(entity).addresses)


def _detail(entity: "Entity", _now: datetime) -> Cell:
    return cell(intent_of(entity).detail, Style.DIM)


def _branch(entity: "Entity", _now: datetime) -> Cell:
    return cell(intent_of(entity).branch)


def _age(entity: "Entity", now: datetime) -> Cell:
    return (Span(age(intent_of(entity).created_at, now), Style.DIM),)


INTENT_COLUMNS: tuple["Column[Entity]", ...] = (
    Column("op", "op", _operation, lambda entity: intent_of(entity).operation, width=7, priority=100),
    Column("run", "run", _run, lambda entity: intent_of(entity).run_id, width=9, flex=1, widest=26, priority=90),
    Column("source", "", _source, lambda entity: (entity.is_remote, entity.is_local), width=1, priority=30),
    Column(
        "address",
        "address",
        _address,
        lambda entity: intent_of(entity).addresses[:1],
        width=16,
        flex=3,
        ideal=22,
        priority=95,
        cut=Cut.START,
    ),
    Column(
        "detail",
        "detail",
        _detail,
        lambda entity: intent_of(entity).detail[:300],
        width=12,
        flex=3,
        ideal=14,
        priority=60,
    ),
    Column(
        "branch", "branch", _branch, lambda entity: intent_of(entity).branch, width=8, flex=1, widest=26, priority=20
    ),
    Column(
        "age",
        "age",
        _age,
        lambda entity: -intent_of(entity).created_at.timestamp(),
        width=5,
        priority=40,
        align=Align.RIGHT,
        ticking=True,
    ),
)
"""The columns of a list of intents; by age, the newest stands first."""
