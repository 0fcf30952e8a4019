"""The demo: a stage, a swarm that plays on it in a process of its own, and the dashboard in front.

One in four of the swarm's agents works on another machine, and what it writes comes to the dashboard through a hub.
"""

import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from musetui.coordination.repository import Repository
from musetui.errors import MuseTuiError
from musetui.records.text import safe_text
from musetui.settings import Settings
from musetui.simulation.meeting_point import MeetingPoint
from musetui.simulation.stage import stage

NAME = "orchard"
"""The repository's name, as the dashboard shows it."""

READY_WITHIN = 30.0
"""Seconds that the swarm may take to set its scene; it takes about one."""

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
    with stage() as folder:
        repository = Repository(folder / NAME)
        with swarm(repository, folder, agents, seed, speed) as place:
            return show(repository, place.meant_by(settings))


@contextmanager
def swarm(repository: Repository, folder: Path, agents: int, seed: int, speed: float) -> Iterator[MeetingPoint]:
    """Have a swarm play in a new *repository* in *folder*, from when its scene is set until the block ends.

    Its process ends by itself, and removes *folder*, if this one is killed.

    Returns:
        Where it meets the second machine: a hub that answers within a second or two.

    Raises:
        MuseTuiError: if it does not start.
    """
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
            yield _wait_until_ready(process)
        finally:
            # All that it has is about to be removed, so it need not put anything in order, and nobody waits for that.
            process.kill()


def _wait_until_ready(process: "subprocess.Popen[bytes]") -> MeetingPoint:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], READY_WITHIN)
    if ready:
        with suppress(ValueError):
            return MeetingPoint.from_line(process.stdout.readline())
    process.kill()
    said = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
    last = said.splitlines()[-1] if said else "it said nothing"
    raise MuseTuiError(f"the demo's swarm did not start: {safe_text(last, 300)}")
