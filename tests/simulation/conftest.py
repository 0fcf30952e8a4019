"""What the tests of the simulation share: a home and a place for stages that nobody else has."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from musetui.coordination.repository import Repository
from musetui.records.kinds import Kind
from musetui.simulation.machine_at_hub import MachineAtHub
from musetui.simulation.performance import Performance
from musetui.simulation.scene import make_repository

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return where everything is that a process keeps for its user; it is not made."""
    for name in list(os.environ):
        if name.startswith(("MUSETUI_", "MUSE_")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    for name in ("STATE", "CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    return home


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the folder where stages are put, by this process and those it starts."""
    folder = tmp_path / "stages"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


class Two:
    """Two machines and a story that plays on both, its scene not set.

    Attributes:
        here: this machine's repository.
        there: the second machine.
        story: the performance.
    """

    def __init__(self, folder: Path, seed: int = 7) -> None:
        self.here = Repository(folder / "here" / "orchard")
        second = Repository(folder / "there" / "orchard")
        for repository in (self.here, second):
            make_repository(repository, NOON)
        self.there = MachineAtHub(second)
        self.story = Performance(self.here, seed, 8, self.there)

    def records_here(self) -> dict[str, bytes]:
        """What lies in this machine's repository, its pulled records among it, by path."""
        return records_in(self.here)

    def records_there(self) -> dict[str, bytes]:
        """What lies in the second machine's repository, by path."""
        return records_in(self.there.repository)


def records_in(repository: Repository) -> dict[str, bytes]:
    """Return all records of a repository, by their path below its coordination folder."""
    root = repository.coordination
    folders = [root / folder for kind in Kind for folder in (kind.folder, f"remote/{kind.value}")]
    return {str(path.relative_to(root)): path.read_bytes() for folder in folders for path in folder.glob("*.json")}
