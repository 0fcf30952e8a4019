"""Long nights, at speed: a dashboard with its hub, a swarm of which the hours pass in seconds, and a person's keys.

The clock of all of them runs faster than the world's. What agents wrote goes from the disk after some hours, as a
person who tidies up would have it, so that as much is there at the end as after the beginning, and whatever grows all
the same grows without need.
"""

import asyncio
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from textual.pilot import Pilot

from musetui.bus.database import sqlite_url
from musetui.bus.development import ensure_identity
from musetui.bus.server import serve_in_thread
from musetui.bus.settings import HubSettings
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.records.kinds import Kind
from musetui.settings import Settings
from musetui.simulation.performance import Performance
from musetui.tui.app import MuseTui

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Event

HOUR = 3_600.0
KEPT_HOURS = 1.0
"""Hours of the swarm's after which a record goes from the disk."""

KEYS = (
    *("j", "j", "enter", "escape", "tab", "z", "j", "z", "s", "S", "tab", "tab"),
    *("2", "j", "enter", "escape", "3", "j", "right", "4", "5", "j", "space", "u"),
    *(
        "7",
        "8",
        "1",
        "slash",
        *"uu",
        "enter",
        "j",
        "escape",
        "escape",
        "question_mark",
        "escape",
        "p",
        "V",
        "backslash",
    ),
)

PAUSE = 2.0
"""Seconds for which a person only looks, once a round of keys is over."""

TIMELINE = ("6", "left", "left", "end")
"""Keys that have the past read, and all kept in mind from then on that happens: that grows, and is meant to."""


class FastClock:
    """A clock that runs *speed* times as fast as the world's, from now on."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began = time.monotonic()
        self._at = datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return the moment (aware)."""
        return self._at + timedelta(seconds=self.hours * HOUR)

    @property
    def hours(self) -> float:
        """Hours that have passed."""
        return (time.monotonic() - self._began) * self.speed / HOUR


@dataclass
class Sample:
    """How much of everything there was at a moment.

    Attributes:
        hours: when, in hours of the swarm's.
        kib: memory in use.
        blocks: pieces of memory that Python has given out.
        handles: open files and sockets.
        threads: threads.
        records: records on disk.
    """

    hours: float
    kib: int
    blocks: int
    handles: int
    threads: int
    records: int


@dataclass
class Nights:
    """What was seen.

    Attributes:
        samples: in order.
        written: records that agents wrote.
        pressed: keys.
        defects: what the dashboard said to be a mistake of its own.
        is_true: whether the picture equalled the disk at the end.
        remembered: changes of the past that are kept in mind; 0 unless somebody looked at the timeline.
    """

    samples: list[Sample] = field(default_factory=list)
    written: int = 0
    pressed: int = 0
    defects: list[str] = field(default_factory=list)
    is_true: bool = False
    remembered: int = 0

    def slope(self, what: Callable[[Sample], float]) -> float:
        """Return how much more of *what* there is with every hour of the swarm's, the first third left out."""
        samples = self.samples[len(self.samples) // 3 :]
        middle = sum(each.hours for each in samples) / len(samples)
        spread = sum((each.hours - middle) ** 2 for each in samples)
        return sum((each.hours - middle) * what(each) for each in samples) / spread if spread else 0.0

    def grew(self, what: Callable[[Sample], int]) -> int:
        """Return by how much the most of the last third is above the most of the one before."""
        third = len(self.samples) // 3
        return max(map(what, self.samples[-third:])) - max(map(what, self.samples[third : 2 * third]))


class Agents:
    """A process in which a story is performed, and tidied up behind: what it keeps in mind is not the dashboard's."""

    def __init__(self, root: Path, clock: FastClock) -> None:
        spawning = get_context("spawn")
        self._over = spawning.Event()
        self._written = spawning.Value("q", 0)
        self._process = spawning.Process(target=perform, args=(root, clock, self._over, self._written), daemon=True)

    def start(self) -> None:
        """Begin."""
        self._process.start()

    def end(self) -> int:
        """Write no more; return how many records were written."""
        self._over.set()
        self._process.join()
        return int(self._written.value)


def perform(root: Path, clock: FastClock, over: "Event", written: "Synchronized[int]") -> None:
    """Write what is due by *clock*, and take away what is old, until it is over."""
    repository = Repository(root)
    performance = Performance(repository, seed=7, agents=6)
    performance.set_scene(clock())
    tidied = clock.hours
    while not over.wait(0.02):
        while performance.next_at < clock.hours * HOUR and not over.is_set():
            performance.step(clock())
            written.value += 1
        performance.pull()
        if clock.hours - tidied > KEPT_HOURS / 6:
            tidied = clock.hours
            _tidy(repository, clock.speed)


def _tidy(repository: Repository, speed: float) -> None:
    oldest = time.time() - KEPT_HOURS * HOUR / speed
    for file in repository.coordination.rglob("*.json"):
        with suppress(FileNotFoundError):
            if not file.name.startswith(".") and file.stat().st_mtime < oldest:
                file.unlink()


def sample(clock: FastClock, repository: Repository) -> Sample:
    """Look at how much there is."""
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return Sample(
        clock.hours,
        pages * os.sysconf("SC_PAGE_SIZE") // 1024,
        sys.getallocatedblocks(),
        len(list(Path("/dev/fd").iterdir())),
        threading.active_count(),
        sum(1 for _ in repository.coordination.rglob("*.json")),
    )


@contextmanager
def hub(folder: Path) -> Iterator[dict[str, object]]:
    """Run a hub, and give the settings by which it is reached."""
    owner = ensure_identity(folder / "identity", "127.0.0.1", "ann")
    running = serve_in_thread(HubSettings(sqlite_url(folder / "hub.db"), port=0, owners=(owner,), quiet=True))
    try:
        yield {"hub": running.url, "slug": "orchard", "identity": folder / "identity" / "identity.toml"}
    finally:
        running.stop()


async def live_through(
    folder: Path,
    seconds: float,
    speed: float,
    told: Callable[[Sample], None],
    keys: Sequence[str] = KEYS,
) -> Nights:
    """Have a dashboard live for *seconds*, in which *speed* times as much happens; work in the empty *folder*."""
    repository = Repository(folder / "orchard")
    heads = repository.muse / "refs" / "heads"
    heads.mkdir(parents=True)
    (heads / "main").touch()
    (repository.muse / "HEAD").write_text("ref: refs/heads/main\n")
    nights, clock = Nights(), FastClock(speed)
    every = max(seconds / 60, 0.4)
    with hub(folder / "house") as reached:
        settings = Settings(
            export_folder=folder,
            run_id="person",
            calls=False,
            remember=False,
            auto_push=True,
            state=folder / "state",
            **reached,
        )
        app = MuseTui(repository, settings, clock)
        agents = Agents(repository.root, clock)
        async with app.run_test(size=(160, 45), notifications=True) as pilot:
            agents.start()
            await _press(pilot, nights, keys, seconds, every, lambda: told_of(nights, sample(clock, repository), told))
            nights.written = agents.end()
            travel = app.travel
            nights.remembered = len(travel._trail) if travel is not None and travel._trail is not None else 0
            nights.is_true = await _equals_disk(app, repository)
            nights.defects += [each.message for each in app._notifications if "defect" in each.message]
    return nights


def told_of(nights: Nights, seen: Sample, told: Callable[[Sample], None]) -> None:
    """Note a sample, and tell of it."""
    nights.samples.append(seen)
    told(seen)


async def _press(
    pilot: Pilot[int],
    nights: Nights,
    keys: Sequence[str],
    seconds: float,
    every: float,
    look: Callable[[], None],
) -> None:
    ends = time.monotonic() + seconds
    next_look = time.monotonic() + every
    dice = random.Random(1)
    for key in cycle((*keys, "")):
        if time.monotonic() > ends:
            return
        assert pilot.app.is_running, "the dashboard has ended"
        if key:
            pilot.app.simulate_key(key)
            nights.pressed += 1
        await asyncio.sleep(dice.uniform(0.02, 0.2) if key else PAUSE)
        if time.monotonic() > next_look:
            next_look = time.monotonic() + every
            look()


async def _equals_disk(app: MuseTui, repository: Repository) -> bool:
    """Return whether the picture comes to equal the disk, within 20 s."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        live, batch = app.live, await asyncio.to_thread(load, repository)
        assert live is not None
        shown = {slot for kind in Kind for each in live.swarm.entities(kind) for slot in each.slots}
        if shown == {sighting.slot for sighting in batch.found}:
            return True
        await asyncio.sleep(0.05)
    return False
