"""News from the other processes that serve the same database.

On PostgreSQL who commits also notifies, and each process listens with one connection of its own. SQLite has no such
thing: while somebody waits, and only then, the process looks once a second whether a repository's last id has moved.
"""

import asyncio
import random
from secrets import token_hex
from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from musetui.bus.database import Database
from musetui.bus.doorbell import Doorbell
from musetui.bus.sqlite_file import LostFileError
from musetui.bus.tables import REPOSITORIES

if TYPE_CHECKING:
    import psycopg

CHANNEL = "musetui_records"

_LOOK_SECONDS = 1.0
_ALIVE_SECONDS = 20.0
"""Seconds of silence after which the listening connection is asked whether it still lives."""

_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


class Neighbours:
    """Rings this process's bell for what others write, and tells them what is written here."""

    def __init__(self, database: Database, doorbell: Doorbell) -> None:
        """Ring *doorbell* for what others write to *database*."""
        self._database = database
        self._doorbell = doorbell
        self._myself = token_hex(8)

    async def tell(self, connection: AsyncConnection, repository: int, kinds: frozenset[str]) -> None:
        """Have the others told of news, at the moment when this transaction commits."""
        if not self._database.is_sqlite:
            news = f"{self._myself} {repository} {','.join(sorted(kinds))}"
            await connection.execute(text("SELECT pg_notify(:channel, :news)"), {"channel": CHANNEL, "news": news})

    async def listen(self) -> None:
        """Listen until cancelled."""
        await (self._look_now_and_then() if self._database.is_sqlite else self._stay_connected())

    async def _look_now_and_then(self) -> None:
        seen: dict[int, int] = {}
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            waited_for = self._doorbell.waited_for()
            if not waited_for:
                seen.clear()
                continue
            statement = select(REPOSITORIES.c.id, REPOSITORIES.c.last_id).where(REPOSITORIES.c.id.in_(waited_for))
            try:
                async with self._database.reading() as connection:
                    now = {row.id: row.last_id for row in await connection.execute(statement)}
            except LostFileError:
                self._doorbell.ring_all()  # they look, and are told so
                continue
            except SQLAlchemyError:
                continue  # those who ask are told; a look that failed is made up for by the next
            for repository, last_id in now.items():
                # One that is new here may have moved between its reader's look and this one.
                if seen.get(repository) != last_id:
                    self._doorbell.ring(repository)
            seen = now

    async def _stay_connected(self) -> None:
        import psycopg

        pause = _SHORTEST_PAUSE
        while True:
            try:
                async with await self._connect() as connection:
                    pause = _SHORTEST_PAUSE
                    await connection.execute(f"LISTEN {CHANNEL}")
                    # What was told while nobody listened is lost, so everybody looks once.
                    self._doorbell.ring_all()
                    await self._hear(connection)
            except (psycopg.Error, OSError):
                pass
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _connect(self) -> "psycopg.AsyncConnection[tuple[object, ...]]":
        import psycopg

        address = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return await psycopg.AsyncConnection.connect(address, autocommit=True, connect_timeout=10)

    async def _hear(self, connection: "psycopg.AsyncConnection[tuple[object, ...]]") -> None:
        while True:
            async for notice in connection.notifies(timeout=_ALIVE_SECONDS):
                self._pass_on(notice.payload)
            async with asyncio.timeout(_ALIVE_SECONDS):  # a TimeoutError is an OSError
                await connection.execute("SELECT 1")

    def _pass_on(self, news: str) -> None:
        try:
            who, repository, kinds = news.split(" ")
            number = int(repository)
        except ValueError:  # a neighbour of another version: what it means is not known, but that it means something
            self._doorbell.ring_all()
            return
        if who != self._myself:
            self._doorbell.ring(number, frozenset(kinds.split(",")))
