"""A question before something is written: it names what will happen, and nothing happens without a yes."""

import math
import time
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from musetui.tui.screens.modal import Modal

_AROUND = 8
"""Lines of the screen that are no text: the frame, the buttons, and what is seen around the dialog."""

_WIDTH = 80
"""Cells of a line of text in a dialog, about."""

_SCROLLS = {
    **dict.fromkeys(("down", "j"), "down"),
    **dict.fromkeys(("up", "k"), "up"),
    "pagedown": "page_down",
    "pageup": "page_up",
    "home": "home",
    "end": "end",
}


def fit_dialog(screen: Modal[Any], lines: Sequence[str]) -> None:
    """Have a dialog that shows more *lines* than there is room for keep its buttons in sight, and scroll the lines."""
    height = sum(1 + cell_len(line) // _WIDTH for line in lines)
    screen.query_one(".dialog").set_class(height > screen.size.height - _AROUND, "-long")


class Confirm(Modal[bool]):
    """Asks; the answer is True only for an explicit yes.

    Args:
        title: what is asked, our own words.
        lines: what will happen, one fact a line; already safe text.
        yes: the word on the button that does it.
    """

    BINDINGS = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,q", "answer(False)", "No", show=False),
        Binding("left,right,h,l", "app.focus_next", "Other button", show=False),
        *(Binding(key, f"scroll('{way}')", "Scroll", show=False) for key, way in _SCROLLS.items()),
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

    def on_resize(self) -> None:
        fit_dialog(self, self._lines)

    def _seen(self) -> None:
        """A yes counts only from now on: one typed before the question was on the screen answers something else."""
        self._seen_at = time.monotonic()

    def on_key(self, event: events.Key) -> None:
        if event.time < self._seen_at:
            event.prevent_default()
            event.stop()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.action_answer(event.button.id == "yes")

    def action_scroll(self, way: str) -> None:
        getattr(self.query_one(VerticalScroll), f"scroll_{way}")(animate=False)

    def action_give_up(self) -> None:
        self.action_answer(False)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
