"""Files of settings to write, and rooms that know a table."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from musetui.settings.tables import ROOMS, Table

Room = Callable[[Table[Any]], None]


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def repository_file(tmp_path: Path) -> Path:
    folder = tmp_path / ".muse"
    folder.mkdir()
    return folder / "config.toml"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    """Return what makes a table known, for this test."""

    def make_known(table: Table[Any]) -> None:
        module = ModuleType(f"tests.settings.room_of_{table.name}")
        module.__dict__["TABLE"] = table
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(ROOMS, table.name, module.__name__)

    return make_known
