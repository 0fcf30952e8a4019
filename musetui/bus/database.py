"""The database, SQLite or PostgreSQL, behind one face: a transaction that reads, and one that writes.

On SQLite a writer takes the database's one write lock at its beginning (BEGIN IMMEDIATE), so that it never has to
give up half way; readers go on beside it (WAL). On PostgreSQL writers lock the rows they need.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from musetui.bus.sqlite_file import BUSY_SECONDS, WatchedFile, prepare_file
from musetui.errors import BusError
from musetui.records.text import safe_text

_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 0x6D757365
"""The number under which PostgreSQL knows the lock of those who migrate: any, if it stays the same."""

_STANDSTILL_SECONDS = 60
"""Seconds after which PostgreSQL ends a transaction in which nothing happens: its process stands still, or is gone."""

_VERSION_TABLE = "alembic_version"

_WRITES = "musetui_writes"

TROUBLES = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
"""What passes, or is for the keeper to mend; besides it, what SQLite says of a damaged file. (That nothing may be
written for the time being is an internal error of PostgreSQL's.)"""


class Database:
    """An open database. Make one with `open_database`."""

    def __init__(self, url: URL) -> None:
        """Prepare connections to *url*; none is made yet."""
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._file = WatchedFile(Path(url.database or "")) if self.is_sqlite else None
        # One process's writers queue here, in order, instead of trying in turns whether SQLite lets them.
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads.

        Raises:
            LostFileError: if the database's file was taken away.
        """
        self._check_file()
        async with self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at its end, and undone by any error.

        Raises:
            LostFileError: if the database's file was taken away; at the end, what was written is lost with it.
        """
        if not self.is_sqlite:
            async with self._engine.begin() as connection:
                yield connection
            return
        async with self._turn:
            self._check_file()
            async with self._engine.connect() as connection:
                await connection.execution_options(**{_WRITES: True})
                async with connection.begin():
                    yield connection
            self._check_file()

    def _check_file(self) -> None:
        if self._file is not None:
            self._file.check()

    async def is_a_hub(self) -> bool:
        """Return True if a hub has ever made its tables here."""
        async with self.reading() as connection:
            return await connection.run_sync(lambda plain: inspect(plain).has_table(_VERSION_TABLE))

    async def migrate(self) -> None:
        """Bring the tables up to date; of several processes one does, and the others wait.

        Raises:
            BusError: if that cannot be done.
        """
        from alembic.util import CommandError

        try:
            async with self.writing() as connection:
                if not self.is_sqlite:
                    await connection.execute(text("SET LOCAL lock_timeout = 0"))  # another's migration takes its time
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
                await connection.run_sync(_upgrade)
        except CommandError as error:
            raise BusError(
                f"the hub's tables are of another version than this musetui ({safe_text(error, 120)}): use a newer one"
            ) from None

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


@asynccontextmanager
async def open_database(address: str, *, make: bool = True) -> AsyncIterator[Database]:
    """Open the database at *address*, with its tables up to date, and close it at the end.

    Args:
        address: its URL.
        make: whether to make the file and the tables where there are none, as a hub does that starts. Without it a
            slip in the address makes no second database that everybody takes for the hub's.

    Raises:
        BusError: if it cannot be opened, or is no hub's and not to be made one; if it is in trouble later on.
    """
    url = read_url(address)
    shown = as_it_may_be_shown(address)
    if url.get_backend_name() == "sqlite":
        await asyncio.to_thread(prepare_file, Path(url.database or ""), shown, make=make)
    database = Database(url)
    try:
        try:
            if not make and not await database.is_a_hub():
                raise BusError(
                    f"the database {shown} is no hub's: name the running hub's with --database, or start a hub on it "
                    "first"
                )
            await database.migrate()
        except (TimeoutError, DBAPIError, OSError) as error:
            reason = safe_text(getattr(error, "orig", None) or error, 200)
            raise BusError(f"the database {shown} cannot be opened ({reason}): check --database") from None
        try:
            yield database
        except SQLAlchemyError as error:
            if (trouble := trouble_of(error)) is None:
                raise
            raise BusError(f"the database {shown} is in trouble ({trouble}): see to it, and try again") from None
    finally:
        await database.close()


def trouble_of(error: Exception) -> str | None:
    """Return what is wrong with a database that raises *error*; None if it is what it was asked that is wrong."""
    damaged = type(getattr(error, "orig", None)) is sqlite3.DatabaseError
    if not damaged and not isinstance(error, TROUBLES):
        return None
    return safe_text(getattr(error, "orig", None) or error, 200)


def as_it_may_be_shown(address: str) -> str:
    """Return a database's URL as its keeper wrote it, but for a password.

    Raises:
        BusError: if it is none.
    """
    url = read_url(address).set(drivername=address.partition(":")[0])
    secrets = {name: "***" for name in url.query if "password" in name}
    if url.password is None and not secrets:
        return safe_text(address)
    return safe_text(url.update_query_dict(secrets).render_as_string(hide_password=True))


async def insert_if_new(connection: AsyncConnection, table: Table, values: Mapping[str, object]) -> None:
    """Insert a row, unless one that it collides with is there or was put there by somebody quicker."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    await connection.execute(insert(table).values(**values).on_conflict_do_nothing())


def sqlite_url(path: Path) -> str:
    """Return the URL of an SQLite file."""
    return URL.create("sqlite", database=str(path.absolute())).render_as_string(hide_password=False)


def read_url(address: str) -> URL:
    """Return the URL of a database that a hub can keep its records in.

    Raises:
        BusError: if *address* is none.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise BusError(
            "the database's URL cannot be read: write sqlite:////path/of/a/file or postgresql://user@host/name"
        ) from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+aiosqlite"):
        if url.database in (None, "", ":memory:") or url.query:
            raise BusError("a hub keeps its records in a file: write sqlite:////path/of/a/file")
        return url.set(drivername="sqlite+aiosqlite")
    raise BusError(
        f"{safe_text(url.drivername, 40)} is no database for a hub: write sqlite:////path/of/a/file "
        "or postgresql://user@host/name"
    )


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=8,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: `_begin` does
        cursor = connection.cursor()
        # FULL, since what was acknowledged must outlive a power cut as well as a crash.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


_KEPT_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""A server whose machine is gone says nothing; without these its connections are waited for, for hours."""


def _postgres_engine(url: URL) -> AsyncEngine:
    try:
        # READ COMMITTED, whatever the server's default: who has waited for a row's lock must then see what its
        # holder has committed.
        engine = create_async_engine(
            url,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            pool_timeout=BUSY_SECONDS,
            connect_args={"connect_timeout": 10, **_KEPT_ALIVE},
            hide_parameters=True,
        )
    except ImportError:
        raise BusError("PostgreSQL needs its driver: pip install 'psycopg[binary]'") from None

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        # A process that stands still with a row locked must not hold up all others, and their connections, for ever.
        cursor.execute(f"SET lock_timeout = {round(BUSY_SECONDS * 1_000)}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = {_STANDSTILL_SECONDS * 1_000}")
        cursor.close()
        connection.commit()

    return engine


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
