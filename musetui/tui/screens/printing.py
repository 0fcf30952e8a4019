"""What a command of a person's own prints, as it comes, and how it ended."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content

from musetui.records.text import counted, safe_text
from musetui.tui.own.printed import MOST_LINES
from musetui.tui.screens.modal import Modal
from musetui.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from musetui.tui.own.running import Running


LAST_EVERY = 0.5
"""Seconds between two looks at the last lines of what prints more than is kept: reading 9,000 takes 8 ms."""


class PrintingScreen(Modal[None]):
    """Shows one command under way. The first escape ends what still runs, the next one closes the pane.

    Args:
        running: it.
    """

    BINDINGS = [
        Binding("q", "give_up", "End it, or close", show=False),
        Binding("enter", "close", "Close", show=False),
        Binding("x,ctrl+c", "stop", "End it", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, running: "Running") -> None:
        super().__init__()
        self._run = running

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog printing") as dialog:
            dialog.border_title = Content(safe_text(self._run.command.name))
            yield TextPane(self._run.printed.lines)

    def on_mount(self) -> None:
        self.query_one(TextPane).focus()
        self.show_more()
        self.set_interval(LAST_EVERY, self._show_lines)

    def _show_lines(self) -> None:
        if self.query(TextPane):
            self.query_one(TextPane).grew(self._run.printed.catch_up())

    def show_more(self) -> None:
        """Show what there is now."""
        if not self.is_attached or not self.query(TextPane):
            return
        running = self._run
        if running.is_over or len(running.printed.lines) < MOST_LINES:
            self._show_lines()
        does = (
            (("esc", "closes", "give_up"), ("y", "copies", "copy"))
            if running.is_over
            else (("esc", "ends it", "give_up"),)
        )
        dialog = self.query_one(".printing")
        dialog.border_subtitle = Content(f"{running.summary()} · ") + self.keys_line(*does)
        dialog.set_class(running.is_over and not running.went_well, "-failed")

    def action_give_up(self) -> None:
        if self._run.is_over:
            self.dismiss(None)
        else:
            self._run.stop()

    def clicked_beside(self) -> None:
        # What still runs is ended by who says so, and not by who looks elsewhere.
        self.action_close()

    def action_close(self) -> None:
        if self._run.is_over:
            self.dismiss(None)

    def action_stop(self) -> None:
        self._run.stop()

    def action_copy(self) -> None:
        text = self._run.printed.text()
        if not text:
            self.app.notify("It has printed nothing so far.", severity="warning", markup=False)
            return
        self.app.copy_to_clipboard(text)
        self.app.notify(f"Copied {counted(text.count(chr(10)) + 1, 'line')}", markup=False)
