"""Files put in their place whole, and what becomes of those of writers that were killed."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import musetui
from musetui import placing
from musetui.placing import create_file, remove_leftovers, replace_file

STUCK = """
import os, sys, time
from musetui import placing
placing._write = lambda *_: (print("writing", flush=True), time.sleep(60))
folder = os.open(sys.argv[1], os.O_RDONLY)
placing.replace_file(folder, "filters.json", b"{}", durable=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    """Return an open folder."""
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_what_a_killed_writer_left_goes_with_the_next_and_a_living_ones_stays(tmp_path: Path, folder: int) -> None:
    source = Path(musetui.__file__).parents[1]
    command = [sys.executable, "-c", STUCK, str(tmp_path)]
    writer = subprocess.Popen(command, cwd=source, stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        (left,) = tmp_path.iterdir()
        age(left, 7_200)
        assert remove_leftovers(folder) == 0, "its writer lives, however long it takes"
        assert left.exists()
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    assert remove_leftovers(folder) == 1
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_seconds_old_is_left_alone_whoever_has_locked_it(tmp_path: Path, folder: int) -> None:
    left = tmp_path / ".r1.json.0123456789abcdef.tmp"
    left.touch()
    assert remove_leftovers(folder) == 0
    age(left, 10)
    assert remove_leftovers(folder) == 1


def test_where_there_are_no_locks_age_alone_tells(tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    left = tmp_path / ".r1.json.0123456789abcdef.tmp"
    left.touch()
    age(left, 1_800)
    assert remove_leftovers(folder) == 0
    age(left, 7_200)
    assert remove_leftovers(folder) == 1
    replace_file(folder, "a.json", b"{}", durable=True)
    assert (tmp_path / "a.json").read_bytes() == b"{}"


def test_a_writer_that_slept_over_its_file_takes_another(
    tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def tidied(descriptor: int, operation: int) -> None:
        if len(taken) < 2:
            (left,) = (file for file in tmp_path.iterdir() if file.name.endswith(".tmp"))
            left.unlink()
            taken.append(left.name)

    monkeypatch.setattr(fcntl, "flock", tidied)
    replace_file(folder, "a.json", b"{}", durable=True)
    assert len(taken) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("nameless", [True, False])
def test_what_is_private_is_private_from_its_first_moment(
    tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    if not nameless:
        monkeypatch.setattr(placing, "_NAMELESS", 0)
    create_file(folder, "key", b"secret", durable=True, mode=0o600)
    replace_file(folder, "identity", b"secret", durable=True, mode=0o600)
    assert [file.stat().st_mode & 0o777 for file in tmp_path.iterdir()] == [0o600, 0o600]
