"""The demo as two real processes: what it shows comes through its hub, and nothing is left of it however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from musetui.cli import main
from musetui.coordination.repository import Repository
from musetui.simulation.demo import NAME, swarm
from musetui.simulation.stage import LOCK, PREFIX, stage
from tests.conftest import wait_until
from tests.simulation.conftest import records_in

ROOT = Path(__file__).parents[2]

DEMO = """
import asyncio, os, sys
from pathlib import Path
from musetui.hub.link import HubLink
from musetui.settings import Settings
from musetui.simulation.demo import run_demo

def show(repository, settings):
    "Stand for a dashboard: pull until something is there, name the swarm's process, and wait for what comes."
    async def pull():
        async with HubLink(repository, settings) as link:
            while not (await link.pull(wait=10)).count:
                pass
    asyncio.run(pull())
    (swarm,) = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    print(swarm, flush=True)
    sys.stdin.readline()
    return 7

sys.exit(run_demo(8, 7, 1.0, Settings(), show))
"""


@contextmanager
def demo() -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Run a demo whose dashboard has pulled records, and give its process and the id of its swarm's."""
    command = [sys.executable, "-c", DEMO]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def is_over(pid: int) -> bool:
    """Return True if a process has ended, waited for or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_nothing_is_left_when_it_ends(stages: Path, home: Path) -> None:
    with demo() as (process, swarm_pid):
        assert list(stages.glob("*/state/sent/*.sqlite"))
        process.communicate("\n")
        assert process.returncode == 7
        assert is_over(swarm_pid)
    assert not list(stages.iterdir())
    assert not home.exists()


def test_nothing_is_left_when_the_dashboard_is_killed(stages: Path, home: Path) -> None:
    with demo() as (process, swarm_pid):
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        wait_until(lambda: is_over(swarm_pid), what="the end of the swarm")
    assert not list(stages.iterdir())
    assert not home.exists()


def test_nothing_is_left_when_the_swarm_is_killed(stages: Path, home: Path) -> None:
    with demo() as (process, swarm_pid):
        os.kill(swarm_pid, signal.SIGKILL)
        wait_until(lambda: is_over(swarm_pid), what="the end of the swarm")
        process.communicate("\n")
        assert process.returncode == 7
    assert not list(stages.iterdir())
    assert not home.exists()


def test_what_both_leave_that_are_killed_the_next_demo_removes(stages: Path, home: Path) -> None:
    with demo() as (process, swarm_pid):
        os.kill(swarm_pid, signal.SIGKILL)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    (left,) = stages.iterdir()
    with stage() as folder:
        assert not left.exists()
        assert list(stages.iterdir()) == [folder]
    assert not home.exists()


def test_nothing_is_left_when_the_dashboard_is_killed_before_the_scene_is_set(stages: Path, home: Path) -> None:
    folder = stages / f"{PREFIX}of-who-was-killed"
    folder.mkdir()
    (folder / LOCK).touch()
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "musetui.simulation", "--repo", str(folder / NAME), "--stage", str(folder)]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=writing, cwd=ROOT, check=False)
    os.close(writing)
    assert not list(stages.iterdir())
    assert not home.exists()


def test_a_person_can_pull_by_hand_what_the_second_machine_writes(
    stages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with stage() as folder:
        repository = Repository(folder / NAME)
        with swarm(repository, folder, agents=8, seed=7, speed=1.0):
            here = records_in(repository)
            assert here
            assert not [path for path in here if path.startswith("remote/")]
            ends_at = time.monotonic() + 20
            while not (pulled := [path for path in records_in(repository) if path.startswith("remote/")]):
                assert time.monotonic() < ends_at, capsys.readouterr().err
                assert main(["--repo", str(repository.root), "sync", "pull"]) == 0
            there = records_in(Repository(folder / "second-machine" / NAME))
    assert {Path(path).name for path in pulled} <= {Path(path).name for path in there}
    assert "from orchard/shop" in capsys.readouterr().out
    assert not list(stages.iterdir())
