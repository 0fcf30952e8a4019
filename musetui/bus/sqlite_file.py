"""The file of an SQLite database: made for its user's eyes alone, and watched, since a file can be taken away.

Who deletes the file of a running hub takes its name only: the hub goes on in a file that nobody can open any more, and
all that it acknowledges from then on is gone when it ends. So every transaction first looks whether the name still
leads to the file that is open.
"""

import os
import sqlite3
import time
from pathlib import Path

from musetui.errors import BusError
from musetui.records.text import safe_text

BUSY_SECONDS = 10.0
"""How long a writer waits for another process's write to SQLite before it gives up."""


class LostFileError(BusError):
    """The name of the database leads to no file any more, or to another one than is open."""


class WatchedFile:
    """Tells whether a file is still the one that it was when the watch began."""

    def __init__(self, path: Path) -> None:
        """Watch the file that *path* leads to now."""
        self._path = path
        self._which = _which(path)

    def check(self) -> None:
        """Look at the file's name.

        Raises:
            LostFileError: if another file goes by it, or none.
        """
        # Each time anew: a file that was only moved aside, and is put back, is the same one.
        found = _which(self._path)
        if found is None or found != self._which:
            what = "is gone" if found is None else "was put in the place of the one that is open"
            raise LostFileError(
                f"the database's file {safe_text(self._path, 200)} {what}, so no request is taken any more: stop the "
                "hub, put a backup there, and start the hub after `musetui hub restored`"
            )


def prepare_file(path: Path, shown: str, *, make: bool = True) -> None:
    """See to it that the file can be opened.

    Args:
        path: the file.
        shown: the database's URL, as it may be shown.
        make: whether it is made where there is none, for this user's eyes alone, and has to write ahead (WAL). A file
            that may be no hub's is not changed.

    Raises:
        BusError: if it cannot be opened, or is not there and not to be made.
    """
    try:
        if make:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if make else 0), 0o600))
        if make:
            _write_ahead(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        if make:
            raise _not_opened(shown, error) from None
        raise BusError(
            f"there is no database {safe_text(path.absolute(), 200)}: name the running hub's with --database, or start "
            "a hub first, which makes it"
        ) from None
    except (OSError, sqlite3.Error) as error:
        raise _not_opened(shown, error) from None


def _not_opened(shown: str, error: OSError | sqlite3.Error) -> BusError:
    reason = safe_text(error.strerror if isinstance(error, OSError) else error, 200)
    return BusError(f"the database {shown} cannot be opened ({reason}): name another with --database")


def _which(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _write_ahead(path: Path) -> None:
    """Switch the file to WAL, which it remembers.

    Of several processes that start at once one switches; SQLite refuses the others at once, without its busy timeout.
    """
    ends_at = time.monotonic() + BUSY_SECONDS
    while True:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > ends_at:
                raise
        finally:
            connection.close()
        time.sleep(0.05)
