"""What the tests of the command line share: running a command, here or in a process of its own, and a frozen clock."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import musetui
from musetui.cli import main

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


class Outcome(NamedTuple):
    """How a command went."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)


Run = Callable[..., Outcome]
Put = Callable[..., Path]


@pytest.fixture(autouse=True)
def _a_plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but those a test makes."""
    for name in list(os.environ):
        if name.startswith(("MUSETUI_", "MUSE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PYTHONPATH", str(Path(musetui.__file__).parents[1]))


@pytest.fixture
def run(muse_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command in this process, inside the repository."""
    monkeypatch.chdir(muse_root)

    def run_it(*words: str) -> Outcome:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run_it


@pytest.fixture
def spawn(muse_root: Path) -> Run:
    """Return what runs a command in a process of its own, inside the repository unless told otherwise."""

    def spawn_it(
        *words: str,
        before: Sequence[str] = (),
        cwd: Path = muse_root,
        env: dict[str, str] | None = None,
        **options: Any,
    ) -> Outcome:
        done = subprocess.run(
            [*before, sys.executable, "-m", "musetui", *words],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            timeout=60,
            check=False,
            **{"capture_output": True, "stdin": subprocess.DEVNULL, **options},
        )
        out, err = (stream.decode() if stream is not None else "" for stream in (done.stdout, done.stderr))
        return Outcome(done.returncode, out, err)

    return spawn_it


@pytest.fixture
def put(muse_root: Path) -> Put:
    """Return what writes one record below `.muse/coordination/`: the folder, the file's stem, and the fields."""

    def put_it(folder: str, stem: str, **fields: Any) -> Path:
        path = muse_root / ".muse" / "coordination" / folder / f"{stem}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}
        path.write_text(json.dumps(plain))
        return path

    return put_it


@pytest.fixture
def reserve(put: Put) -> Put:
    """Return what writes a reservation as seen at noon: its id, its run, its addresses, its age and what is left."""

    def reserve_it(
        name: str,
        run_id: str = "agent-1",
        addresses: tuple[str, ...] = ("src/a.py",),
        *,
        age: timedelta = timedelta(minutes=10),
        left: timedelta = timedelta(minutes=50),
        now: datetime = NOON,
        folder: str = "reservations",
        **more: Any,
    ) -> Path:
        fields = {
            "schema_version": 1,
            "reservation_id": name,
            "run_id": run_id,
            "branch": "main",
            "addresses": list(addresses),
            "created_at": now - age,
            "expires_at": now + left,
            "operation": None,
        }
        return put(folder, name, **{**fields, **more})

    return reserve_it


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Stop the clock that commands look at, at noon."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return NOON

    for module in ("workspace", "writing"):
        monkeypatch.setattr(f"musetui.cli.{module}.datetime", Stopped)
    return NOON
