"""Undo, as far as there is one: what was done from here is answered by its opposite, after a question."""

from collections.abc import Container
from datetime import timedelta
from typing import TYPE_CHECKING

from musetui.records.text import safe_text
from musetui.tui.screens.acting import ActingScreen

if TYPE_CHECKING:
    from musetui.tui.deeds import Deed, Done

_LEAST_AGAIN = timedelta(seconds=10)
"""What must be left of a lease for it to be worth reserving again."""


class AnsweringScreen(ActingScreen):
    """A screen from which deeds can be answered, the last one first."""

    async def action_undo(self) -> None:
        from musetui.tui.deeds import Answer

        deed = self._pen.deeds.last() if self._pen is not None else None
        if self._pen is None or deed is None:
            return
        if deed.answer is Answer.RESERVE_AGAIN:
            await self._reserve_again(deed)
        elif deed.answer is Answer.RELEASE:
            await self._release_again(deed)
        else:
            self.warn(deed.why_not)
            self._forget(deed)

    def _forget(self, deed: "Deed") -> None:
        if self._pen is not None:
            self._pen.deeds.forget(deed)
        self.refresh_bindings()

    async def _reserve_again(self, deed: "Deed") -> None:
        from musetui.tui.presentation.deeds import listed, reservation_line, waiters_sentence
        from musetui.tui.screens.confirm import Confirm

        pen, live = self._pen, self.live
        if pen is None or live is None:
            return
        reasons = [(done, self.why_not_again(done)) for done in deed.done]
        wanted = [done for done, why_not in reasons if not why_not]
        lost = [f"{reservation_line(done.reservation)}: {why_not}" for done, why_not in reasons if why_not]
        if not wanted:
            self.warn(f"Nothing of it can be reserved again. {lost[0]}")
            if all(self._is_over(done) for done in deed.done):
                self._forget(deed)  # else it may be free again by and by
            return
        old = [done.reservation.reservation_id for done in wanted]
        waiting = waiters_sentence(old, live.swarm, "of the new one nothing says so, and who waits may go on")
        lines = [
            *listed(wanted, lambda done: reservation_line(done.reservation)),
            "",
            "For the same runs, from when to when their leases were, as new reservations: the release stays on record.",
            *([waiting] if waiting else []),
            *(["", "Not these:", *listed(lost, str)] if lost else []),
        ]

        async def reserve() -> None:
            self._forget(deed)
            self.tell_outcome("Reserved again", await pen.reserve_again(wanted))

        title = f"Reserve again what was released ({len(wanted):,})?"
        question = Confirm(title, lines, "Reserve again")
        await self.app.push_screen(question, lambda yes: self.do(reserve()) if yes else None)

    def _is_over(self, done: "Done") -> bool:
        return self.live is not None and done.lease_ends - self.live.now() < _LEAST_AGAIN

    def why_not_again(self, done: "Done", without: Container[str] = ()) -> str:
        from musetui.forecast.conflict import ConflictType

        if self.live is None:
            return ""
        if self._is_over(done):
            return "its lease would have run out by now"
        record = done.reservation
        found = self.live.conflicts.probe(record.addresses, record.run_id, operation=record.operation)
        overlaps = (ConflictType.ADDRESS_OVERLAP, ConflictType.CONTAINMENT_OVERLAP)
        others = [
            (holder.run_id, conflict.conflict_type)
            for conflict in found
            if conflict.conflict_type in overlaps
            for holder in conflict.holders
            if holder.run_id != record.run_id and holder.reservation_id not in without
        ]
        if not others:
            return ""
        run_id, how = others[0]
        what = "it" if how is ConflictType.ADDRESS_OVERLAP else "what lies around or within it"
        return f"{safe_text(run_id, 60)} holds {what}"

    async def _release_again(self, deed: "Deed") -> None:
        from musetui.tui.presentation.deeds import reservation_line
        from musetui.tui.screens.confirm import Confirm

        pen, live = self._pen, self.live
        if pen is None or live is None:
            return
        held = [live.swarm.reservation(done.reservation.reservation_id) for done in deed.done]
        if not any(each is not None and each.state.is_held for each in held):
            self.warn("What was reserved is not held any more: there is nothing to release.")
            self._forget(deed)
            return

        async def release() -> None:
            self._forget(deed)
            self.tell_outcome("Released", await pen.release_all(deed.done, is_answer=True))

        lines = [
            *(reservation_line(done.reservation) for done in deed.done),
            "",
            "It was reserved from here. Both stay on record: the reservation and its release.",
        ]
        question = Confirm("Release what was reserved?", lines, "Release")
        await self.app.push_screen(question, lambda yes: self.do(release()) if yes else None)
