"""`musetui record` as a process: it keeps what is written over and deleted, however it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.history.places import recording_file
from musetui.history.recording import Recording, read_recording
from musetui.history.scrub import Scrub
from musetui.records.kinds import Kind
from tests.conftest import wait_until


@pytest.fixture
def writer(muse_root: Path) -> Writer:
    return Writer(Repository(muse_root), durable=False)


@contextmanager
def recording(root: Path, path: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the recorder until it has looked around, and end it at last."""
    process = subprocess.Popen(
        [sys.executable, "-m", "musetui", "record", str(path), *words],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(lambda: process.poll() is not None or (path.exists() and b'"looked"' in path.read_bytes()))
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read(path: Path, *, turns: int) -> Recording:
    """Return the recording once it tells of so many turns."""
    wait_until(lambda: len(read_recording(path).trail) >= turns, what=f"{turns} turns")
    return read_recording(path)


def reserve(writer: Writer, run_id: str = "agent-1") -> str:
    now = datetime.now(UTC)
    made = writer.reserve(["src/a.py"], run_id, ttl=timedelta(hours=1), operation=None, branch="main", now=now)
    return made.reservation_id


def test_each_heartbeat_and_each_deletion_is_kept(muse_root: Path, writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    first = reserve(writer)
    with recording(muse_root, path):
        for turns in (2, 3, 4):
            writer.beat(first, "agent-1", now=datetime.now(UTC))
            read(path, turns=turns)
        (muse_root / f".muse/coordination/reservations/{first}.json").unlink()
        trail = read(path, turns=5).trail
    verbs = [(turn.before is None, turn.after is None) for turn in trail.turns(0, len(trail))]
    assert verbs == [(True, False), (True, False), (False, False), (False, False), (False, True)]
    scrub = Scrub(trail)
    scrub.go(trail.at(3))
    assert scrub.swarm.count(Kind.RESERVATION) == 1
    scrub.go(trail.at(4))
    assert scrub.swarm.count(Kind.RESERVATION) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(number: signal.Signals, muse_root: Path, writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    reserve(writer)
    with recording(muse_root, path) as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, b"")
    assert out.decode().splitlines()[0] == f"recording orchard into {path}, begun; Ctrl+C ends"
    assert out.decode().splitlines()[1].startswith("recorded 1 change in ")
    assert path.read_bytes().endswith(b'"tells":"watch"}\n')


def test_one_that_was_killed_is_gone_on_with(muse_root: Path, writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    first = reserve(writer)
    with recording(muse_root, path) as process:
        writer.beat(first, "agent-1", now=datetime.now(UTC))
        read(path, turns=2)
        process.kill()
        process.wait()
    with path.open("ab") as file:
        file.write(b'{"at":17,"found":"reserv')
    second = reserve(writer, "agent-2")
    looks = path.read_bytes().count(b'"looked"')
    with recording(muse_root, path) as process:
        wait_until(lambda: path.read_bytes().count(b'"looked"') > looks)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    assert b"gone on with" in out
    whole = read_recording(path)
    assert not whole.damaged
    assert len(whole.trail) == 3
    assert len(whole.trail.watches) == 2
    scrub = Scrub(whole.trail)
    assert whole.trail.ends is not None
    scrub.go(whole.trail.ends)
    assert set(scrub.swarm.ids(Kind.RESERVATION)) == {first, second}


def test_it_is_kept_where_later_looks_find_it(muse_root: Path, writer: Writer, spawn: Any, run: Any) -> None:
    first = reserve(writer)
    path = recording_file(Repository(muse_root))
    process = subprocess.Popen(
        [sys.executable, "-m", "musetui", "record", "--json"],
        cwd=muse_root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    wait_until(lambda: path.exists() and b'"looked"' in path.read_bytes())
    seen = datetime.now(UTC)
    (muse_root / f".muse/coordination/reservations/{first}.json").unlink()
    read(path, turns=2)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert json.loads(out)["changes"] == 2
    assert [
        record["record_id"] for record in run("list", "reservation", "--json", "--at", seen.isoformat()).json["records"]
    ] == [first]


def test_what_it_cannot_do_is_told(run: Any, muse_root: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine\n")
    outcome = run("record", str(notes))
    assert (outcome.code, outcome.out) == (1, "")
    assert "is no recording of musetui" in outcome.err
    assert run("record", str(tmp_path / "nowhere" / "day.jsonl")).code == 1
    assert "is a directory" in run("record", str(tmp_path)).err
    outcome = run("record", str(notes), "--json")
    assert outcome.json["status"] == "bad_recording"
    os.chdir(tmp_path)
    assert run("record", str(tmp_path / "day.jsonl"), "--repo", str(tmp_path)).code == 2


def test_a_disk_that_is_full_is_told(spawn: Any, muse_root: Path, writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    reserve(writer)
    outcome = spawn("record", str(path), before=("prlimit", "--fsize=200"))
    assert outcome.code == 1
    assert "is not written any more" in outcome.err or "cannot be written" in outcome.err
