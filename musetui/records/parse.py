"""Bytes to records: the only place where JSON from disk or hub becomes something the rest of musetui trusts."""

import orjson
from pydantic import ValidationError

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
    _check_size(data)
    try:
        record = MODELS[kind].model_validate_json(data)
    except ValidationError as error:
        raise RecordError(_reason(error)) from None
    return _with_id(record, stem)


def parse_remote(kind: Kind, data: bytes, stem: str = "") -> tuple[AnyRecord, Envelope | None]:
    """Read one record pulled from a hub: its payload, and the envelope around it.

    A bare record, without an envelope, is accepted too and gives None in its place.

    Raises:
        RecordError: with one sentence that says what is wrong.
    """
    _check_size(data)
    try:
        whole = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise RecordError(f"not JSON: {safe_text(error, 120)}") from None
    if not isinstance(whole, dict) or "payload" not in whole:
        return parse_record(kind, data, stem), None
    try:
        envelope = Envelope.model_validate(whole)
        if envelope.kind != kind:
            raise RecordError(f"says it is a {safe_text(envelope.kind, 40)} but lies among {kind.value} records")
        record = MODELS[kind].model_validate(envelope.payload)
    except ValidationError as error:
        raise RecordError(_reason(error)) from None
    # A heartbeat travels under its run id, which names no reservation.
    return _with_id(record, "" if kind is Kind.HEARTBEAT else envelope.record_id), envelope


def _check_size(data: bytes) -> None:
    if not data:
        raise RecordError("empty file")
    if len(data) > RECORD_BYTES_LIMIT:
        raise RecordError(f"larger than {RECORD_BYTES_LIMIT // 1024} KiB")


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
        return "not a JSON object"
    if first["type"] == "missing":
        return f"{place} is missing"
    return safe_text(f"{place}: {first['msg']}", 160)
