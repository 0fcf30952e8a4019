"""A recording that is opened where there is no repository: all that is whole is shown, and what is wrong is told."""

from pathlib import Path

import pytest
from hypothesis import given

from musetui.coordination.batch import Batch, Problem
from musetui.coordination.feed import FeedStatus
from musetui.errors import RecordingError
from musetui.history import replay as replaying
from musetui.history.lines import header_line
from musetui.history.recording import read_recording
from musetui.history.replay import Replay, open_replay
from musetui.swarm.picture import Swarm
from tests.history.test_recording import HERE, a_file, apart, record, recorder
from tests.history.test_scrub import History, at_second, news_of
from tests.properties import patient
from tests.swarm.scene import NOON, Disk, at, found, local, remote, reservation, steps
from tests.swarm.test_same_as_loaded_at_once import look

END = at_second(3 * 3_600)
"""When `record` ends."""


def ending(replay: Replay) -> Swarm:
    """Return the picture that a dashboard makes of the end."""
    swarm = Swarm()
    told: list[FeedStatus] = []
    replay.source(lambda batch: swarm.apply(batch, replay.ends, live=False), told.append).start()
    assert told[-1].settled
    return swarm


@patient(20)
@given(steps)
def test_its_now_is_what_lay_there_at_its_end(history: History) -> None:
    news, disk = apart(news_of(history)), Disk()
    with a_file() as path:
        record(path, news)
        replay = open_replay(path)
    for _, batch in news:
        disk.follow(batch)
    there = Swarm()
    there.apply(disk.batch(), END, live=False)
    assert look(ending(replay)) == look(there)
    assert (replay.begins, replay.ends) == (NOON, END)


def test_it_is_handed_over_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    path = tmp_path / "day.jsonl"
    lying = [local(reservation(f"r{number}")) for number in range(5)]
    problems = [Problem(f"tasks/x{number}.json", "no JSON") for number in range(3)]
    record(path, [(at(1), Batch(found=[*lying, remote(reservation("r9"))], problems=problems))])
    replay = open_replay(path)
    parts: list[Batch] = []
    replay.source(parts.append, lambda _: None).start()
    assert [(len(part.found), len(part.problems)) for part in parts] == [(2, 2), (2, 1), (2, 0)]
    assert len(ending(replay).problems()) == 3


def test_whose_it_is_is_told_and_nothing_of_that_is_here(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [])
    repository = open_replay(path).repository
    assert (repository.name, repository.repo_id()) == ("orchard", "7d6c")
    assert (repository.branch(), repository.branches(), repository.is_here) == ("", [], False)
    assert not repository.root.is_dir()


def test_one_that_was_cut_off_is_shown_as_far_as_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [(at(1), found(local(reservation("r1")))), (at(2), found(local(reservation("r2"))))])
    whole = path.read_bytes()
    assert open_replay(path).known.remarks == ()
    lines = whole.splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if b"r2.json" in line)
    path.write_bytes(b"".join(lines[:place]) + lines[place][:-20])
    replay = open_replay(path)
    assert [held.record_id for held in ending(replay).reservations()] == ["r1"]
    assert replay.ends == at(1)
    assert "cut off in the midst of a line" in replay.known.remarks[0]


def test_a_look_that_was_not_finished_is_told(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [(at(1), found(local(reservation("r1"))))])
    again = recorder(path)
    with again as made:
        made.take_in(found(local(reservation("r1")), local(reservation("r2"))), END + (at(1) - NOON))
    replay = open_replay(path)
    assert [held.record_id for held in ending(replay).reservations()] == ["r1"]
    assert "in the midst of a look around" in replay.known.remarks[0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "is no JSON object"),
        (b"[1]", "is no JSON object"),
        (b'{"at":"noon","tells":"look"}', "says no moment"),
        (b'{"at":1,"tells":"da\x1b[2Jnce"}', "is no JSON object"),
        (b'{"at":1,"tells":"da\\u001b[2Jnce"}', "tells of something unknown, 'da␛[2Jnce'"),
        (b'{"at":1,"found":"../../etc/passwd","record":{}}', "names a place where no record lies"),
        (b'{"at":1,"found":"tasks/x.json"}', "holds no record"),
        (b'{"at":1,"found":"reservations/r.json","record":{"run_id":"a"}}', "holds what is no record: "),
        (b'{"at":1,"found":"tasks/x.json","record":{},"hub_id":"1"}', "has a hub_id that no hub gives"),
        (b'{"at":1,"found":"tasks/x.json","record":{},"received_at":"soon"}', "has a received_at that is no moment"),
        (b'{"at":1}', "tells of nothing"),
    ],
)
def test_a_damaged_line_is_named_and_nothing_is_shown(line: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [(at(1), found(local(reservation("r1"))))])
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], line + b"\n", *lines[3:]]))
    with pytest.raises(RecordingError) as refused:
        open_replay(path)
    assert f"is damaged: line 4 {reason}" in str(refused.value)
    assert str(refused.value).isprintable()
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3] + lines[3:]))
    assert open_replay(path)


def test_the_first_of_several_damaged_lines_is_named(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    record(path, [(at(1), found(local(reservation("r1"))))])
    path.write_bytes(path.read_bytes() + b"x\n\n")
    count = len(path.read_bytes().splitlines())
    with pytest.raises(RecordingError, match=rf"line {count - 1} is no JSON object \(2 lines are damaged\)"):
        open_replay(path)
    assert read_recording(path).damaged == 2


def test_one_that_never_looked_around_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    path.write_bytes(header_line(HERE))
    with pytest.raises(RecordingError, match="its first look around was never finished"):
        open_replay(path)


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    for content in (b"", b"mine\n", b'{"format":"musetui-recording","version":7}\n', b"\x00" * 5_000):
        path.write_bytes(content)
        with pytest.raises(RecordingError, match=r"notes\.txt cannot be opened"):
            open_replay(path)
    with pytest.raises(RecordingError, match="no such file"):
        open_replay(tmp_path / "none")
    with pytest.raises(RecordingError):
        open_replay(tmp_path)
