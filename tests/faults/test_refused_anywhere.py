"""A system that says no at any call of any kind of write: one sentence, the old or the new, and no rubbish."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from os import strerror
from pathlib import Path

import pytest

from musetui.errors import MuseTuiError
from tests.crash import jobs
from tests.crash.calls import CHANGING, READING, Calls, counted, refuse
from tests.crash.jobs import JOBS, Job, Place
from tests.crash.search import Files, files, judge, lay_out

CALLS = tuple(name for name in (*CHANGING, *READING) if name != "close")
FULL, FAILING = (errno.ENOSPC, True), (errno.EIO, False)
DENIED, READ_ONLY = (errno.EACCES, False), (errno.EROFS, True)
"""The number of an error, and whether it lasts."""

EVERYTHING = "MUSETUI_FAULTS" in os.environ
"""Whether all is tried with all, as `make faults` does; else what is likely to tell something new."""

OFTEN = [
    "a reservation by name",
    "a heartbeat anew",
    "musetui heartbeat",
    "a pull of two pages",
    "where a pull has come to",
    "saved filters",
    "chosen columns",
    "a recording begun",
    "a recording gone on with",
    "the first settings file",
    "an export by name",
    "one more identity",
]
IN_PYTHON = [name for name, job in JOBS.items() if not job.below_python]
CASES = (
    list(product(IN_PYTHON, (FULL, FAILING, DENIED, READ_ONLY)))
    if EVERYTHING
    else [*product(OFTEN, (FULL, FAILING)), ("a heartbeat anew", DENIED), ("a heartbeat anew", READ_ONLY)]
)


@pytest.fixture(autouse=True)
def _the_same_ids(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(jobs.writing, "uuid4", lambda: "7")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def rounds(place: Place, template: Path, job: Job, calls: Calls) -> Iterator[str]:
    """Do *job* with a refusal at its first call, its second, and so on; yield the name of the call each time."""
    while True:
        calls.chosen += 1
        calls.made.clear()
        shutil.rmtree(place.root)
        shutil.copytree(template, place.root)
        with suppress(MuseTuiError), counted(calls, CALLS):  # and nothing else is raised
            job.act(place)
        if len(calls.made) < calls.chosen:
            return
        yield calls.made[calls.chosen - 1]


@pytest.mark.parametrize(
    ("name", "trouble"), CASES, ids=lambda each: each if isinstance(each, str) else strerror(each[0])
)
def test_whatever_is_refused_the_old_or_the_new_is_there(name: str, trouble: tuple[int, bool], tmp_path: Path) -> None:
    code, lasting = trouble
    place, template, job = Place(tmp_path / "orchard"), tmp_path / "template", JOBS[name]
    lay_out(place)
    job.prepare(place)
    (place.root / job.folder).mkdir(parents=True, exist_ok=True)
    old: Files = files(place)
    shutil.copytree(place.root, template)
    job.act(place)
    new = files(place)
    calls = Calls(0, refuse(code), lasting=lasting)
    refused = 0
    for refused, called in enumerate(rounds(place, template, job, calls), 1):
        leftovers = judge(job, place, old, new)
        assert not leftovers or called == "unlink", f"{leftovers} leftovers of call {refused}, {called}"
        with suppress(MuseTuiError):  # it was done already
            job.act(place)
        now = files(place)
        assert {file for file in now if not file.endswith(".tmp")} == set(new), f"after call {refused}, {called}"
        job.look(place)
    assert refused >= 8  # the fewest that a write makes
