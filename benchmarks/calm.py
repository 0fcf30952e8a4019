"""Calm: what a dashboard costs while nothing happens but seconds, and the memory it takes, in a real terminal."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.common import Row, dashboard, repository, until_calm, wait_for_bytes
from tests.pty.terminal import Terminal

_BUSY = 0.1
"""Share of a core that is more than idling."""

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu(terminal: Terminal) -> float:
    """Return the seconds of CPU that the program has taken so far, all of its threads together."""
    told = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / _TICKS


def memory(terminal: Terminal) -> int:
    """Return the memory that the program takes (bytes)."""
    pages = int(Path(f"/proc/{terminal.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def watch(terminal: Terminal, seconds: float) -> float:
    """Return the share of one core that the program takes for *seconds*; what it paints is read."""
    began, before = time.perf_counter(), cpu(terminal)
    while time.perf_counter() < began + seconds:
        terminal.read(0.2)
    return (cpu(terminal) - before) / (time.perf_counter() - began)


def until_idle(terminal: Terminal) -> None:
    """Wait until a second costs less than a tenth: all is in order then. It takes a minute at most."""
    ends_at = time.perf_counter() + 60
    while watch(terminal, 1.0) > _BUSY and time.perf_counter() < ends_at:
        pass
    until_calm(terminal)


def run(quick: bool) -> Iterator[Row]:
    """Look at a small, a usual and a large repository, once all is read and in order."""
    for size in (100, 10_000) if quick else (100, 10_000, 100_000):
        # Nothing is remembered of the first loading, which is written once it is calm: that is no part of idling.
        with repository(size) as made, dashboard(made, MUSETUI_REMEMBER="no") as terminal:
            wait_for_bytes(terminal, "◉ live".encode(), 0, 600)
            loaded = cpu(terminal)
            until_idle(terminal)
            share = watch(terminal, 5 if quick else 20)
            yield Row(f"CPU until {size:,} records are read and shown", f"{loaded:.2f} s")
            yield Row(
                f"idle, {size:,} records, countdowns running",
                f"{share:.2%} of a core",
                goal="≤ 1 %" if size == 10_000 else "",
            )
            yield Row(
                f"memory, {size:,} records",
                f"{memory(terminal) / 1e6:.0f} MB",
                goal="≤ 250 MB" if size == 100_000 else "",
            )
