"""The ledger of sent records: which of the local records the hub is known to have.

A hub that acknowledged a batch has it, and so it has what comes back from it. What it has is kept per repository and
hub, outside the repository, as pairs of digests: what a record is known by, and what it said. The ledger is a memory
and no truth: if it is lost or damaged, records are pushed once more, and a hub skips what it has.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import Enum
from hashlib import blake2b
from pathlib import Path

from musetui.coordination.batch import Sighting
from musetui.coordination.repository import Repository
from musetui.hub.target import HubTarget
from musetui.hub.wire import WireIdentity, WireRecord, digest_of, wire_identity
from musetui.records.kinds import Kind

_KEY_SIZE = 16
_PATIENCE = 5.0
"""Seconds that another process may keep the ledger to itself."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS sent (record BLOB PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID"
_ALL = "SELECT record, digest FROM sent"


class Heard(Enum):
    """What came from other processes."""

    NOTHING = "nothing"
    MORE = "more"
    LESS = "less"
    """Something is not known to be at the hub any more."""


def ledger_file(repository: Repository, target: HubTarget, state: Path | None = None) -> Path:
    """Return where the ledger of one repository and one hub is kept: in the folder *state*, or else the user's own."""
    if state is None:
        from platformdirs import user_state_path

        state = user_state_path("musetui")
    key = "\0".join((os.fspath(repository.root), target.place))
    name = blake2b(key.encode("utf-8", "surrogateescape"), digest_size=_KEY_SIZE).hexdigest()
    return state / "sent" / f"{name}.sqlite"


class SentLedger:
    """Which records a hub has. Its methods may be called from any thread.

    It never fails: where it cannot be kept on disk, it is kept in memory, and is gone with the process.
    """

    def __init__(self, file: Path) -> None:
        """Open the ledger in *file*, or begin one."""
        self._lock = threading.Lock()
        self._database, self._sent = _open(file)
        self._version = _version(self._database)
        self._has_forgotten = False

    def is_sent(self, identity: WireIdentity, digest: bytes) -> bool:
        """Return True if the hub is known to have the record as it is now."""
        return self._sent.get(_key(identity, digest)) == digest

    def has(self, sighting: Sighting) -> bool:
        """Return True if the hub is known to have the local record of *sighting* as it is now."""
        return self.is_sent(wire_identity(sighting), digest_of(sighting.record))

    def mark(self, records: Iterable[WireRecord]) -> None:
        """Note that the hub has *records*."""
        self.note((record.identity, record.digest) for record in records)

    def note(self, known: Iterable[tuple[WireIdentity, bytes]]) -> None:
        """Note that the hub has what is *known* by these, and says this."""
        pairs = [(_key(identity, digest), digest) for identity, digest in known]
        with self._lock:
            self._sent.update(pairs)
            self._write("INSERT OR REPLACE INTO sent VALUES (?, ?)", pairs)

    def forget(self) -> None:
        """Note that the hub has nothing: it was emptied, or restored."""
        with self._lock:
            self._sent = {}
            self._has_forgotten = True
            self._write("DELETE FROM sent", [()])

    def refresh(self) -> Heard:
        """Take over what other processes noted; return what that comes to, and what was forgotten here."""
        with self._lock, suppress(sqlite3.Error):
            less, self._has_forgotten = self._has_forgotten, False
            version = _version(self._database)
            if version != self._version:
                before, self._sent = self._sent, dict(self._database.execute(_ALL))
                self._version = version
                return Heard.LESS if less or not before.keys() <= self._sent.keys() else Heard.MORE
            return Heard.LESS if less else Heard.NOTHING
        return Heard.NOTHING

    def close(self) -> None:
        """Close the file."""
        with self._lock, suppress(sqlite3.Error):
            self._database.close()

    def __len__(self) -> int:
        return len(self._sent)

    def _write(self, statement: str, rows: Sequence[tuple[bytes, ...]]) -> None:
        # A full disk or a busy file costs a second push some day, and nothing else.
        with suppress(sqlite3.Error), self._database:
            self._database.executemany(statement, rows)


def _key(identity: WireIdentity, digest: bytes) -> bytes:
    """Return what is remembered of a record: of a heartbeat only the last that was sent."""
    # Two files may claim to be one write-once record. The hub skips the second, and then has both as far as it can.
    what = b"" if identity.kind is Kind.HEARTBEAT else digest
    return blake2b("\0".join(identity).encode() + what, digest_size=_KEY_SIZE).digest()


Ledger = tuple[sqlite3.Connection, dict[bytes, bytes]]


def _version(database: sqlite3.Connection) -> int:
    """Return a number that changes when another process writes."""
    version: int = database.execute("PRAGMA data_version").fetchone()[0]
    return version


def _open(file: Path) -> Ledger:
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(2):
            try:
                return _connect(os.fspath(file))
            except sqlite3.DatabaseError as error:
                # Busy, or not to be opened: not ours to remove. Damaged, or of another version's shape: of no use.
                # What Python itself raises carries no code.
                code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
                if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
                    break
                for name in (file, file.with_name(f"{file.name}-journal")):
                    name.unlink(missing_ok=True)
    return _connect(":memory:")


def _connect(name: str) -> Ledger:
    database = sqlite3.connect(name, timeout=_PATIENCE, check_same_thread=False)
    try:
        database.execute(_SCHEMA)
        return database, dict(database.execute(_ALL))
    except BaseException:
        database.close()
        raise
