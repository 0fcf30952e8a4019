"""Bytes to records: every form known in the wild is read as what it says."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import RecordError
from musetui.records.kinds import Kind, is_record_id
from musetui.records.models import EARLIEST, LATEST, MODELS, Dependency, Heartbeat, Intent, Reservation
from musetui.records.parse import parse_record
from tests.properties import patient
from tests.records.samples import HASH, UUID, WHOLE, parsed, without

PATIENT = patient(200)


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


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("9999-12-31T23:59:59Z", LATEST),
        ("9999-12-31T23:59:59.999999", LATEST),
        ("9999-12-31T23:59:59-23:59", LATEST),
        ("0001-01-01T00:00:00+23:59", EARLIEST),
        ("2026-03-18T12:00:00", datetime(2026, 3, 18, 12, tzinfo=UTC)),
    ],
)
def test_a_lease_that_never_ends_is_held(written: str, means: datetime) -> None:
    assert parsed(Kind.RESERVATION, expires_at=written).expires_at == means
    assert parsed(Kind.HEARTBEAT, extended_expires_at=written).extended_expires_at == means
    assert parsed(Kind.CLAIM, expires_at=written).expires_at == means


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


def test_records_are_values() -> None:
    record = parsed(Kind.RESERVATION)
    assert isinstance(record, Reservation)
    with pytest.raises(AttributeError, match="frozen"):
        record.run_id = "other"  # type: ignore[misc]  # what the type forbids is what is tried
    assert record == parsed(Kind.RESERVATION)
    assert hash(record) == hash(parsed(Kind.RESERVATION))
    assert isinstance(parsed(Kind.HEARTBEAT), Heartbeat)
    assert isinstance(parsed(Kind.INTENT), Intent)
    assert parsed(Kind.DEPENDENCY).depends_on == (HASH, "other")
    assert isinstance(parsed(Kind.DEPENDENCY), Dependency)


def test_a_byte_order_mark_is_no_part_of_the_record() -> None:
    data = json.dumps(WHOLE[Kind.RESERVATION]).encode()
    assert parse_record(Kind.RESERVATION, b"\xef\xbb\xbf" + data) == parse_record(Kind.RESERVATION, data)
