"""Asking an installed `muse`: a real program on PATH that answers, fails, babbles or hangs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from musetui.coordination.muse_command import plan_merge
from musetui.coordination.repository import Repository
from musetui.errors import MuseCommandError
from tests.conftest import wait_until

ANSWER: dict[str, Any] = {
    "schema_version": 1,
    "ours": "1a2b3c4d",
    "theirs": "5e6f7a8b",
    "total_symbols": 12,
    "conflicts": 1,
    "clean": 11,
    "items": [
        {
            "address": "src/billing.py::compute_total",
            "conflict_type": "rename_edit",
            "ours_change": "rename+modify",
            "theirs_change": "impl_only",
            "recommendation": "manual: rename ours, rebase theirs",
        }
    ],
}

Install = Callable[[str], None]


@pytest.fixture
def repository(muse_root: Path) -> Repository:
    return Repository(muse_root)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what puts a `muse` on PATH that runs some Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def install_it(code: str) -> None:
        program = folder / "muse"
        program.write_text(f"#!{sys.executable} -I\nimport json, os, sys, time\n{code}\n")
        program.chmod(0o755)

    return install_it


def refusal(repository: Repository, ours: str = "main", theirs: str = "dev", *, patience: float = 30) -> str:
    """Return the one sentence with which it is refused."""
    with pytest.raises(MuseCommandError) as caught:
        plan_merge(repository, ours, theirs, patience=patience)
    sentence = str(caught.value)
    assert sentence.isprintable()
    assert len(sentence) < 400
    return sentence


def test_who_gives_up_waits_no_longer_and_leaves_nothing_running(install: Install, repository: Repository) -> None:
    install("open('started', 'w').write(str(os.getpid())); time.sleep(600)")
    given_up = Event()

    def give_up() -> None:
        started = repository.root / "started"
        wait_until(lambda: started.exists() and started.read_text())
        given_up.set()

    thread = Thread(target=give_up)
    thread.start()
    with pytest.raises(MuseCommandError, match="given up"):
        plan_merge(repository, "main", "dev", patience=500, given_up=given_up)
    thread.join()
    with pytest.raises(ProcessLookupError):
        os.kill(int((repository.root / "started").read_text()), 0)


def test_the_answer_is_read(install: Install, repository: Repository) -> None:
    install(f"print(json.dumps({ANSWER!r})); json.dump([sys.argv[1:], os.getcwd()], open('asked', 'w'))")
    plan = plan_merge(repository, "feature/a b", "main")
    expected = {**ANSWER, "items": tuple(ANSWER["items"])}
    assert {"schema_version": 1, **plan.model_dump()} == expected
    asked = json.loads((repository.root / "asked").read_text())
    assert asked == [["coord", "plan-merge", "feature/a b", "main", "--json"], str(repository.root.resolve())]


def test_where_there_is_no_muse_it_is_said_kindly(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(repository).startswith("no `muse` is installed here: ")


def test_what_lies_in_the_repository_is_never_run(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = repository.root / "muse"
    trap.write_text("#!/bin/sh\ntouch sprung\n")
    trap.chmod(0o755)
    monkeypatch.chdir(repository.root)
    monkeypatch.setenv("PATH", ".")
    assert refusal(repository).startswith("no `muse` is installed here: ")
    assert not (repository.root / "sprung").exists()


@pytest.mark.parametrize(
    "printed",
    ["", "not JSON", "[]", "{}", "null", '{"ours": 1}', json.dumps({**ANSWER, "conflicts": -1}), "[" * 100_000],
)
def test_garbage_is_no_plan(install: Install, repository: Repository, printed: str) -> None:
    install(f"sys.stdout.write({printed!r})")
    assert refusal(repository).startswith("`muse coord plan-merge` printed what is no plan (")


def test_its_own_complaint_is_told(install: Install, repository: Repository) -> None:
    install("sys.stderr.write('\\x1b[31mRef\\n  dev not found.' + 'x' * 200_000); sys.exit(1)")
    sentence = refusal(repository)
    assert sentence.startswith("`muse coord plan-merge` failed with exit code 1 (␛[31mRef dev not found.xxx")


def test_one_that_hangs_is_ended_with_all_that_it_started(install: Install, repository: Repository) -> None:
    install(
        "child = os.fork()\n"
        "open('child' if child == 0 else 'parent', 'w').write(str(os.getpid()))\n"
        "while True: time.sleep(60)"
    )
    assert refusal(repository, patience=1.5) == "`muse coord plan-merge` gave no answer within 1.5 s: try it by hand"
    for name in ("parent", "child"):
        process = int((repository.root / name).read_text())
        wait_until(partial(is_over, process), what=f"the end of the {name}")


def is_over(process: int) -> bool:
    """Return whether a process is gone, but for its remains."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, check=False).stdout
    return not state.strip() or state.startswith(b"Z")


def test_one_that_closes_its_output_and_goes_on_is_not_waited_for(install: Install, repository: Repository) -> None:
    install("os.close(1); os.close(2); time.sleep(60)")
    assert refusal(repository, patience=1).startswith("`muse coord plan-merge` gave no answer within 1 s")


def test_one_that_never_ends_its_output_is_cut_off(install: Install, repository: Repository) -> None:
    install("while True: sys.stdout.write('x' * 65_536)")
    assert refusal(repository) == "`muse coord plan-merge` printed more than 16 MiB: ask it by hand"


@pytest.mark.parametrize("name", ["", "--help", "a\nb", "x" * 513, "\x00"])
def test_what_is_no_branch_is_not_asked_about(install: Install, repository: Repository, name: str) -> None:
    install("open('asked', 'w')")
    assert "is no name that `muse` can be asked about" in refusal(repository, "main", name)
    assert "is no name that `muse` can be asked about" in refusal(repository, name, "main")
    assert not (repository.root / "asked").exists()


def test_one_that_cannot_be_started_is_told(install: Install, repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "bin" / "muse").write_bytes(b"\x7fELF no program")
    (tmp_path / "bin" / "muse").chmod(0o755)
    assert refusal(repository).startswith("`muse` cannot be started (")
