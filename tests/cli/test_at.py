"""`--at`: every command that prints shows a moment that has passed, and says what is not known of it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.batch import Batch
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.history.lines import Header
from musetui.history.places import recording_file
from musetui.history.recorder import Recorder
from tests.cli.conftest import HOUR, MINUTE, NOON

PRINTING = (("status",), ("list", "reservation"), ("conflicts",), ("stale",), ("plan",), ("check",))
BEFORE = (NOON - 15 * MINUTE).isoformat()


@pytest.mark.parametrize("words", PRINTING, ids=lambda words: words[0])
def test_every_command_that_prints_says_which_moment_it_shows(run: Any, swarm: None, words: tuple[str, ...]) -> None:
    outcome = run(*words, "--at", "2026-03-18T11:45", "--json")
    assert outcome.json["at"] == BEFORE
    assert outcome.json["past"]["recorded"] is False
    assert "musetui: as of 2026-03-18 11:45:00 (UTC+0000), 15m ago" in outcome.err
    assert run(*words, "--at=-15m", "--json").json == outcome.json == run("--at", "-15m", *words, "--json").json
    assert "past" not in run(*words, "--json").json
    assert "musetui: as of" in run(*words, "--at", "11:45").err


def states(run: Any, *words: str) -> dict[str, str]:
    """Return the state of each reservation, by id."""
    records = run("list", "reservation", "--json", *words).json["records"]
    return {record["record_id"]: record["state"] for record in records}


def test_reservations_are_in_the_state_they_were_in(run: Any, swarm: None) -> None:
    now = {"aaaa-1": "active", "aaaa-2": "expiring", "bbbb-1": "active", "cccc-1": "expired", "dddd-1": "released"}
    assert states(run) == states(run, "--at", "now") == now
    assert states(run, "--at", "-5m") == {**now, "aaaa-2": "active", "dddd-1": "active"}
    assert states(run, "--at", "-15m") == {"bbbb-1": "active", "cccc-1": "expired", "dddd-1": "active"}
    assert states(run, "--at", "-90m") == {"cccc-1": "active"}
    assert states(run, "--at", "-1d") == {}


def test_commands_of_then_act_now(run: Any, swarm: None) -> None:
    outcome = run("stale", "--at", "-1m")
    assert "musetui release" in outcome.out
    assert "the commands act now" in outcome.err
    assert "the commands act now" not in run("stale").err


def test_what_was_stuck_and_in_conflict_then(run: Any, swarm: None) -> None:
    assert run("conflicts", "--json", "--at", "-11m").json["conflicts"] == []
    assert len(run("conflicts", "--json", "--at", "-9m").json["conflicts"]) == 2
    assert len(run("conflicts", "--json", "--at", "-4m").json["conflicts"]) == 3
    assert {each["reason"] for each in run("stale", "--json", "--at", "-90m").json["stale"]} == {"silent"}
    assert run("check", "--at", "-90m").code == 1
    assert run("check", "--at", "-1d").code == 0
    assert run("plan", "--json", "--at", "-1d").json["recommended_merge_order"] == []
    assert run("status", "--json", "--at", "-90m").json["reservations"]["held"] == 1


def test_what_is_not_known_is_said(run: Any, swarm: None, put: Any) -> None:
    put("heartbeats", "cccc-1", reservation_id="cccc-1", run_id="agent-44", last_beat_at=NOON - 30 * MINUTE)
    outcome = run("status", "--at", "-45m", "--json")
    assert outcome.json["past"] == {
        "recorded": False,
        "recording": None,
        "overwritten_heartbeats": 1,
        "undated": 3,
        "unknown_arrivals": 1,
        "notes": outcome.json["past"]["notes"],
    }
    assert len(outcome.json["past"]["notes"]) == 4
    assert outcome.err.count("not known of then: ") == 4


def record(root: Path, path: Path, moments: list[tuple[datetime, Batch]]) -> None:
    repository = Repository(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    recorder = Recorder(path, Header(repository.name, repository.repo_id()))
    recorder.looked(moments[0][0])
    for moment, batch in moments[1:]:
        recorder.take_in(batch, moment)
    recorder.close(NOON - MINUTE)


@pytest.fixture
def forgotten(muse_root: Path, reserve: Any, at_noon: datetime) -> list[tuple[datetime, Batch]]:
    """Return what happened before noon and left no trace: a reservation that came, and was deleted."""
    file = reserve("gone-1", "agent-9", age=40 * MINUTE)
    batch = load(Repository(muse_root))
    file.unlink()
    later = NOON - 20 * MINUTE
    return [
        (NOON - HOUR, Batch()),
        (NOON - 40 * MINUTE, batch),
        (later, Batch(gone=[sighting.slot for sighting in batch.found])),
    ]


def test_the_recording_of_the_repository_is_used(run: Any, muse_root: Path, forgotten: Any) -> None:
    assert states(run, "--at", "-30m") == {}
    kept = recording_file(Repository(muse_root))
    record(muse_root, kept, forgotten)
    assert states(run, "--at", "-30m") == {"gone-1": "active"}
    assert states(run, "--at", "-10m") == {}
    past = run("list", "task", "--json", "--at", "-30m").json["past"]
    assert (past["recorded"], past["recording"], past["notes"]) == (True, str(kept), [])
    assert run("status", "--json", "--at", "-30s").json["past"]["recorded"] is False


def test_an_orphan_is_one_since_its_reservation_was_deleted(
    run: Any, muse_root: Path, reserve: Any, put: Any, at_noon: datetime
) -> None:
    orphaned = {"run_id": "agent-9", "branch": "main", "addresses": ["src/a.py"], "operation": "modify"}
    left = {"gone-1": 40, "over-1": -5}  # minutes of its lease that were left at noon
    files = [reserve(name, "agent-9", age=40 * MINUTE, left=end * MINUTE) for name, end in left.items()]
    for name in left:
        put(
            "intents",
            f"i-{name}",
            intent_id=f"i-{name}",
            reservation_id=name,
            created_at=NOON - 30 * MINUTE,
            **orphaned,
        )
    batch = load(Repository(muse_root))
    for file in files:
        file.unlink()
    gone = [sighting.slot for sighting in batch.found if sighting.slot.folder == "reservations"]
    moments = [(NOON - HOUR, Batch()), (NOON - 30 * MINUTE, batch), (NOON - 4 * MINUTE, Batch(gone=gone))]
    record(muse_root, recording_file(Repository(muse_root)), moments)
    found = run("stale", "--at", "-2m", "--reason", "orphan_intent", "--json").json["stale"]
    assert {each["record_id"]: each["age_seconds"] for each in found} == {"i-gone-1": 120, "i-over-1": 180}


def test_a_recording_can_be_named(run: Any, muse_root: Path, tmp_path: Path, forgotten: Any) -> None:
    path = tmp_path / "day.jsonl"
    record(muse_root, path, forgotten)
    assert states(run, "--at", "-30m", "--recording", str(path)) == {"gone-1": "active"}
    path.write_bytes(path.read_bytes() + b"{broken\n")
    outcome = run("status", "--at", "-30m", "--recording", str(path))
    assert "1 damaged line of" in outcome.err
    refused = run("status", "--recording", str(path))
    assert refused.code == 1
    assert "name one with --at" in refused.err


def test_a_recording_that_is_none_is_an_error_only_where_it_was_named(run: Any, muse_root: Path, swarm: None) -> None:
    kept = recording_file(Repository(muse_root))
    kept.parent.mkdir(parents=True)
    kept.write_text("my notes\n")
    outcome = run("status", "--at", "-5m")
    assert outcome.code == 0
    assert "the recording is not used: " in outcome.err
    refused = run("status", "--at", "-5m", "--recording", str(kept), "--json")
    assert refused.code == 1
    assert refused.json["status"] == "bad_recording"


def test_the_recording_of_another_repository_is_refused(run: Any, tmp_path: Path, swarm: None) -> None:
    path = tmp_path / "other.jsonl"
    Recorder(path, Header("garden", "another")).close(NOON)
    refused = run("status", "--at", "-5m", "--recording", str(path))
    assert refused.code == 1
    assert "is of another repository (garden)" in refused.err


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("status", "--at", "2h"), "did you mean -2h?"),
        (("status", "--at", "2026-3-18"), "did you mean 2026-03-18?"),
        (("status", "--at", "2026-03-18T12:01"), "is still to come, in 1m"),
        (("status", "--at"), "expected one argument"),
        (("conflicts", "--calls", "--at", "-5m"), "leave it or --at out"),
        (("plan", "--pair", "a", "b", "--at", "-5m"), "leave --at out"),
        (("--at", "-5m", "reserve", "a.py"), "mean nothing to `musetui reserve`"),
        (("reserve", "a.py", "--at", "-5m"), "unrecognized arguments: --at=-5m"),
    ],
)
def test_what_cannot_be_shown_is_told(run: Any, at_noon: datetime, words: tuple[str, ...], advice: str) -> None:
    outcome = run(*words)
    assert outcome.code == 1
    assert advice in outcome.err


def test_a_folder_that_cannot_be_read_is_not_taken_for_an_empty_past(run: Any, muse_root: Path, swarm: None) -> None:
    folder = muse_root / ".muse/coordination/reservations"
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("")
    outcome = run("check", "--at", "-5m", "--json")
    assert outcome.code == 1
    assert [each["folder"] for each in outcome.json["unread"]] == [".muse/coordination/reservations"]
    assert "not read: .muse/coordination/reservations" in run("list", "task", "--at", "-5m").err


def test_without_a_terminal_the_dashboard_prints_the_status_of_then(run: Any, swarm: None) -> None:
    assert run("--at", "-15m").out == run("status", "--at", "-15m").out
    assert run("--at", "-15m", "--json").json["at"] == BEFORE


def test_a_moment_is_where_the_clock_of_this_machine_has_it(run: Any, swarm: None, monkeypatch: Any) -> None:
    import time

    monkeypatch.setenv("TZ", "Europe/Zurich")
    time.tzset()
    try:
        outcome = run("status", "--at", "12:45", "--json")
    finally:
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()
    assert outcome.json["at"] == BEFORE
    assert "as of 2026-03-18 12:45:00 (UTC+0100)" in outcome.err
    assert timedelta(minutes=15) == NOON - datetime.fromisoformat(BEFORE)
