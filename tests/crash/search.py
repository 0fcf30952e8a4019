"""The search: a job is killed at its first call, its second, and so on to its last, and what is left is judged."""

import fcntl
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from musetui.errors import MuseTuiError
from tests.crash.calls import Calls, counted, die
from tests.crash.jobs import Job, Place
from tests.crash.steps import kill_at

Files = dict[str, bytes]
Way = Callable[[int, Callable[[], object]], bool]
"""Does something in a process that is killed at a point; returns False if it ended before."""

MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.+Z-]+")
LIVE = ".live.json.0123456789abcdef.tmp"
LONG_AGO = 7_200.0


@dataclass
class Found:
    """What a search found.

    Attributes:
        kills: how often the job was killed.
        leftovers: how many temporary files that left.
        faults: sentences on what was not as it must be.
    """

    kills: int = 0
    leftovers: int = 0
    faults: list[str] = field(default_factory=list)


def by_calls(point: int, act: Callable[[], object]) -> bool:
    """Kill at one of the calls that Python makes; a file is half written at some."""
    child = os.fork()
    if child == 0:
        with counted(Calls(point, die)):
            _end_with(act)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert status == 0, f"it ended by itself with {status}"
    return False


def by_steps(point: int, act: Callable[[], object]) -> bool:
    """Kill at one of all system calls."""
    return kill_at(point, act)


def _end_with(act: Callable[[], object]) -> None:
    try:
        act()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def search(job: Job, base: Path, way: Way) -> Found:
    """Kill *job* everywhere, working in the empty folder *base*."""
    place, template = Place(base / "orchard"), base / "template"
    lay_out(place)
    job.prepare(place)
    (place.root / job.folder).mkdir(parents=True, exist_ok=True)
    old = files(place)
    shutil.copytree(place.root, template, symlinks=True)
    job.act(place)
    new = files(place)
    found = Found()
    while True:
        shutil.rmtree(place.root)
        shutil.copytree(template, place.root, symlinks=True)
        with _live_writer(place.root / job.folder) as live:
            was_killed = way(found.kills + 1, lambda: job.act(place))
            found.kills += was_killed
            try:
                found.leftovers += judge(job, place, old, new)
                _go_on(job, place, new, live)
            except Exception as error:
                where = f"killed at {found.kills}" if was_killed else "not killed"
                found.faults.append(f"{job.name}, {where}: {type(error).__name__}: {error}")
        if not was_killed:
            return found


def judge(job: Job, place: Place, old: Files, new: Files) -> int:
    """Assert that each file is old or new, and return how many leftovers there are."""
    leftovers = 0
    now = files(place)
    for name, content in now.items():
        if name.endswith(".tmp"):
            leftovers += not name.endswith(LIVE)
        elif not name.startswith(job.judged or "\0"):
            assert content in (old.get(name), new.get(name)), f"{name} is neither old nor new: {content[:200]!r}"
    for name in old:
        assert name in now, f"{name} is lost"
    job.look(place)
    return leftovers


def _go_on(job: Job, place: Place, new: Files, live: Path) -> None:
    """Do the job again, by whoever comes next, and assert that it is as if nobody had been killed."""
    for file in place.root.rglob(".*.tmp"):
        os.utime(file, (time.time() - LONG_AGO,) * 2)
    with suppress(MuseTuiError):  # it was done already
        job.act(place)
    now = files(place)
    assert live.exists(), "the temporary file of a living writer was taken away"
    now.pop(str(live.relative_to(place.root)))
    assert sorted(now) == sorted(new), f"other files than there should be: {set(now) ^ set(new)}"
    for name, content in now.items():
        assert name.startswith(job.judged or "\0") or content == new[name], f"{name} is not what it should be"
    job.look(place)


def files(place: Place) -> Files:
    """Return all files there are, moments left out, which differ every time."""
    found = {}
    for file in place.root.rglob("*"):
        with suppress(FileNotFoundError):
            if file.is_file():
                found[str(file.relative_to(place.root))] = MOMENT.sub(b"T", file.read_bytes())
    return found


@contextmanager
def _live_writer(folder: Path) -> Iterator[Path]:
    """Have somebody be in the midst of writing in *folder*, for two hours already."""
    file = folder / LIVE
    with file.open("w") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        os.utime(file, (time.time() - LONG_AGO,) * 2)
        yield file


def lay_out(place: Place) -> None:
    """Make an empty repository, and a folder beside it."""
    heads = place.repository.muse / "refs" / "heads"
    heads.mkdir(parents=True)
    (heads / "main").write_text("0" * 64)
    (place.repository.muse / "HEAD").write_text("ref: refs/heads/main\n")
    (place.repository.muse / "repo.json").write_text('{"repo_id": "7d6c"}')
    place.state.mkdir()
