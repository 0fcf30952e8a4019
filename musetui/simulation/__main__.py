"""`python -m musetui.simulation`: perform in a repository, or fill it, as a process of its own.

For the demo, which starts it and tells it by flags, and for benchmarks. It writes records of agents that do not exist,
so it wants a repository that is named, and never looks for one.
"""

import argparse
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from musetui.coordination.repository import Repository
from musetui.errors import MuseTuiError
from musetui.records.text import safe_text
from musetui.simulation.hub_on_stage import HubOnStage
from musetui.simulation.machine_at_hub import MachineAtHub
from musetui.simulation.performance import Performance
from musetui.simulation.populate import populate
from musetui.simulation.runner import Curtain, perform
from musetui.simulation.scene import leave_wreck, make_repository, point_at
from musetui.simulation.stage import strike

READY = "ready\n"
"""What is written on standard output when the scene is set; on a stage, where its machines meet instead."""

SECOND = "second-machine"
HUB = "hub"
STATE = "state"
"""Folders on a stage, beside the repository: what the second machine has, and the hub, and what is known of the hub."""


def main() -> int:
    """Do what the command line says, and return the exit code: 0, or 1 with a sentence on standard error."""
    arguments = _parser().parse_args()
    curtain = Curtain(sys.stdin.fileno() if arguments.stage else None)
    try:
        _play(arguments, curtain)
    except (MuseTuiError, OSError) as error:
        sys.stderr.write(f"musetui.simulation: {safe_text(error)}\n")
        return 1
    finally:
        if arguments.stage:
            strike(arguments.stage)  # which spares it while its demo lives
    return 0


def _play(arguments: argparse.Namespace, curtain: Curtain) -> None:
    repository, now = Repository(arguments.repo.absolute()), datetime.now(UTC)
    if not repository.muse.is_dir():
        make_repository(repository, now)
    if arguments.records is not None:
        populate(repository, arguments.records, arguments.seed, now=now)
        return
    curtain.fall_on(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    machine: MachineAtHub | None = None
    visit: AbstractContextManager[None] = nullcontext()
    ready = READY
    if arguments.stage:
        leave_wreck(repository)
        machine, hub = _set_up(repository, arguments.stage.absolute(), now)
        visit, ready = hub.visited_by(machine), hub.meeting_point.to_line()
    performance = Performance(repository, arguments.seed, arguments.agents, machine)
    performance.set_scene(now)
    sys.stdout.write(ready)
    sys.stdout.flush()
    with visit:
        perform(performance, curtain, speed=arguments.speed, seconds=arguments.seconds)


def _set_up(repository: Repository, stage: Path, now: datetime) -> tuple[MachineAtHub, HubOnStage]:
    """Return a second machine with the same repository, and the hub at which it and *repository* meet."""
    hub = HubOnStage(stage / HUB, stage / STATE)
    clone = Repository(stage / SECOND / repository.name)
    make_repository(clone, now)
    for each in (repository, clone):
        point_at(each, hub.meeting_point)
    return MachineAtHub(clone), hub


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m musetui.simulation", description="A scripted swarm.")
    parser.add_argument("--repo", type=Path, required=True, help="where to write; made where there is none")
    parser.add_argument("--seed", type=int, default=7, help="the same number, the same story (default: 7)")
    parser.add_argument("--agents", type=int, default=24, help="how many work at a time (default: 24)")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than life (default: 1)")
    parser.add_argument("--for", type=float, dest="seconds", metavar="SECONDS", help="end after so long")
    parser.add_argument("--records", type=int, metavar="N", help="no story: write N records at once, and end")
    parser.add_argument(
        "--stage", type=Path, metavar="FOLDER", help="a demo's: end with standard input, and remove this folder"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
