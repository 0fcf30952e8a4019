"""What can be named of an intent, and of a record of any kind."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from musetui.filters.fields import Field, FieldKind, Fields, Known
from musetui.filters.vocabulary import common
from musetui.filters.vocabulary.sight import Look
from musetui.filters.vocabulary.standing import Standing
from musetui.swarm.task_state import TaskState

if TYPE_CHECKING:
    from musetui.records.models import Intent
    from musetui.swarm.entity import Entity


def source_of(entity: "Entity") -> tuple[str, ...]:
    """Return the words that say where *entity* lies."""
    if entity.is_shared:
        return ("local", "remote", "both")
    return ("local",) if entity.is_local else ("remote",)


def _intent(entity: "Entity") -> "Intent":
    return cast("Intent", entity.record)


def intent_vocabulary(look: Look) -> "Fields[Entity]":
    """Return the fields of intents; *look* gives what else they look at."""

    def is_live(entity: "Entity") -> bool:
        sight = look()
        return sight is not None and sight.conflicts.is_live_intent(entity.record_id)

    def collides(entity: "Entity") -> bool:
        sight = look()
        return sight is not None and sight.conflicts.intent_has_conflict(entity.record_id)

    def is_held(entity: "Entity") -> bool:
        sight = look()
        held = sight.swarm.reservation(_intent(entity).reservation_id) if sight is not None else None
        return held is not None and held.is_held

    state: Field[Entity] = Field(
        "state",
        FieldKind.WORD,
        "live while it still means something, else over",
        tests={"live": is_live, "over": lambda entity: not is_live(entity)},
        relates=True,
    )
    reservation: Field[Entity] = Field(
        "reservation",
        FieldKind.TEXT,
        "the id of the reservation it is about",
        lambda each: _intent(each).reservation_id,
    )
    return Fields(
        "intents",
        (
            state,
            common.run(lambda entity: _intent(entity).run_id),
            common.branch(lambda entity: _intent(entity).branch),
            common.addr(lambda entity: _intent(entity).addresses),
            common.op(lambda entity: _intent(entity).operation),
            Field("detail", FieldKind.TEXT, "what it says in its own words", lambda entity: _intent(entity).detail),
            *common.ages(lambda entity: _intent(entity).created_at),
            common.has({"conflict": collides, "reservation": is_held}),
            common.source(source_of),
            reservation,
            common.ident(lambda entity: entity.record_id),
        ),
        lambda entity: common.some("remote" if entity.is_remote else ""),
    )


TASK_WORDS = {TaskState.DOUBLE: "double", TaskState.OPEN: "open", TaskState.CLAIMED: "claimed", TaskState.OVER: "over"}
"""The states of a task, one word each."""

RECORD_STATES = ("active", "expiring", "released", "expired", *TASK_WORDS.values(), "unknown")


def _state(state: str | None) -> str:
    return {known.value: word for known, word in TASK_WORDS.items()}.get(state or "", state or "unknown")


def record_vocabulary(standing: "Callable[[Entity], Standing]") -> "Fields[Entity]":
    """Return the fields of releases, heartbeats, dependencies, tasks and claims; *standing* tells how each stands."""

    def ends_at(entity: "Entity") -> datetime | None:
        found = standing(entity)
        return found.ends_at if found.state in ("active", "expiring") else None

    def read(name: str) -> "Callable[[Entity], str]":
        return lambda entity: str(getattr(entity.record, name, "") or "")

    def waits_for(entity: "Entity") -> tuple[str, ...]:
        return tuple(getattr(entity.record, "depends_on", ()))

    queue: Field[Entity] = Field("queue", FieldKind.TEXT, "the queue of a task", read("queue"), known=Known.QUEUES)
    return Fields(
        "records",
        (
            common.words(
                "state", "how it stands with it", RECORD_STATES, lambda entity: _state(standing(entity).state)
            ),
            common.run(lambda entity: entity.record.holder),
            common.left(ends_at, "until a claim ends"),
            *common.ages(lambda entity: entity.record.moment),
            queue,
            Field("title", FieldKind.TEXT, "what a task is called", read("title")),
            Field("reason", FieldKind.TEXT, "why something was released", read("reason")),
            Field("reservation", FieldKind.TEXT, "the id of the reservation it names", read("reservation_id")),
            Field("waits", FieldKind.TEXT, "the ids of what is waited for", waits_for),
            common.source(source_of),
            common.ident(lambda entity: entity.record_id),
        ),
        lambda entity: common.some("remote" if entity.is_remote else ""),
    )
