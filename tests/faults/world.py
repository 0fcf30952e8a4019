"""A world of one's own, in which a process has disks to fill and limits to reach that are nobody else's.

On Linux any user may have one: a name space, in which one is root over nothing but it. What happens here is the
kernel's own doing, and no other process notices.
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

_NEW_USER, _NEW_MOUNTS = 0x10000000, 0x00020000
_READ_ONLY, _REMOUNT, _DETACH = 1, 32, 2

SOURCE = Path(__file__).parents[2]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter() -> None:
    """Leave the world of all others. This process must have no threads yet.

    Raises:
        OSError: if the system lets nobody do so.
    """
    user, group = os.getuid(), os.getgid()
    _check(_libc().unshare(_NEW_USER | _NEW_MOUNTS))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def limit(name: str, value: int) -> None:
    """Set how many of *name* (`max_inotify_watches`) there are in this world."""
    Path("/proc/sys/user", name).write_text(str(value))


def mount(folder: Path, size: int) -> None:
    """Put a small disk of *size* bytes where *folder* is."""
    _check(_libc().mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=%d" % size))


def remount(folder: Path, *, read_only: bool) -> None:
    """Let the disk at *folder* be written to no more, or again."""
    flags = _REMOUNT | (_READ_ONLY if read_only else 0)
    _check(_libc().mount(b"tmpfs", os.fsencode(folder), b"tmpfs", flags, None))


def unmount(folder: Path) -> None:
    """Take away the disk at *folder*, whoever is using it."""
    _check(_libc().umount2(os.fsencode(folder), _DETACH))


def can_enter() -> bool:
    """Return whether the system gives worlds to its users."""
    if not sys.platform.startswith("linux"):
        return False
    command = [sys.executable, "-c", "from tests.faults.world import enter; enter()"]
    return subprocess.run(command, cwd=SOURCE, capture_output=True, check=False).returncode == 0
