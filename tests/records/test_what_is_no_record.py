"""What is no record: nothing but `RecordError` is ever raised, with one line that says why."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import RecordError
from musetui.records.kinds import Kind, is_record_id
from musetui.records.parse import RECORD_BYTES_LIMIT, parse_record, parse_remote
from tests.properties import patient
from tests.records.samples import UUID, WHOLE, enveloped, parsed

PATIENT = patient(200)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"{", "not JSON"),
        (b'{"run_id": "a', "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b'{"run_id": "\xff"}', "not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"3", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"[" * 100_000, "not JSON"),
        (b'{"x":' + b"[" * 300 + b"]" * 300 + b"}", "not JSON"),
        (b'{"x":' + b"9" * 5_000 + b"}", "not JSON"),
        (b" " * (RECORD_BYTES_LIMIT + 1), "larger than 1024 KiB"),
    ],
)
@pytest.mark.parametrize("kind", [Kind.RESERVATION, Kind.HEARTBEAT])
def test_what_is_no_record_says_why(kind: Kind, data: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        parse_record(kind, data, UUID)
    with pytest.raises(RecordError, match=reason):
        parse_remote(kind, data, UUID)


@pytest.mark.parametrize(
    "changed",
    [
        {"addresses": "src/a.py"},
        {"addresses": [1]},
        {"addresses": ["x" * 4_097]},
        {"addresses": ["x"] * 10_001},
        {"run_id": "x" * 513},
        {"run_id": ["agent"]},
        {"schema_version": -1},
    ],
)
def test_another_shape_or_size_is_refused_by_name(changed: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match=f"^{next(iter(changed))}"):
        parsed(Kind.RESERVATION, **changed)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from(sorted({name for fields in WHOLE.values() for name in fields} | {"payload", "kind"}))
objects = st.dictionaries(field_names | st.text(max_size=6), json_values, max_size=10)


def check_outcome(kind: Kind, data: bytes) -> None:
    """Whatever *data* is, it becomes a record with an id, or a `RecordError` of one printable line."""
    for read in (parse_record, parse_remote):
        try:
            outcome = read(kind, data, UUID)
        except RecordError as error:
            reason = str(error)
        else:
            reason = "read"
            record = outcome[0] if isinstance(outcome, tuple) else outcome
            assert is_record_id(record.record_id)
            assert record.moment is None or record.moment.tzinfo is not None
            record.model_dump_json()
        assert reason
        assert reason.isprintable()


@given(st.sampled_from(Kind), st.binary(max_size=200))
@PATIENT
def test_no_bytes_raise_anything_else(kind: Kind, data: bytes) -> None:
    check_outcome(kind, data)


@given(st.sampled_from(Kind), json_values | objects)
@PATIENT
def test_no_json_raises_anything_else(kind: Kind, value: object) -> None:
    check_outcome(kind, json.dumps(value).encode())


@given(st.sampled_from(Kind), st.sampled_from(Kind), objects)
@PATIENT
def test_no_change_of_a_whole_record_raises_anything_else(kind: Kind, inner: Kind, changes: dict[str, Any]) -> None:
    check_outcome(kind, json.dumps({**WHOLE[kind], **changes}).encode())
    check_outcome(kind, enveloped(inner, payload={**WHOLE[inner], **changes}))
    check_outcome(kind, enveloped(kind, **changes))


@given(st.sampled_from(Kind), st.data())
@PATIENT
def test_a_half_written_file_is_no_record(kind: Kind, data: st.DataObject) -> None:
    text = json.dumps(WHOLE[kind], indent=2).encode()
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(RecordError):
        parse_record(kind, text[:cut], UUID)
