"""What is pushed: from a body's bytes to records that may be kept. Nothing past this door is looked at twice."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json, to_json

from musetui.bus.refusals import malformed, wrong
from musetui.bus.settings import Limits
from musetui.records.kinds import Kind, is_record_id
from musetui.records.models import Expiry, Moment, Name, RecordId

NESTING = 200
"""How deep a body may nest: the JSON reader's own bound, which is a client's as well, so what came in can go out."""

_LEAP_SECOND = re.compile(r"(?<=[Tt ][0-9]{2}:[0-9]{2}:)60")
_YEAR_NONE = re.compile(r"^0000(?=-)")


def _readable(value: object) -> object:
    """Return a moment's text as Python can read it: RFC 3339 has a leap second and a year 0, and Python neither."""
    # Else a number would be read as seconds since 1970.
    if value is not None and not isinstance(value, str):
        raise ValueError("should be a moment as ISO 8601 text, or null")
    # The year 0 had a 29th of February, and so had the year 4; either is before all that is kept.
    return _YEAR_NONE.sub("0004", _LEAP_SECOND.sub("59", value)) if value else value


class WireRecord(BaseModel):
    """A record as it is pushed. Fields that are not known here are not kept; those of the payload all are."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Kind
    record_id: RecordId
    run_id: Name = ""
    payload: dict[str, Any]
    expires_at: Annotated[Expiry | None, BeforeValidator(_readable)] = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record that may be kept.

    Attributes:
        kind: what it is.
        record_id: its id on the wire.
        lane: with kind and id its identity: a heartbeat's reservation, as far as that is an id; else "".
        beat: of two heartbeats of one identity, the newer one's is greater; "" for every other kind.
        run_id: the run that wrote it.
        expires_at: when it expires, in UTC and between 1970 and 9000, or None.
        payload: its compact JSON.
    """

    kind: str
    record_id: str
    lane: str
    beat: str
    run_id: str
    expires_at: str | None
    payload: bytes

    @property
    def identity(self) -> tuple[str, str, str]:
        """What no two records of a repository share."""
        return self.kind, self.record_id, self.lane


def read_push(body: bytes, limits: Limits) -> list[Arrival]:
    """Read a push.

    Raises:
        RefusedRequestError: 400, if *body* is no JSON; 422, naming the place, if it is not a push.
    """
    try:
        # Lone surrogates and NaN are refused by the reader itself; a number too large for a float is found below.
        push = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise malformed(str(error)) from None
    records = push.get("records") if isinstance(push, dict) else None
    if not isinstance(records, list):
        raise wrong("records", 'write {"records": [record, …]}')
    if not 1 <= len(records) <= limits.batch:
        raise wrong("records", f"there are {len(records):,}: send 1 to {limits.batch:,} at a time")
    try:
        return [_arrival(place, record, limits) for place, record in enumerate(_RECORDS.validate_python(records))]
    except ValidationError as error:
        raise wrong(*_first(error.errors(include_url=False, include_context=False, include_input=False))) from None


_RECORDS = TypeAdapter(list[WireRecord])
_MOMENT = TypeAdapter(Moment)


def _arrival(place: int, record: WireRecord, limits: Limits) -> Arrival:
    payload = to_json(record.payload)
    if len(payload) > limits.payload_bytes:
        raise wrong(f"records.{place}.payload", f"it is larger than {limits.payload_bytes:,} bytes")
    if b"Infinity" in payload and not _is_finite(payload):
        raise wrong(f"records.{place}.payload", "a number in it is too large")
    heartbeat = record.kind is Kind.HEARTBEAT
    return Arrival(
        kind=record.kind.value,
        record_id=record.record_id,
        lane=_lane(record.payload) if heartbeat else "",
        beat=_beat(record.payload) if heartbeat else "",
        run_id=record.run_id,
        expires_at=record.expires_at.astimezone(UTC).isoformat() if record.expires_at else None,
        payload=payload,
    )


def _lane(payload: dict[str, Any]) -> str:
    lane = payload.get("reservation_id")
    return lane if isinstance(lane, str) and is_record_id(lane) else ""


def _beat(payload: dict[str, Any]) -> str:
    """Return what orders heartbeats: by their time, then by how long they extend; what is missing is the oldest.

    An order of all beats, so that whichever way they arrive, and however often, the same one stays.
    """
    return "/".join(f"{_sortable(payload.get(name)):26}" for name in ("last_beat_at", "extended_expires_at"))


def _sortable(value: object) -> str:
    try:
        moment: datetime = _MOMENT.validate_python(value)
    except ValidationError:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _is_finite(payload: bytes) -> bool:
    """Tell the word in a text from the number."""

    def refuse(name: str) -> None:
        raise OverflowError(name)

    try:
        json.loads(payload, parse_constant=refuse, parse_int=len)
    except OverflowError:
        return False
    return True


def _first(errors: list[ErrorDetails]) -> tuple[str, str]:
    """Return the place of the first thing that is wrong, and what that is."""
    index, *path = errors[0]["loc"]
    # Past a field's name there is only pydantic's own way of thinking.
    place = ".".join(str(part) for part in ("records", index, *path[:1]))
    if errors[0]["type"] == "string_pattern_mismatch":
        return place, "it is no id (1 to 128 letters, digits, '-', '_' or ':')"
    return place, errors[0]["msg"].removeprefix("Value error, ")
