"""What happened, as rows: one line an event, read like a sentence."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from musetui.records.kinds import is_record_id
from musetui.records.text import safe_text
from musetui.tui.presentation.cells import Cell, Column, Span, Style, cell
from musetui.tui.presentation.glyphs import PULLED
from musetui.tui.presentation.time_text import ago, clock_text, duration

if TYPE_CHECKING:
    from musetui.swarm.activity import Event

VERB_STYLES = {
    "reserved": Style.ACTIVE,
    "intends": Style.REMOTE,
    "released": Style.RELEASED,
    "expired": Style.EXPIRED,
    "silent": Style.SILENT,
    "pushed": Style.REMOTE,
    "pulled": Style.REMOTE,
    "failed": Style.HIGH,
}
"""Verbs that stand out; the others are plain."""

_DAY = timedelta(days=1)

_SHORT_ID = 13
"""Characters of an id by which a person knows it: the first two groups of a UUID."""


def event_text(event: "Event") -> Cell:
    """Return what happened, as what follows the run in a sentence: `reserved src/a.py::f (modify, 1h00)`."""
    spans = [Span(str(event.verb), VERB_STYLES.get(str(event.verb), Style.PLAIN))]
    if event.text:
        spans.append(Span(f" {_short(event.text)}"))
    if extra := _extra(event):
        spans.append(Span(f" ({extra})", Style.DIM))
    return tuple(spans)


def _short(text: str) -> str:
    """Return *text* safe to paint; of a long id, enough to know it by."""
    if len(text) > _SHORT_ID and is_record_id(text):
        return f"{text[:_SHORT_ID]}…"
    return safe_text(text, 300)


def _extra(event: "Event") -> str:
    # Where there is an event, the models are loaded; before the first paint, nobody should wait for them.
    from musetui.records.models import Claim, Intent, Reservation
    from musetui.records.writing import is_dated_back

    record = event.record
    if isinstance(record, Reservation) and event.verb == "reserved":
        parts = [f"{len(record.addresses) - 1:,} more" if len(record.addresses) > 1 else ""]
        begins = event.at if is_dated_back(record) else record.created_at
        parts += ["again" if begins != record.created_at else "", safe_text(record.operation or "", 40)]
        parts.append(duration(record.expires_at - begins))
        return ", ".join(part for part in parts if part)
    if isinstance(record, Intent):
        return ", ".join(part for part in (safe_text(record.operation, 40), safe_text(record.detail, 120)) if part)
    if isinstance(record, Claim) and record.expires_at is not None and record.claimed_at is not None:
        return duration(record.expires_at - record.claimed_at)
    return ""


def _time(event: "Event", now: datetime) -> Cell:
    text = clock_text(event.at) if abs(now - event.at) < _DAY else ago(event.at, now)
    return (Span(text, Style.DIM),)


def _run(event: "Event", _now: datetime) -> Cell:
    return cell(event.run_id, Style.STRONG) if event.run_id else (Span("–", Style.DIM),)


def _source(event: "Event", _now: datetime) -> Cell:
    return (Span(PULLED, Style.REMOTE),) if event.source == "remote" else ()


def _what(event: "Event", _now: datetime) -> Cell:
    return event_text(event)


ACTIVITY_COLUMNS: tuple["Column[Event]", ...] = (
    Column("time", "time", _time, lambda event: event.at.timestamp(), width=8, priority=60),
    Column("run", "run", _run, lambda event: event.run_id, width=10, flex=1, widest=20, priority=90),
    Column("source", "", _source, lambda event: str(event.source or ""), width=1, priority=30),
    Column("what", "what", _what, lambda event: (str(event.verb), event.text[:300]), width=14, flex=5, priority=100),
)
"""The columns of a list of events; by time, the oldest stands first."""
