"""Stages: the temporary folders that demos play in. None is left behind, however a demo ends.

A demo holds a lock on a file in its stage while it runs; the kernel lets go of the lock when the process ends, even if
it is killed. So a stage whose lock is free belongs to nobody, and the next demo removes it.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR

from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

PREFIX = "musetui-demo-"
LOCK = "lock"

_LOCKLESS_AFTER = 60.0
"""Seconds after which a stage without a lock file is not one that is just being made."""


@contextmanager
def stage() -> Iterator[Path]:
    """Give a new, empty stage, and remove it at the end; the stages of demos that crashed are removed first.

    Raises:
        MuseTuiError: if none can be made.
    """
    strike_abandoned()
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        lock = _new_lock(folder)
    except OSError as error:
        raise MuseTuiError(f"the demo has no place to play ({safe_text(error)}): name another with TMPDIR") from None
    try:
        yield folder
    finally:
        # While the lock is held, so that nobody else removes the same files.
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def strike_abandoned() -> int:
    """Remove the stages that no running demo holds, and return how many there were."""
    return sum(strike(folder) for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


def strike(folder: Path) -> bool:
    """Remove one stage, if it is one of this user's and no demo holds it; return whether it was."""
    try:
        status = folder.lstat()
        if not folder.name.startswith(PREFIX) or not S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            return False
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        # Never locked: a demo that is just being set up, or one that was killed then.
        lock = None
        if not folder.is_dir() or time.time() - status.st_mtime < _LOCKLESS_AFTER:
            return False
    except OSError:
        return False
    try:
        if lock is not None:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return False
    finally:
        if lock is not None:
            os.close(lock)
    return True


def _new_lock(folder: Path) -> int:
    """Return a descriptor that holds the lock of a new stage, which is locked from the first moment it can be seen."""
    unseen = folder / f".{LOCK}"
    lock = os.open(unseen, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    unseen.rename(folder / LOCK)
    return lock
