"""The teller: gathers all there is to say of an occurrence, as the picture knows it now."""

from datetime import datetime
from typing import cast

from musetui.durations import format_duration
from musetui.forecast.conflict import Conflict, ConflictKey, ConflictType
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import Severity, StaleKey
from musetui.forecast.stale_index import StaleIndex
from musetui.news.kinds import NewsKind
from musetui.news.news import News
from musetui.news.occurrence import Occurrence
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Claim, Dependency, Heartbeat, Intent, Release, Reservation, Task
from musetui.records.text import safe_text
from musetui.swarm.activity import Event
from musetui.swarm.picture import Swarm

NOTED = 1_000
"""Conflicts of which is remembered who takes part: as much as a person, or a pager, will hear the end of."""

_WORD, _PHRASE = 40, 160
"""Characters of an operation, and of what somebody says in his own words."""


class Teller:
    """Knows one picture.

    Args:
        swarm: the picture.
        conflicts: its conflicts.
        stale: what is stuck in it.
    """

    def __init__(self, swarm: Swarm, conflicts: ConflictIndex, stale: StaleIndex) -> None:
        self._swarm = swarm
        self._conflicts = conflicts
        self._stale = stale
        self._noted: dict[ConflictKey, Conflict] = {}

    def note(self, occurrence: Occurrence) -> None:
        """Remember who is in a conflict that is told of: once it has ended, the picture knows no more."""
        key = occurrence.key
        if isinstance(key, ConflictKey) and (conflict := self._conflicts.conflict(key)) is not None:
            self._noted.pop(key, None)
            self._noted[key] = conflict
            if len(self._noted) > NOTED:
                self._noted.pop(next(iter(self._noted)))

    def severity(self, occurrence: Occurrence) -> Severity | None:
        """Return how bad a finding is now; None for what is none, or is over."""
        key = occurrence.key
        is_there = isinstance(key, StaleKey) and key in self._stale
        return self._stale.severity(cast("StaleKey", key)) if is_there else None

    def since(self, occurrence: Occurrence) -> datetime:
        """Return since when a state has been so, as far as is known (aware)."""
        key = occurrence.key
        if isinstance(key, StaleKey) and key in self._stale:
            return self._stale.since(key)
        if isinstance(key, ConflictKey) and (conflict := self._conflicts.conflict(key)) is not None:
            return conflict.since
        return occurrence.at

    def tell(self, occurrence: Occurrence) -> News:
        """Return all there is to say of *occurrence*; of what is over by now, what its key says, and was noted."""
        key = occurrence.key
        if isinstance(key, ConflictKey):
            return self._conflict(occurrence, key)
        if isinstance(key, StaleKey):
            return self._finding(occurrence, key)
        if occurrence.event is not None:
            return self._event(occurrence, occurrence.event)
        where = (str(key),) if key else ()
        return News(
            occurrence.kind,
            occurrence.at,
            safe_text(occurrence.text, 300),
            addresses=where,
            is_initial=occurrence.is_initial,
        )

    def _conflict(self, occurrence: Occurrence, key: ConflictKey) -> News:
        is_over = occurrence.kind is NewsKind.CONFLICT_ENDED
        conflict = self._noted.get(key) if is_over else self._conflicts.conflict(key)
        kind = key.conflict_type.value.replace("_", " ")
        return News(
            occurrence.kind,
            occurrence.at,
            conflict.description if conflict is not None and not is_over else kind,
            runs=conflict.runs if conflict is not None else (),
            branches=conflict.branches if conflict is not None else (),
            addresses=conflict.addresses if conflict is not None else (key.address,),
            record_kind=Kind.TASK if key.conflict_type is ConflictType.DOUBLE_CLAIM else None,
            record_id=key.address if key.conflict_type is ConflictType.DOUBLE_CLAIM else "",
            conflict_type=key.conflict_type,
            risk=self._conflicts.risk(key) if conflict is not None and not is_over else occurrence.risk,
            was=occurrence.was,
            since=conflict.since if conflict is not None else None,
            is_initial=occurrence.is_initial,
        )

    def _finding(self, occurrence: Occurrence, key: StaleKey) -> News:
        finding = None if occurrence.kind is NewsKind.STALE_ENDED else self._stale.finding(key)
        if finding is not None:
            return News(
                occurrence.kind,
                occurrence.at,
                f"{key.reason.words}: {finding.suggestion}",
                runs=(finding.run_id,) if finding.run_id else (),
                branches=(finding.branch,) if finding.branch else (),
                addresses=finding.addresses,
                record_kind=finding.kind,
                record_id=finding.record_id,
                source=finding.source,
                severity=finding.severity,
                reason=key.reason,
                since=finding.since,
                is_initial=occurrence.is_initial,
            )
        # It is over; who and where is what is still known of the record, if it is there at all.
        entity = self._swarm.entity(Kind.RESERVATION if key.kind is Kind.DEPENDENCY else key.kind, key.record_id)
        record = entity.record if entity is not None else None
        return News(
            occurrence.kind,
            occurrence.at,
            key.reason.words,
            runs=(record.holder,) if record is not None and record.holder else (),
            branches=_branch(record),
            addresses=_addresses(record) or (key.record_id,),
            record_kind=key.kind,
            record_id=key.record_id,
            reason=key.reason,
        )

    def _event(self, occurrence: Occurrence, event: Event) -> News:
        record = event.record
        about = self._about(record)
        if record is None:  # what a run or the hub is about
            if event.kind is Kind.RESERVATION and occurrence.kind in (NewsKind.PUSHED, NewsKind.PULLED):
                return News(occurrence.kind, event.at, safe_text(event.text, 300))
            return News(occurrence.kind, event.at, "", runs=(event.run_id,))
        return News(
            occurrence.kind,
            event.at,
            _said(record, occurrence.kind),
            runs=(event.run_id,) if event.run_id else (),
            branches=_branch(record) or _branch(about),
            addresses=_addresses(record) or _addresses(about) or ((event.text,) if event.text else ()),
            record_kind=event.kind,
            record_id=event.record_id,
            reservation_id="" if isinstance(record, Reservation) else str(getattr(record, "reservation_id", "")),
            source=event.source,
            operation=(record.operation or "") if isinstance(record, Reservation | Intent) else "",
            expires_at=_ends(record),
        )

    def _about(self, record: AnyRecord | None) -> AnyRecord | None:
        """Return the reservation that a heartbeat, a release or a dependency is about, or None if it is not known."""
        if not isinstance(record, Heartbeat | Release | Dependency):
            return None
        held = self._swarm.reservation(record.reservation_id)
        return None if held is None else held.reservation


def _branch(record: AnyRecord | None) -> tuple[str, ...]:
    return (record.branch,) if isinstance(record, Reservation | Intent) and record.branch else ()


def _addresses(record: AnyRecord | None) -> tuple[str, ...]:
    if isinstance(record, Reservation | Intent):
        return record.addresses
    return (record.task_id,) if isinstance(record, Task | Claim) and record.task_id else ()


def _ends(record: AnyRecord) -> datetime | None:
    if isinstance(record, Reservation | Claim):
        return record.expires_at
    return record.extended_expires_at if isinstance(record, Heartbeat) else None


def _said(record: AnyRecord, kind: NewsKind) -> str:
    """Return, as safe text, what *record* says beside who, where and when."""
    match record:
        case Reservation() if kind is NewsKind.RESERVED:
            length = format_duration(record.expires_at - record.created_at, 2)
            return ", ".join(part for part in (safe_text(record.operation or "", _WORD), length) if part)
        case Intent():
            said = (safe_text(record.operation, _WORD), safe_text(record.detail, _PHRASE))
            return ", ".join(part for part in said if part)
        case Release():
            return safe_text(record.reason, _PHRASE)
        case Heartbeat() if record.extended_expires_at is not None:
            return f"until {record.extended_expires_at.astimezone():%Y-%m-%d %H:%M:%S}"
        case Dependency():
            return f"for {', '.join(safe_text(each, _WORD) for each in record.depends_on[:3])}"
        case Task():
            return safe_text(record.title, _PHRASE)
        case _:
            return ""
