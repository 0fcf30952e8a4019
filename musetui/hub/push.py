"""Push: local records to the hub, batch by batch, and a note of what it has.

To push is idempotent: what the hub has, it skips. So a push that was cut off at any moment is simply done again. A
batch that fails does not stop the next; only a hub that says no does, or one that is not there.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from musetui.coordination.batch import Problem, Slot
from musetui.coordination.repository import Repository
from musetui.errors import HubError, HubRefusedError, HubRejectedError, HubUnreachableError
from musetui.hub.gathering import Gathered, batches
from musetui.hub.patience import ONCE, Patience
from musetui.hub.sent import SentLedger
from musetui.hub.threads import ended, in_thread
from musetui.hub.wire import WireRecord
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.hub.client import HubClient

Progress = Callable[[int, int], None]
"""Told how much is done, of how much."""

_UNANSWERED_BATCHES = 3
"""Batches in a row that get no answer, after which the rest is not tried."""

_TOO_MANY_REQUESTS = 429

_DIVISIBLE = (400, 413, 422)
"""Answers to a batch as a whole that may be about one record in it."""

_DIVISIONS = 64
"""How often one push parts batches in two to find the records at fault; one record in 500 takes nine."""

ERRORS_LIMIT = 100
"""Sentences that a report holds."""


@dataclass(frozen=True, slots=True)
class PushReport:
    """What became of a push.

    Attributes:
        inserted: records new to the hub.
        skipped: records that the hub had.
        total: records there were to send.
        failed: records that the hub does not have, as far as is known.
        errors: a sentence for each batch that failed, the first 100.
        duration: in seconds.
        left_out: what lay among the records and is none, the first 100.
    """

    inserted: int = 0
    skipped: int = 0
    total: int = 0
    failed: int = 0
    errors: tuple[str, ...] = ()
    duration: float = 0.0
    left_out: tuple[Problem, ...] = ()


class Push:
    """One push of some local records. To be run once."""

    def __init__(
        self,
        client: "HubClient",
        ledger: SentLedger,
        *,
        only_unsent: bool,
        on_progress: Progress | None = None,
        on_error: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare a push.

        Args:
            client: speaks to the hub.
            ledger: notes what the hub has.
            only_unsent: whether records that the ledger knows are passed over.
            on_progress: told after every batch: places looked at, of all.
            on_error: told the sentence of a batch that failed, at once.
        """
        self._client = client
        self._ledger = ledger
        self._only_unsent = only_unsent
        self._on_progress = on_progress
        self._on_error = on_error
        self._inserted = self._skipped = self._failed = self._total = 0
        self._errors: list[str] = []
        self._left_out: list[Problem] = []
        self._given_up = False
        self._in_vain = 0
        self._patience: Patience | None = None
        self._divisions = _DIVISIONS
        self._noting: asyncio.Task[None] | None = None

    async def run(self, repository: Repository, slots: Sequence[Slot]) -> PushReport:
        """Send what lies in *slots*.

        Raises:
            HubRefusedError: if the hub says no before it took anything.
        """
        began = time.monotonic()
        done = 0
        try:
            async with aclosing(_read_ahead(batches(repository, slots))) as gathered:
                async for batch in gathered:
                    self._left_out += batch.problems[: ERRORS_LIMIT - len(self._left_out)]
                    records = [record for record in batch.records if not self._passes_over(record)]
                    self._total += len(records)
                    if records:
                        await self._send(records)
                    done += batch.slots
                    if self._on_progress is not None:
                        self._on_progress(done, len(slots))
        finally:
            await self._noted()
        return PushReport(
            self._inserted,
            self._skipped,
            self._total,
            self._failed,
            tuple(self._errors),
            time.monotonic() - began,
            tuple(self._left_out),
        )

    @property
    def arrived(self) -> int:
        """How many records the hub has by now, of those that there were to send."""
        return self._inserted + self._skipped

    def _passes_over(self, record: WireRecord) -> bool:
        return self._only_unsent and self._ledger.is_sent(record.identity, record.digest)

    async def _send(self, records: Sequence[WireRecord]) -> None:
        if self._given_up:
            self._failed += len(records)
            return
        try:
            reply = await self._client.push(records, self._patience)
        except HubRefusedError as error:
            if not self._inserted and not self._skipped:
                raise
            self._given_up = True  # what it refuses once, it refuses for all that is left
            self._fail(records, error)
        except HubUnreachableError as error:
            # One try is enough to see whether it is back, but a hub that asks for time gets it.
            self._patience = None if error.status == _TOO_MANY_REQUESTS else ONCE
            self._in_vain = 0 if error.status else self._in_vain + 1
            self._given_up = self._in_vain >= _UNANSWERED_BATCHES
            self._fail(records, error)
        except HubRejectedError as error:
            self._hub_answers()
            if len(records) > 1 and error.status in _DIVISIBLE and self._divisions:
                self._divisions -= 1
                middle = len(records) // 2
                await self._send(records[:middle])
                await self._send(records[middle:])
            else:
                self._fail(records, error)
        else:
            self._hub_answers()
            self._inserted += reply.inserted
            self._skipped += reply.skipped
            await self._note(records)

    async def _note(self, records: Sequence[WireRecord]) -> None:
        """Note what the hub has, while the next batch is on its way. Notes that get lost cost a second push."""
        await self._noted()
        self._noting = asyncio.create_task(in_thread(self._ledger.mark, records))

    async def _noted(self) -> None:
        if self._noting is not None:
            await ended(self._noting)

    def _hub_answers(self) -> None:
        self._in_vain = 0
        self._patience = None

    def _fail(self, records: Sequence[WireRecord], error: HubError) -> None:
        self._failed += len(records)
        first = records[0].identity
        which = f"{first.kind.value} {safe_text(first.wire_id, 128)}"
        if len(records) > 1:
            which = f"{len(records)} records from {which} on"
        sentence = f"{which}: {error}"
        if len(self._errors) < ERRORS_LIMIT:
            self._errors.append(sentence)
        if self._on_error is not None:
            self._on_error(sentence)


async def _read_ahead(source: Generator[Gathered, None, None]) -> AsyncGenerator[Gathered, None]:
    """Yield what *source* does, read in a thread while the batch before is on its way."""
    reading = _read_next(source)
    try:
        while (batch := await asyncio.shield(reading)) is not None:
            reading = _read_next(source)
            yield batch
    finally:
        # A thread is not cancelled: what it reads must be over before its folders can be closed.
        try:
            await ended(reading)
        finally:
            source.close()


def _read_next(source: Generator[Gathered, None, None]) -> asyncio.Task[Gathered | None]:
    return asyncio.create_task(asyncio.to_thread(next, source, None))
