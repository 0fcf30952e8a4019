"""`python -m tests.soak [MINUTES] [--timeline]`: nights at speed, and how much everything grows with each hour."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.soak.nights import KEYS, TIMELINE, Sample, live_through

SPEED = 300.0
"""Five minutes of the swarm's in a second of the world's."""

KIB_AN_HOUR = 1_024.0
"""More memory than this with every hour is a leak. Some is none: a process keeps the most that it has had, and that
rises a little with each busier hour (half of this, in a night in which what was alive did not grow)."""


def tell(seen: Sample) -> None:
    """Print a line."""
    print(
        f"{seen.hours:7.1f} h  {seen.kib / 1024:7.1f} MiB  {seen.blocks:9,} blocks  {seen.handles:3} handles  "
        f"{seen.threads:3} threads  {seen.records:6,} records",
        flush=True,
    )


def main() -> int:
    """Live through some nights, print what was seen, and return 1 if anything grew."""
    words = sys.argv[1:]
    keys = (*KEYS, *TIMELINE) if "--timeline" in words else KEYS
    minutes = next((float(word) for word in words if not word.startswith("-")), 10.0)
    with tempfile.TemporaryDirectory(prefix="musetui-soak-") as folder:
        os.environ.update(HOME=folder, XDG_STATE_HOME=f"{folder}/state", XDG_CONFIG_HOME=f"{folder}/config")
        nights = asyncio.run(live_through(Path(folder), minutes * 60, SPEED, tell, keys))
    kib = nights.slope(lambda each: each.kib)
    print(f"{nights.samples[-1].hours:.1f} hours, {nights.written:,} records written, {nights.pressed:,} keys pressed")
    print(f"{nights.remembered:,} changes of the past kept in mind")
    print(f"memory {kib:+.2f} KiB an hour, blocks {nights.slope(lambda each: each.blocks):+.2f} an hour")
    print(f"handles {nights.grew(lambda each: each.handles):+}, threads {nights.grew(lambda each: each.threads):+}")
    print(f"picture {'equal to the disk' if nights.is_true else 'NOT equal to the disk'}; defects: {nights.defects}")
    flat = kib < KIB_AN_HOUR and nights.grew(lambda each: each.threads) <= 0
    return not (flat and nights.grew(lambda each: each.handles) <= 2 and nights.is_true and not nights.defects)


if __name__ == "__main__":  # not in the process of the agents, which is spawned
    sys.exit(main())
