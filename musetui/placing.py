"""Putting a file in its place whole: a reader sees nothing, or the old file, or the new one, never a half.

A write-once file is linked into place, which fails if the name is taken: of many writers one wins, and its content
is complete from the first moment it can be seen. A rewritten file is renamed over the old one.

A temporary file is locked for as long as its writer lives. So what a killed writer left behind is known for certain,
and whoever writes into that folder next removes it.
"""

import errno
import fcntl
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TEMPORARY = re.compile(r"\A\..{1,240}\.[0-9a-f]{16}\.tmp\Z")
_YOUNG = 5.0
"""Seconds for which a temporary file is left alone, locked or not: machines that share a folder may not share locks."""

_LEFTOVER_AFTER = 3_600.0
"""Seconds after which a temporary file has no writer any more, where the file system knows no locks."""

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NAMELESS = getattr(os, "O_TMPFILE", 0)
_MODE = 0o666
"""As any program's; the umask takes its part away."""

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""How a file system says that it knows no hard links."""


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Open *folder*, in which something is to be put, and give its descriptor.

    Raises:
        OSError: if that is no folder, or the system refuses.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def take_turns(folder: int, seconds: float) -> None:
    """Wait until nobody else who asks for it changes anything in an open folder; it is one's own until it is closed.

    One who takes more than so many *seconds* stands still, and is not waited for; where a file system knows no locks,
    nobody is.
    """
    ends_at = time.monotonic() + seconds
    with suppress(OSError):
        while True:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > ends_at:
                    return
                time.sleep(0.005)


def create_file(folder: int, name: str, data: bytes, *, durable: bool, mode: int = _MODE) -> None:
    """Create the file *name* with *data* in an open folder, all at once, and never in another's stead.

    Args:
        folder: a descriptor of the folder.
        name: the file's name.
        data: its content.
        durable: return only when the disk has it.
        mode: who may do what with it; the umask takes its part away.

    Raises:
        FileExistsError: if the name is taken, by whatever.
        OSError: if the system refuses; then nothing of it is left.
    """
    if not (_NAMELESS and _create_nameless(folder, name, data, durable, mode)):
        _create_named(folder, name, data, durable, mode)
    if durable:
        os.fsync(folder)


def replace_file(folder: int, name: str, data: bytes, *, durable: bool, mode: int = _MODE) -> None:
    """Write *data* under *name* in an open folder, in the place of what was there; else as `create_file`."""
    replace_file_by_parts(folder, name, (data,), durable=durable, mode=mode)


def replace_file_by_parts(folder: int, name: str, parts: Iterable[bytes], *, durable: bool, mode: int = _MODE) -> None:
    """Write *parts*, each as it comes, one after the other; else as `replace_file`."""
    with _temporary(folder, name, parts, durable, mode) as temporary:
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    if durable:
        os.fsync(folder)


def remove_leftovers(folder: int) -> int:
    """Remove our own temporary files whose writers were killed from an open folder.

    Returns:
        How many were removed. Files of any other name are not touched, nor is one whose writer lives.
    """
    now = time.time()
    removed = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if _TEMPORARY.match(entry.name)]:
            removed += _remove_abandoned(folder, name, now)
    return removed


def _remove_abandoned(folder: int, name: str, now: float) -> bool:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        age = now - status.st_mtime
        if not stat.S_ISREG(status.st_mode) or age < _YOUNG:
            return False
        descriptor = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return _remove(folder, name)
    except BlockingIOError:
        return False
    except OSError:
        return age > _LEFTOVER_AFTER and _remove(folder, name)
    finally:
        os.close(descriptor)


def _create_nameless(folder: int, name: str, data: bytes, durable: bool, mode: int) -> bool:
    """Write a file that has no name until it is whole; return False where that cannot be done."""
    try:
        descriptor = os.open(".", _NAMELESS | os.O_WRONLY | os.O_CLOEXEC, mode, dir_fd=folder)
    except OSError:
        return False  # an older file system; a real trouble shows again when the file is made by name
    try:
        _write(descriptor, (data,), durable)
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


def _create_named(folder: int, name: str, data: bytes, durable: bool, mode: int) -> None:
    with _temporary(folder, name, (data,), durable, mode) as temporary:
        try:
            os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            _create_openly(folder, name, data, durable, mode)
        _remove(folder, temporary)


def _create_openly(folder: int, name: str, data: bytes, durable: bool, mode: int) -> None:
    """Create the file where it stays, as Muse does: one winner still, though a reader may meet it half written."""
    descriptor = os.open(name, _NEW_FILE, mode, dir_fd=folder)
    try:
        _write(descriptor, (data,), durable)
    except BaseException:
        _remove(folder, name)
        raise
    finally:
        os.close(descriptor)


@contextmanager
def _temporary(folder: int, name: str, parts: Iterable[bytes], durable: bool, mode: int) -> Iterator[str]:
    """Give the name of a new file with *parts*, to be moved or removed; locked meanwhile, and removed on an error."""
    temporary, descriptor, guard = _open_temporary(folder, name, mode)
    try:
        try:
            _write(descriptor, parts, durable)
        finally:
            # Closed under this name: watchers hear of who closes what was written, and need not read it twice.
            os.close(descriptor)
        yield temporary
    except BaseException:
        _remove(folder, temporary)
        raise
    finally:
        os.close(guard)


def _open_temporary(folder: int, name: str, mode: int) -> tuple[str, int, int]:
    """Return a new file's name, a descriptor to write it by, and another one that holds its lock."""
    while True:
        temporary = f".{name}.{os.urandom(8).hex()}.tmp"
        descriptor = os.open(temporary, _NEW_FILE, mode, dir_fd=folder)
        guard = -1
        try:
            guard = os.open(temporary, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            if _lock(guard):
                return temporary, descriptor, guard
        except FileNotFoundError:  # tidied away
            pass
        except BaseException:
            _remove(folder, temporary)
            _close(descriptor, guard)
            raise
        _close(descriptor, guard)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        if descriptor >= 0:
            os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock a file that was just made; return False if it was slept over so long that somebody tidied it away."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # there are no locks here: age alone tells a leftover
    return os.fstat(descriptor).st_nlink > 0


def _write(descriptor: int, parts: Iterable[bytes], durable: bool) -> None:
    for part in parts:
        rest = memoryview(part)
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
