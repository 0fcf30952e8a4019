"""Writing records on a person's behalf: in a thread, with the true result told afterwards.

Each deed returns "" once it is done, and else the sentence that says why nothing was written.

What is written comes back through the watcher, by the same door as an agent's own records.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from musetui.coordination.repository import Repository
from musetui.coordination.typed_address import typed_address
from musetui.coordination.writer import Writer
from musetui.durations import format_duration
from musetui.errors import MuseTuiError
from musetui.records.models import AnyRecord, Reservation
from musetui.records.text import safe_text
from musetui.tui.clock import Clock, now_utc
from musetui.tui.screens.intent import IntentDraft
from musetui.tui.screens.reserve import ReservationDraft

Made = TypeVar("Made", bound=AnyRecord)


class Pen:
    """Writes, and says how it went.

    Args:
        run_id: who writes releases and heartbeats.
        tell: called on the loop with what was done.
    """

    def __init__(
        self, repository: Repository, run_id: str, tell: Callable[[str], None], clock: Clock = now_utc
    ) -> None:
        self._clock = clock
        self._root = repository.root
        self._writer = Writer(repository)
        self._run_id = run_id
        self._tell = tell

    async def reserve(self, draft: ReservationDraft) -> str:
        """Write a reservation."""
        return await self._write(
            lambda now: self._writer.reserve(
                self._typed(draft.addresses),
                draft.run_id,
                ttl=draft.ttl,
                operation=draft.operation,
                branch=draft.branch,
                now=now,
            ),
            lambda made: (
                f"Reserved {_first(made.addresses)} for {safe_text(made.run_id, 60)}, {format_duration(draft.ttl)}"
            ),
        )

    def _typed(self, addresses: Sequence[str]) -> list[str]:
        return [typed_address(each, self._root, self._root) for each in addresses]

    async def intend(self, draft: IntentDraft) -> str:
        """Write an intent."""
        return await self._write(
            lambda now: self._writer.intend(
                self._typed(draft.addresses),
                draft.run_id,
                operation=draft.operation,
                detail=draft.detail,
                reservation_id=draft.reservation_id,
                branch=draft.branch,
                now=now,
            ),
            lambda made: f"Announced: {safe_text(made.run_id, 60)} will {made.operation} {_first(made.addresses)}",
        )

    async def release(self, reservation_id: str, holder: str) -> str:
        """Write a release of *holder*'s reservation."""
        return await self._write(
            lambda now: self._writer.release(reservation_id, self._run_id, now=now),
            lambda _: f"Released what {safe_text(holder, 60)} held",
        )

    async def extend(self, reservation: Reservation, until: datetime) -> str:
        """Extend the lease of a reservation until *until* (aware), for the run that holds it."""
        return await self._write(
            lambda now: self._writer.extend(reservation, self._run_id, until=until, now=now),
            lambda _: f"Extended the lease of {safe_text(reservation.run_id, 60)} until {until.astimezone():%H:%M:%S}",
        )

    async def _write(self, deed: Callable[[datetime], Made], done: Callable[[Made], str]) -> str:
        try:
            made = await asyncio.to_thread(deed, self._clock())
        except MuseTuiError as error:
            return f"Nothing was written: {safe_text(error, 300)}"
        except OSError as error:
            return f"Nothing was written: {safe_text(error.strerror or error, 300)}"
        self._tell(done(made))
        return ""


def _first(addresses: tuple[str, ...]) -> str:
    more = f" (+{len(addresses) - 1})" if len(addresses) > 1 else ""
    return f"{safe_text(addresses[0], 80)}{more}" if addresses else "no address"


def extended_until(expires_at: datetime, now: datetime, by: timedelta) -> datetime:
    """Return the end of a lease extended *by*: from its end, or from *now* where that has passed."""
    return max(expires_at, now) + by
