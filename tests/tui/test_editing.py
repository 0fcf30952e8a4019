"""The person's editor: how it is started, and that the dashboard comes back."""

import os
import stat
from pathlib import Path

import pytest

from musetui.coordination.source_place import SourcePlace
from musetui.editor import editor_command
from musetui.errors import MuseTuiError
from tests.conftest import wait_until
from tests.pty.terminal import Terminal, musetui

PLACE = SourcePlace(Path("/tree/-a b.py"), 7)


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({}, ["vi", "+7", "/tree/-a b.py"]),
        ({"EDITOR": "nano"}, ["nano", "+7", "/tree/-a b.py"]),
        ({"EDITOR": "nano", "VISUAL": "/usr/bin/nvim -u NONE"}, ["/usr/bin/nvim", "-u", "NONE", "+7", "/tree/-a b.py"]),
        ({"EDITOR": "code --wait"}, ["code", "--wait", "--goto", "/tree/-a b.py:7"]),
        ({"EDITOR": "hx"}, ["hx", "/tree/-a b.py:7"]),
        ({"EDITOR": "own-thing"}, ["own-thing", "/tree/-a b.py"]),
    ],
)
def test_every_editor_is_told_the_line_in_its_own_way(environment: dict[str, str], command: list[str]) -> None:
    assert editor_command(environment, PLACE) == command


@pytest.mark.parametrize("said", ["'", "  "])
def test_a_variable_that_says_nothing_is_named(said: str) -> None:
    with pytest.raises(MuseTuiError, match="EDITOR"):
        editor_command({"EDITOR": said}, PLACE)


def open_the_reserved(terminal: Terminal) -> None:
    """Reserve a function, and ask for its file."""
    terminal.wait_for("No reservations yet")
    terminal.press("n")
    terminal.wait_for("New reservation")
    terminal.press("src/a.py::f\r\x13")
    terminal.wait_for("● active")
    terminal.press("o")


def test_the_file_of_the_selected_record_is_opened_and_the_dashboard_comes_back(
    muse_root: Path, tmp_path: Path
) -> None:
    (muse_root / "src").mkdir()
    (muse_root / "src/a.py").write_text("x = 1\n\ndef f(): ...\n")
    told = tmp_path / "told"
    editor = tmp_path / "vi"
    editor.write_text(f'#!/bin/sh\necho "$@" > {told}\necho EDITING\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    env = {**os.environ, "EDITOR": str(editor), "VISUAL": "", "MUSETUI_CALLS": "0"}
    with Terminal(musetui(), cwd=muse_root, env=env) as terminal:
        open_the_reserved(terminal)
        wait_until(lambda: terminal.read() and told.exists() and told.read_text().strip() != "", what="the editor")
        assert told.read_text() == f"+3 {muse_root.resolve()}/src/a.py\n"
        terminal.press("?")
        terminal.wait_for("Keys that work here")


def test_an_editor_that_is_not_there_is_told_of_and_the_dashboard_goes_on(muse_root: Path) -> None:
    (muse_root / "src").mkdir()
    (muse_root / "src/a.py").write_text("def f(): ...\n")
    env = {**os.environ, "EDITOR": "/nowhere/vi", "VISUAL": "", "MUSETUI_CALLS": "0"}
    with Terminal(musetui(), cwd=muse_root, env=env) as terminal:
        open_the_reserved(terminal)
        terminal.wait_for("/nowhere/vi cannot be started")
        terminal.press("?")
        terminal.wait_for("Keys that work here")
