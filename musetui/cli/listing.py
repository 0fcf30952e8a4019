"""`musetui list KIND`: the records of a kind, newest first, each with what time and other records make of it."""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

from musetui.cli.filtering import Pending, wanted
from musetui.cli.output import say, say_json, say_table
from musetui.cli.past import moment_fields
from musetui.cli.workspace import look_at_all, open_workspace
from musetui.durations import format_age, format_duration
from musetui.filters.vocabulary.standing import Standing
from musetui.records.kinds import Kind
from musetui.swarm.task_state import task_state

if TYPE_CHECKING:
    from musetui.filters.fields import Fields
    from musetui.records.models import AnyRecord, Claim, Dependency, Heartbeat, Intent, Release, Reservation, Task
    from musetui.swarm.entity import Entity
    from musetui.swarm.picture import Swarm


def run_list(args: Namespace) -> int:
    """Print the records of one kind."""
    kind = Kind(args.kind)
    sight = Pending()
    shows = wanted(args, _fields_of(kind, sight))
    swarm = sight.see(look_at_all(open_workspace(args)))
    every = _each_claim(swarm) if kind is Kind.CLAIM else swarm.entities(kind)
    whole = sorted((entity for entity in every if shows(entity, swarm.now)), key=_newest_first)
    shown = whole[: args.limit]
    if args.as_json:
        records = [record_fields(entity, swarm) for entity in shown]
        say_json(
            {"schema_version": 1, "kind": kind.value, "total": len(whole), "records": records, **moment_fields(swarm)}
        )
        return 0
    if not whole:
        say(f"no {kind.value} records" if args.filter is None else f"the filter shows no {kind.value} record")
        return 0
    columns = _COLUMNS[kind]
    say_table([title for title, _ in columns], [_row(columns, entity, swarm) for entity in shown])
    return 0


def _each_claim(swarm: "Swarm") -> "Iterator[Entity]":
    """Yield every run's claim on every task: of two runs that claim the same one, neither hides the other."""
    from musetui.swarm.entity import Entity

    for claimed in swarm.claims():
        by_run: dict[str, Entity] = {}
        for sighting in claimed.sightings:
            by_run.setdefault(sighting.record.holder, Entity(claimed.record_id)).put(sighting)
        yield from by_run.values()


def _fields_of(kind: Kind, sight: Pending) -> "Fields[Any]":
    """Return what a filter can name of records of a kind."""
    from musetui.filters.vocabulary.entities import intent_vocabulary, record_vocabulary
    from musetui.filters.vocabulary.reservations import reservation_vocabulary

    if kind is Kind.RESERVATION:
        return reservation_vocabulary(sight)
    return (
        intent_vocabulary(sight)
        if kind is Kind.INTENT
        else record_vocabulary(lambda entity: standing_of(entity, sight.swarm))
    )


def standing_of(entity: "Entity", swarm: "Swarm") -> Standing:
    """Return what *entity* stands at, at the swarm's moment."""
    record = entity.record
    if record.kind is Kind.CLAIM:
        ends_at = cast("Claim", record).expires_at
        return Standing(None if ends_at is None else "expired" if ends_at <= swarm.now else "active", False, ends_at)
    if record.kind is Kind.TASK:
        return Standing(task_state(swarm.claimed(entity.record_id)).value, False, None)
    held = swarm.reservation(cast("Reservation | Intent | Release | Heartbeat | Dependency", record).reservation_id)
    if held is None:
        return Standing(None, False, None)
    if record.kind is not Kind.RESERVATION:
        return Standing(held.state.value, False, None)
    return Standing(held.state.value, held.silent, held.lease.expires_at)


def record_fields(entity: "Entity", swarm: "Swarm") -> dict[str, object]:
    """Return one record as `list --json` prints it: its own fields, then ours.

    Where a record has a field of its own by one of our names, ours is shown, and its own is kept below `own`.
    """
    from pydantic_core import from_json

    fields: dict[str, object] = from_json(entity.record.model_dump_json())
    state, silent, ends_at = standing_of(entity, swarm)
    ours: dict[str, object] = {
        "kind": entity.record.kind.value,
        "record_id": entity.record_id,
        "state": state,
        "silent": silent,
        "source": source_of(entity),
        "expires_effective": None if ends_at is None else ends_at.astimezone(UTC).isoformat(),
        "left_seconds": None if ends_at is None else max(0.0, round((ends_at - swarm.now).total_seconds(), 3)),
    }
    own = {name: value for name, value in fields.items() if name in ours or name == "own"}
    return {**fields, **ours, **({"own": own} if own else {})}


def source_of(entity: "Entity") -> str:
    """Return where *entity* lies: local, remote or both."""
    return "both" if entity.is_shared else entity.source.value


def _newest_first(entity: "Entity") -> tuple[bool, float, str]:
    moment = entity.record.moment
    return moment is None, 0.0 if moment is None else -moment.timestamp(), entity.record_id


Column = tuple[str, Callable[["Entity", "Swarm"], str]]


def _row(columns: Sequence[Column], entity: "Entity", swarm: "Swarm") -> list[str]:
    return [cell(entity, swarm) or "-" for _, cell in columns]


def _state(entity: "Entity", swarm: "Swarm") -> str:
    state, silent, _ = standing_of(entity, swarm)
    return f"{state},silent" if silent else state or "unknown"


def _left(entity: "Entity", swarm: "Swarm") -> str:
    state, _, ends_at = standing_of(entity, swarm)
    if ends_at is None or state not in ("active", "expiring"):
        return ""
    return format_duration(ends_at - swarm.now, 2)


def _age(entity: "Entity", swarm: "Swarm") -> str:
    moment = entity.record.moment
    return "" if moment is None else format_age(swarm.now - moment, 2)


def _addresses(entity: "Entity", _: "Swarm") -> str:
    addresses = cast("Reservation | Intent", entity.record).addresses
    more = f" +{len(addresses) - 1}" if len(addresses) > 1 else ""
    return f"{addresses[0]}{more}" if addresses else ""


def _field(read: Callable[["AnyRecord"], str | None]) -> Callable[["Entity", "Swarm"], str]:
    return lambda entity, _: read(entity.record) or ""


def _source(entity: "Entity", _: "Swarm") -> str:
    return source_of(entity)


def _id(entity: "Entity", _: "Swarm") -> str:
    return entity.record_id


_RUN: Column = ("RUN", _field(lambda record: record.holder))
_BRANCH: Column = ("BRANCH", _field(lambda record: cast("Reservation", record).branch))
_OPERATION: Column = ("OP", _field(lambda record: cast("Reservation", record).operation))
_RESERVATION: Column = ("RESERVATION", _field(lambda record: cast("Heartbeat", record).reservation_id))
_STATE: Column = ("STATE", _state)
_AGE: Column = ("AGE", _age)
_LEFT: Column = ("LEFT", _left)
_ADDRESS: Column = ("ADDRESS", _addresses)
_SOURCE: Column = ("SOURCE", _source)
_ID: Column = ("ID", _id)


def _text(title: str, read: Callable[["AnyRecord"], str | None]) -> Column:
    return title, _field(read)


_COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.RESERVATION: (_STATE, _LEFT, _AGE, _RUN, _BRANCH, _OPERATION, _ADDRESS, _SOURCE, _ID),
    Kind.INTENT: (
        _AGE,
        _RUN,
        _BRANCH,
        _OPERATION,
        _ADDRESS,
        _text("DETAIL", lambda record: cast("Intent", record).detail),
        _SOURCE,
        _ID,
    ),
    Kind.RELEASE: (_AGE, _RUN, _text("REASON", lambda record: cast("Release", record).reason), _SOURCE, _RESERVATION),
    Kind.HEARTBEAT: (_STATE, _AGE, _RUN, _SOURCE, _RESERVATION),
    Kind.DEPENDENCY: (
        _STATE,
        _AGE,
        _SOURCE,
        _RESERVATION,
        _text("WAITS FOR", lambda record: " ".join(cast("Dependency", record).depends_on)),
    ),
    Kind.TASK: (
        _STATE,
        _AGE,
        _RUN,
        _text("QUEUE", lambda record: cast("Task", record).queue),
        _text("TITLE", lambda record: cast("Task", record).title),
        _SOURCE,
        _ID,
    ),
    Kind.CLAIM: (_STATE, _LEFT, _AGE, _RUN, _SOURCE, ("TASK", _id)),
}
