"""`musetui config`: what holds and why, what is wrong and where, and the file in an editor."""

import stat
from pathlib import Path
from typing import Any

import pytest

from musetui.settings import KEYS
from musetui.settings.describe import first_file, json_schema
from tests.pty.terminal import Terminal, musetui


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    file = tmp_path / "configuration" / "musetui" / "config.toml"
    file.parent.mkdir(parents=True)
    return file


def settings_of(outcome: Any) -> dict[str, tuple[Any, str, Any, Any]]:
    """Return value, kind of place, its name or file, and line of each setting."""
    return {
        each["name"]: (
            each["value"],
            each["from"]["kind"],
            each["from"]["name"] or each["from"]["file"],
            each["from"]["line"],
        )
        for each in outcome.json["settings"]
    }


def test_each_setting_is_shown_with_where_it_was_said(
    run: Any, user_file: Path, muse_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository_file = muse_root / ".muse" / "config.toml"
    repository_file.write_text('[hub]\nurl = "https://hub.example"\n\n[musetui]\nsilent_after = "5m"\ntheme = "x"\n')
    user_file.write_text('# mine\ntheme = "nord"\nlongest_lease = "2d"\n')
    monkeypatch.setenv("MUSETUI_LONGEST_LEASE", "90m")
    outcome = run("--read-only", "config", "show", "--json")
    shown = settings_of(outcome)
    assert outcome.code == 0
    assert set(shown) == set(KEYS)
    assert shown["read_only"] == (True, "flag", "--read-only", None)
    assert shown["longest_lease"] == ("1h30m", "environment", "MUSETUI_LONGEST_LEASE", None)
    assert shown["theme"] == ("nord", "file", str(user_file), 2)
    assert shown["silent_after"] == ("5m", "file", str(repository_file), 5)
    assert shown["hub"] == ("https://hub.example", "file", str(repository_file), 2)
    assert shown["poll"] == (False, "usual", None, None)
    assert outcome.json["files"] == [
        {"path": str(repository_file), "exists": True},
        {"path": str(user_file), "exists": True},
    ]
    lines = run("config", "show").out.splitlines()
    assert any(line.split() == ["theme", "nord", f"{user_file}:2"] for line in lines)
    assert any(line.split() == ["poll", "false", "usual"] for line in lines)


def test_it_shows_outside_any_repository_too(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("config", "show")
    assert outcome.code == 0
    assert outcome.out.endswith("config.toml (not there)\n")


def test_what_is_wrong_is_told_with_file_line_key_and_the_nearest_name(
    run: Any, user_file: Path, muse_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository_file = muse_root / ".muse" / "config.toml"
    repository_file.write_text("[musetui]\nkey = 'x'\n")
    user_file.write_text('theme = "nrod"\n\nreadonly = true\n')
    monkeypatch.setenv("MUSETUI_POL", "1")
    outcome = run("config", "check")
    assert outcome == (
        1,
        f"{repository_file}:2: musetui.key is for a person's own settings, not for a repository's: take it out\n"
        f"{user_file}:3: readonly is no setting: did you mean read_only?\n"
        "MUSETUI_POL in the environment is no setting: did you mean MUSETUI_POLL?\n"
        f"{user_file}:1: theme is nrod, which is no theme: did you mean nord?\n",
        "",
    )
    found = run("config", "check", "--json").json
    assert not found["ok"]
    assert found["problems"][1] == {
        "kind": "file",
        "name": None,
        "file": str(user_file),
        "line": 3,
        "key": "readonly",
        "problem": "is no setting: did you mean read_only?",
        "nearest": "read_only",
        "text": f"{user_file}:3: readonly is no setting: did you mean read_only?",
    }
    shown = run("config", "show")
    assert shown.code == 1
    assert shown.err == "musetui: 4 mistakes in the settings: `musetui config check` lists what is wrong\n"


def test_where_nothing_is_wrong_that_is_said(run: Any, user_file: Path) -> None:
    user_file.write_text("")
    assert run("config", "check") == (0, f"Nothing is wrong with {user_file} and the environment.\n", "")
    assert run("config", "check", "--json").json["problems"] == []


def test_the_schema_is_printed(run: Any) -> None:
    assert run("config", "schema").json == json_schema()


def editor_in(folder: Path, script: str) -> Path:
    """Make an editor of our own."""
    editor = folder / "vi"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    return editor


def test_the_file_is_made_opened_and_checked(muse_root: Path, tmp_path: Path) -> None:
    file = tmp_path / "configuration" / "musetui" / "config.toml"
    editor = editor_in(tmp_path, f'echo "$@" > {tmp_path}/told; cp "$2" {tmp_path}/seen; echo "pol = 1" > "$2"')
    with Terminal(musetui("config", "edit"), cwd=muse_root, env={"EDITOR": str(editor), "VISUAL": ""}) as terminal:
        terminal.wait_for("config.toml:1: pol is no setting: did you mean poll?")
        assert terminal.wait_for_end() == 1
    assert (tmp_path / "told").read_text() == f"+1 {file}\n"
    assert (tmp_path / "seen").read_text() == first_file()


def test_the_editor_goes_to_the_first_mistake(muse_root: Path, tmp_path: Path, user_file: Path) -> None:
    user_file.write_text("poll = true\n\nreadonly = true\n")
    editor = editor_in(tmp_path, f'echo "$@" > {tmp_path}/told; echo > "$2"')
    with Terminal(musetui("config", "edit"), cwd=muse_root, env={"EDITOR": str(editor), "VISUAL": ""}) as terminal:
        terminal.wait_for("Nothing is wrong with")
        assert terminal.wait_for_end() == 0
    assert (tmp_path / "told").read_text() == f"+3 {user_file}\n"


def test_an_editor_that_is_not_there_is_told(muse_root: Path) -> None:
    with Terminal(musetui("config", "edit"), cwd=muse_root, env={"EDITOR": "/no/such", "VISUAL": ""}) as terminal:
        terminal.wait_for("musetui: /no/such cannot be started (no such file or directory): set $EDITOR to a command")
        assert terminal.wait_for_end() == 1


def test_without_a_terminal_it_says_which_file(run: Any, user_file: Path) -> None:
    outcome = run("config", "edit")
    assert outcome.code == 1
    assert outcome.err == f"musetui: there is no terminal for an editor here: edit {user_file} yourself\n"
    assert not user_file.exists()


def test_a_filter_that_means_nothing_is_told_with_its_line(run: Any, user_file: Path) -> None:
    user_file.write_text(
        '[filters.reservations]\nmine = "run:agent-4*"\nbad = "stat:active"\n\n[filters.any]\nworst = "severity:high"\n'
    )
    outcome = run("config", "check")
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        f"{user_file}:3: filters.reservations.bad is stat:active: unknown field `stat`: did you mean `state`?"
    ]
    user_file.write_text('[filters]\nreservation = { mine = "x" }\nconflicts = { "" = "x" }\n')
    told = run("config", "check").out
    assert "config.toml:2: filters.reservation is no sort of rows: did you mean reservations?" in told
    assert "give each filter a name of 1 to 24 characters" in told
