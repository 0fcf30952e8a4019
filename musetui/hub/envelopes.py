"""Records from a hub, checked before they get near a disk: kind, id, shape and size."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import PydanticSerializationError, to_json

from musetui.hub.replies import LARGEST_ID
from musetui.records.kinds import Kind, is_record_id
from musetui.records.parse import RECORD_BYTES_LIMIT
from musetui.records.text import safe_text

_RUN_ID_LIMIT = 512
_MOMENT_LIMIT = 64
"""Characters, as in `records.models`; a moment has about 32."""


class Received(NamedTuple):
    """A record from a hub that may be kept.

    Attributes:
        hub_id: the hub's number for it.
        kind: its kind.
        stem: the name of its file without `.json`; an id, so nothing that leads anywhere.
        envelope: the whole record as the hub sent it.
        data: the same, as bytes of a file.
    """

    hub_id: int
    kind: Kind
    stem: str
    envelope: Mapping[str, Any]
    data: bytes


class EnvelopeError(ValueError):
    """What the hub sent is no record that may be kept; the text is safe, and says which and why."""


def check_envelope(envelope: object, after: int) -> Received:
    """Return *envelope* as a record that may be kept.

    Args:
        envelope: what the hub sent.
        after: the hub's id of the record before; ids ascend.

    Raises:
        EnvelopeError: if it is no such record.
    """
    if not isinstance(envelope, dict):
        raise EnvelopeError("something that is no record at all")
    hub_id, kind, record_id = envelope.get("id"), envelope.get("kind"), envelope.get("record_id")
    shown = f"{_shown(kind, 40)} {_shown(record_id, 140)}"
    if not isinstance(kind, str) or kind not in _KINDS:
        raise EnvelopeError(f"{shown}: there is no such kind")
    if not isinstance(record_id, str) or not is_record_id(record_id):
        raise EnvelopeError(f"{shown}: that is no id (1 to 128 letters, digits, '-', '_' or ':')")
    if isinstance(hub_id, bool) or not isinstance(hub_id, int) or not after < hub_id <= LARGEST_ID:
        raise EnvelopeError(f"{shown}: the hub's number for it, {_shown(hub_id, 40)}, is none above {after}")
    payload, run_id = envelope.get("payload"), envelope.get("run_id")
    if not isinstance(payload, dict):
        raise EnvelopeError(f"{shown}: its payload is no JSON object")
    if run_id is not None and not (isinstance(run_id, str) and len(run_id) <= _RUN_ID_LIMIT):
        raise EnvelopeError(f"{shown}: its run id is no text of at most {_RUN_ID_LIMIT} characters")
    for name in ("expires_at", "created_at"):
        moment = envelope.get(name)
        if moment is not None and not (isinstance(moment, str) and len(moment) <= _MOMENT_LIMIT):
            raise EnvelopeError(f"{shown}: its {name} is no moment")
    try:
        data = to_json(envelope) + b"\n"
    except (PydanticSerializationError, ValueError, RecursionError):
        raise EnvelopeError(f"{shown}: it cannot be written as JSON") from None
    if len(data) > RECORD_BYTES_LIMIT:
        raise EnvelopeError(f"{shown}: it is larger than {RECORD_BYTES_LIMIT // 1024} KiB")
    return Received(hub_id, Kind(kind), _stem(Kind(kind), record_id, payload), envelope, data)


_KINDS = frozenset(kind.value for kind in Kind)


def _stem(kind: Kind, record_id: str, payload: Mapping[str, Any]) -> str:
    """Return the name to keep a record under: its id, but of a heartbeat, which travels by its run, its reservation."""
    lane = payload.get("reservation_id")
    return lane if kind is Kind.HEARTBEAT and isinstance(lane, str) and is_record_id(lane) else record_id


def _shown(value: object, limit: int) -> str:
    return safe_text(value if isinstance(value, str) else repr(value)[:200], limit)
