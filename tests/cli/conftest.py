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
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ADDRESS = "src/billing.py::Invoice.total"
UUID = "3f2b8c1e-5d4a-4f6b-9c7d-8e9f0a1b2c3d"


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
    # What the tests write is as old as their clock is; only those of history leave anything out.
    monkeypatch.setenv("MUSETUI_HISTORY", "all")


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


@pytest.fixture
def swarm(put: Any, reserve: Any, at_noon: datetime) -> None:
    """Write a small swarm that has some of everything."""
    reserve("aaaa-1", "agent-41", ("src/billing.py::Invoice.total", "src/api.py"), operation="modify")
    reserve("aaaa-2", "agent-42", ("src/billing.py::Invoice.total",), left=4 * MINUTE, branch="feature/billing")
    reserve("bbbb-1", "agent-43", ("src/billing.py",), age=HOUR, left=30 * MINUTE, folder="remote/reservation")
    reserve("cccc-1", "agent-44", age=2 * HOUR, left=-HOUR)
    reserve("dddd-1", "agent-45", age=20 * MINUTE)
    put("releases", "dddd-1", reservation_id="dddd-1", run_id="agent-45", released_at=at_noon - MINUTE, reason="done")
    put("heartbeats", "bbbb-1", reservation_id="bbbb-1", run_id="agent-46", extended_expires_at=at_noon + HOUR)
    put(
        "intents",
        "eeee-1",
        intent_id="eeee-1",
        reservation_id="aaaa-1",
        run_id="agent-41",
        branch="main",
        addresses=["src/billing.py::Invoice.total"],
        operation="rename",
        created_at=at_noon - 5 * MINUTE,
        detail="to compute_total",
    )
    put("tasks", "task-1", task_id="task-1", run_id="planner", queue="q", title="Split it", created_at=at_noon - HOUR)
    put("tasks", "task-2", task_id="task-2")
    put("claims", "task-1", task_id="task-1", claimer_run_id="agent-41", expires_at=at_noon + 90 * MINUTE)
    put("dependencies", "aaaa-2", reservation_id="aaaa-2", depends_on=["aaaa-1", "cccc-1"])
    put("tasks", "broken").write_text("{")
    put("tasks", "empty").write_text("")


def on_disk(root: Path, folder: str) -> list[Any]:
    """Return the local records of one folder, in the order of their files."""
    files = sorted((root / ".muse" / "coordination" / folder).glob("*.json"))
    return [json.loads(file.read_text()) for file in files]
