"""What the benchmarks share: rows, percentiles, repositories full of records, and a program in a real terminal."""

import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from musetui.coordination.repository import Repository
from musetui.simulation.populate import populate
from musetui.simulation.scene import make_repository
from tests.pty.terminal import Terminal

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        what: what was measured.
        figure: what it took, with its unit.
        floor: what it is held against, with its unit; "" where it has none.
        ratio: the figure over the floor, or None.
        goal: what it should be.
    """

    what: str
    figure: str
    floor: str = ""
    ratio: float | None = None
    goal: str = ""

    def markdown(self) -> str:
        """Return the row as a line of a Markdown table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        return f"| {self.what} | {self.figure} | {self.floor} | {ratio} | {self.goal} |"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which *share* (0 to 1) of *values* lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return median(values)


def ms(seconds: float) -> str:
    """Return *seconds* as text in milliseconds."""
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def set_aside() -> None:
    """Have Python's collector of cycles go through what was loaded no more, as the program itself does."""
    gc.collect()
    gc.freeze()


@contextmanager
def repository(records: int) -> Iterator[Repository]:
    """Give a repository of *records* records, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="musetui-bench-"))
    try:
        made = Repository(folder / "orchard")
        now = datetime.now(UTC)
        make_repository(made, now)
        if records:
            populate(made, records, now=now)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def dashboard(made: Repository, **settings: str) -> Terminal:
    """Start `musetui` on *made* in a real terminal of 160x45, with some variables of its environment set."""
    command = [sys.executable, "-m", "musetui", "--repo", str(made.root)]
    return Terminal(command, cwd=ROOT, env={**os.environ, **settings})


def wait_for_bytes(terminal: Terminal, wanted: bytes, start: int, seconds: float = 120.0) -> float:
    """Return the moment (`time.perf_counter`) at which *wanted* has been painted after byte *start*.

    Raises:
        TimeoutError: if it does not come within *seconds*.
    """
    ends_at = time.perf_counter() + seconds
    while wanted not in terminal.raw[start:]:
        terminal.read(0.02)
        if time.perf_counter() > ends_at:
            raise TimeoutError(f"{wanted!r} was not painted:\n{terminal.text}")
    return time.perf_counter()


def until_calm(terminal: Terminal) -> None:
    """Wait until nothing has been painted for a tenth of a second."""
    painted = -1
    while painted != len(terminal.raw):
        painted = len(terminal.raw)
        terminal.read(0.1)
