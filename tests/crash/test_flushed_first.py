"""What is named is on the disk: bytes before the name that leads to them, and the name before anybody is told of it."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.crash import jobs
from tests.crash.jobs import JOBS, Place
from tests.crash.search import lay_out

NAMED = [
    "a reservation",
    "a reservation by name",
    "a heartbeat anew",
    "musetui release",
    "where a pull has come to",
    "saved filters",
    "chosen columns",
    "the first settings file",
    "an export",
    "an export by name",
    "the first identity",
    "one more identity",
]


class Disk:
    """What a power cut would take: files written to and not flushed, folders with names that were not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.unwritten: set[int] = set()
        self.unnamed: set[int] = set()
        self.early: list[str] = []
        self.named = 0
        for name in ("write", "fsync", "link", "replace"):
            monkeypatch.setattr(os, name, getattr(self, name)(getattr(os, name)))

    def write(self, real: Any) -> Any:
        def write(descriptor: int, data: Any) -> int:
            self.unwritten.add(os.fstat(descriptor).st_ino)
            return int(real(descriptor, data))

        return write

    def fsync(self, real: Any) -> Any:
        def fsync(descriptor: int) -> None:
            real(descriptor)
            inode = os.fstat(descriptor).st_ino
            self.unwritten.discard(inode)
            self.unnamed.discard(inode)

        return fsync

    def link(self, real: Any) -> Any:
        def link(source: str, name: str, *, dst_dir_fd: int, **options: Any) -> None:
            real(source, name, dst_dir_fd=dst_dir_fd, **options)
            self._names(name, dst_dir_fd)

        return link

    replace = link

    def _names(self, name: str, folder: int) -> None:
        self.named += 1
        if os.stat(name, dir_fd=folder).st_ino in self.unwritten:
            self.early.append(name)
        self.unnamed.add(os.fstat(folder).st_ino)


@pytest.mark.parametrize("name", NAMED)
def test_nothing_bears_its_name_before_the_disk_has_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jobs.writing, "uuid4", lambda: "7")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    place, job = Place(tmp_path / "orchard"), JOBS[name]
    lay_out(place)
    job.prepare(place)
    disk = Disk(monkeypatch)
    job.act(place)
    assert disk.named
    assert disk.early == []
    assert not disk.unnamed, "told to be there before the folder knew of it"
