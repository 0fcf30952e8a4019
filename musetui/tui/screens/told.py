"""What a person must know and cannot read in passing: lines that stay until they are closed."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from musetui.tui.screens.confirm import fit_dialog
from musetui.tui.screens.modal import Modal


class Told(Modal[None]):
    """Shows lines; scrolls.

    Args:
        title: what it is about, our own words.
        lines: one fact a line; already safe text.
    """

    BINDINGS = [Binding("q,enter", "give_up", "Close", show=False)]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = self.keys_line(("esc", "closes", "give_up"))
            with VerticalScroll(classes="dialog-body"):
                yield Static(Content("\n".join(self._lines)), markup=False)

    def on_resize(self) -> None:
        fit_dialog(self, self._lines)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
