"""News: one occurrence with all that is told of it, and how it looks to a program."""

from dataclasses import dataclass
from datetime import UTC, datetime

from musetui.coordination.batch import Source
from musetui.forecast.conflict import ConflictType, Risk
from musetui.forecast.stale import Severity, StaleReason
from musetui.news.kinds import NewsKind
from musetui.records.kinds import Kind
from musetui.records.text import safe_text

SCHEMA_VERSION = 1

LISTED = 100
"""Addresses and runs that one piece of news lists; of more, it tells the number."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened, who had a part in it, and where. All text but `text` is the records' own, and so hostile.

    Attributes:
        kind: what happened.
        at: when (aware).
        text: what there is to say beside who and where; one line, safe.
        runs: who.
        branches: on which branches.
        addresses: where: addresses, the id of a task, or the path of a file that is no record.
        record_kind: the kind of record that tells of it, or that is stuck; None where none does.
        record_id: its id; "" where none does.
        reservation_id: the reservation that an intent, a heartbeat or a release is about; "" for all else.
        source: where the record was read; None where none tells of it.
        operation: what a reservation or an intent says it does; "" where it says nothing.
        expires_at: until when an address or a task is held (aware); None for what holds nothing.
        conflict_type: of a conflict: why it is one.
        risk: of a conflict: how bad it is, or was before it ended.
        was: of a conflict that was there before: how bad it was.
        severity: of what is stuck: how bad that is.
        reason: of what is stuck: why.
        since: of a conflict and of what is stuck: since when it has been so (aware).
        is_initial: whether it was so before anybody looked.
    """

    kind: NewsKind
    at: datetime
    text: str = ""
    runs: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    record_kind: Kind | None = None
    record_id: str = ""
    reservation_id: str = ""
    source: Source | None = None
    operation: str = ""
    expires_at: datetime | None = None
    conflict_type: ConflictType | None = None
    risk: Risk | None = None
    was: Risk | None = None
    severity: Severity | None = None
    reason: StaleReason | None = None
    since: datetime | None = None
    is_initial: bool = False

    def fields(self) -> dict[str, object]:
        """Return it for programs: always the same names, null where there is nothing to say."""
        return {
            "schema_version": SCHEMA_VERSION,
            "at": _moment(self.at),
            "event": self.kind.value,
            "initial": self.is_initial,
            "runs": list(self.runs[:LISTED]),
            "branches": list(self.branches[:LISTED]),
            "addresses": list(self.addresses[:LISTED]),
            "address_count": len(self.addresses),
            "kind": None if self.record_kind is None else self.record_kind.value,
            "record_id": self.record_id or None,
            "reservation_id": self.reservation_id or None,
            "source": None if self.source is None else self.source.value,
            "operation": self.operation or None,
            "expires_at": _moment(self.expires_at),
            "conflict_type": None if self.conflict_type is None else self.conflict_type.value,
            "risk": None if self.risk is None else self.risk.value,
            "was_risk": None if self.was is None else self.was.value,
            "severity": None if self.severity is None else self.severity.value,
            "reason": None if self.reason is None else self.reason.value,
            "since": _moment(self.since),
            "text": self.text,
        }

    @property
    def who(self) -> str:
        """The first runs, and how many more there are; safe text."""
        return _first(self.runs, 3, 60)

    @property
    def where(self) -> str:
        """The first address, and how many more there are; safe text."""
        return _first(self.addresses, 1, 200)

    def sentence(self) -> str:
        """Return it as one safe line for a person: `agent-7 reserved src/api.py::handler (modify, 1h)`."""
        if self.kind in (NewsKind.CONFLICT, NewsKind.STALE, NewsKind.HUB_AWAY):
            return self.text
        words = " ".join(part for part in (self.who, _DOINGS.get(self.kind, self.kind.words), self.where) if part)
        return f"{words} ({self.text})" if self.text else words


_DOINGS = {
    NewsKind.CONFLICT_CHANGED: "are in a conflict that changed, at",
    NewsKind.CONFLICT_ENDED: "conflict over at",
    NewsKind.STALE_ENDED: "no longer stuck:",
    NewsKind.EXPIRED: "ran out of time on",
    NewsKind.BEAT: "gave a sign of life for",
    NewsKind.INTENT: "announced an intent on",
    NewsKind.TASK: "queued",
    NewsKind.CLAIM: "claimed",
    NewsKind.WAITS: "waits with",
    NewsKind.CHANGED: "changed its record about",
    NewsKind.REMOVED: "has a record less about",
    NewsKind.SILENT: "has fallen silent",
    NewsKind.RETURNED: "is heard of again",
    NewsKind.PROBLEM: "no record:",
    NewsKind.PROBLEM_SOLVED: "no problem any more:",
    NewsKind.HUB_BACK: "the hub is there again",
}


def _first(names: tuple[str, ...], shown: int, width: int) -> str:
    """Return the first *shown* of *names*, each of at most *width* characters, and how many more there are."""
    text = ", ".join(safe_text(name, width) for name in names[:shown])
    return f"{text} +{len(names) - shown:,}" if len(names) > shown else text


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
