"""What a person does to records in a view: to the selected one, or to all that are marked.

A form or a question is waited for, so that keys typed ahead reach it.
"""

from collections.abc import Container, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from textual import events, on

from musetui.records.liveness import LeaseState
from musetui.records.text import counted, safe_text
from musetui.tui.actions import BY_NAME, WRITING
from musetui.tui.key_names import sent_as
from musetui.tui.keymap import keymap_of
from musetui.tui.presentation.cells import run_name
from musetui.tui.screens.marking import MARKING, MarkingScreen
from musetui.tui.widgets.marked_table import MarkedTable

if TYPE_CHECKING:
    from musetui.swarm.entity import Held
    from musetui.tui.deeds import Done
    from musetui.tui.pen import Outcome, Pen
    from musetui.tui.subject import Subject


_ASKED = 20
"""Reservations of which it is asked whether they could be had again: 12 ms among 100,000, less than a frame."""


class ActingScreen(MarkingScreen):
    """A screen whose records can be written to."""

    def __init__(self) -> None:
        super().__init__()
        self._pen: Pen | None = None
        self._run_id = ""
        self._read_only = ""
        self._had_target = False

    def selected(self) -> "Subject | None":
        """Return what is selected, or None."""
        return None

    def target(self) -> "Held | None":
        """Return the reservation that release, extend and intent act on where none is marked, or None."""
        subject = self.selected()
        if self.live is None or subject is None:
            return None
        reservation_id = subject.reservation_id(self.live.swarm)
        return self.live.swarm.reservation(reservation_id) if reservation_id else None

    @property
    def has_marks(self) -> bool:
        """Whether rows of the list with the focus are marked."""
        table = self.marked_table()
        return table is not None and bool(table.marks)

    def selection_changed(self) -> None:
        """Grey or light the keys that need a reservation, where that differs from before."""
        has_target = self.has_marks or self.target() is not None
        if has_target != self._had_target:
            self._had_target = has_target
            self.refresh_bindings()

    @on(MarkedTable.Marked)
    def _marked(self) -> None:
        self.selection_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in MARKING:
            return self.marked_table() is not None
        if action == "undo" and (self._pen is None or not self._pen.deeds):
            return False
        if action in WRITING and self._read_only:
            return None
        if action in ("release", "extend") and not self.has_marks and self.target() is None:
            return None
        return None if action == "intend" and self.target() is None else True

    def on_key(self, event: events.Key) -> None:
        keys = keymap_of(self.app)
        name = next((name for name in WRITING for key in keys.keys(name) if event.key in sent_as(key)), None)
        if name is None or self.check_action(name, ()):
            return
        usual = "Nothing was written from here so far." if name == "undo" else "Select a reservation first."
        self.warn(f"{BY_NAME[name].title} is off: {self._read_only or usual}")

    def warn(self, sentence: str) -> None:
        """Tell why nothing is done."""
        self.app.notify(sentence, severity="warning", markup=False)

    def do(self, deed: Coroutine[Any, Any, None]) -> None:
        """Have *deed* done while keys are answered."""
        # The app's, so that it is told how it went also where the person has left this view meanwhile.
        self.app.run_worker(deed, exit_on_error=False)

    async def action_reserve(self) -> None:
        from musetui.coordination.typed_address import seen_from_root
        from musetui.tui.screens.reserve import ReserveContext, ReserveForm

        if self.live is None or self._pen is None:
            return
        live = self.live
        context = ReserveContext(
            run_id=self._run_id,
            branch=live.branch,
            branches=sorted({*live.swarm.branches(), *live.branches}),
            known=live.known_addresses,
            probe=lambda addresses, run_id, operation: live.conflicts.probe(
                [seen_from_root(each, live.repository.root) for each in addresses], run_id, operation=operation
            ),
        )
        await self.app.push_screen(ReserveForm(context, self._pen.reserve))

    async def action_intend(self) -> None:
        from musetui.tui.screens.intent import IntentForm

        held = self.target()
        if held is not None and self._pen is not None:
            record = held.reservation
            await self.app.push_screen(
                IntentForm(record.reservation_id, record.addresses, record.run_id, record.branch, self._pen.intend)
            )

    # Releasing

    def release_reasons(self, wanted: "Sequence[Held]") -> Mapping[str, str]:
        """Return what the releases of *wanted* give as their reason, by reservation, as far as this view knows one."""
        return {}

    async def action_release(self) -> None:
        if self.has_marks:
            await self._release_marked()
        elif held := self.target():
            await self._release(held)

    async def _release(self, held: "Held") -> None:
        from musetui.tui.presentation.deeds import ending_sentence, waiters_sentence
        from musetui.tui.screens.confirm import Confirm

        pen, live = self._pen, self.live
        if pen is None or live is None:
            return
        record = held.reservation
        if held.state is LeaseState.RELEASED:
            self.warn("Nothing to release: it is released already.")
            return
        if (ends := held.release_ahead(live.now())) is not None:
            self.warn(
                f"It is released, as of {ends.astimezone():%H:%M:%S}, which is ahead of this clock: it ends then."
            )
            return
        done = _done(held, self.release_reasons([held]))

        async def release() -> None:
            if why_not := await pen.release(done):
                self.app.notify(why_not, severity="error", markup=False)
            self.refresh_bindings()

        ending = ending_sentence(record.reservation_id, live.conflicts, live.swarm)
        waiting = waiters_sentence([record.reservation_id], live.swarm, "nothing holds that up any more")
        lines = [
            *_facts_of(held),
            *([f"why          {safe_text(done.reason)}"] if done.reason else []),
            "",
            f"Its addresses are free for others at once. {ending}".rstrip()
            if held.state.is_held
            else "It has run out already. To release it says that somebody has looked after it.",
            *([waiting] if waiting else []),
            f"A release is written once; the run may not know until it looks. {self._how_back([done])}",
        ]
        if not held.is_local:
            lines.append("It is held on another machine, which learns of it at the next push to the hub.")
        question = Confirm("Release this reservation?", lines, "Release")
        await self.app.push_screen(question, lambda yes: self.do(release()) if yes else None)

    async def _release_marked(self) -> None:
        from musetui.tui.presentation.deeds import endings_sentence, held_line, listed, waiters_sentence
        from musetui.tui.screens.confirm import Confirm

        pen, live = self._pen, self.live
        marked = self.marked()
        wanted = [
            held
            for held in marked
            if held.state is not LeaseState.RELEASED and (live is None or held.release_ahead(live.now()) is None)
        ]
        if pen is None or live is None:
            return
        if not wanted:
            self.warn("Nothing to release: what is marked is released already, or stands for no reservation.")
            return
        now = live.now()
        reasons = self.release_reasons(wanted)
        done = [_done(held, reasons) for held in wanted]
        spent = sum(not held.is_held for held in wanted)
        ids = [held.record_id for held in wanted]
        waiting = waiters_sentence(ids, live.swarm, "nothing of these holds that up any more")
        lines = [
            *listed(wanted, lambda held: held_line(held, now)),
            "",
            f"Their addresses are free for others at once. {endings_sentence(ids, live.conflicts)}".rstrip(),
            *([waiting] if waiting else []),
            *([f"{spent:,} of them have run out: to release those says that they were looked after."] if spent else []),
            f"A release is written once; the runs may not know until they look. {self._how_back(done)}",
            *(["Each says why it was released, as this list has it."] if reasons else []),
        ]
        if idle := len(marked) - len(wanted):
            lines.append(f"{idle:,} more marked: released already, and left alone.")
        if any(not held.is_local for held in wanted):
            lines.append("Other machines learn of it at the next push to the hub.")

        async def release() -> None:
            self.tell_outcome("Released", await pen.release_all(done))

        title = f"Release {counted(len(wanted), 'reservation')}?"
        question = Confirm(title, lines, "Release")
        await self.app.push_screen(question, lambda yes: self.do(release()) if yes else None)

    def why_not_again(self, done: "Done", without: Container[str] = ()) -> str:
        """Return why what is released could not be had again, or ""; reservations *without*, by their ids, are over."""
        return ""

    def _how_back(self, wanted: "Sequence[Done]") -> str:
        ids = {done.reservation.reservation_id for done in wanted}
        lost = [why_not for done in wanted[:_ASKED] if (why_not := self.why_not_again(done, ids))]
        if len(lost) == len(wanted):
            return f"It cannot be taken back: {lost[0]}."
        if not (shown := keymap_of(self.app).shown("undo")):
            return ""
        those = f", but for {len(lost):,} of them that others hold too" if lost else ""
        return f"{shown[0]} reserves the same again, while it is free{those}."

    def tell_outcome(self, did: str, outcome: "Outcome") -> None:
        """Tell how a deed on several went, where that was not as wished; what was done is marked no more."""
        from musetui.tui.presentation.deeds import failure_lines
        from musetui.tui.screens.told import Told

        self.drop_marks({done.reservation.reservation_id for done in outcome.done})
        self.refresh_bindings()
        if outcome.failed:
            lines = failure_lines(len(outcome.done), did, outcome.failed)
            self.app.push_screen(Told("Not all of it was done", lines))

    # Extending

    async def action_extend(self) -> None:
        if self.has_marks:
            await self._extend_marked()
        elif held := self.target():
            await self._extend(held)

    async def _extend(self, held: "Held") -> None:
        from musetui.tui.pen import extended_until
        from musetui.tui.screens.extend import ExtendForm

        pen, live = self._pen, self.live
        if pen is None or live is None:
            return
        record = held.reservation
        if held.lease.released_at is not None or held.release_ahead(live.now()) is not None:
            self.warn("Nothing to extend: it is released.")
            return
        expires_at = held.lease.expires_at

        async def extend(by: timedelta) -> str:
            why_not = await pen.extend(record, extended_until(expires_at, live.now(), by))
            self.refresh_bindings()
            return why_not

        await self.app.push_screen(ExtendForm(_facts_of(held), [expires_at], live.now(), extend))

    async def _extend_marked(self) -> None:
        from musetui.tui.presentation.deeds import held_line, listed
        from musetui.tui.screens.extend import ExtendForm

        pen, live = self._pen, self.live
        marked = self.marked()
        # One that has run out can be revived by itself; among many, nobody would see that it was.
        wanted = [held for held in marked if held.is_held]
        if pen is None or live is None:
            return
        if not wanted:
            self.warn("Nothing to extend: what is marked is over, or stands for no reservation.")
            return
        now = live.now()
        done = [_done(held) for held in wanted]

        async def extend(by: timedelta) -> str:
            # What went wrong is told beside the form: to save it once more would extend the others twice.
            self.app.call_later(self.tell_outcome, "Extended", await pen.extend_all(done, by))
            return ""

        lines = listed(wanted, lambda held: held_line(held, now))
        if over := len(marked) - len(wanted):
            lines.append(f"{over:,} more marked: over already, and left alone.")
        ends = [each.lease_ends for each in done]
        await self.app.push_screen(ExtendForm(lines, ends, now, extend))


def _done(held: "Held", reasons: Mapping[str, str] | None = None) -> "Done":
    from musetui.tui.deeds import Done

    return Done(held.reservation, held.lease.expires_at, (reasons or {}).get(held.record_id, ""))


def _facts_of(held: "Held") -> list[str]:
    """Say what a deed is about, one safe line each."""
    record = held.reservation
    addresses = [safe_text(address, 200) for address in record.addresses[:4]]
    if len(record.addresses) > 4:
        addresses.append(f"and {len(record.addresses) - 4} more")
    return [
        f"reservation  {safe_text(record.reservation_id)}",
        f"run          {run_name(record.run_id, 100)} on {safe_text(record.branch, 100) or 'no branch'}",
        *(f"{'addresses' if place == 0 else '':<13}{address}" for place, address in enumerate(addresses)),
    ]
