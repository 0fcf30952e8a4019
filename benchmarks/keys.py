"""Keys: from a key press to the paint it brings, in a real terminal, at 100 rows and at many."""

import time
from collections.abc import Iterator

from benchmarks.common import Row, dashboard, ms, percentile, repository, wait_for_bytes
from benchmarks.latency import until_calm
from musetui.coordination.repository import Repository

MARK = "▌".encode()


def presses(made: Repository, count: int) -> list[float]:
    """Return how long each of *count* presses of the down arrow takes until the cursor is painted (seconds)."""
    with dashboard(made) as terminal:
        wait_for_bytes(terminal, "◉ live".encode(), 0)
        until_calm(terminal)
        taken = []
        for number in range(count):
            until_calm(terminal)
            start = len(terminal.raw)
            began = time.perf_counter()
            terminal.press("\x1b[B" if number % 40 < 20 else "\x1b[A")
            taken.append(wait_for_bytes(terminal, MARK, start) - began)
        return taken


def run(quick: bool) -> Iterator[Row]:
    """Press at both sizes."""
    many = 5_000 if quick else 100_000
    count = 20 if quick else 100
    with repository(100) as made:
        few_rows = presses(made, count)
    with repository(many) as made:
        many_rows = presses(made, count)
    yield Row(
        f"key press to paint, {many:,} records, p50 / p95",
        f"{ms(percentile(many_rows, 0.5))} / {ms(percentile(many_rows, 0.95))}",
        f"{ms(percentile(few_rows, 0.5))} / {ms(percentile(few_rows, 0.95))} (100 records)",
        percentile(many_rows, 0.95) / percentile(few_rows, 0.95),
        "≤ 1.2 × (p95)",
    )
