"""Putting a file in its place whole: a reader sees nothing, or the old file, or the new one, never a half.

A write-once file is linked into place, which fails if the name is taken: of many writers one wins, and its content
is complete from the first moment it can be seen. A rewritten file is renamed over the old one.
"""

import errno
import os
import re
import secrets
import stat
import time
from contextlib import suppress

_TEMPORARY = re.compile(r"\A\..{1,200}\.json\.[0-9a-f]{16}\.tmp\Z")
_LEFTOVER_AFTER = 3_600.0
"""Seconds after which a temporary file of ours has no writer any more."""

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NAMELESS = getattr(os, "O_TMPFILE", 0)
_MODE = 0o666
"""As any program's; the umask takes its part away."""

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""How a file system says that it knows no hard links."""


def create_file(folder: int, name: str, data: bytes, *, durable: bool) -> None:
    """Create the file *name* with *data* in an open folder, all at once, and never in another's stead.

    Args:
        folder: a descriptor of the folder.
        name: the file's name.
        data: its content.
        durable: return only when the disk has it.

    Raises:
        FileExistsError: if the name is taken, by whatever.
        OSError: if the system refuses; then nothing of it is left.
    """
    if not (_NAMELESS and _create_nameless(folder, name, data, durable)):
        _create_named(folder, name, data, durable)
    if durable:
        os.fsync(folder)


def replace_file(folder: int, name: str, data: bytes, *, durable: bool) -> None:
    """Write *data* under *name* in an open folder, in the place of what was there; else as `create_file`."""
    temporary = _write_temporary(folder, name, data, durable)
    try:
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        _remove(folder, temporary)
        raise
    if durable:
        os.fsync(folder)


def remove_leftovers(folder: int) -> int:
    """Remove our own temporary files that an interrupted writer left in an open folder over an hour ago.

    Returns:
        How many were removed. Files of any other name are not touched.
    """
    oldest = time.time() - _LEFTOVER_AFTER
    with suppress(OSError), os.scandir(folder) as entries:
        leftovers = [entry.name for entry in entries if _TEMPORARY.match(entry.name) and _is_old_file(entry, oldest)]
        return sum(_remove(folder, name) for name in leftovers)
    return 0


def _is_old_file(entry: os.DirEntry[str], oldest: float) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_mtime < oldest


def _create_nameless(folder: int, name: str, data: bytes, durable: bool) -> bool:
    """Write a file that has no name until it is whole; return False where that cannot be done."""
    try:
        descriptor = os.open(".", _NAMELESS | os.O_WRONLY | os.O_CLOEXEC, _MODE, dir_fd=folder)
    except OSError:
        return False  # an older file system; a real trouble shows again when the file is made by name
    try:
        _write(descriptor, data, durable)
        # Through /proc: to link a descriptor itself takes a privilege.
        os.link(f"/proc/self/fd/{descriptor}", name, dst_dir_fd=folder, follow_symlinks=True)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in (*_NO_LINKS, errno.ENOENT, errno.EXDEV, errno.EINVAL):
            return False
        raise
    finally:
        os.close(descriptor)
    return True


def _create_named(folder: int, name: str, data: bytes, durable: bool) -> None:
    temporary = _write_temporary(folder, name, data, durable)
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _create_openly(folder, name, data, durable)
    finally:
        _remove(folder, temporary)


def _create_openly(folder: int, name: str, data: bytes, durable: bool) -> None:
    """Create the file where it stays, as Muse does: one winner still, though a reader may meet it half written."""
    descriptor = os.open(name, _NEW_FILE, _MODE, dir_fd=folder)
    try:
        _write(descriptor, data, durable)
    except BaseException:
        _remove(folder, name)
        raise
    finally:
        os.close(descriptor)


def _write_temporary(folder: int, name: str, data: bytes, durable: bool) -> str:
    temporary = f".{name}.{secrets.token_hex(8)}.tmp"
    descriptor = os.open(temporary, _NEW_FILE, _MODE, dir_fd=folder)
    try:
        _write(descriptor, data, durable)
    except BaseException:
        _remove(folder, temporary)
        raise
    finally:
        os.close(descriptor)
    return temporary


def _write(descriptor: int, data: bytes, durable: bool) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    if durable:
        os.fsync(descriptor)


def _remove(folder: int, name: str) -> bool:
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        return False
    return True
