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
        ({"payload": []}, "^payload is a list of 0, and not a JSON object$"),
        ({"payload": {}}, "run_id is missing"),
        ({"id": "seventeen"}, '^id is the text "seventeen", and not a whole number$'),
        ({"record_id": "another"}, f"^its envelope says its id is another, and its payload {UUID}$"),
        ({"run_id": "agent-\x1b"}, "^its envelope says its run is agent-␛, and its payload agent-42$"),
        (
            {"payload": {**WHOLE[Kind.RESERVATION], "kind": "intent"}},
            "^its envelope is of kind reservation, and its payload of kind intent$",
        ),
    ],
)
def test_an_envelope_that_lies_is_refused(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        parse_remote(Kind.RESERVATION, enveloped(Kind.RESERVATION, **changed), UUID)


@pytest.mark.parametrize("kind", Kind)
def test_an_envelope_and_its_payload_agree_on_whose_it_is(kind: Kind) -> None:
    field = "claimer_run_id" if kind is Kind.CLAIM else "run_id"
    payload = {**WHOLE[kind], field: "somebody"}
    with pytest.raises(RecordError, match="its run is other, and its payload somebody"):
        parse_remote(kind, enveloped(kind, payload=payload, run_id="other"), UUID)
    for run_id, said in (("", "somebody"), ("other", "")):
        record, _ = parse_remote(kind, enveloped(kind, payload={**payload, field: said}, run_id=run_id), UUID)
        assert record.holder == said


@pytest.mark.parametrize(
    ("kind", "record_id"),
    [(Kind.HEARTBEAT, "agent-42"), (Kind.HEARTBEAT, UUID), (Kind.RELEASE, HASH), (Kind.RELEASE, UUID)],
)
def test_a_record_may_travel_under_either_of_its_ids(kind: Kind, record_id: str) -> None:
    record, _ = parse_remote(kind, enveloped(kind, record_id=record_id), UUID)
    assert record == parsed(kind)
    with pytest.raises(RecordError, match="its envelope says its id is third"):
        parse_remote(kind, enveloped(kind, record_id="third"), UUID)


def test_a_pulled_release_that_names_no_reservation_is_none() -> None:
    payload = {k: v for k, v in WHOLE[Kind.RELEASE].items() if k != "reservation_id"}
    with pytest.raises(RecordError, match="reservation_id is missing and nothing else says it"):
        parse_remote(Kind.RELEASE, enveloped(Kind.RELEASE, payload=payload, record_id=HASH), HASH)
    record, _ = parse_remote(Kind.RELEASE, enveloped(Kind.RELEASE, payload=payload, record_id="r1"), "other")
    assert record.model_dump()["reservation_id"] == "r1"
    named = {"reservation_id": "r1"}
    record, _ = parse_remote(Kind.RELEASE, enveloped(Kind.RELEASE, payload=named, record_id="its-file"), "its-file")
    assert record.record_id == "r1"


def test_a_field_of_an_agents_own_may_be_called_kind() -> None:
    record, _ = parse_remote(Kind.TASK, enveloped(Kind.TASK, payload={**WHOLE[Kind.TASK], "kind": "chore"}), UUID)
    assert record.record_id == UUID
