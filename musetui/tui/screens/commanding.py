"""Commands of a person's own, run on what is selected or on all that is marked, after a question where one is due."""

import asyncio
from typing import TYPE_CHECKING

from textual import events

from musetui.records.text import counted, safe_text
from musetui.tui.key_names import sent_as
from musetui.tui.screens.answering import AnsweringScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from musetui.tui.own.command import OwnCommand
    from musetui.tui.own.filling import Order
    from musetui.tui.own.runs import OwnCommands
    from musetui.tui.subject import Subject


class CommandingScreen(AnsweringScreen):
    """A screen on whose records a person's own commands can be run."""

    def __init__(self) -> None:
        super().__init__()
        self._was_about: tuple[str, bool] = ("", False)

    def commanded(self) -> "Subject | None":
        """Return what a command would run on where nothing is marked, or None."""
        return self.selected()

    def _own_commands(self) -> "OwnCommands | None":
        return getattr(self.app, "own_commands", None)

    def selection_changed(self) -> None:
        super().selection_changed()
        own = self._own_commands()
        if own is None or not own.commands:
            return
        subject = self.commanded()
        about = (subject.kind.value if subject is not None else "", self.has_marks)
        if about != self._was_about:
            self._was_about = about
            self.refresh_bindings()

    def why_not(self, command: "OwnCommand") -> str:
        """Return why *command* cannot be run here and now, as a sentence, or ""."""
        if self.live is None:
            return "Nothing is read yet."
        if command.views and self.app.current_mode not in command.views:
            return f"It is for {' and '.join(command.views)} alone."
        if command.dangerous and self._read_only:
            return self._read_only
        if not command.wants_record:
            return ""
        kinds = {subject.kind.value for subject in self._subjects()}
        if any(command.fits(kind) for kind in kinds):
            return ""
        wanted = " or a ".join(command.kinds())
        if not kinds:
            return f"Select a {wanted} first."
        return f"It is for a {wanted}, and this is a {' and a '.join(sorted(kinds))}."

    def _subjects(self) -> "list[Subject]":
        """Return what is marked, or else what is selected."""
        table = self.marked_table()
        if table is None or not table.marks:
            subject = self.commanded()
            return [subject] if subject is not None else []
        found = (self.subject_in(table, row_id) for row_id in table.marked())
        return list(dict.fromkeys(subject for subject in found if subject is not None))

    def on_key(self, event: events.Key) -> None:
        own = self._own_commands()
        for command in own.commands if own is not None else ():
            if any(event.key in sent_as(key) for key in command.keys) and (why_not := self.why_not(command)):
                self.warn(f"{safe_text(command.name)} is off: {why_not}")

    async def run_command(self, command: "OwnCommand") -> None:
        """Run *command*, or ask about it first."""
        from musetui.tui.own.filling import known_of, orders_of

        own, live = self._own_commands(), self.live
        if own is None or live is None:
            return
        if why_not := self.why_not(command):
            self.warn(f"{safe_text(command.name)} is off: {why_not}")
            return
        subjects: list[Subject | None] = [each for each in self._subjects() if command.fits(each.kind.value)]
        if not command.wants_record:
            subjects = [None]
        known = [known_of(subject, live) for subject in subjects]

        orders, lost = await asyncio.to_thread(orders_of, command, known, live.repository.root)
        if not orders:
            more = f" (and {len(lost) - 1:,} more)" if len(lost) > 1 else ""
            self.warn(f"{safe_text(command.name)} was not run. {lost[0]}{more}.")
        elif command.asks or len(orders) > 1 or lost:
            await self._ask(own, command, orders, lost)
        else:
            await own.run(command, orders)

    async def _ask(
        self, own: "OwnCommands", command: "OwnCommand", orders: "Sequence[Order]", lost: "Sequence[str]"
    ) -> None:
        from musetui.tui.presentation.deeds import listed
        from musetui.tui.screens.confirm import Confirm

        assert self.live is not None
        seconds = f", for {command.seconds:g} s at most" if command.seconds is not None else ""
        each = " each, one after the other" if len(orders) > 1 else ""
        lines = [
            *listed(orders, lambda order: order.line),
            "",
            f"In {safe_text(self.live.repository.root, 300)}{seconds}{each}.",
            *(["Your settings call it dangerous: look twice."] if command.dangerous else []),
            *(["", "Not these:", *listed(lost, str)] if lost else []),
        ]
        name = safe_text(command.name)
        title = f"Run {name}?" if len(orders) == 1 else f"Run {name} on {counted(len(orders), 'record')}?"

        def answered(yes: bool | None) -> None:
            if yes:
                self.app.call_later(own.run, command, orders)

        await self.app.push_screen(Confirm(title, lines, "Run"), answered)
