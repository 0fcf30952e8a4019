"""What was found in files before, by their content: a file that is as it was once need not be parsed again.

The cache saves time and knows nothing of its own: a file is read from the disk every time, and what the cache says of
its bytes is taken only if it was written for just these, by the same extractor. Whatever is wrong with the cache, it
is as if it were empty.
"""

import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from musetui.callgraph.languages import reader_version
from musetui.callgraph.shapes import EXTRACTOR_VERSION, Extraction
from musetui.callgraph.wire import WireError, pack_extraction, unpack_extraction

SIZE_LIMIT = 256 * 1_048_576
"""Bytes of all that is remembered, of all repositories of a user; a tree of 5,000 files has some 20 MiB."""

_NAME = "callgraph.db"
_SECONDS_A_DAY = 86_400
_MADE = "CREATE TABLE IF NOT EXISTS found (key BLOB PRIMARY KEY, used INTEGER, content BLOB) WITHOUT ROWID"


def default_folder() -> Path:
    """Return the folder where a user's caches are."""
    from platformdirs import user_cache_path

    return user_cache_path("musetui")


class Cache:
    """Extractions by content, in one file of a folder that only its user may enter."""

    def __init__(self, folder: Path, limit: int = SIZE_LIMIT) -> None:
        """Use *folder*, which is made if it can be, for at most *limit* bytes."""
        self._path = folder / _NAME
        self._limit = limit
        self._today = int(time.time()) // _SECONDS_A_DAY
        self._used: list[tuple[int, bytes]] = []
        self._database: sqlite3.Connection | None = None
        if _make_private(folder):
            self._open()

    def _open(self) -> None:
        for _ in range(2):
            try:
                self._database = self._connect()
                return
            except sqlite3.OperationalError:
                return  # in use, read-only, or no room: go without
            except (sqlite3.Error, OSError):
                self._remove()  # damaged: begin anew

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=1.0, isolation_level=None)
        try:
            self._path.chmod(0o600)
            if database.execute("PRAGMA user_version").fetchone()[0] != EXTRACTOR_VERSION:
                database.execute("DROP TABLE IF EXISTS found")
            database.execute(_MADE)
            database.execute(f"PRAGMA user_version = {EXTRACTOR_VERSION}")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
        except (sqlite3.Error, OSError):
            database.close()
            raise
        return database

    def find(self, language: str, data: bytes) -> Extraction | None:
        """Return what was found in *data* before; None if that is not known."""
        if self._database is None:
            return None
        try:
            key = _key(language, data)
            row = self._database.execute("SELECT content, used FROM found WHERE key = ?", (key,)).fetchone()
            if row is None or not isinstance(row[0], bytes):
                return None
            found = unpack_extraction(row[0])
            if row[1] != self._today:
                self._used.append((self._today, key))
        except sqlite3.OperationalError:
            return None
        except sqlite3.Error:
            self._begin_anew()
            return None
        except WireError:
            return None
        return found if found.language == language else None

    def keep(self, found: Iterable[tuple[str, bytes, Extraction]]) -> None:
        """Remember what was found: the language, the bytes of a file, and the extraction of them."""
        if self._database is None:
            return
        rows = [(_key(language, data), self._today, pack_extraction(each)) for language, data, each in found]
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO found VALUES (?, ?, ?)", rows)
            self._database.execute("COMMIT")
        except sqlite3.OperationalError:
            self._roll_back()
        except sqlite3.Error:
            self._begin_anew()

    def tidy(self) -> None:
        """Note what was of use, let the longest unused go where more is kept than may be, and give their room back."""
        if self._database is None:
            return
        used, self._used = self._used, []
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("UPDATE found SET used = ? WHERE key = ?", used)
            self._database.execute("COMMIT")
            kept, freed = 0, []
            for key, size in self._database.execute("SELECT key, length(content) + 64 FROM found ORDER BY used DESC"):
                kept += size
                if kept > self._limit:
                    freed.append((key,))
            if freed:
                self._database.execute("BEGIN IMMEDIATE")
                self._database.executemany("DELETE FROM found WHERE key = ?", freed)
                self._database.execute("COMMIT")
                self._database.execute("VACUUM")
        except sqlite3.OperationalError:
            self._roll_back()
        except (sqlite3.Error, TypeError):  # what is no size is damage, too
            self._begin_anew()

    def close(self) -> None:
        """Let the file go."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None

    def _roll_back(self) -> None:
        """Leave a transaction that another process, or a full disk, would not let through."""
        if self._database is not None and self._database.in_transaction:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")

    def _begin_anew(self) -> None:
        self.close()
        self._remove()
        self._open()

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                Path(f"{self._path}{suffix}").unlink()


def _key(language: str, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32, key=reader_version(language).encode()).digest()


def _make_private(folder: Path) -> bool:
    """Make *folder* if need be, and return whether it is its user's own and nobody else's."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            return False
        if status.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError:
        return False
    return not (folder / _NAME).is_symlink()
