"""Keys: from a key press to the paint it brings, in a real terminal, at 100 rows and at many."""

import time
from collections.abc import Iterator, Sequence

from benchmarks.common import Row, dashboard, ms, percentile, repository, until_calm, wait_for_bytes
from musetui.coordination.repository import Repository
from tests.pty.terminal import Terminal

MARK = "▌".encode()
DOWN, UP = "\x1b[B", "\x1b[A"
PAGE_DOWN, PAGE_UP = "\x1b[6~", "\x1b[5~"
WALK = [DOWN] * 20 + [UP] * 20
PAGES = [PAGE_DOWN, PAGE_DOWN, PAGE_UP, PAGE_UP]
SORTS = ["s"]
"""Each press sorts by the next column."""


def presses(terminal: Terminal, keys: Sequence[str], count: int) -> list[float]:
    """Return how long each of *count* presses, *keys* in turn, takes until the cursor is painted (seconds)."""
    taken = []
    for number in range(count):
        until_calm(terminal)
        start = len(terminal.raw)
        began = time.perf_counter()
        terminal.press(keys[number % len(keys)])
        taken.append(wait_for_bytes(terminal, MARK, start) - began)
    return taken


def measured(made: Repository, count: int) -> dict[str, list[float]]:
    """Press each kind of key in a dashboard of its own on *made*, all of whose records have been read."""
    with dashboard(made) as terminal:
        wait_for_bytes(terminal, "◉ live".encode(), 0, 600)
        until_calm(terminal)
        return {
            "key press to paint": presses(terminal, WALK, count),
            "a page of rows to paint": presses(terminal, PAGES, count // 2),
            "sorted by another column": presses(terminal, SORTS, max(count // 10, 4)),
        }


def run(quick: bool) -> Iterator[Row]:
    """Press at both sizes."""
    many = 5_000 if quick else 100_000
    count = 20 if quick else 100
    with repository(100) as made:
        few_rows = measured(made, count)
    with repository(many) as made:
        many_rows = measured(made, count)
    for what, taken in many_rows.items():
        is_sort = what.startswith("sorted")
        yield Row(
            f"{what}, {many:,} records, p50 / p95 / p99",
            " / ".join(ms(percentile(taken, share)) for share in (0.5, 0.95, 0.99)),
            " / ".join(ms(percentile(few_rows[what], share)) for share in (0.5, 0.95, 0.99)) + " (100 records)",
            percentile(taken, 0.95) / percentile(few_rows[what], 0.95),
            "" if is_sort else "≤ 1.2 × (p95)",
        )
