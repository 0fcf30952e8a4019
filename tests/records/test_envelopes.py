"""Records pulled from a hub: the payload, the envelope around it, and envelopes that lie."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from musetui.errors import RecordError
from musetui.records.kinds import Kind
from musetui.records.parse import parse_remote
from tests.records.samples import HASH, UUID, WHOLE, enveloped, parsed


@pytest.mark.parametrize("kind", Kind)
def test_an_envelope_gives_its_payload_and_itself(kind: Kind) -> None:
    record, envelope = parse_remote(kind, enveloped(kind, hub="h"), UUID)
    assert record == parsed(kind)
    assert envelope is not None
    assert (envelope.id, envelope.record_id, envelope.payload) == (17, UUID, WHOLE[kind])
    assert envelope.created_at == datetime(2026, 3, 18, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("kind", Kind)
def test_a_bare_record_among_the_pulled_ones_is_read_too(kind: Kind) -> None:
    record, envelope = parse_remote(kind, json.dumps(WHOLE[kind]).encode(), UUID)
    assert record == parsed(kind)
    assert envelope is None


def test_an_envelope_names_what_its_payload_does_not() -> None:
    payload = {k: v for k, v in WHOLE[Kind.TASK].items() if k != "task_id"}
    record, _ = parse_remote(Kind.TASK, enveloped(Kind.TASK, payload=payload, record_id=HASH), "other")
    assert record.record_id == HASH


def test_a_heartbeat_without_its_reservation_is_not_named_after_its_run() -> None:
    data = enveloped(Kind.HEARTBEAT, record_id="agent-42", payload={"run_id": "agent-42"})
    with pytest.raises(RecordError, match="reservation_id is missing"):
        parse_remote(Kind.HEARTBEAT, data, "agent-42")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": "intent"}, "^its kind is intent, but it lies among reservation records$"),
        ({"kind": "\x1b[31m"}, "␛"),
        ({"record_id": "../../etc/passwd"}, "record_id is no id"),
        ({"record_id": ""}, "record_id is no id"),
        ({"payload": []}, "^payload is not a JSON object$"),
        ({"payload": {}}, "run_id is missing"),
        ({"id": "seventeen"}, "^id"),
    ],
)
def test_an_envelope_that_lies_is_refused(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        parse_remote(Kind.RESERVATION, enveloped(Kind.RESERVATION, **changed), UUID)
