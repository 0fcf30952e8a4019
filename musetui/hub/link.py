"""The dashboard's door to the hub: one object that pushes what is new here, and pulls what is new there.

Files are read and written in threads, and requests wait on the event loop, so a screen is never held up. Importing this
imports httpx and cryptography: do it when a hub is used.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType

from musetui.coordination.batch import Slot
from musetui.coordination.repository import Repository
from musetui.hub.client import HubClient
from musetui.hub.cursor import Cursor, save_cursor
from musetui.hub.gathering import local_slots
from musetui.hub.patience import Patience
from musetui.hub.pull import Pull, PullReport
from musetui.hub.push import Progress, Push, PushReport
from musetui.hub.returned import note_returned
from musetui.hub.sent import Heard, SentLedger, ledger_file
from musetui.hub.target import HubTarget, find_target
from musetui.hub.threads import in_thread
from musetui.settings import Settings


class HubLink:
    """One repository and its hub. Its methods are called on the event loop, and raise `MuseTuiError` alone.

    A push and a pull may run at the same time; a second push waits for the first, and a second pull likewise. To cancel
    one is clean: what is on its way to the disk still arrives there whole.
    """

    def __init__(self, repository: Repository, settings: Settings, *, patience: Patience | None = None) -> None:
        """Read who one is, and get ready; nothing is sent yet. Reads two small files: call it in a thread.

        Args:
            repository: where records are.
            settings: which hub, and whose repository there.
            patience: how much trouble a request bears; None for the usual.

        Raises:
            NoHubError: if no hub is named.
            HubRefusedError: if address or identity are of no use.
        """
        self._repository = repository
        self._target = find_target(repository, settings)
        self._state = settings.state
        self._client = HubClient(self._target, patience=patience)
        self._ledger: SentLedger | None = None
        self._opening = asyncio.Lock()
        self._pushing = asyncio.Lock()
        self._pulling = asyncio.Lock()

    @property
    def target(self) -> HubTarget:
        """The hub, the repository there, and who one is."""
        return self._target

    @property
    def asks_to_wait(self) -> float:
        """The seconds that the hub still asks to be left alone; whoever asks it again by themselves waits so long."""
        return self._client.asks_to_wait

    async def ledger(self) -> SentLedger:
        """Return the ledger of what the hub has, for an `Unsent` to judge by; it is opened at the first call."""
        async with self._opening:
            if self._ledger is None:
                file = ledger_file(self._repository, self._target, self._state)
                self._ledger = await in_thread(SentLedger, file)
            return self._ledger

    async def hear_of_pushes(self) -> Heard:
        """Take in what other processes have pushed since the last time, or know to be lost; return what it comes to."""
        ledger = await self.ledger()
        return await in_thread(ledger.refresh)

    async def begin_anew(self) -> None:
        """Take note that the hub has nothing: it knows no such repository any more. Not while a pull is under way.

        Raises:
            RecordError: if the disk refuses.
        """
        ledger = await self.ledger()
        await in_thread(ledger.forget)
        await in_thread(save_cursor, self._repository.coordination, self._target, Cursor())

    async def push_unsent(self, on_progress: Progress | None = None, slots: Sequence[Slot] | None = None) -> PushReport:
        """Send the local records that the hub is not known to have.

        Args:
            on_progress: told, after every batch, how many places were looked at, of how many.
            slots: where to look, as `Unsent.slots` tells; None for everywhere, which reads every record.

        Raises:
            HubRefusedError: if the hub says no before it took anything.
        """
        async with self._pushing:
            ledger = await self.ledger()
            if slots is None:
                slots = (await in_thread(local_slots, self._repository))[0]
            push = Push(self._client, ledger, only_unsent=True, on_progress=on_progress)
            return await push.run(self._repository, slots)

    async def pull(self, wait: float = 0.0, on_progress: Callable[[int], None] | None = None) -> PullReport:
        """Get all that is new at the hub; where that is nothing, wait *wait* seconds (at most 30) for something.

        A caller that goes on and on hands in a wait each time, and where `PullReport.waited` is False though nothing
        came, the hub cannot wait, and is to be polled.

        Raises:
            HubError: if the hub says no, cannot be reached, or answers what is of no use.
            RecordError: if the disk refuses.
        """
        async with self._pulling:
            ledger = await self.ledger()
            pull = Pull(
                self._client,
                self._repository,
                on_progress=on_progress,
                on_reset=ledger.forget,
                on_kept=partial(note_returned, self._repository.coordination, ledger),
            )
            return await pull.run(wait)

    async def aclose(self) -> None:
        """Close connections and files."""
        await self._client.aclose()
        if self._ledger is not None:
            await in_thread(self._ledger.close)

    async def __aenter__(self) -> "HubLink":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
