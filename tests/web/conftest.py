"""A server of dashboards in a process of its own, on a small repository."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import musetui
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer

Serving = Callable[..., AbstractContextManager[str]]


def start(root: Path, *words: str) -> "subprocess.Popen[bytes]":
    """Return a running `musetui serve` on any free port; it prints its address first."""
    command = [sys.executable, "-m", "musetui", "serve", "--repo", str(root), "--port", "0", "--no-calls", *words]
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI")},
        "PYTHONPATH": str(Path(musetui.__file__).parents[1]),
        "XDG_CONFIG_HOME": str(root.parent / "configuration"),
    }
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


@contextmanager
def serving(root: Path, *words: str) -> Iterator[str]:
    """Serve, and give the address; the server must end as it is told to."""
    process = start(root, *words)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().decode().split()[-1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the root of a repository in which somebody holds something, and one file is no record."""
    root = tmp_path_factory.mktemp("served") / "orchard"
    (root / ".muse" / "refs" / "heads").mkdir(parents=True)
    (root / ".muse" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".muse" / "repo.json").write_text(json.dumps({"repo_id": "7d6c"}))
    writer, now = Writer(Repository(root), durable=False), datetime.now(UTC)
    writer.reserve(["src/a.py"], "agent-1", now=now, ttl=timedelta(hours=1), operation="modify", branch="main")
    tasks = root / ".muse" / "coordination" / "tasks"
    tasks.mkdir()
    (tasks / "no-record.json").write_text("[]")
    return root


@pytest.fixture(scope="module")
def address(repository: Path) -> Iterator[str]:
    """Return the address that a running server printed, with its token."""
    with serving(repository) as address:
        yield address
