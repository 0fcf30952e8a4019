"""What is stuck as rows: how bad, why, whose, what, and for how long; and what copying one puts on the clipboard."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from musetui.coordination.batch import Source
from musetui.durations import format_duration
from musetui.forecast.stale import Severity, StaleKey, StaleReason
from musetui.forecast.stale_wording import shell_line
from musetui.records.kinds import Kind
from musetui.records.shell import shell_word
from musetui.records.text import safe_text
from musetui.tui.presentation.cells import Align, Cell, Column, Cut, Span, Style, cell, run_cell
from musetui.tui.presentation.claims import ClaimKey, title_of
from musetui.tui.presentation.glyphs import PULLED, RISKS
from musetui.tui.presentation.reservations import addresses_cell
from musetui.tui.presentation.time_text import age
from musetui.tui.subject import Subject, SubjectKind

if TYPE_CHECKING:
    from musetui.forecast.stale import StaleFinding
    from musetui.forecast.stale_index import StaleIndex
    from musetui.swarm.picture import Swarm

CIRCLE = "⟲"
"""Stands before the number of reservations in a circle."""

_GATHERED = (StaleReason.WAITS_IN_A_CIRCLE, StaleReason.CLAIMED_BY_A_GHOST)
"""What is about several records; whose it is, gathering finds out."""


@dataclass(frozen=True, slots=True)
class StaleRow:
    """One finding, as much of it as a row shows. All text is the records' own, and so hostile.

    Attributes:
        key: which it is.
        severity: how bad it is.
        since: when it became so (aware); of what is from the future, the moment that has not come yet.
        record_id: the record to act on.
        run_id: whose it is; "" if unknown.
        branch: where it is, or "".
        addresses: what it holds or is about; of a task its id.
        title: what a task is called, or "".
        source: where the record that speaks for it lies.
    """

    key: StaleKey
    severity: Severity
    since: datetime
    record_id: str
    run_id: str
    branch: str
    addresses: tuple[str, ...]
    title: str
    source: Source


def stale_row(key: StaleKey, stale: "StaleIndex", swarm: "Swarm") -> StaleRow | None:
    """Return the row of a finding, or None if it is none (any more). Only what needs it is gathered whole."""
    if key not in stale:
        return None
    severity, since = stale.severity(key), stale.since(key)
    if key.reason in _GATHERED:
        finding = stale.finding(key)
        if finding is None:
            return None
        title = title_of(key.record_id, swarm) if key.kind is Kind.CLAIM else ""
        about = (finding.record_id, finding.run_id, finding.branch, finding.addresses, title, finding.source)
        return StaleRow(key, severity, since, *about)
    kind = Kind.RESERVATION if key.reason is StaleReason.WAITS_ON_THE_DEAD else key.kind
    entity = swarm.entity(kind, key.record_id)
    if entity is None:
        return None
    record = entity.record
    is_task = kind in (Kind.TASK, Kind.CLAIM)
    addresses = (key.record_id,) if is_task else getattr(record, "addresses", ())
    title = title_of(key.record_id, swarm) if is_task else ""
    branch = getattr(record, "branch", "")
    return StaleRow(key, severity, since, key.record_id, record.holder, branch, addresses, title, entity.source)


def subject_of_row(row: StaleRow, swarm: "Swarm") -> Subject | None:
    """Return the record that a row is about: a reservation, wherever it is about one."""
    kind = row.key.kind
    if kind is Kind.INTENT:
        return Subject(SubjectKind.INTENT, row.record_id)
    if kind is Kind.CLAIM:
        return Subject(SubjectKind.CLAIM, ClaimKey(row.run_id, row.source, row.record_id))
    if kind in (Kind.RESERVATION, Kind.DEPENDENCY):
        return Subject(SubjectKind.RESERVATION, row.record_id)
    entity = swarm.entity(kind, row.record_id)
    about = str(getattr(entity.record, "reservation_id", "")) if entity is not None else ""
    return Subject(SubjectKind.RESERVATION, about) if swarm.reservation(about) is not None else None


def copied_text(finding: "StaleFinding", root: str | None) -> str:
    """Return what copying a finding puts on the clipboard: the command that ends it, and before it its owner.

    The command names the repository at *root*, so that it works wherever it is pasted; where that is None, as it is not
    here, it works in the repository alone. The owner is an argument of `:`, which does nothing in sh, bash, zsh and
    fish alike: zsh knows no comments at its prompt. A run may call itself anything, and is quoted.
    Where there is no command, it is the owner and the record's id.
    """
    owner = safe_text(finding.run_id, 200)
    if finding.command:
        line = shell_line(finding.command, root)
        return f": {shell_word(owner)}; {line}" if owner else line
    return f"{owner} {finding.record_id}".strip()


def release_reason(key: StaleKey, since: datetime, now: datetime) -> str:
    """Return what a release gives as its reason where it ends a finding: `stale: silent for 1h20m`.

    Args:
        key: the finding.
        since: when it became one, or when it is dated (aware).
        now: the moment of the release (aware).
    """
    length = format_duration(abs(now - since), 2)
    if key.reason is StaleReason.ABANDONED:
        return f"stale: expired {length} ago"
    if key.reason is StaleReason.FROM_THE_FUTURE:
        return f"stale: dated {length} ahead of the clock"
    return f"stale: {key.reason.words} for {length}"


def severity_cell(severity: Severity) -> Cell:
    """Return the sign of how bad it is, and its word."""
    sign, style = RISKS[severity.value]
    return (Span(f"{sign} {severity.value}", style),)


def _severity(row: StaleRow, _now: datetime) -> Cell:
    return severity_cell(row.severity)


def _severity_key(row: StaleRow) -> tuple[int, float]:
    return row.severity.rank, row.since.timestamp()


def _reason(row: StaleRow, _now: datetime) -> Cell:
    return cell(row.key.reason.words, Style.DIM if row.severity is Severity.LOW else Style.PLAIN)


def _run(row: StaleRow, _now: datetime) -> Cell:
    return run_cell(row.run_id)


def _what(row: StaleRow, _now: datetime) -> Cell:
    if row.title:
        return (Span("task ", Style.DIM), *cell(row.title))
    if not row.addresses:
        return (Span(f"{row.key.kind.value} ", Style.DIM), *cell(row.record_id))
    circle = (Span(f" {CIRCLE}{len(row.key.circle):,}", Style.DIM),) if row.key.circle else ()
    return (*addresses_cell(row.addresses), *circle)


def _what_key(row: StaleRow) -> tuple[str, ...]:
    return (row.title,) if row.title else row.addresses[:1] or (row.record_id,)


def _age(row: StaleRow, now: datetime) -> Cell:
    return (Span(age(row.since, now)),)


def _branch(row: StaleRow, _now: datetime) -> Cell:
    return cell(row.branch) if row.branch else (Span("–", Style.DIM),)


def _where(row: StaleRow, _now: datetime) -> Cell:
    if row.source is Source.REMOTE:
        return (Span(f"{PULLED} hub", Style.REMOTE),)
    return (Span("here", Style.DIM),)


STALE_COLUMNS: tuple[Column[StaleRow], ...] = (
    Column("severity", "level", _severity, _severity_key, width=8, priority=96),
    Column("reason", "why", _reason, lambda row: row.key.reason.words, width=18, priority=97),
    Column("run", "owner", _run, lambda row: row.run_id, width=10, flex=1, widest=26, ideal=14, priority=100),
    Column("what", "what", _what, _what_key, width=16, flex=4, ideal=28, priority=95, cut=Cut.START),
    Column(
        "age",
        "for",
        _age,
        lambda row: row.since.timestamp(),
        width=5,
        priority=90,
        align=Align.RIGHT,
        ticking=True,
    ),
    Column("branch", "branch", _branch, lambda row: row.branch, width=8, flex=1, widest=26, priority=20),
    Column("where", "where", _where, lambda row: row.source.value, width=5, priority=15),
)
"""The columns of a list of what is stuck; by how bad it is, the worst stands first, and of equals the oldest."""
