"""Pull: the hub's records to disk, page after page from where the last pull ended until there are no more.

A page is checked, written, and on the disk before the cursor passes it. So a pull that was cut off at any moment goes
on where it was, reads two pages twice at worst, and ends as if it had not been cut off. While a page goes to disk, the
next one is on its way.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from musetui.coordination.repository import Repository
from musetui.errors import HubRejectedError, HubTooMuchError
from musetui.hub.cursor import Cursor, read_cursor, save_cursor
from musetui.hub.envelopes import EnvelopeError, Received, check_envelope
from musetui.hub.landing import Landing, LandingPlace
from musetui.hub.replies import LARGEST_ID, PAGE_LIMIT, PullPage
from musetui.hub.threads import ended, in_thread

if TYPE_CHECKING:
    from musetui.hub.client import HubClient

REFUSED_LIMIT = 100
"""Sentences that a report holds."""

_PAGES_LIMIT = 10_000
"""Pages in one pull: ten million records, after which the caller gets to say whether to go on."""


@dataclass(frozen=True, slots=True)
class PullReport:
    """What became of a pull.

    Attributes:
        count: records that the hub sent and that may be kept.
        written: how many of these were not on disk as they are.
        refused: a sentence for each record that may not be kept, the first 100.
        refused_count: how many there were.
        cursor: the hub's id up to which all is on disk.
        reset: whether the hub was found emptied or restored, and read from its beginning.
        duration: in seconds.
        waited: whether the hub did wait, where it was asked to and had nothing; a hub that cannot is polled.
        complete: False if there is more, and the pull ended to let its caller decide.
    """

    count: int = 0
    written: int = 0
    refused: tuple[str, ...] = ()
    refused_count: int = 0
    cursor: int = 0
    reset: bool = False
    duration: float = 0.0
    waited: bool = False
    complete: bool = True


class Pull:
    """Pulls from one hub into one repository, from its saved cursor. May be run again and again, one at a time."""

    def __init__(
        self,
        client: "HubClient",
        repository: Repository,
        *,
        on_progress: Callable[[int], None] | None = None,
        on_reset: Callable[[], None] | None = None,
        on_kept: Callable[[Sequence[Received]], None] | None = None,
    ) -> None:
        """Prepare to pull.

        Args:
            client: speaks to the hub.
            repository: where records go.
            on_progress: told after every page: records so far.
            on_reset: told, in a thread, that the hub's data is not what it was, before anything else follows from it.
            on_kept: told, in a thread, what is on disk now, before the cursor passes it.
        """
        self._client = client
        self._coordination = repository.coordination
        self._place = LandingPlace(repository.coordination)
        self._on_progress = on_progress
        self._on_reset = on_reset
        self._on_kept = on_kept
        self._ahead: asyncio.Task[PullPage] | None = None

    async def run(self, wait: float = 0.0) -> PullReport:
        """Get all there is; where that is nothing, have the hub wait *wait* seconds (at most 30) for something.

        Raises:
            HubRefusedError: if the hub says no.
            HubUnreachableError: if it gives no answer.
            HubRejectedError: if what it answers is of no use: no page, or pages that lead nowhere.
            RecordError: if the disk refuses. Whatever is raised, the cursor stands behind what is on disk.
        """
        began = time.monotonic()
        tally = Tally()
        cursor = await in_thread(read_cursor, self._coordination, self._client.target)
        try:
            cursor = await self._pages(cursor, tally, wait)
        finally:
            await self._forget_ahead()
        return tally.report(cursor, time.monotonic() - began)

    async def _pages(self, cursor: Cursor, tally: "Tally", wait: float) -> Cursor:
        """Keep page after page; return the cursor behind the last."""
        limit = PAGE_LIMIT
        for _ in range(_PAGES_LIMIT):
            asked = time.monotonic()
            try:
                page = await self._page(cursor.since_id, limit, wait)
            except HubTooMuchError:
                if limit == 1:
                    raise
                limit //= 2
                continue
            if is_reset(page, cursor):
                cursor = await self._begin_again(page, tally)
            elif page.records:
                if page.more is not False and _end_of(page) > cursor.since_id:
                    self._ask_ahead(_end_of(page), limit)
                cursor = await self._keep(page, cursor, tally)
                if page.more is False:
                    return cursor
            else:
                tally.waited = 0 < wait / 2 <= time.monotonic() - asked
                await self._note_data_id(page, cursor)
                return cursor
            wait = 0.0
        tally.complete = False
        return cursor

    async def _page(self, since_id: int, limit: int, wait: float) -> PullPage:
        """Return the page behind *since_id*, which may be on its way already."""
        ahead, self._ahead = self._ahead, None
        return await (ahead if ahead is not None else self._client.pull(since_id, (), limit, wait))

    def _ask_ahead(self, since_id: int, limit: int) -> None:
        """Ask for the page behind *since_id* while the one before it goes to disk."""
        self._ahead = asyncio.create_task(self._client.pull(since_id, (), limit, 0.0))

    async def _forget_ahead(self) -> None:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.cancel()
            await ended(ahead)
            if not ahead.cancelled():
                ahead.exception()  # taken note of: it is about a page that nobody wants any more

    async def _begin_again(self, page: PullPage, tally: "Tally") -> Cursor:
        if tally.reset:
            raise HubRejectedError("the hub's records are others at every look: tell its owner")
        tally.reset = True
        if self._on_reset is not None:
            await in_thread(self._on_reset)
        return Cursor(0, page.hub)

    async def _note_data_id(self, page: PullPage, cursor: Cursor) -> None:
        now = Cursor(cursor.since_id, page.hub or cursor.data_id)
        await in_thread(self._save, now)

    async def _keep(self, page: PullPage, cursor: Cursor, tally: "Tally") -> Cursor:
        """Write a page, then its cursor; return that."""
        kept = await in_thread(tally.check, page, cursor.since_id)
        after = Cursor(_end_of(page), page.hub or cursor.data_id)
        grows = after.since_id > cursor.since_id
        landing = await in_thread(self._land, kept, after if grows else None)
        tally.landed(len(kept), landing)
        if self._on_progress is not None:
            self._on_progress(tally.count)
        if not grows:
            raise HubRejectedError("the hub's pages lead nowhere, its cursor does not grow: tell its owner")
        return after

    def _land(self, records: Sequence[Received], cursor: Cursor | None) -> Landing:
        landing = self._place.land(records)
        if self._on_kept is not None:
            self._on_kept(records)
        if cursor is not None:
            self._save(cursor)
        return landing

    def _save(self, cursor: Cursor) -> None:
        if cursor != read_cursor(self._coordination, self._client.target):
            save_cursor(self._coordination, self._client.target, cursor)


class Tally:
    """What a pull counts up, page by page."""

    def __init__(self) -> None:
        self.count = self.written = self.refused_count = 0
        self.refused: list[str] = []
        self.reset = self.waited = False
        self.complete = True

    def check(self, page: PullPage, since_id: int) -> list[Received]:
        """Return what may be kept of a page asked for from *since_id*."""
        kept: list[Received] = []
        for envelope in page.records:
            try:
                kept.append(check_envelope(envelope, kept[-1].hub_id if kept else since_id))
            except EnvelopeError as error:
                self._refuse((str(error),))
        return kept

    def landed(self, count: int, landing: Landing) -> None:
        """Note what became of *count* records that could be kept."""
        self.count += count - len(landing.refused)
        self.written += landing.written
        self._refuse(landing.refused)

    def report(self, cursor: Cursor, duration: float) -> PullReport:
        """Return all that was counted."""
        return PullReport(
            self.count,
            self.written,
            tuple(self.refused),
            self.refused_count,
            cursor.since_id,
            self.reset,
            duration,
            self.waited,
            self.complete,
        )

    def _refuse(self, sentences: Sequence[str]) -> None:
        self.refused_count += len(sentences)
        self.refused += sentences[: REFUSED_LIMIT - len(self.refused)]


def is_reset(page: PullPage, cursor: Cursor) -> bool:
    """Return True if *page* shows that the hub's data is not that in which *cursor* counts.

    A hub's name for its data tells, and so does an end below the cursor: of a hub that gives no name, or of one whose
    data was put back without a word to it. An end of 0 tells nothing: a Muse hub answers that where there is nothing
    new.
    """
    if page.hub and cursor.data_id and page.hub != cursor.data_id:
        return True
    return 0 < page.cursor < cursor.since_id


def _end_of(page: PullPage) -> int:
    """Return the id that all of *page* is below; never above its last record's, whatever the hub says."""
    ids = [envelope.get("id") for envelope in page.records if isinstance(envelope, dict)]
    whole = [hub_id for hub_id in ids if isinstance(hub_id, int) and 0 < hub_id <= LARGEST_ID]
    return min(page.cursor, max(whole, default=page.cursor))
