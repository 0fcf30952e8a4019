"""kill -9 at every call of every kind of write: old or new, never half; nothing lost, nothing left lying about.

These are the calls that Python makes, with a write cut in two. `make crash` does it at every system call there is.
"""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import musetui

RECORDS = (
    "a reservation",
    "a reservation by name",
    "the first record of all",
    "a heartbeat anew",
    "a release, a claim, a task",
    "musetui reserve",
    "musetui heartbeat",
)
REST = (
    "a pull of two pages",
    "where a pull has come to",
    "what was pushed",
    "saved filters",
    "chosen columns",
    "a recording begun",
    "a recording gone on with",
    "the first settings file",
    "an export",
    "an export by name",
    "the first identity",
    "one more identity",
)


@cache
def searched(jobs: tuple[str, ...]) -> str:
    """Kill *jobs* everywhere, in a process without threads, which may be forked; return what was found."""
    command = [sys.executable, "-m", "tests.crash", "--calls", *jobs]
    source = Path(musetui.__file__).parents[1]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


def each_of(jobs: tuple[str, ...]) -> list[Any]:
    """Return a case a job, all judged where they were searched together."""
    group = pytest.mark.xdist_group(f"crash: {jobs[0]}")
    return [pytest.param(jobs, job, id=job, marks=group) for job in jobs]


@pytest.mark.parametrize(("jobs", "job"), [*each_of(RECORDS), *each_of(REST)])
def test_what_is_killed_anywhere_leaves_the_old_or_the_new(jobs: tuple[str, ...], job: str) -> None:
    told = searched(jobs)
    found = re.search(rf"^{job}: killed at (\d+) .*, (\d+) faults", told, re.MULTILINE)
    assert found, told
    assert int(found[1]) >= 10, found[0]
    assert int(found[2]) == 0, told
