"""Writing: when a record was written, where that is another moment than the one it tells of.

Who reserves again what was released, or extends another run's lease, dates the record back: it takes the place of the
old one, and is no sign of life. In a field of its own, which Muse passes over, it says when it was written.
"""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from musetui.records.models import AnyRecord, Moment

WRITTEN_AT = "written_at"
"""The field: a moment as all others; only of a reservation or a heartbeat, and only where it is dated back."""

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


def written_at(record: AnyRecord) -> datetime | None:
    """Return when *record* was written, as far as it tells (aware): no sooner than what it tells of happened."""
    told = record.model_extra.get(WRITTEN_AT)
    if not isinstance(told, str):  # a number would be one, too, but nobody writes it so
        return record.moment
    try:
        written = _MOMENT.validate_python(told)
    except (ValidationError, ValueError, OverflowError):
        return record.moment
    return written if record.moment is None else max(written, record.moment)


def is_dated_back(record: AnyRecord) -> bool:
    """Return whether *record* tells that it was written later than it says to have been made."""
    return bool(record.model_extra) and written_at(record) != record.moment
