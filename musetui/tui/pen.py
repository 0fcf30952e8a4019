"""Writing records on a person's behalf: in a thread, with the true result told afterwards.

Each deed returns "" once it is done, and else the sentence that says why nothing was written; one on several records
returns which were written, and for each of the others why not.

What is written comes back through the watcher, by the same door as an agent's own records.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from musetui.coordination.repository import Repository
from musetui.coordination.typed_address import typed_address
from musetui.coordination.writer import Writer
from musetui.durations import format_duration
from musetui.errors import MuseTuiError, RecordError, RecordExistsError
from musetui.records.models import AnyRecord, Release, Reservation
from musetui.records.text import counted, safe_text
from musetui.tui.clock import Clock, now_utc
from musetui.tui.deeds import ANNOUNCED, EXTENDED, Deeds, Done
from musetui.tui.screens.intent import IntentDraft
from musetui.tui.screens.reserve import ReservationDraft

Made = TypeVar("Made", bound=AnyRecord)


class Outcome(NamedTuple):
    """How a deed on several reservations went.

    Attributes:
        done: what was written.
        failed: what was not, each with a sentence that says why.
    """

    done: list[Done]
    failed: list[tuple[Reservation, str]]


class Pen:
    """Writes, and says how it went.

    Args:
        run_id: who writes releases and heartbeats.
        tell: called on the loop with what was done.

    Attributes:
        deeds: what was done, so that it can be answered.
    """

    def __init__(
        self, repository: Repository, run_id: str, tell: Callable[[str], None], clock: Clock = now_utc
    ) -> None:
        self.deeds = Deeds()
        self._clock = clock
        self._root = repository.root
        self._writer = Writer(repository)
        self._run_id = run_id
        self._tell = tell

    async def reserve(self, draft: ReservationDraft) -> str:
        """Write a reservation."""
        return await self._write(
            lambda now: self._reserve(draft, self._typed(draft.addresses), now),
            lambda made: (
                f"Reserved {_first(made.addresses)} for {safe_text(made.run_id, 60)}, {format_duration(draft.ttl)}"
            ),
            self.deeds.reserved,
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
            lambda _intent: self.deeds.add(ANNOUNCED),
        )

    async def release(self, done: Done) -> str:
        """Write a release of a reservation."""
        return await self._write(
            lambda now: self._release(done, now),
            lambda _: f"Released what {safe_text(done.reservation.run_id, 60)} held",
            lambda _release: self.deeds.released([done]),
        )

    async def extend(self, reservation: Reservation, until: datetime) -> str:
        """Extend the lease of a reservation until *until* (aware), for the run that holds it."""
        return await self._write(
            lambda now: self._writer.extend(reservation, self._run_id, until=until, now=now),
            lambda _: f"Extended the lease of {safe_text(reservation.run_id, 60)} until {until.astimezone():%H:%M:%S}",
            lambda _beat: self.deeds.add(EXTENDED),
        )

    # Several at once: each is written by itself, and what fails keeps none of the others from being written.

    async def release_all(self, wanted: Sequence[Done], *, is_answer: bool = False) -> Outcome:
        """Release several reservations; *is_answer*: in answer to a deed, so that it is none itself."""
        outcome = await self._write_all(wanted, self._release)
        if not is_answer:
            self.deeds.released(outcome.done)
        self._tell_all("Released", outcome)
        return outcome

    async def extend_all(self, wanted: Sequence[Done], by: timedelta) -> Outcome:
        """Extend the leases of several reservations by *by*, each from where it ends."""

        def extend(done: Done, now: datetime) -> AnyRecord:
            until = extended_until(done.lease_ends, now, by)
            return self._writer.extend(done.reservation, self._run_id, until=until, now=now)

        outcome = await self._write_all(wanted, extend)
        if outcome.done:
            self.deeds.add(EXTENDED)
        self._tell_all("Extended", outcome)
        return outcome

    async def reserve_again(self, wanted: Sequence[Done]) -> Outcome:
        """Reserve for the same runs the same addresses, from when to when each lease was.

        Dated as the old ones were: who reserves for another is no sign of life of that, and whoever was first still is.
        Meanwhile they were not there, and so they say when they were written.
        """

        def again(done: Done, now: datetime) -> AnyRecord:
            old = done.reservation
            began = min(old.created_at, now)
            draft = ReservationDraft(old.addresses, old.run_id, old.operation, done.lease_ends - began, old.branch)
            return self._reserve(draft, old.addresses, began, written_at=now)

        outcome = await self._write_all(wanted, again)
        self._tell_all("Reserved again", outcome)
        return outcome

    def _release(self, done: Done, now: datetime) -> Release:
        try:
            return self._writer.release(done.reservation.reservation_id, self._run_id, reason=done.reason, now=now)
        except RecordExistsError:
            raise RecordError("it was released meanwhile, by somebody else") from None

    def _reserve(
        self, draft: ReservationDraft, addresses: Sequence[str], now: datetime, written_at: datetime | None = None
    ) -> Reservation:
        return self._writer.reserve(
            addresses,
            draft.run_id,
            ttl=draft.ttl,
            operation=draft.operation,
            branch=draft.branch,
            now=now,
            written_at=written_at,
        )

    async def _write(
        self, deed: Callable[[datetime], Made], told: Callable[[Made], str], then: Callable[[Made], None]
    ) -> str:
        try:
            made = await asyncio.to_thread(deed, self._clock())
        except (MuseTuiError, OSError) as error:
            return f"Nothing was written: {_reason(error)}"
        then(made)
        self._tell(told(made))
        return ""

    async def _write_all(self, wanted: Sequence[Done], write: Callable[[Done, datetime], AnyRecord]) -> Outcome:
        """Write for each of *wanted*, in one thread."""
        outcome = Outcome([], [])

        def write_each() -> None:
            for each in wanted:
                try:
                    write(each, self._clock())
                except (MuseTuiError, OSError) as error:
                    outcome.failed.append((each.reservation, _reason(error)))
                else:
                    outcome.done.append(each)

        await asyncio.to_thread(write_each)
        return outcome

    def _tell_all(self, what: str, outcome: Outcome) -> None:
        if outcome.done and not outcome.failed:
            self._tell(f"{what} {counted(len(outcome.done), 'reservation')}")


def _reason(error: MuseTuiError | OSError) -> str:
    return safe_text((error.strerror if isinstance(error, OSError) else None) or error, 300)


def _first(addresses: tuple[str, ...]) -> str:
    more = f" (+{len(addresses) - 1})" if len(addresses) > 1 else ""
    return f"{safe_text(addresses[0], 80)}{more}" if addresses else "no address"


def extended_until(expires_at: datetime, now: datetime, by: timedelta) -> datetime:
    """Return the end of a lease extended *by*: from its end, or from *now* where that has passed."""
    return max(expires_at, now) + by
