"""The hub itself, without HTTP: one database, who waits, who asks too often."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from musetui.bus import refusals
from musetui.bus.administration import make_known
from musetui.bus.appending import Appended, append
from musetui.bus.arrivals import Arrival
from musetui.bus.body import Room
from musetui.bus.database import Database, open_database
from musetui.bus.doorbell import Doorbell, Listener
from musetui.bus.neighbours import Neighbours
from musetui.bus.pages import Page, Question, nothing, read_page
from musetui.bus.rates import Rates
from musetui.bus.repositories import Readers, Repository, Standing, make_repository, readers, standing
from musetui.bus.settings import HubSettings

_Result = TypeVar("_Result")

Reader = tuple[str, bytes | None]
"""A handle ("" for anybody), and the key by which it was proven."""

_PAGES_IN_ROOM = 32
"""Pages that there is room for, of whatever size, before the next is smaller."""


class Hub:
    """What all requests of one process share. Make one with `open_hub`."""

    def __init__(self, settings: HubSettings, database: Database) -> None:
        """Serve *database* as *settings* say."""
        limits = settings.limits
        self.settings = settings
        self.database = database
        self.doorbell = Doorbell()
        self.neighbours = Neighbours(database, self.doorbell)
        self.by_handle = Rates(limits.rate, limits.burst_seconds)
        self.by_address = Rates(limits.anonymous_rate, limits.burst_seconds)
        self.room = Room(limits.unread_bytes)
        self.unsent: Callable[[], int] = lambda: 0
        """Tells how many bytes of answers are still to be taken; the server knows."""
        self._looks: dict[tuple[int, int, Question], asyncio.Task[tuple[Page, Readers]]] = {}
        self._under_way: set[asyncio.Task[Any]] = set()

    async def standing(self, handle: str, owner: str, slug: str) -> Standing:
        """Return how *handle* ("" for nobody) stands to a repository."""
        return await self._to_its_end(self._standing(handle, owner, slug))

    async def _standing(self, handle: str, owner: str, slug: str) -> Standing:
        async with self.database.reading() as connection:
            return await standing(connection, handle, owner, slug)

    async def push(self, repository: Repository | tuple[str, str], arrivals: list[Arrival]) -> Appended:
        """Keep *arrivals*, all or none, and wake who waits for them.

        Args:
            repository: where; or the owner and slug of one that is to be made.
            arrivals: the records.
        """
        return await self._to_its_end(self._push(repository, arrivals))

    async def _push(self, repository: Repository | tuple[str, str], arrivals: list[Arrival]) -> Appended:
        async with self.database.writing() as connection:
            if isinstance(repository, tuple):
                repository = await make_repository(connection, *repository, public=self.settings.public)
            appended = await append(connection, repository.id, arrivals)
            if appended.inserted:
                await self.neighbours.tell(connection, repository.id, appended.kinds)
        if appended.inserted:
            self.doorbell.ring(repository.id, appended.kinds)
        return appended

    async def look(self, repository: Repository, question: Question) -> Page:
        """Return what there is.

        Raises:
            RefusedRequestError: 503, if too much of what was answered is still to be taken.
        """
        return await self._to_its_end(self._look(repository, question))

    async def _look(self, repository: Repository, question: Question) -> Page:
        async with self.database.reading() as connection:
            return await read_page(connection, repository, question, self._page_bytes())

    async def _look_again(self, repository: Repository, question: Question) -> tuple[Page, Readers]:
        async with self.database.reading() as connection:
            page = await read_page(connection, repository, question, self._page_bytes())
            return page, await readers(connection, repository)

    async def wait(
        self, repository: Repository, question: Question, listener: Listener, seconds: float, reader: Reader
    ) -> Page:
        """Return what there is as soon as there is something; an empty page after *seconds*, or if the hub closes.

        Args:
            repository: where.
            question: what is asked for.
            listener: listens for just that, and may be told that nobody waits any more.
            seconds: how long to wait.
            reader: who waits. If they may not read any more when something comes, they get an empty page: what to
                say to them is for their next request.
        """
        clock = asyncio.get_running_loop().time
        ends_at = clock() + seconds
        page = await self.look(repository, question)
        while not (page.count or page.cursor < question.since_id or self._is_over(listener)) and await listener.wait(
            ends_at - clock()
        ):
            # Of a thousand who are sent away each may ask something else: a hub that ends looks for none of them.
            if not self._is_over(listener):
                page, allowed = await self._look_together(repository, question)
                if page.count and not allowed.include(*reader):
                    return nothing(repository, question)
        return page

    def _page_bytes(self) -> int:
        """Return how large a page may be: smaller where much is still to be taken, so that many get something."""
        limits = self.settings.limits
        room = limits.unsent_bytes - self.unsent()
        if room <= 0:
            raise refusals.clogged()
        return min(limits.page_bytes, room // _PAGES_IN_ROOM)

    def _is_over(self, listener: Listener) -> bool:
        return self.doorbell.is_closed or listener.is_gone

    async def _look_together(self, repository: Repository, question: Question) -> tuple[Page, Readers]:
        """Look once for all who were woken by the same ring and ask the same, as a thousand dashboards do.

        Rights may have been taken from some of them since they began to wait.
        """
        # The ring is part of the key: a look that began before it may not have seen what it rang for.
        key = (self.doorbell.rings, repository.id, question)
        look = self._looks.get(key)
        if look is None:
            look = self._looks[key] = asyncio.create_task(self._to_its_end(self._look_again(repository, question)))
            look.add_done_callback(lambda _: self._looks.pop(key))
        return await asyncio.shield(look)  # one who goes away does not take the look from the others

    async def _to_its_end(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Return what *work* does with the database; it goes on where the request is cancelled, as a hub's end does.

        A driver that is cut off while SQLite has it wait for another program's lock never comes to an end; it waits
        for no longer than that may last.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._is_over_with)
        return await asyncio.shield(task)

    def _is_over_with(self, task: "asyncio.Task[Any]") -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # taken note of: there may be nobody left to tell

    async def finish(self) -> None:
        """Return when nothing is being done with the database any more; what PostgreSQL has wait is cut off."""
        if not self.database.is_sqlite:
            for task in self._under_way:
                task.cancel()
        while self._under_way:
            await asyncio.wait(self._under_way)


@asynccontextmanager
async def open_hub(settings: HubSettings) -> AsyncIterator[Hub]:
    """Open the database and listen to the neighbours, until the end.

    Raises:
        BusError: if the database cannot be opened, or an owner goes by another key there.
    """
    async with open_database(settings.database) as database:
        for owner in settings.owners:
            await make_known(database, owner)
        hub = Hub(settings, database)
        listening = asyncio.create_task(hub.neighbours.listen())
        try:
            yield hub
        finally:
            hub.doorbell.close()
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await hub.finish()
