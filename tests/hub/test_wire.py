"""The wire form: what a hub knows a record by, its payload exactly, and digests that tell change."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Sighting, Slot
from musetui.coordination.reader import parse_slot
from musetui.coordination.repository import Repository
from musetui.errors import RecordError
from musetui.hub.gathering import BATCH_RECORDS, batches, local_slots
from musetui.hub.heartbeats import is_newer
from musetui.hub.wire import WireRecord, digest_of, wire_record
from musetui.records.kinds import Kind
from musetui.records.parse import parse_remote
from tests.hub.conftest import Put, reservation
from tests.properties import patient
from tests.records.samples import HASH, NOON, ONE, UUID, WHOLE


def wired(kind: Kind, data: bytes, stem: str = UUID) -> tuple[WireRecord, dict[str, Any]]:
    slot = Slot(kind.folder, f"{stem}.json")
    sighting = parse_slot(slot, data)
    assert isinstance(sighting, Sighting)
    record = wire_record(sighting, data)
    return record, json.loads(record.data)


@pytest.mark.parametrize(
    ("kind", "record_id", "run_id", "expires_at"),
    [
        (Kind.RESERVATION, UUID, "agent-42", ONE),
        (Kind.INTENT, UUID, "agent-42", None),
        (Kind.RELEASE, HASH, "agent-42", None),
        (Kind.HEARTBEAT, "agent-42", "agent-42", ONE),
        (Kind.DEPENDENCY, UUID, "", None),
        (Kind.TASK, UUID, "planner", None),
        (Kind.CLAIM, UUID, "agent-1", ONE),
    ],
)
def test_each_kind(kind: Kind, record_id: str, run_id: str, expires_at: str | None) -> None:
    data = json.dumps({**WHOLE[kind], "extra": {"z": 1, "a": [None]}}, indent=2).encode()
    record, whole = wired(kind, data)
    assert list(whole) == ["kind", "record_id", "run_id", "payload", "expires_at"]
    assert (whole["kind"], whole["record_id"], whole["run_id"]) == (kind.value, record_id, run_id)
    assert whole["expires_at"] == expires_at
    assert json.dumps(whole["payload"]) == json.dumps(json.loads(data))
    assert record.identity.lane == (UUID if kind is Kind.HEARTBEAT else "")


def test_the_payload_is_the_files_own_text() -> None:
    """Numbers that readers write in another way, or cannot hold, travel as they were written."""
    data = b'{"run_id": "a", "addresses": [], "created_at": "%s", "expires_at": "%s", "n": [1.10, 1E5, %s]}\n'
    data %= (NOON.encode(), ONE.encode(), b"9" * 40)
    record, _ = wired(Kind.RESERVATION, data)
    assert data.strip() in record.data
    assert orjson.loads(record.data)["record_id"] == UUID


def test_a_release_without_an_id_goes_by_its_files_name() -> None:
    _, whole = wired(Kind.RELEASE, json.dumps({"reservation_id": "other", "run_id": "a"}).encode(), "my-name")
    assert whole["record_id"] == "my-name"


def test_a_heartbeat_of_a_run_that_is_no_id_goes_by_its_reservation() -> None:
    _, whole = wired(Kind.HEARTBEAT, json.dumps({**WHOLE[Kind.HEARTBEAT], "run_id": "me@here"}).encode())
    assert (whole["record_id"], whole["run_id"]) == (UUID, "me@here")


def test_a_heartbeat_says_which_reservation_it_is_of() -> None:
    """Its file's name does not travel, and its wire id is its run's."""
    record, whole = wired(Kind.HEARTBEAT, b'{"run_id": "a", "x": 1}', "lease-7")
    assert whole["payload"] == {"run_id": "a", "x": 1, "reservation_id": "lease-7"}
    assert record.identity == (Kind.HEARTBEAT, "a", "lease-7")


def test_a_release_says_of_which_reservation_it_is() -> None:
    _, whole = wired(Kind.RELEASE, b'{"release_id": "mine", "x": 1}', "lease-7")
    assert whole["record_id"] == "mine"
    assert whole["payload"] == {"release_id": "mine", "x": 1, "reservation_id": "lease-7"}
    record, _ = parse_remote(Kind.RELEASE, json.dumps(whole).encode(), "mine")
    assert (record.record_id, record.model_dump()["reservation_id"]) == ("mine", "lease-7")


@pytest.mark.parametrize("odd", [b"NaN", b"Infinity", b"1e999"])
def test_what_is_not_json_to_every_reader_does_not_travel(odd: bytes) -> None:
    with pytest.raises(RecordError, match="not JSON that every reader takes"):
        wired(Kind.TASK, b'{"task_id": "t", "x": ' + odd + b"}")


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1)
VALUES = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS | st.none()


@given(st.dictionaries(TEXTS.map(lambda name: f"x{name}"), VALUES))
@patient(150)
def test_any_extra_fields_arrive_and_the_digest_follows_them(extra: dict[str, Any]) -> None:
    fields = {**extra, "task_id": "t"}
    one, whole = wired(Kind.TASK, json.dumps(fields).encode())
    again, _ = wired(Kind.TASK, json.dumps(fields, indent=4).encode())
    other, _ = wired(Kind.TASK, json.dumps({**fields, "title": "changed"}).encode())
    assert list(whole["payload"].items()) == list(fields.items())
    assert one.digest == again.digest != other.digest
    assert len(one.digest) == 16


def test_a_digest_is_the_same_however_a_record_was_read() -> None:
    data = json.dumps(WHOLE[Kind.RESERVATION]).encode()
    record, _ = wired(Kind.RESERVATION, data)
    sighting = parse_slot(Slot("reservations", f"{UUID}.json"), data)
    assert isinstance(sighting, Sighting)
    assert digest_of(sighting.record) == record.digest


MOMENTS = st.none() | st.sampled_from([NOON, ONE, "2026-03-18T14:00:00+02:00", "2026-03-18T12:30:00Z", "soon", 7])
BEATS = st.fixed_dictionaries({"last_beat_at": MOMENTS, "extended_expires_at": MOMENTS})


@given(BEATS, BEATS)
@patient(100)
def test_of_two_beats_at_most_one_is_newer(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not (is_newer(one, other) and is_newer(other, one))
    assert not is_newer(one, one)


@pytest.mark.parametrize(
    ("beat", "other", "newer"),
    [
        ({"last_beat_at": ONE}, {"last_beat_at": NOON}, True),
        ({"last_beat_at": NOON}, {"last_beat_at": ONE, "extended_expires_at": NOON}, False),
        ({"last_beat_at": NOON, "extended_expires_at": ONE}, {"last_beat_at": NOON}, True),
        ({"extended_expires_at": ONE}, {"last_beat_at": ONE, "extended_expires_at": NOON}, True),
        ({"last_beat_at": "2026-03-18T13:00:00+01:00"}, {"last_beat_at": NOON}, False),
        ({}, {}, False),
    ],
)
def test_newer_beats(beat: dict[str, Any], other: dict[str, Any], newer: bool) -> None:
    assert is_newer(beat, other) is newer


def test_gathering_leaves_out_what_is_no_record_and_ends_batches_in_time(put: Put, repository: Repository) -> None:
    for number in range(BATCH_RECORDS + 20):
        put(f"reservations/r-{number:04}.json", reservation(f"r-{number:04}"))
    for number in range(6):
        put(f"tasks/t-{number}.json", {"task_id": f"t-{number}", "x": "y" * 1_000_000})
    put("tasks/broken.json", b"{")
    put("tasks/.hidden.json", b"{")
    put("tasks/notes.txt", b"{")
    put("remote/task/far.json", {"task_id": "far"})
    slots, problems = local_slots(repository)
    assert (len(slots), problems) == (527, [])
    found = list(batches(repository, slots))
    assert [len(batch.records) for batch in found] == [500, 25, 1]
    assert sum(batch.slots for batch in found) == 527
    assert [problem.path for batch in found for problem in batch.problems] == ["tasks/broken.json"]
    assert {slot.folder for slot in local_slots(repository, [Kind.TASK])[0]} == {"tasks"}


def test_a_folder_that_is_a_link_is_told_and_not_followed(put: Put, repository: Repository) -> None:
    real = put("elsewhere/t.json", {"task_id": "t"}).parent
    (repository.coordination / "tasks").symlink_to(real)
    slots, problems = local_slots(repository)
    assert slots == []
    assert problems[0].path == "tasks"
