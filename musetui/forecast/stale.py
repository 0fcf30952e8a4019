"""Stale: what is stuck, why, and how bad it is. One finding is one record (or one circle) with one reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from musetui.coordination.batch import Source
from musetui.records.kinds import Kind


class StaleReason(StrEnum):
    """Why something is stuck; the value is the name in JSON."""

    SILENT = "silent"
    ABANDONED = "abandoned"
    ORPHAN_INTENT = "orphan_intent"
    OVERLONG = "overlong"
    FROM_THE_FUTURE = "from_the_future"
    WAITS_ON_THE_DEAD = "waits_on_the_dead"
    WAITS_IN_A_CIRCLE = "waits_in_a_circle"
    CLAIMED_BY_A_GHOST = "claimed_by_a_ghost"

    @property
    def words(self) -> str:
        """The reason as people read it: `waits on the dead`."""
        return self.value.replace("_", " ")


class Severity(StrEnum):
    """How bad it is that something is stuck."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]

    @property
    def worse(self) -> "Severity":
        """One step worse; what is high stays so."""
        return Severity.HIGH if self is not Severity.LOW else Severity.MEDIUM


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}

BASE_SEVERITY: dict[StaleReason, Severity] = {
    StaleReason.WAITS_IN_A_CIRCLE: Severity.HIGH,
    StaleReason.SILENT: Severity.MEDIUM,
    StaleReason.WAITS_ON_THE_DEAD: Severity.MEDIUM,
    StaleReason.CLAIMED_BY_A_GHOST: Severity.MEDIUM,
    StaleReason.ABANDONED: Severity.LOW,
    StaleReason.OVERLONG: Severity.LOW,
    StaleReason.FROM_THE_FUTURE: Severity.LOW,
    StaleReason.ORPHAN_INTENT: Severity.LOW,
}
"""How bad each is while it is in nobody's way; where others wait for it or conflict with it, it is one step worse.

A circle never ends by itself. What is silent, waits in vain, or is claimed and not worked on takes something from
others now. The rest takes nothing yet."""


class StaleKey(NamedTuple):
    """What tells one finding from another.

    Attributes:
        reason: why it is one.
        kind: the kind of record that is stuck.
        record_id: the record's id; of a circle, the smallest id in it.
        circle: of a circle, the reservations in it, each waiting for the next one and the last one for the first.
    """

    reason: StaleReason
    kind: Kind
    record_id: str
    circle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaleFinding:
    """One thing that is stuck. All text but the suggestion is the records' own, and so hostile.

    Attributes:
        key: what tells it from others.
        record_id: the record to act on: of a circle, the reservation that is best given back.
        run_id: whose it is; "" if unknown.
        branch: where it is, or "".
        addresses: what it holds or is about; of a claim the task's id.
        source: where the record that speaks for it lies.
        since: when it became so (aware); of what is from the future, the moment that has not come yet.
        severity: how bad it is.
        contested: whether others wait for it, or are in conflict with it.
        suggestion: one sentence that says what to do; safe to paint as plain text.
        command: the words of a command that ends it, ready to run; () where there is none.
    """

    key: StaleKey
    record_id: str
    run_id: str
    branch: str
    addresses: tuple[str, ...]
    source: Source
    since: datetime
    severity: Severity
    contested: bool
    suggestion: str
    command: tuple[str, ...]

    @property
    def reason(self) -> StaleReason:
        """Why it is stuck."""
        return self.key.reason

    @property
    def kind(self) -> Kind:
        """The kind of record that is stuck."""
        return self.key.kind

    def age(self, now: datetime) -> timedelta:
        """Return for how long it has been so at *now* (aware); nothing for what is from the future."""
        return max(now - self.since, timedelta(0))
