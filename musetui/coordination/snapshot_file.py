"""The file of a snapshot: lines with a checksum each, in a folder of the user's that nobody else may write to.

Whatever is wrong with it, it is as if it ended there, and the debug log says why.
"""

import errno
import logging
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from musetui.coordination.files import READ_FLAGS, plain_reason
from musetui.placing import remove_leftovers, replace_file_by_parts
from musetui.records.text import safe_text

_log = logging.getLogger("musetui.snapshot")

SIZE_LIMIT = 128 * 1_048_576
"""Bytes of one snapshot; 100,000 records have 30 MiB. What more there is, is read from the disk each time."""

FILES_LIMIT = 8
"""Snapshots that are kept, of the repositories that were looked at last."""

_LINE_LIMIT = 8 * 1_048_576
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_NAME = re.compile(r"\A[0-9a-f]{32}\.snapshot\Z")


class SnapshotFile:
    """The snapshot of one repository among those in a folder."""

    def __init__(self, folder: Path, about: bytes) -> None:
        """Use the file in *folder* that is for *about*: the path of what was read, whatever bytes it has."""
        self._folder = folder
        self._name = f"{blake2b(about, digest_size=16).hexdigest()}.snapshot"

    def lines(self) -> Iterator[bytes]:
        """Yield the lines as they were written, up to the first that is damaged; none if the file is not to be trusted.

        It is read as its lines are asked for.
        """
        try:
            with _own_folder(self._folder) as folder:
                descriptor = os.open(self._name, READ_FLAGS, dir_fd=folder)
        except FileNotFoundError:
            return
        except OSError as error:
            self._leave(plain_reason(error))
            return
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not _is_own(status) or status.st_size > SIZE_LIMIT:
            self._leave("it is not a file that only this user writes")
            os.close(descriptor)
            return
        with os.fdopen(descriptor, "rb") as file:
            try:
                while line := file.readline(_LINE_LIMIT):
                    checksum, _, content = line.removesuffix(b"\n").partition(b" ")
                    if checksum != _checksum(content):
                        self._leave("it is damaged")
                        return
                    yield content
            except OSError as error:
                self._leave(plain_reason(error))

    def write(self, lines: Iterable[bytes]) -> bool:
        """Put a file with these lines, of which none has a line feed in it, in the place of the one that is there.

        Returns:
            Whether that was done. If not, the file that was there is there still.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _own_folder(self._folder) as folder:
                remove_leftovers(folder)
                replace_file_by_parts(folder, self._name, _parts(lines), durable=False, mode=0o600)
                self._thin_out(folder)
        except OSError as error:
            self._leave(f"it cannot be written ({plain_reason(error)})")
            return False
        return True

    def _thin_out(self, folder: int) -> None:
        """Remove the snapshots of other repositories that have not been written for the longest time."""
        with os.scandir(folder) as entries:
            found = [
                (entry.stat(follow_symlinks=False).st_mtime_ns, entry.name)
                for entry in entries
                if _NAME.match(entry.name)
            ]
        for _, name in sorted(found, reverse=True)[FILES_LIMIT:]:
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)

    def _leave(self, why: str) -> None:
        _log.info("the snapshot %s is left: %s", safe_text(str(self._folder / self._name), 300), why)


@contextmanager
def _own_folder(path: Path) -> Iterator[int]:
    """Open the folder at *path*; an OSError if it is not this user's alone to write to."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not _is_own(os.fstat(descriptor)):
            raise PermissionError(errno.EPERM, "others may write to the folder")
        yield descriptor
    finally:
        os.close(descriptor)


def _is_own(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE


def _checksum(content: bytes) -> bytes:
    return b"%08x" % zlib.crc32(content)


def _parts(lines: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for line in lines:
        size += len(line) + 10
        if len(line) + 10 > _LINE_LIMIT:
            continue
        if size > SIZE_LIMIT:
            return
        yield b"%b %b\n" % (_checksum(line), line)
