"""The story of a swarm: who does what, when. Pure: a seed in, steps out, the same for ever.

Time is counted in seconds of the story. The audience arrives at 0; what lies before is the history it finds. A step's
record is dated as if the audience arrived at `ZERO`; whoever puts it on disk moves it to the moment it is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import NamedTuple

from musetui.records.models import AnyRecord
from musetui.simulation.agent import Agent, Life
from musetui.simulation.code_base import SourceFile, source_files
from musetui.simulation.phrases import SITES
from musetui.simulation.world import World

ZERO = datetime(2000, 1, 1, tzinfo=UTC)
"""When the audience arrives, as the records of a story are dated."""

HISTORY = 7_200.0
"""Seconds of the story before the audience arrives."""

EVENT_EVERY = 15.0
"""Seconds between two records of one agent, on average, when the audience is there."""

_SLOWEST = 12.0
_SLOW_UNTIL = -1_800.0
"""Long ago the swarm worked this much slower; since half an hour it has been gathering pace. A history at full pace
would be ten thousand records, and would tell nothing more."""

_REMOTE_SHARE = 4
"""One agent in this many works on another machine."""

_LOST = ((-6_000.0, 7_200), (-3_600.0, 7_200), (-2_400.0, 3_600), (-5_400.0, 1_800), (-4_800.0, 2_700))
"""Who vanishes for certain before the audience arrives: when it begins, and how long its only lease is (s). The first
three are silent by then and still hold something; the leases of the last two have run out."""


class Step(NamedTuple):
    """One record of the story.

    Attributes:
        at: when, in seconds of the story.
        site: the machine it is written on; "" for this one.
        record: the record, dated by `ZERO`.
    """

    at: float
    site: str
    record: AnyRecord


def tempo(at: float) -> float:
    """Return how many times slower than later the swarm works at a moment of the story."""
    return 1.0 + (_SLOWEST - 1.0) * min(1.0, max(0.0, at / _SLOW_UNTIL))


def story(seed: int, agents: int = 24, files: tuple[SourceFile, ...] | None = None) -> Iterator[Step]:
    """Tell the story of a swarm, in order, without end.

    Args:
        seed: the same number, the same story.
        agents: how many work at a time; one in four of them on another machine.
        files: what they work on; the code base if None.
    """
    rng = Random(seed)
    world = World(rng, files or source_files(), ZERO)
    waiting: list[tuple[float, int, Agent, Life]] = []
    turns = count()

    def enter(agent: Agent, at: float) -> None:
        life = agent.life()
        next(life)
        heappush(waiting, (at, next(turns), agent, life))

    for number in range(agents):
        site = SITES[number // _REMOTE_SHARE % len(SITES)] if number % _REMOTE_SHARE == 1 else ""
        enter(Agent(world, world.name(site), site, _pause), rng.uniform(-HISTORY, -HISTORY * 0.6))
    for at, last_lease in _LOST[: max(1, agents // 3)]:
        enter(Agent(world, world.name(""), "", _pause, last_lease), at)

    while waiting:
        at, _, agent, life = heappop(waiting)
        act = life.send(at)
        if act is None:
            if agent.last_lease is None:  # a newcomer takes the place of who went; those lost for certain were extra
                enter(Agent(world, world.name(agent.site), agent.site, _pause), at + rng.uniform(20, 90) * tempo(at))
            continue
        if act.record is not None:
            yield Step(at, agent.site, act.record)
        heappush(waiting, (at + act.pause, next(turns), agent, life))


def _pause(rng: Random, at: float) -> float:
    """Return how long it takes an agent, at a moment of the story, to come to its next record (s)."""
    return rng.uniform(0.3, 1.7) * EVENT_EVERY * tempo(at)
