"""A local record as it travels: what the hub knows it by, and its payload exactly as its writer wrote it."""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

import orjson

from musetui.coordination.batch import Sighting
from musetui.errors import RecordError
from musetui.records.kinds import Kind, is_record_id
from musetui.records.models import AnyRecord, Heartbeat, Release

_DIGEST_SIZE = 16
"""Bytes: 128 bits, which nobody can meet by chance or on purpose."""

_WITH_EXPIRY = {
    Kind.RESERVATION: "expires_at",
    Kind.HEARTBEAT: "extended_expires_at",
    Kind.CLAIM: "expires_at",
}
"""The field that is a record's expiry on the wire; other kinds have none."""


class WireIdentity(NamedTuple):
    """What a hub tells a record from all others by.

    Attributes:
        kind: its kind.
        wire_id: its `record_id` on the wire.
        lane: of a heartbeat its reservation, so that several leases of one run are kept apart; else "".
    """

    kind: Kind
    wire_id: str
    lane: str = ""


class WireRecord(NamedTuple):
    """A record ready to be sent.

    Attributes:
        identity: what the hub will know it by.
        digest: what it says, for telling whether that is what the hub has.
        data: the JSON object that travels.
    """

    identity: WireIdentity
    digest: bytes
    data: bytes


def wire_identity(sighting: Sighting) -> WireIdentity:
    """Return what a hub knows the local record of *sighting* by."""
    record = sighting.record
    if isinstance(record, Heartbeat):
        run_id = record.run_id
        return WireIdentity(
            record.kind, run_id if is_record_id(run_id) else record.reservation_id, record.reservation_id
        )
    if isinstance(record, Release):
        return WireIdentity(record.kind, record.release_id or sighting.slot.stem)
    return WireIdentity(record.kind, record.record_id)


def digest_of(record: AnyRecord) -> bytes:
    """Return 16 bytes that are the same for two readings of one record, and differ when what it says differs."""
    try:
        # By the order of the kind's fields, which are not named: a sixth of the time that its JSON takes.
        content = orjson.dumps((*record.model_values(), record.model_extra or None))
    except orjson.JSONEncodeError:
        content = repr(record).encode("utf-8", "backslashreplace")  # no such JSON, or numbers beyond 64 bits
    return blake2b(content, digest_size=_DIGEST_SIZE).digest()


def wire_record(sighting: Sighting, data: bytes) -> WireRecord:
    """Return a local record ready to be sent.

    Args:
        sighting: the record.
        data: the bytes of its file; they travel as they are. Only a heartbeat or a release that leaves it to its file's
            name which reservation it is about gets that said, as the name does not travel.

    Raises:
        RecordError: if the bytes are not JSON that every reader takes (NaN, say).
    """
    record = sighting.record
    try:
        payload = orjson.loads(data)
        if isinstance(record, Heartbeat | Release) and payload.get("reservation_id") != record.reservation_id:
            data = orjson.dumps({**payload, "reservation_id": record.reservation_id})
        identity = wire_identity(sighting)
        whole = orjson.dumps(
            {
                "kind": identity.kind.value,
                "record_id": identity.wire_id,
                "run_id": record.holder,
                "payload": orjson.Fragment(data.strip()),
                "expires_at": _expiry(record),
            }
        )
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        raise RecordError(f"not JSON that every reader takes ({error})") from None
    return WireRecord(identity, digest_of(record), whole)


def _expiry(record: AnyRecord) -> str | None:
    moment: datetime | None = getattr(record, _WITH_EXPIRY.get(record.kind, ""), None)
    return None if moment is None else moment.astimezone(UTC).isoformat()
