"""The cookbook shows what commands print: each line of it, in that order, on the scene of the pictures."""

import re
import shlex
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from musetui.cli import main
from musetui.cli.commands import COMMANDS
from musetui.coordination.repository import Repository
from musetui.simulation.scene import write_scene

pytestmark = pytest.mark.xdist_group("cookbook")

PAGE = Path(__file__).parents[1] / "docs/cookbook.md"
NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)
AT = "2026-03-18T12:30Z"


class Shown(NamedTuple):
    """A command line, and the lines that are said to follow; `…` for any."""

    words: list[str]
    lines: list[str]


def shown() -> Iterator[Shown]:
    """Yield what the page shows of commands that tell of a moment."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip().splitlines()
            program, *words = shlex.split(command)
            if program == "musetui" and COMMANDS[words[0]].looks_back and words[0] != "replay":
                yield Shown(words, lines)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("scene") / "orchard"
    write_scene(Repository(root), NOW)
    return root


@pytest.fixture
def _there(scene: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Be in the scene, where nothing is set."""
    monkeypatch.chdir(scene)
    for name, value in {"TZ": "UTC", "COLUMNS": "100", "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_there")
@pytest.mark.parametrize("block", shown(), ids=lambda block: " ".join(block.words))
def test_a_command_prints_what_the_page_shows(block: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    moment = [] if "--at" in block.words else ["--at", AT]
    main([*block.words, *moment])
    printed = iter(capsys.readouterr().out.splitlines())
    is_next = True
    for line in block.lines:
        if line == "…":
            is_next = False
            continue
        found = next(printed, None) if is_next else next((each for each in printed if each == line), None)
        assert found == line
        is_next = True


def test_the_page_shows_commands() -> None:
    assert len(list(shown())) > 8
