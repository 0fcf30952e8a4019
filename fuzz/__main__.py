"""`python -m fuzz [--seconds N] [--seed N] [NAME …]`: search for inputs that break a promise; `--replay FILE NAME`."""

import argparse
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from fuzz.catalogue import TARGETS

FOUND = Path(__file__).parent / "found"
"""Where finds are left, and what led somewhere new; not part of the project."""


def main() -> int:
    """Search each target for its share of the time; return 1 if anything was found."""
    parser = argparse.ArgumentParser("python -m fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"targets (default: all): {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=20, help="for each target (default: 20)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="where chance begins (default: the clock)")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="run one target once, with a find")
    args = parser.parse_args()
    for name in args.names:
        if name not in TARGETS:
            parser.error(f"{name} is no target: {', '.join(TARGETS)}")
    if args.replay is not None:
        TARGETS[args.names[0]].run(args.replay.read_bytes())
        print("No promise was broken.")
        return 0
    if find_spec("atheris") is None:
        parser.error("Atheris is not installed: `make fuzz` installs it")
    return _search(args.names or list(TARGETS), args.seconds, args.seed)


def _search(names: list[str], seconds: int, seed: int) -> int:
    FOUND.mkdir(exist_ok=True)
    print(f"seed {seed}\n{'target':12}{'inputs':>12}{'a second':>10}{'led on':>8}  finds")
    tried = finds = 0
    for name in names:
        before = set(FOUND.glob(f"{name}-*"))
        command = [sys.executable, "-m", "fuzz.guided", name, str(FOUND), str(seconds), str(seed)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        said = done.stdout + done.stderr
        units, rate, led = (
            _number(said, stat) for stat in ("number_of_executed_units", "average_exec_per_sec", "new_units")
        )
        found = sorted(set(FOUND.glob(f"{name}-*")) - before)
        print(
            f"{name:12}{units:>12,}{rate:>10,}{led:>8,}  {', '.join(path.name for path in found) or 'none'}", flush=True
        )
        if found or done.returncode:
            print("\n".join(line for line in said.splitlines() if not line.startswith(("INFO", "WARNING")))[-3_000:])
            finds += 1
        tried += units
    print(f"{tried:,} inputs tried, {finds} targets with a find")
    return 1 if finds else 0


def _number(said: str, stat: str) -> int:
    found = re.search(rf"stat::{stat}\w*:\s+(\d+)", said)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    sys.exit(main())
