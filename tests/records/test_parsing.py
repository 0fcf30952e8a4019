"""Bytes to records: every form known in the wild is read, and nothing but `RecordError` is ever raised."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musetui.errors import RecordError
from musetui.records.kinds import Kind, is_record_id
from musetui.records.models import MODELS, Dependency, Heartbeat, Intent, Reservation
from musetui.records.parse import RECORD_BYTES_LIMIT, parse_record, parse_remote

PATIENT = settings(deadline=None, max_examples=300)

UUID = "3f2b8c1e-5d4a-4f6b-9c7d-8e9f0a1b2c3d"
HASH = "sha256:" + "0123456789abcdef" * 4
NOON = "2026-03-18T12:00:00+00:00"
ONE = "2026-03-18T13:00:00+00:00"

WHOLE: dict[Kind, dict[str, Any]] = {
    Kind.RESERVATION: {
        "schema_version": 1,
        "reservation_id": UUID,
        "run_id": "agent-42",
        "branch": "feature/billing",
        "addresses": ["src/billing.py::compute_total", "src/billing.py"],
        "created_at": NOON,
        "expires_at": ONE,
        "operation": "rename",
    },
    Kind.INTENT: {
        "schema_version": 1,
        "intent_id": UUID,
        "reservation_id": HASH,
        "run_id": "agent-42",
        "branch": "main",
        "addresses": ["src/billing.py::compute_total"],
        "operation": "rename",
        "created_at": NOON,
        "detail": "rename to compute_invoice_total",
    },
    Kind.RELEASE: {
        "release_id": HASH,
        "reservation_id": UUID,
        "run_id": "agent-42",
        "released_at": NOON,
        "reason": "done",
    },
    Kind.HEARTBEAT: {
        "reservation_id": UUID,
        "run_id": "agent-42",
        "last_beat_at": NOON,
        "extended_expires_at": ONE,
    },
    Kind.DEPENDENCY: {"reservation_id": UUID, "depends_on": [HASH, "other"]},
    Kind.TASK: {"task_id": UUID, "run_id": "planner", "queue": "q", "title": "do it", "created_at": NOON},
    Kind.CLAIM: {"task_id": UUID, "claimer_run_id": "agent-1", "claimed_at": NOON, "expires_at": ONE},
}


def parsed(kind: Kind, /, stem: str = "", **changed: Any) -> Any:
    return parse_record(kind, json.dumps({**WHOLE[kind], **changed}).encode(), stem)


def without(kind: Kind, *names: str) -> bytes:
    return json.dumps({k: v for k, v in WHOLE[kind].items() if k not in names}).encode()


@pytest.mark.parametrize("kind", Kind)
def test_a_whole_record_keeps_every_field(kind: Kind) -> None:
    record = parsed(kind)
    assert record.kind is kind
    dumped = record.model_dump(mode="json")
    for name, value in WHOLE[kind].items():
        if name.endswith("_at"):
            assert getattr(record, name) == datetime.fromisoformat(value)
        else:
            assert dumped[name] == value


@pytest.mark.parametrize("kind", Kind)
def test_what_is_dumped_reads_as_the_same_record(kind: Kind) -> None:
    record = parsed(kind, priority=3, notes={"deep": [1, None, "…"]})
    assert parse_record(kind, record.model_dump_json().encode()) == record
    assert MODELS[kind].model_validate(record.model_dump()) == record


@pytest.mark.parametrize("kind", Kind)
def test_extra_fields_are_kept_and_none_can_pose_as_ours(kind: Kind) -> None:
    record = parsed(kind, kind="lie", record_id="lie", holder="lie", moment="lie", model_dump="lie", zebra=[1])
    assert record.kind is kind
    assert "lie" not in (record.record_id, record.holder, record.moment)
    assert record.model_extra["zebra"] == [1]
    assert record.model_dump()["record_id"] == "lie"


@pytest.mark.parametrize("version", [1, "0.1.5", "0.2.0rc1", 7])
@pytest.mark.parametrize("kind", Kind)
def test_both_forms_of_schema_version(kind: Kind, version: object) -> None:
    assert parsed(kind, schema_version=version).schema_version == version


@pytest.mark.parametrize("name", [UUID, HASH, "a", "A-b_c:d", "x" * 128])
def test_ids_are_opaque_words(name: str) -> None:
    assert is_record_id(name)
    assert parsed(Kind.RESERVATION, reservation_id=name).record_id == name


@pytest.mark.parametrize("name", ["a/b", "../a", "a b", "a\n", "é", "x" * 129, "a.json", "\x00"])
def test_what_could_be_a_path_is_no_id(name: str) -> None:
    assert not is_record_id(name)
    for kind, field in ((Kind.RESERVATION, "reservation_id"), (Kind.TASK, "task_id"), (Kind.RELEASE, "release_id")):
        with pytest.raises(RecordError, match=f"{field} is no id"):
            parsed(kind, **{field: name})


def test_an_intent_may_stand_alone() -> None:
    assert parsed(Kind.INTENT, reservation_id="").reservation_id == ""
    assert parse_record(Kind.INTENT, without(Kind.INTENT, "reservation_id", "detail")).record_id == UUID


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-18T12:00:00Z", datetime(2026, 3, 18, 12, tzinfo=UTC)),
        ("2026-03-18T12:00:00", datetime(2026, 3, 18, 12, tzinfo=UTC)),
        ("2026-03-18 12:00:00", datetime(2026, 3, 18, 12, tzinfo=UTC)),
        ("2026-03-18T12:00:00.123456", datetime(2026, 3, 18, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-03-18T12:00:00+05:30", datetime(2026, 3, 18, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
        ("2026-03-18T12:00:00-08:00", datetime(2026, 3, 18, 12, tzinfo=timezone(-timedelta(hours=8)))),
        ("2096-03-18T12:00:00Z", datetime(2096, 3, 18, 12, tzinfo=UTC)),
    ],
)
def test_every_form_of_a_moment_is_aware(text: str, moment: datetime) -> None:
    record = parsed(Kind.RESERVATION, created_at=text)
    assert record.created_at.tzinfo is not None
    assert record.created_at == moment == record.moment


@pytest.mark.parametrize(
    "bad",
    ["soon", "", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", [], {}, 1e300],
)
def test_a_moment_that_is_none_is_refused(bad: object) -> None:
    with pytest.raises(RecordError, match="created_at"):
        parsed(Kind.RESERVATION, created_at=bad)


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(8999, 12, 30)), st.integers(-1439, 1439))
@PATIENT
def test_a_moment_survives_whatever_its_offset(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert parsed(Kind.TASK, created_at=moment.isoformat()).created_at == moment
    assert parsed(Kind.TASK, created_at=naive.isoformat()).created_at == naive.replace(tzinfo=UTC)


@pytest.mark.parametrize("operation", ["transmogrify", "", "МОДИФИ", "delete\n"])
def test_an_unknown_operation_is_kept(operation: str) -> None:
    assert parsed(Kind.RESERVATION, operation=operation).operation == operation
    assert parsed(Kind.INTENT, operation=operation).operation == operation


def test_operation_may_be_null_or_missing() -> None:
    assert parsed(Kind.RESERVATION, operation=None).operation is None
    assert parse_record(Kind.RESERVATION, without(Kind.RESERVATION, "operation", "branch", "schema_version")).holder


@pytest.mark.parametrize("kind", Kind)
def test_a_missing_id_comes_from_the_file_name(kind: Kind) -> None:
    data = without(kind, "reservation_id", "intent_id", "task_id", "release_id")
    assert parse_record(kind, data, HASH).record_id == HASH
    with pytest.raises(RecordError, match="is missing and the file's name is no id"):
        parse_record(kind, data, "no id")


@pytest.mark.parametrize("kind", [Kind.RELEASE, Kind.HEARTBEAT, Kind.DEPENDENCY, Kind.TASK, Kind.CLAIM])
def test_the_five_lenient_kinds_need_nothing_but_a_name(kind: Kind) -> None:
    record = parse_record(kind, b"{}", UUID)
    assert record.record_id == UUID
    assert record.moment is None
    assert record.holder == ""
    nulls = json.dumps(dict.fromkeys(WHOLE[kind])).encode()
    assert parse_record(kind, nulls, UUID) == record


def test_null_stands_for_missing_and_null_extras_stay() -> None:
    record = parsed(Kind.RESERVATION, branch=None, schema_version=None, note=None)
    assert (record.branch, record.schema_version) == ("", 1)
    assert record.model_extra == {"note": None}
    with pytest.raises(RecordError, match=r"^run_id is missing$"):
        parsed(Kind.RESERVATION, run_id=None)


@pytest.mark.parametrize("name", ["run_id", "addresses", "created_at", "expires_at"])
def test_a_reservation_without_what_makes_it_one_is_refused(name: str) -> None:
    with pytest.raises(RecordError, match=f"^{name} is missing$"):
        parse_record(Kind.RESERVATION, without(Kind.RESERVATION, name), UUID)


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


def enveloped(kind: Kind, /, **changed: Any) -> bytes:
    envelope = {
        "id": 17,
        "kind": kind.value,
        "record_id": UUID,
        "run_id": "agent-42",
        "payload": WHOLE[kind],
        "expires_at": None,
        "created_at": "2026-03-18T12:00:05Z",
    }
    return json.dumps({**envelope, **changed}).encode()


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


def test_records_are_values() -> None:
    record = parsed(Kind.RESERVATION)
    assert isinstance(record, Reservation)
    with pytest.raises(ValueError, match="frozen"):
        record.run_id = "other"  # type: ignore[misc]  # what the type forbids is what is tried
    assert record == parsed(Kind.RESERVATION)
    assert hash(record) == hash(parsed(Kind.RESERVATION))
    assert isinstance(parsed(Kind.HEARTBEAT), Heartbeat)
    assert isinstance(parsed(Kind.INTENT), Intent)
    assert parsed(Kind.DEPENDENCY).depends_on == (HASH, "other")
    assert isinstance(parsed(Kind.DEPENDENCY), Dependency)
