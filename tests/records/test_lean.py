"""What is kept of a record says all that the model says which validated it, in a fraction of its room."""

import json
import re
import tracemalloc
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from musetui.coordination.encode import encode_record
from musetui.records.kinds import Kind
from musetui.records.models import MODELS
from musetui.records.parse import parse_record
from tests.properties import patient
from tests.records.samples import UUID, WHOLE, parsed

MOMENTS = (
    "2026-03-18T12:00:00Z",
    "2026-03-18T12:00:00+00:00",
    "2026-03-18T12:00:00.123456+00:00",
    "2026-03-18T12:00:00.1Z",
    "2026-03-18 12:00",
    "2026-03-18",
    "2026-02-30T12:00:00Z",
    "2026-03-18T24:00:00Z",
    "2026-03-18T12:00:60Z",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:59",
    "2026-03-18T12:00:00-08:00",
    "20260318T120000Z",
    "2026-W12-3",
    "٢٠٢٦-٠٣-١٨T١٢:٠٠:٠٠Z",
    "",
    1_800_000_000,
    None,
)
EXTRA = st.dictionaries(
    st.sampled_from(["zebra", "_extra", "_given", "_fields_set", "self", "model_dump", "kind", "schema_version"]),
    st.sampled_from([None, 1, "x", [1], {"deep": [2.5]}]),
    max_size=3,
)


@st.composite
def written(draw: st.DrawFn) -> tuple[Kind, dict[str, Any]]:
    """Draw a record as some agent may write it: fields left out, moments in any form, and fields of its own."""
    kind = draw(st.sampled_from(list(Kind)))
    fields = {name: value for name, value in WHOLE[kind].items() if draw(st.integers(0, 9))}
    moments = [name for name in fields if name.endswith("_at")]
    fields.update((name, draw(st.sampled_from(MOMENTS))) for name in moments if draw(st.booleans()))
    return kind, {**fields, **draw(EXTRA)}


@given(written())
@patient(400)
def test_what_is_kept_is_what_the_model_says(record: tuple[Kind, dict[str, Any]]) -> None:
    kind, fields = record
    door = MODELS[kind]._door
    text = json.dumps(fields)
    try:
        model = door.model_validate_json(text)
    except ValueError as error:
        with pytest.raises(ValidationError, match=f"^{re.escape(str(error))}$"):
            MODELS[kind].model_validate_json(text)
        return
    for kept in (MODELS[kind].model_validate_json(text), MODELS[kind].model_validate(json.loads(text))):
        assert dict(kept) == dict(model)
        assert (kept.model_extra, kept.model_fields_set) == (model.model_extra, model.model_fields_set)
        assert kept.model_dump_json() == model.model_dump_json()
        assert kept.model_dump() == model.model_dump()
        assert kept.model_copy() == kept
        assert hash(kept.model_copy()) == hash(kept)


def test_a_copy_differs_in_what_it_is_told() -> None:
    record = parsed(Kind.TASK, zebra=1)
    changed = record.model_copy(update={"title": "other", "zebra": 2, "schema_version": 7})
    assert (changed.title, changed.zebra, changed.model_extra) == ("other", 2, {"zebra": 2})
    assert changed.model_fields_set == record.model_fields_set | {"schema_version"}
    assert (record.title, record.zebra) == ("do it", 1)
    assert changed != record


def test_a_version_that_was_not_said_is_not_written() -> None:
    said, unsaid = parsed(Kind.RELEASE, schema_version=1, zebra=2), parsed(Kind.RELEASE, zebra=2)
    assert "schema_version" in json.loads(encode_record(said))
    assert "schema_version" not in json.loads(encode_record(unsaid))
    assert json.loads(encode_record(said))["zebra"] == json.loads(encode_record(unsaid))["zebra"] == 2


def test_moments_at_the_same_offset_share_their_zone() -> None:
    utc = parsed(Kind.RESERVATION, created_at="2026-03-18T12:00:00.5Z")
    assert utc.created_at.tzinfo is utc.expires_at.tzinfo is UTC
    far = parsed(Kind.RESERVATION, created_at="2026-03-18T12:00:00+05:30", expires_at="2026-03-19 12:00:00+05:30")
    assert far.created_at.tzinfo is far.expires_at.tzinfo
    assert far.created_at.isoformat() == "2026-03-18T12:00:00+05:30"


def test_nothing_can_be_taken_from_a_record() -> None:
    record = parsed(Kind.TASK)
    with pytest.raises(AttributeError, match="frozen"):
        del record.title
    with pytest.raises(AttributeError, match="no attribute 'zebra'"):
        _ = record.zebra
    assert repr(parsed(Kind.DEPENDENCY, zebra=1)).endswith("created_at=None, zebra=1)")


def test_a_record_takes_little_room() -> None:
    data = [json.dumps({**WHOLE[Kind.RESERVATION], "reservation_id": f"r{number}"}).encode() for number in range(200)]
    parse_record(Kind.RESERVATION, data[0], UUID)
    tracemalloc.start()
    try:
        kept = [parse_record(Kind.RESERVATION, each, UUID) for each in data]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken / len(kept) < 800  # bytes; a model takes 1,900
