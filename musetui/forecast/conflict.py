"""Conflicts: what one is, how sure, and how bad. A conflict is a group with all its holders, never a pair."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from musetui.coordination.batch import Source
from musetui.records.address import SYMBOL_MARK

HOLDERS_LIMIT = 2_000
"""Holders that one conflict lists; beyond, it says so. No person reads more, and the sum must stay small."""

HIGH_FROM = 0.9
MEDIUM_FROM = 0.5
"""Muse's own limits: high risk is 0.9 and above, medium 0.5 and above, low the rest."""


class ConflictType(StrEnum):
    """Why it is a conflict; the value is the name in JSON."""

    ADDRESS_OVERLAP = "address_overlap"
    CONTAINMENT_OVERLAP = "containment_overlap"
    OPERATION_CONFLICT = "operation_conflict"
    BLAST_RADIUS_OVERLAP = "blast_radius_overlap"
    DOUBLE_CLAIM = "double_claim"


class Risk(StrEnum):
    """How bad a conflict is, by its confidence."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ConflictKey(NamedTuple):
    """What tells one conflict from another.

    Attributes:
        conflict_type: why it is one.
        address: the address all hold or change, or the outer one where some hold or change what is within; or the id
            of the task that all claim.
    """

    conflict_type: ConflictType
    address: str


class Holder(NamedTuple):
    """One reservation's, intent's or claim's part in a conflict. All text is a record's own, and so hostile.

    Attributes:
        branch: "" for a claim.
        reservation_id: of an intent the one that it is about; "" where there is none, as for a claim, and for a
            reservation that is only thought of.
        address: what it holds or changes, as nesting compares addresses; of a claim the task's id.
        created_at: since when, as far as is known (aware).
        operation: what it does there, as its record says; "" where that says nothing, or does not matter.
        intent_id: the intent that it is; "" for all else.
    """

    run_id: str
    branch: str
    reservation_id: str
    address: str
    source: Source
    created_at: datetime
    operation: str = ""
    intent_id: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A group of holders that get into each other's way. Everyone in it collides with another one in it.

    All text but the two sentences is the records' own, and so hostile.

    Attributes:
        key: what tells it from others.
        confidence: how likely it is to hurt, 0 to 1.
        since: when it became a conflict, as far as those who hold now go (aware).
        holders: who holds what, the earliest first; at most `HOLDERS_LIMIT`.
        complete: False if there are more holders than are listed.
        addresses: the addresses held, that of the key first; or the id of the task claimed.
        runs: the runs, by when they started.
        branches: the branches, by when they came in.
        sources: where the holders' records lie.
        description: one sentence that says why; safe to paint as plain text.
        advise: returns what `advice` says of it now.
        title: what the task is called that is claimed; "" where that is not known, and for addresses.
        calls: of a blast radius, by which calls each place is reached, nearest first; safe to paint as plain text.
    """

    key: ConflictKey
    confidence: float
    since: datetime
    holders: tuple[Holder, ...]
    complete: bool
    addresses: tuple[str, ...]
    runs: tuple[str, ...]
    branches: tuple[str, ...]
    sources: tuple[Source, ...]
    description: str
    advise: "Callable[[Conflict], str]" = field(compare=False, repr=False)
    title: str = ""
    calls: tuple[str, ...] = ()

    @property
    def conflict_type(self) -> ConflictType:
        """Why it is a conflict."""
        return self.key.conflict_type

    @property
    def from_hub(self) -> frozenset[str]:
        """The runs of which all that takes part is known from the hub alone."""
        if Source.REMOTE not in self.sources:
            return frozenset()
        return frozenset(self.runs) - {holder.run_id for holder in self.holders if holder.source is Source.LOCAL}

    @property
    def advice(self) -> str:
        """One sentence that says what to do; safe to paint as plain text.

        Worked out when asked for: it also goes by what those in it do elsewhere, and by how long they have been silent.
        """
        return self.advise(self)

    @property
    def risk(self) -> Risk:
        """How bad it is."""
        return risk_of(self.confidence)

    @property
    def rank(self) -> tuple[float, float, ConflictKey]:
        """Its place wherever conflicts are listed: the likeliest to hurt first, of equals the newest."""
        return rank_of(self.confidence, self.since, self.key)


def rank_of(confidence: float, since: datetime, key: ConflictKey) -> tuple[float, float, ConflictKey]:
    """Return what conflicts are ordered by, wherever they are listed."""
    return -confidence, -since.timestamp(), key


def risk_of(confidence: float) -> Risk:
    """Return the risk that goes with a confidence."""
    if confidence >= HIGH_FROM:
        return Risk.HIGH
    return Risk.MEDIUM if confidence >= MEDIUM_FROM else Risk.LOW


def containment_confidence(outer: str, *, is_file: bool) -> float:
    """Return how likely a hold on *outer* is to hurt holds within it.

    The tighter the nest, the likelier that both touch the same lines: a class and its method (0.9) more than a file
    and a symbol of it (0.8), and that more than a folder and anything below (0.6).
    """
    if SYMBOL_MARK in outer:
        return 0.9
    return 0.8 if is_file else 0.6
