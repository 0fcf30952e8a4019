"""The demo: a stage, a swarm that plays on it in a process of its own, and the dashboard in front."""

import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from musetui.coordination.repository import Repository
from musetui.errors import MuseTuiError
from musetui.records.text import safe_text
from musetui.settings import Settings
from musetui.simulation.stage import stage

NAME = "orchard"
"""The repository's name, as the dashboard shows it."""

READY_WITHIN = 30.0
"""Seconds that the swarm may take to set its scene; it takes less than one."""

Show = Callable[[Repository, Settings], int]


def run_demo(agents: int, seed: int, speed: float, settings: Settings, show: Show) -> int:
    """Have a swarm play in a temporary repository, and show it; nothing of it is left afterwards.

    Args:
        agents: how many agents work at a time.
        seed: the same number, the same story.
        speed: how much faster than life.
        settings: what the person chose.
        show: runs a dashboard on a repository until it ends, and returns the exit code.

    Returns:
        The exit code of *show*.

    Raises:
        MuseTuiError: if the swarm cannot play.
    """
    with stage() as folder, swarm(folder, agents, seed, speed) as repository:
        return show(repository, settings)


@contextmanager
def swarm(folder: Path, agents: int, seed: int, speed: float) -> Iterator[Repository]:
    """Have a swarm play in a new repository in *folder*, from when its scene is set until the block ends.

    Its process ends by itself, and removes *folder*, if this one is killed.

    Raises:
        MuseTuiError: if it does not start.
    """
    repository = Repository(folder / NAME)
    command = [sys.executable, "-m", "musetui.simulation", "--repo", str(repository.root), "--stage", str(folder)]
    options = ["--agents", str(agents), "--seed", str(seed), "--speed", str(speed)]
    with subprocess.Popen(
        [*command, *options],
        # Python looks for modules in this folder first, so it must not be the one that the person happens to be in.
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl+C in the terminal is the dashboard's affair
    ) as process:
        try:
            _wait_until_ready(process)
            yield repository
        finally:
            process.terminate()


def _wait_until_ready(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], READY_WITHIN)
    if ready and process.stdout.readline():
        return
    process.kill()
    said = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
    last = said.splitlines()[-1] if said else "it said nothing"
    raise MuseTuiError(f"the demo's swarm did not start: {safe_text(last, 300)}")
