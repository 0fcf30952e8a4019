"""Which of two heartbeats is the newer, by what they say themselves: never by when they arrived."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from musetui.records.models import Moment

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_NEVER = datetime.min.replace(tzinfo=UTC)


def beat_age(payload: Mapping[str, object]) -> tuple[datetime, datetime]:
    """Return what a beat is ordered by: when it was, then until when it extends. What is missing is earliest."""
    return _moment(payload.get("last_beat_at")), _moment(payload.get("extended_expires_at"))


def is_newer(beat: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Return True if *beat* is newer than *other*, by its moment, or where that does not tell, by its extension."""
    (beat_at, extends_to), (other_at, other_to) = beat_age(beat), beat_age(other)
    if beat_at != other_at and _NEVER not in (beat_at, other_at):
        return beat_at > other_at
    return extends_to > other_to


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        return _NEVER
    try:
        return _MOMENT.validate_python(value).astimezone(UTC)
    except ValidationError:
        return _NEVER
