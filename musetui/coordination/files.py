"""Opening files that others wrote: nothing here follows a link, waits for a writer, or reads without bound."""

import errno
import os
import stat
from pathlib import Path

from musetui.errors import RecordError

_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | _NONBLOCK
"""A link is refused, and a named pipe without a writer does not hold the reader."""


_LINK = "a symbolic link, not followed"


class UnreadableError(RecordError):
    """What lies there is not a file that can be read; the text says why, in plain words."""


class RefusedError(UnreadableError):
    """The system refused to show what lies there; a moment later it may not."""


def what_it_is(mode: int) -> str:
    """Return plain words for what a `st_mode` describes."""
    for test, words in _SPECIALS:
        if test(mode):
            return words
    return "a file"


_SPECIALS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def plain_reason(error: OSError) -> str:
    """Return one plain clause for why the system refused."""
    return _REASONS.get(error.errno or 0) or (error.strerror or "the system refused").lower()


_REASONS = {
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EMFILE: "too many open files",
    errno.ENFILE: "too many open files",
    errno.EIO: "the disk reports an error",
    errno.ELOOP: _LINK,
    errno.ENAMETOOLONG: "its name is too long",
}


def check_regular(status: os.stat_result, limit: int) -> None:
    """Let pass only a plain file of at most *limit* bytes.

    Raises:
        UnreadableError: for anything else.
    """
    mode = status.st_mode
    if not stat.S_ISREG(mode):
        raise UnreadableError(_LINK if stat.S_ISLNK(mode) else f"{what_it_is(mode)}, not a file")
    if status.st_size > limit:
        raise UnreadableError(f"larger than {limit // 1024} KiB")


def read_regular(path: str | Path, limit: int) -> bytes:
    """Return the bytes of one plain file.

    Args:
        path: the file.
        limit: the most bytes it may have.

    Raises:
        FileNotFoundError: if nothing is there.
        UnreadableError: if it is no plain file or is too large.
        RefusedError: if the system refuses.
    """
    # Looked at before it is opened: to open a device can act on it.
    check_regular(look(path), limit)
    return read_looked_at(path, limit)[0]


def look(path: str | Path, folder: int | None = None) -> os.stat_result:
    """Return the status of what lies at *path*, relative to an open *folder* where one is given.

    Raises:
        FileNotFoundError: if nothing is there.
        RefusedError: if the system refuses.
    """
    try:
        return os.stat(path, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RefusedError(plain_reason(error)) from None


def read_looked_at(path: str | Path, limit: int, folder: int | None = None) -> tuple[bytes, os.stat_result]:
    """Return the bytes of what was a plain file when it was looked at, and its status; else as `read_regular`.

    A file that changes while it is read has a status of an earlier time than its bytes, never of a later one.
    """
    try:
        descriptor = os.open(path, READ_FLAGS, dir_fd=folder)
        try:
            status = os.fstat(descriptor)
            check_regular(status, limit)
            data = os.read(descriptor, status.st_size + 1)
            return data if len(data) == status.st_size else _read_on(descriptor, data, limit), status
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:  # became a link since it was looked at
            raise UnreadableError(plain_reason(error)) from None
        raise RefusedError(plain_reason(error)) from None


def read_listed(name: str, folder: int) -> bytes:
    """Return the bytes of what the listing of an open *folder* has just shown as a plain file.

    It is not looked at again, which takes a fifth of the time of reading it. So what has become anything else
    meanwhile, or is not read whole at once, shows as no record, and is for `read_looked_at` to look at; what is far
    longer than any record shows as empty.

    Raises:
        OSError: if the system refuses, or nothing is there any more.
    """
    descriptor = os.open(name, READ_FLAGS, dir_fd=folder)
    try:
        data = os.read(descriptor, AT_ONCE)
        return data if len(data) < AT_ONCE else b""
    finally:
        os.close(descriptor)


AT_ONCE = 16_384
"""Bytes that are read without a look; real records are below 2 KiB."""


def _read_on(descriptor: int, data: bytes, limit: int) -> bytes:
    """Return *data* with what follows it in a file that shrank or grew under our hands."""
    # To its end, or to one byte past the limit.
    chunks = [data]
    total = len(data)
    while chunks[-1] and total <= limit:
        chunks.append(os.read(descriptor, limit + 1 - total))
        total += len(chunks[-1])
    if total > limit:
        raise UnreadableError(f"larger than {limit // 1024} KiB")
    return b"".join(chunks)
