"""A recording keeps what a disk forgets, survives any end, and is believed in nothing that a disk would not be."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch, Problem, Slot
from musetui.errors import RecordingError
from musetui.history import recording as reading
from musetui.history.lines import LINE_LIMIT, VERSION, Header, Line, entries, entry_line, header_line, read_line
from musetui.history.recorder import WATCH_EVERY, Recorder
from musetui.history.recording import read_recording
from musetui.history.scrub import Scrub
from musetui.history.survey import Survey
from musetui.history.trail import Trail
from musetui.history.unknown import Unknown
from musetui.swarm.activity import Verb
from musetui.swarm.moments import micros
from musetui.swarm.picture import Swarm
from tests.history.test_scrub import CLOSE, SECONDS, History, News, at_second, news_of
from tests.history.test_survey import seen_by
from tests.properties import patient
from tests.swarm.scene import MINUTE, NOON, Disk, at, beat, found, gone, local, remote, reservation, sightings, steps
from tests.swarm.test_same_as_loaded_at_once import look

PATIENT = patient(40)
HERE = Header("orchard", "7d6c")


@contextmanager
def a_file() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "day.jsonl"


@contextmanager
def recorder(path: Path, until: datetime = NOON, header: Header = HERE) -> Iterator[Recorder]:
    made = Recorder(path, header)
    try:
        yield made
    finally:
        made.close(until)


def record(path: Path, news: News, disk: Disk | None = None, *, start: datetime = NOON) -> None:
    """Record *news* from *start* on, when *disk* is as it is."""
    with recorder(path, at_second(3 * 3_600)) as made:
        made.take_in((disk or Disk()).batch(), start)
        made.looked(start)
        for moment, batch in news:
            made.take_in(batch, moment)


def apart(news: News) -> News:
    """Return *news* of which no two come at one moment, as none ever do."""
    return [(moment + number * timedelta(microseconds=7), batch) for number, (moment, batch) in enumerate(news, 1)]


def held_at(trail: Trail, moment: datetime) -> set[str]:
    scrub = Scrub(trail)
    scrub.go(moment)
    return {held.record_id for held in scrub.swarm.reservations() if held.is_held}


@PATIENT
@given(steps, st.lists(SECONDS.filter(lambda second: second >= 0), min_size=1, max_size=6))
def test_a_recording_gives_back_exactly_what_was_live(history: History, seconds: list[int]) -> None:
    news = apart(news_of(history))
    with a_file() as path:
        record(path, news)
        trail = read_recording(path).trail
    survey = Survey(trail, CLOSE)
    list(survey.steps())
    scrub = Scrub(trail, CLOSE, survey.story)
    for second in seconds:
        moment = at_second(second)
        scrub.go(moment)
        seen = seen_by(news, moment)
        assert look(scrub.swarm) == look(seen)
        assert list(scrub.swarm.activity) == list(seen.activity)
        assert scrub.swarm.rate(moment) == seen.rate(moment)
        assert trail.unknown(moment) == Unknown()


@PATIENT
@given(steps, st.integers(1, 10), st.integers(0, 400), SECONDS)
def test_whoever_goes_on_after_any_end_has_all_of_it(history: History, first: int, cut: int, second: int) -> None:
    """A recorder is killed in the midst of writing; later another one goes on with what has become of the disk."""
    news, disk = apart(news_of(history)), Disk()
    with a_file() as path:
        record(path, news[:first])
        data = path.read_bytes()
        header = data.index(b"\n") + 1
        path.write_bytes(data[: max(len(data) - cut, header)])
        before = read_recording(path)
        assert not before.damaged
        for _, batch in news:
            disk.follow(batch)
        again = at_second(4 * 3_600)
        with recorder(path, again + MINUTE) as made:
            assert not made.is_new
            made.take_in(disk.batch(), again)
            made.looked(again)
        whole = read_recording(path)
    assert not whole.damaged
    scrub = Scrub(whole.trail)
    scrub.go(again + MINUTE)
    assert look(scrub.swarm) == look(seen_at(disk, again + MINUTE))
    if before.trail.ends is not None and at_second(second) <= before.trail.ends:
        earlier = Scrub(before.trail)
        earlier.go(at_second(second))
        scrub.go(at_second(second))
        assert look(scrub.swarm) == look(earlier.swarm)


def seen_at(disk: Disk, moment: datetime) -> Swarm:
    swarm = Swarm()
    swarm.apply(disk.batch(), moment)
    return swarm


@patient(100)
@given(sightings)
def test_a_record_comes_back_as_it_was(sighting: Any) -> None:
    (entry,) = entries(found(sighting))
    assert read_line(entry_line(micros(at(3)), entry.body)) == Line(micros(at(3)), None, found(sighting))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(("at", "found", "gone", "problem", "reason", "record", "tells", "hub_id", "received_at", "x"))
values = (
    json_values
    | st.sampled_from(("reservations/r1.json", "tasks/../../x.json", "../x", "remote", "look", "looked", "watch"))
    | st.just(micros(NOON))
    | st.just({"reservation_id": "r1", "run_id": "a", "addresses": [], "created_at": "2026", "expires_at": "x"})
)
hostile = st.binary(max_size=40) | st.dictionaries(keys, values, max_size=6).map(lambda each: json.dumps(each).encode())


@patient(200)
@given(st.lists(hostile, max_size=8))
def test_a_hostile_recording_breaks_nothing(lines: list[bytes]) -> None:
    with a_file() as path:
        path.write_bytes(
            header_line(HERE) + b'{"at":1,"tells":"look"}\n{"at":2,"tells":"looked"}\n' + b"\n".join(lines)
        )
        read = read_recording(path)
    list(Survey(read.trail).steps())
    scrub = Scrub(read.trail)
    scrub.go(NOON)
    look(scrub.swarm)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{",
        b'{"at":1}',
        b'{"at":true,"tells":"look"}',
        b'{"at":-1,"tells":"look"}',
        b'{"at":1e3,"tells":"look"}',
        b'{"at":999999999999999999999,"tells":"look"}',
        b'{"at":1,"tells":"dance"}',
        b'{"at":1,"tells":[]}',
        b'{"at":1,"found":"reservations/r.json"}',
        b'{"at":1,"found":"reservations/r.json","record":{"run_id":"a"}}',
        b'{"at":1,"found":"../../etc/passwd","record":{}}',
        b'{"at":1,"found":"tasks/../x.json","record":{}}',
        b'{"at":1,"found":"tasks/x.txt","record":{}}',
        b'{"at":1,"found":"tasks/x.json","record":{},"hub_id":"1"}',
        b'{"at":1,"found":"tasks/x.json","record":{},"received_at":"soon"}',
        b'{"at":1,"gone":""}',
        b'{"at":1,"gone":7}',
        b'{"at":1,"problem":"' + b"x" * 5_000 + b'"}',
        b'{"at":1,"found":"tasks/x.json","record":' + b"[" * 100_000 + b"}",
    ],
)
def test_a_line_that_tells_nothing_known_is_passed_over(line: bytes, tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as damaged:
        read_line(line)
    assert str(damaged.value).isprintable()
    path = tmp_path / "day.jsonl"
    record(path, [(at(1), found(local(reservation("r1"))))])
    path.write_bytes(path.read_bytes() + line + b"\n")
    read = read_recording(path)
    assert read.damaged == 1
    assert held_at(read.trail, at(30)) == {"r1"}


def test_a_line_without_bounds_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [(at(1), found(local(reservation("r1"))))])
    whole = path.read_bytes()
    path.write_bytes(whole + b"x" * (3 * LINE_LIMIT) + b"\n" + whole[whole.index(b"\n") + 1 :])
    assert read_recording(path).damaged == 1
    path.write_bytes(whole + b"x" * (3 * LINE_LIMIT))
    read = read_recording(path)
    assert (read.damaged, read.whole) == (0, len(whole))


def test_heartbeats_and_deletions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    first, second = local(beat("r1", at_minute=20, ends=50)), local(beat("r1", at_minute=45, ends=90))
    r1 = local(reservation("r1", ends=30))
    record(path, [(at(1), found(r1)), (at(20), found(first)), (at(45), found(second)), (at(80), gone(r1, second))])
    trail = read_recording(path).trail
    assert [sorted(held_at(trail, at(minute))) for minute in (0, 29, 40, 60, 81)] == [[], ["r1"], ["r1"], ["r1"], []]
    survey = Survey(trail)
    list(survey.steps())
    verbs = [event.verb for event in survey.story.events(0, len(survey.story))]
    assert verbs.count(Verb.BEAT) == 2
    assert verbs.count(Verb.LEFT) == 2


def test_one_that_goes_on_writes_what_differs_and_nothing_else(tmp_path: Path) -> None:
    path, disk = tmp_path / "day.jsonl", Disk()
    disk.follow(found(*(local(reservation(f"r{number}")) for number in range(50)), remote(reservation("far"))))
    with recorder(path, at(2)) as made:
        made.take_in(disk.batch(), NOON)
        made.looked(at(1))
        assert made.is_new
        assert made.changes == 51
    size = path.stat().st_size
    disk.follow(Batch(found=[local(reservation("new"))], gone=[Slot("reservations", "r7.json")]))
    with recorder(path, at(12)) as made:
        made.take_in(disk.batch(), at(9.5))
        made.looked(at(10))
        made.looked(at(11))
        made.take_in(found(local(reservation("new"))), at(11))
        assert not made.is_new
        assert made.changes == 2
    assert path.stat().st_size - size < 900
    trail = read_recording(path).trail
    assert "r7" in held_at(trail, at(9))
    assert held_at(trail, at(10)) == {f"r{number}" for number in range(50) if number != 7} | {"far", "new"}
    assert trail.watches == [(micros(at(1)), micros(at(2))), (micros(at(10)), micros(at(12)))]


def test_a_look_that_did_not_end_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    with recorder(path, at(2)) as made:
        made.take_in(found(local(reservation("r1"))), at(1))
    read = read_recording(path)
    assert not len(read.trail)
    assert read.lines == 2
    record(path, [], start=at(30))
    assert not held_at(read_recording(path).trail, at(31))


def test_a_quiet_time_is_noted_now_and_then(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    made = Recorder(path, HERE)
    made.keep_watch(at(10))  # nothing is known yet
    made.looked(at(11))
    made.keep_watch(at(11) + WATCH_EVERY / 2)
    assert read_recording(path).trail.ends == at(11)
    made.keep_watch(at(12))
    assert read_recording(path).trail.ends == at(12)
    made.close(at(13))
    made.take_in(found(local(reservation("r1"))), at(14))
    assert read_recording(path).trail.ends == at(13)
    assert made.failure


def test_a_name_that_is_no_text_is_recorded_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    with recorder(path, at(5), Header(os.fsdecode(b"orch\xffard"), "")) as made:
        made.looked(at(1))
        made.take_in(Batch(problems=[Problem(f"tasks/{os.fsdecode(bytes([255]))}.json", "no id\x1b[2J")]), at(2))
    read = read_recording(path)
    assert read.header.repository == "orch\\udcffard"
    scrub = Scrub(read.trail)
    scrub.go(at(3))
    assert dict(scrub.swarm.problems()) == {"tasks/\\udcff.json": "no id\x1b[2J"}


def test_a_record_that_is_too_large_is_told_as_such(tmp_path: Path) -> None:
    large = reservation("r1").model_copy(update={"addresses": tuple("x" * 4_000 for _ in range(600))})
    (entry,) = entries(found(local(large)))
    line = read_line(entry_line(1, entry.body))
    assert line is not None
    assert [problem.reason for problem in line.batch.problems] == ["too large to be recorded"]


def test_two_recorders_do_not_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    with recorder(path), pytest.raises(RecordingError, match="being written already"):
        Recorder(path, HERE)
    with recorder(path) as made:
        assert not made.failure


def test_the_recording_of_another_repository_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [])
    before = path.read_bytes()
    with pytest.raises(RecordingError, match=r"another repository \(orchard\)"):
        Recorder(path, Header("garden", "other"))
    assert path.read_bytes() == before


def test_what_is_no_recording_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n")
    with pytest.raises(RecordingError, match="no recording"):
        Recorder(path, HERE)
    with pytest.raises(RecordingError, match="no recording"):
        read_recording(path)
    assert path.read_text() == "my notes\n"


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (make_fifo, "a named pipe"),
        (lambda path: path.touch(), "empty"),
        (lambda path: path.write_bytes(header_line(HERE)[:-9]), "no recording"),
        (lambda path: path.write_bytes(header_line(HERE).replace(b'n":%d' % VERSION, b'n":9')), "version is 9"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
    ],
    ids=["nothing", "folder", "pipe", "empty", "torn", "newer", "device"],
)
def test_what_cannot_be_read_says_why(make: Any, why: str, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    make(path)
    with pytest.raises(RecordingError, match=why):
        read_recording(path)


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), make_fifo], ids=["folder", "pipe"])
def test_what_cannot_be_written_says_why(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    make(path)
    with pytest.raises(RecordingError, match="cannot be written"):
        Recorder(path, HERE)


def test_a_recording_ends_before_it_is_too_large_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "day.jsonl"
    monkeypatch.setattr("musetui.history.recorder.SIZE_LIMIT", 2_000)
    with recorder(path, at(99)) as made:
        made.looked(NOON)
        for number in range(20):
            made.take_in(found(local(reservation(f"r{number}"))), at(number))
        assert "full" in made.failure
    assert path.stat().st_size <= 2_000
    assert len(read_recording(path).trail) == len(path.read_bytes().splitlines()) - 3
    monkeypatch.setattr(reading, "SIZE_LIMIT", 1_000)
    with pytest.raises(RecordingError, match="larger than"):
        read_recording(path)


def test_a_recording_of_more_lines_than_are_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [(at(number), found(local(reservation(f"r{number}")))) for number in range(20)])
    monkeypatch.setattr(reading, "LINES_LIMIT", 10)
    with pytest.raises(RecordingError, match="more than 10 lines"):
        read_recording(path)


def test_a_disk_that_is_full_ends_the_recording_and_nothing_else(tmp_path: Path) -> None:
    made = Recorder(tmp_path / "day.jsonl", HERE)
    made.looked(NOON)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, made._descriptor)
    os.close(full)
    made.take_in(found(local(reservation("r1"))), at(1))
    assert made.failure == "the disk is full"
    made.close(at(2))


def test_a_clock_set_back_is_recorded_as_standing_still(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [(at(10), found(local(reservation("r1")))), (at(5), gone(local(reservation("r1"))))])
    trail = read_recording(path).trail
    assert held_at(trail, at(10)) == {"r1"}
    assert not held_at(trail, at(10) + MINUTE)


@pytest.mark.parametrize("length", [0, 1, 15, 30, 60])
def test_half_a_header_is_no_hindrance_to_begin(length: int, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    path.write_bytes(header_line(HERE)[:length])
    made = Recorder(path, HERE)
    assert made.is_new
    made.looked(NOON)
    made.close(at(1))
    assert read_recording(path).header == HERE


def test_what_begins_otherwise_is_not_taken_for_half_a_header(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b'{"format":"something else"')
    with pytest.raises(RecordingError, match="no recording"):
        Recorder(path, HERE)
    assert path.read_bytes() == b'{"format":"something else"'
