"""Bytes to records: the only place where JSON from disk or hub becomes something the rest of musetui trusts."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from musetui.errors import RecordError
from musetui.records.kinds import Kind, is_record_id
from musetui.records.models import ID_FIELDS, MODELS, AnyRecord, Envelope
from musetui.records.text import safe_text

RECORD_BYTES_LIMIT = 1_048_576
"""Bytes of one record file; real ones are below 2 KiB, so what is larger is no record."""


def parse_record(kind: Kind, data: bytes, stem: str = "") -> AnyRecord:
    """Read one local record.

    Args:
        kind: what the record is, as told by its folder.
        data: the file's bytes.
        stem: the file's name without `.json`; stands in for the id where the record lacks it.

    Raises:
        RecordError: with one sentence that says what is wrong.
    """
    data = _checked(data)
    try:
        record = MODELS[kind].model_validate_json(data)
    except ValidationError as error:
        record = _without_nulls(kind, data, error)
    return _with_id(record, stem)


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
        raise RecordError(f"not JSON: {safe_text(error, 120)}") from None
    if not isinstance(whole, dict) or "payload" not in whole:
        return parse_record(kind, data, stem), None
    try:
        envelope = Envelope.model_validate(whole)
        if envelope.kind != kind:
            raise RecordError(f"its kind is {safe_text(envelope.kind, 40)}, but it lies among {kind.value} records")
    except ValidationError as error:
        raise RecordError(_reason(error)) from None
    # A heartbeat travels under its run id, which names no reservation.
    return record_of(kind, envelope.payload, "" if kind is Kind.HEARTBEAT else envelope.record_id), envelope


def record_of(kind: Kind, fields: dict[str, Any], stem: str = "") -> AnyRecord:
    """Read one record of which the JSON has been read already; else as `parse_record`."""
    try:
        record = MODELS[kind].model_validate(fields)
    except ValidationError as error:
        record = _without_nulls(kind, fields, error)
    return _with_id(record, stem)


def _checked(data: bytes) -> bytes:
    """Return *data* without the mark that some editors put before UTF-8, if its size is a record's."""
    if not data:
        raise RecordError("empty file")
    if len(data) > RECORD_BYTES_LIMIT:
        raise RecordError(f"larger than {RECORD_BYTES_LIMIT // 1024} KiB")
    return data.removeprefix(b"\xef\xbb\xbf")


def _without_nulls(kind: Kind, source: bytes | dict[str, Any], error: ValidationError) -> AnyRecord:
    """Read *source* once more with every field that is null taken as missing, or raise what *error* says."""
    model = MODELS[kind]
    try:
        whole = from_json(source) if isinstance(source, bytes) else source
    except ValueError:
        raise RecordError(_reason(error)) from None
    nulls = [name for name, value in whole.items() if value is None] if isinstance(whole, dict) else []
    if not any(name in model.model_fields for name in nulls):
        raise RecordError(_reason(error)) from None
    try:
        return model.model_validate({k: v for k, v in whole.items() if v is not None or k not in model.model_fields})
    except ValidationError as second:
        raise RecordError(_reason(second)) from None


def _with_id(record: AnyRecord, stem: str) -> AnyRecord:
    field = ID_FIELDS[record.kind]
    if getattr(record, field):
        return record
    if not is_record_id(stem):
        raise RecordError(f"{field} is missing and the file's name is no id")
    return record.model_copy(update={field: stem})


def _reason(error: ValidationError) -> str:
    """Say the first thing that is wrong, in one line that holds nothing of pydantic's but the fact."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    # Past the field's name, only list indexes tell a person something; the rest names pydantic's own branches.
    place = ".".join(str(part) for i, part in enumerate(first["loc"]) if i == 0 or isinstance(part, int))
    if first["type"] == "json_invalid":
        return safe_text(first["msg"].replace("Invalid JSON", "not JSON", 1), 160)
    if first["type"] in ("model_type", "dict_type"):
        return f"{place} is not a JSON object" if place else "not a JSON object"
    if first["type"] == "missing":
        return f"{place} is missing"
    if first["type"] == "string_pattern_mismatch":
        return f"{place} is no id (1 to 128 letters, digits, '-', '_' or ':')"
    return safe_text(f"{place}: {first['msg']}", 160)
