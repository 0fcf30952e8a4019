"""A record as Muse writes it: which fields, in which order, in what form."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from musetui.errors import RecordError
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord
from musetui.records.text import safe_text

ALWAYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.RESERVATION: (
        "schema_version",
        "reservation_id",
        "run_id",
        "branch",
        "addresses",
        "created_at",
        "expires_at",
        "operation",
    ),
    Kind.INTENT: (
        "schema_version",
        "intent_id",
        "reservation_id",
        "run_id",
        "branch",
        "addresses",
        "operation",
        "created_at",
        "detail",
    ),
    Kind.RELEASE: ("reservation_id", "run_id", "released_at"),
    Kind.HEARTBEAT: ("reservation_id", "run_id", "last_beat_at", "extended_expires_at"),
    Kind.DEPENDENCY: ("reservation_id", "depends_on"),
    Kind.TASK: ("task_id", "run_id", "queue", "title", "created_at"),
    Kind.CLAIM: ("task_id", "claimer_run_id", "claimed_at", "expires_at"),
}
"""The fields every record of a kind has, in Muse's order."""


def encode_record(record: AnyRecord) -> bytes:
    """Return the file that holds *record*: JSON, indented by 2, moments in UTC, a line feed at its end.

    Fields that Muse does not name for the kind follow those that it does, and only where they hold something.

    Raises:
        RecordError: if a value has no place in JSON.
    """
    names = ALWAYS[record.kind]
    fields = {name: getattr(record, name) for name in names}
    rest = {name: value for name, value in record if name not in fields and name in record.model_fields_set}
    fields.update((name, value) for name, value in rest.items() if value not in ("", None, ()))
    try:
        text = json.dumps(fields, indent=2, allow_nan=False, default=_plain)
    except (TypeError, ValueError, RecursionError) as error:
        raise RecordError(f"the {record.kind} cannot be written as JSON: {safe_text(error, 120)}") from None
    return f"{text}\n".encode()


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON value")
