"""`musetui replay FILE`: what it refuses, and that it draws where there is no repository, and leaves nothing behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.cli.commands import COMMANDS
from musetui.coordination.batch import Batch
from musetui.history.lines import Header
from musetui.history.recorder import Recorder
from tests.cli.conftest import NOON
from tests.pty.terminal import Terminal, musetui
from tests.swarm.scene import found, local, reservation

TURNS_TO_ALTERNATE_SCREEN = b"\x1b[?1049h"


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """Return a recording of half an hour, in which something is reserved after ten minutes."""
    path = tmp_path / "day.jsonl"
    recorder = Recorder(path, Header("orchard", "7d6c"))
    recorder.take_in(Batch(), NOON)
    recorder.looked(NOON)
    recorder.take_in(found(local(reservation("r1", ends=90))), NOON + timedelta(minutes=10))
    recorder.close(NOON + timedelta(minutes=30))
    return path


def test_it_is_to_be_looked_at(run: Any, day: Path) -> None:
    outcome = run("replay", str(day))
    assert outcome.code == 1
    assert "a recording is to be looked at: start it in a terminal" in outcome.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "name the recording, a file that `musetui record` wrote"),
        (("none.jsonl",), "none.jsonl cannot be opened: there is no such file"),
        (("day.jsonl", "--view", "timelime"), "'timelime' is no view: did you mean timeline?"),
        (("day.jsonl", "--at", "2026-03-19"), "that has passed (the recording ends 2026-03-18 12:30:00)"),
        (
            ("day.jsonl", "--at", "-40m"),
            "'-40m' lies outside the recording, which tells of 2026-03-18 12:00:00 to 2026-",
        ),
        (("day.jsonl", "--at", "12:45"), "'12:45' lies outside the recording, which tells of 2026-03-18 12:00:00 to"),
        (("day.jsonl", "--at", "11:55"), "to 2026-03-18 12:30:00"),
        (("day.jsonl", "--filter", "stat:held"), "stat"),
    ],
)
def test_what_means_nothing_is_refused(
    run: Any, day: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], why: str
) -> None:
    monkeypatch.chdir(day.parent)
    outcome = run("replay", *words)
    assert outcome.code == 1
    assert why in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize("words", ["12:10", "-30m", "2026-03-18T12:00", "12:10Z", "13:10+01:00", "now", "12:00"])
def test_moments_within_it_are_understood(run: Any, day: Path, words: str) -> None:
    assert "start it in a terminal" in run("replay", str(day), "--at", words).err


def test_before_it_began_a_moment_is_named_with_its_day(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    recorder = Recorder(path, Header("orchard", "7d6c"))
    recorder.take_in(found(local(reservation("r1", created=-20 * 60, ends=90))), NOON)
    recorder.looked(NOON)
    recorder.close(NOON + timedelta(minutes=30))
    assert "start it in a terminal" in run("replay", str(path), "--at", "2026-03-17T20:30").err
    assert "start it in a terminal" in run("replay", str(path), "--at", "-12h").err
    refused = run("replay", str(path), "--at", "20:30")
    assert (
        "'20:30' is at no time of the recording, 2026-03-18 12:00:00 to 2026-03-18 12:30:00: say the day" in refused.err
    )


def test_its_examples_are_understood(run: Any, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(day.parent)
    day.rename("orchard.jsonl")
    for example in COMMANDS["replay"].examples:
        assert "start it in a terminal" in run(*example.split()[1:]).err


def test_a_repository_has_nothing_to_do_with_it(run: Any, day: Path, tmp_path: Path) -> None:
    for option in ("--repo", "--recording"):
        outcome = run(option, str(tmp_path), "replay", str(day))
        assert outcome.code == 1
        assert f"leave {option} out" in outcome.err


def test_damage_is_named_with_its_line(run: Any, day: Path) -> None:
    lines = day.read_bytes().splitlines(keepends=True)
    day.write_bytes(b"".join([*lines[:2], b"\x1b[2J{\n", *lines[2:]]))
    outcome = run("replay", str(day))
    assert outcome.code == 1
    assert "day.jsonl is damaged: line 3 is no JSON object" in outcome.err


def test_it_draws_where_there_is_no_repository_and_leaves_nothing_behind(day: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    content = day.read_bytes()
    homes = {name: str(folder) for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")}
    with Terminal(musetui("replay", str(day), "--view", "stale"), cwd=folder, env=homes) as terminal:
        terminal.wait_for("RECORDING")
        terminal.wait_for("Stale")
        terminal.wait_for("2026-03-18 12:30:00")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert not list(folder.iterdir())
    assert day.read_bytes() == content


def test_a_view_is_named_for_the_dashboard_too(run: Any) -> None:
    outcome = run("--view", "problem")
    assert (outcome.code, "did you mean problems?" in outcome.err) == (1, True)
    outcome = run("--view", "plan")
    assert (outcome.code, "the dashboard needs a terminal" in outcome.err) == (1, True)


def test_the_dashboard_begins_with_the_view_that_is_named(muse_root: Path) -> None:
    with Terminal(musetui("--view", "tasks", "--no-calls"), cwd=muse_root) as terminal:
        terminal.wait_for("Tasks")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
