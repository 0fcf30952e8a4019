"""`python -m tests.crash`: kills every kind of write everywhere, and prints how often, and what it found.

python -m tests.crash                    at every system call, where the system lets processes be followed
python -m tests.crash --calls [JOB …]    at every call that Python makes, which is quick and works everywhere
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.jobs import JOBS, fix_ids
from tests.crash.search import by_calls, by_steps, search
from tests.crash.steps import can_step


def main() -> int:
    """Search, print a line a job, and return 1 if anything is not as it must be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=", ".join(JOBS))
    parser.add_argument("--calls", action="store_true")
    args = parser.parse_args()
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what commands print is not of interest
    steps = can_step()
    if not args.calls and not steps:
        print("this system lets no process be followed: only Python's own calls are met", file=out, flush=True)
    fix_ids()
    kills, faults = 0, []
    # In memory where it is to be quick: what was written is there after a kill, whether the disk has it or not.
    memory = "/dev/shm" if args.calls and Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="musetui-crash-", dir=memory) as base:
        os.environ.update(HOME=base, XDG_STATE_HOME=f"{base}/state", XDG_CONFIG_HOME=f"{base}/config")
        for place, name in enumerate(args.jobs or JOBS):
            job = JOBS[name]
            by_step = steps and (job.below_python or not args.calls)
            began = time.monotonic()
            folder = Path(base) / str(place)
            folder.mkdir()
            found = search(job, folder, by_steps if by_step else by_calls)
            kills += found.kills
            faults += found.faults[:5]
            what = "system calls" if by_step else "calls"
            told = f"{name}: killed at {found.kills} {what}, {found.leftovers} leftovers, {len(found.faults)} faults"
            print(f"{told}, {time.monotonic() - began:.1f} s", file=out, flush=True)
    print(f"killed {kills} times, {'no fault' if not faults else 'faults, of each job the first five:'}", file=out)
    for fault in faults:
        print(fault, file=out)
    out.flush()
    return bool(faults)


sys.exit(main())
