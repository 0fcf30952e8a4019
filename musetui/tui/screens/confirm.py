"""A question before something is written: it names what will happen, and nothing happens without a yes."""

import math
import time

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class Confirm(ModalScreen[bool]):
    """Asks; the answer is True only for an explicit yes.

    Args:
        title: what is asked, our own words.
        lines: what will happen, one fact a line; already safe text.
        yes: the word on the button that does it.
    """

    BINDINGS = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape,q", "answer(False)", "No", show=False),
        Binding("left,right", "app.focus_next", "Other button", show=False),
    ]

    def __init__(self, title: str, lines: list[str], yes: str) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._yes = yes
        self._seen_at = math.inf

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield Static(Content("\n".join(self._lines)), markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"{self._yes} (y)", variant="warning", id="yes")
                yield Button("Keep as it is (n)", id="no")

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()
        self.call_after_refresh(self._seen)

    def _seen(self) -> None:
        """A yes counts only from now on: one typed before the question was on the screen answers something else."""
        self._seen_at = time.monotonic()

    def on_key(self, event: events.Key) -> None:
        if event.time < self._seen_at:
            event.prevent_default()
            event.stop()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.action_answer(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
