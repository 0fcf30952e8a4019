"""Bytes to records: the only place where JSON from disk or hub becomes something the rest of musetui trusts."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from musetui.errors import RecordError
from musetui.records.kinds import Kind, is_record_id
from musetui.records.models import ID_FIELDS, MODELS, AnyRecord, Envelope
from musetui.records.refusal import not_json, reason_of
from musetui.records.text import safe_text

RECORD_BYTES_LIMIT = 1_048_576
"""Bytes of one record file; real ones are below 2 KiB, so what is larger is no record."""

_MARK = b"\xef\xbb\xbf"
"""What some editors put before UTF-8."""


def parse_record(kind: Kind, data: bytes, stem: str = "") -> AnyRecord:
    """Read one local record.

    Args:
        kind: what the record is, as told by its folder.
        data: the file's bytes.
        stem: the file's name without `.json`; stands in for the id where the record lacks it.

    Raises:
        RecordError: with one sentence that says what is wrong.
    """
    if not 0 < len(data) <= RECORD_BYTES_LIMIT or data.startswith(_MARK):
        data = _checked(data)
    try:
        record = MODELS[kind].model_validate_json(data)
    except ValidationError as error:
        record = _without_nulls(kind, data, error)
    return record if getattr(record, ID_FIELDS[kind]) else _with_id(record, stem)


def parse_remote(kind: Kind, data: bytes, stem: str = "") -> tuple[AnyRecord, Envelope | None]:
    """Read one record pulled from a hub: its payload, and the envelope around it.

    A bare record, without an envelope, is accepted too and gives None in its place.

    Raises:
        RecordError: with one sentence that says what is wrong.
    """
    data = _checked(data)
    try:
        # The same reader as for local records, with its bounds: nesting of 200, numbers of 4,300 digits.
        whole = from_json(data)
    except ValueError as error:
        raise RecordError(not_json(str(error))) from None
    if not isinstance(whole, dict) or "payload" not in whole:
        return parse_record(kind, data, stem), None
    try:
        envelope = Envelope.model_validate(whole)
        if envelope.kind != kind:
            raise RecordError(f"its kind is {safe_text(envelope.kind, 40)}, but it lies among {kind.value} records")
    except ValidationError as error:
        raise RecordError(reason_of(error)) from None
    if (contradiction := _contradiction(kind, envelope)) is not None:
        raise RecordError(contradiction)
    return record_of(kind, envelope.payload, _stand_in(kind, envelope)), envelope


def _contradiction(kind: Kind, envelope: Envelope) -> str | None:
    """Return in what the envelope of a record of *kind* and its payload contradict each other, or None.

    What either leaves out contradicts nothing: the other one stands for it.
    """
    payload = envelope.payload
    inner = payload.get("kind")
    if isinstance(inner, str) and inner != kind and inner in list(Kind):
        return f"its envelope is of kind {kind.value}, and its payload of kind {inner}"
    names = _TRAVELS_UNDER.get(kind, (ID_FIELDS[kind],))
    ids = [value for name in names if isinstance(value := payload.get(name), str) and value]
    # A release without an id of its own travels under its file's name, which says nothing where it names a reservation.
    is_any = kind is Kind.RELEASE and not (payload.get("release_id") and payload.get("reservation_id"))
    if ids and envelope.record_id not in ids and not is_any:
        return (
            f"its envelope says its id is {safe_text(envelope.record_id, 60)}, and its payload {safe_text(ids[0], 60)}"
        )
    run_id = payload.get("claimer_run_id" if kind is Kind.CLAIM else "run_id")
    if isinstance(run_id, str) and run_id and envelope.run_id and run_id != envelope.run_id:
        return f"its envelope says its run is {safe_text(envelope.run_id, 60)}, and its payload {safe_text(run_id, 60)}"
    return None


_TRAVELS_UNDER = {
    Kind.HEARTBEAT: ("run_id", "reservation_id"),
    Kind.RELEASE: ("release_id", "reservation_id"),
}
"""The fields whose value a record may have as its id on the wire, where that is not the one of `ID_FIELDS`."""


def _stand_in(kind: Kind, envelope: Envelope) -> str:
    """Return the id on the wire as far as it can stand for the one that the payload lacks; else ""."""
    # A heartbeat travels under its run id, a release that has an id of its own under that: neither is a reservation.
    if kind is Kind.HEARTBEAT or (kind is Kind.RELEASE and envelope.payload.get("release_id") == envelope.record_id):
        return ""
    return envelope.record_id


def record_of(kind: Kind, fields: dict[str, Any], stem: str = "") -> AnyRecord:
    """Read one record of which the JSON has been read already; else as `parse_record`."""
    try:
        record = MODELS[kind].model_validate(fields)
    except ValidationError as error:
        record = _without_nulls(kind, fields, error)
    return record if getattr(record, ID_FIELDS[kind]) else _with_id(record, stem)


def _checked(data: bytes) -> bytes:
    """Return *data* without a mark before it, if its size is a record's."""
    if not data:
        raise RecordError("empty file")
    if len(data) > RECORD_BYTES_LIMIT:
        raise RecordError(f"larger than {RECORD_BYTES_LIMIT // 1024} KiB")
    return data.removeprefix(_MARK)


def _without_nulls(kind: Kind, source: bytes | dict[str, Any], error: ValidationError) -> AnyRecord:
    """Read *source* once more with every field that is null taken as missing, or raise what *error* says."""
    model = MODELS[kind]
    try:
        whole = from_json(source) if isinstance(source, bytes) else source
    except ValueError:
        raise RecordError(reason_of(error)) from None
    nulls = [name for name, value in whole.items() if value is None] if isinstance(whole, dict) else []
    if not any(name in model.model_fields for name in nulls):
        raise RecordError(reason_of(error)) from None
    try:
        return model.model_validate({k: v for k, v in whole.items() if v is not None or k not in model.model_fields})
    except ValidationError as second:
        raise RecordError(reason_of(second)) from None


def _with_id(record: AnyRecord, stem: str) -> AnyRecord:
    """Return *record*, which lacks an id, with that of its file."""
    field = ID_FIELDS[record.kind]
    if not is_record_id(stem):
        raise RecordError(f"{field} is missing and " + ("the file's name is no id" if stem else "nothing else says it"))
    return record.model_copy(update={field: stem})
