"""Start: from the process's beginning to the first paint, against an empty Textual app of the same size."""

import sys
import time
from collections.abc import Iterator

from benchmarks.common import ROOT, Row, dashboard, middle, ms, repository, wait_for_bytes
from tests.pty.terminal import Terminal

EMPTY_APP = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("Reservations")

Empty().run()
"""


def run(quick: bool) -> Iterator[Row]:
    """Start both in turn, and compare the medians."""
    ours: list[float] = []
    floor: list[float] = []
    with repository(1_000) as made:
        for _ in range(3 if quick else 9):
            for times, start in (
                (floor, lambda: Terminal([sys.executable, "-c", EMPTY_APP], cwd=ROOT)),
                (ours, lambda: dashboard(made)),
            ):
                began = time.perf_counter()
                with start() as terminal:
                    times.append(wait_for_bytes(terminal, b"Reservations", 0) - began)
    yield Row(
        "start to first paint, 1,000 records",
        ms(middle(ours)),
        f"{ms(middle(floor))} (empty Textual app)",
        middle(ours) / middle(floor),
        "≤ 1.25 ×",
    )
