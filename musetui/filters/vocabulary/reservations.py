"""What can be named of a reservation."""

from typing import TYPE_CHECKING

from musetui.filters.fields import Field, FieldKind, Fields
from musetui.filters.vocabulary import common
from musetui.filters.vocabulary.entities import source_of
from musetui.filters.vocabulary.sight import Look
from musetui.forecast.stale import StaleKey, StaleReason
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState

if TYPE_CHECKING:
    from musetui.swarm.entity import Held

SILENT, HELD, STALE = "silent", "held", "stale"


def reservation_vocabulary(look: Look) -> "Fields[Held]":
    """Return the fields of reservations; *look* gives what else they look at."""
    state: Field[Held] = Field(
        "state",
        FieldKind.WORD,
        "how it stands with the lease; stale: it is stuck",
        _states,
        words=(*(state.value for state in LeaseState), SILENT, HELD),
        tests={STALE: lambda held: is_stuck(held.record_id, look)},
        relates=True,
    )
    ttl: Field[Held] = Field(
        "ttl", FieldKind.LENGTH, "how long the lease is in all", lambda held: held.lease.length.total_seconds()
    )
    return Fields(
        "reservations",
        (
            state,
            common.run(lambda held: held.reservation.run_id),
            common.branch(lambda held: held.reservation.branch),
            common.addr(lambda held: held.reservation.addresses),
            common.op(lambda held: held.reservation.operation or ""),
            common.left(lambda held: held.lease.expires_at if held.is_held else None, "until the lease ends"),
            *common.ages(lambda held: held.reservation.created_at),
            ttl,
            common.has(
                {
                    "conflict": lambda held: collides(held.record_id, look),
                    "intent": lambda held: (
                        (sight := look()) is not None and bool(sight.swarm.intents_of(held.record_id))
                    ),
                    "heartbeat": lambda held: bool(held.heartbeats),
                    "release": lambda held: held.release is not None,
                    "wait": lambda held: (sight := look()) is not None and bool(sight.swarm.depends_on(held.record_id)),
                    "waiter": lambda held: (
                        (sight := look()) is not None and bool(sight.swarm.waiting_on(held.record_id))
                    ),
                }
            ),
            common.source(source_of),
            common.ident(lambda held: held.record_id),
        ),
        lambda held: common.some(_shown_state(held), "remote" if held.is_remote else ""),
    )


def _states(held: "Held") -> tuple[str, ...]:
    if not held.is_held:
        return (held.state.value,)
    return (held.state.value, HELD, SILENT) if held.silent else (held.state.value, HELD)


def _shown_state(held: "Held") -> str:
    return SILENT if held.silent and held.is_held else held.state.value


def collides(reservation_id: str, look: Look) -> bool:
    """Return whether a reservation takes part in a conflict."""
    sight = look()
    return sight is not None and sight.conflicts.has_conflict(reservation_id)


def is_stuck(reservation_id: str, look: Look) -> bool:
    """Return whether a reservation is stuck, for whatever reason."""
    sight = look()
    return sight is not None and (
        any(StaleKey(reason, kind, reservation_id) in sight.stale for reason, kind in _REASONS)
        or sight.stale.is_in_circle(reservation_id)
    )


_REASONS = (
    (StaleReason.SILENT, Kind.RESERVATION),
    (StaleReason.ABANDONED, Kind.RESERVATION),
    (StaleReason.OVERLONG, Kind.RESERVATION),
    (StaleReason.FROM_THE_FUTURE, Kind.RESERVATION),
    (StaleReason.WAITS_ON_THE_DEAD, Kind.DEPENDENCY),
)
"""Why a reservation can be stuck by itself, each with the kind of record that tells of it."""
