"""The semantic plan of two branches, as Muse itself tells it, symbol by symbol."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from musetui.tui.screens.modal import Modal
from musetui.tui.styles import stylesheet
from musetui.tui.widgets.detail_pane import DetailPane

if TYPE_CHECKING:
    from musetui.tui.presentation.detail import Line


class SemanticScreen(Modal[None]):
    """Shows the lines of it; scrolls.

    Args:
        lines: what Muse says.
    """

    CSS_PATH = [stylesheet("plan")]
    BINDINGS = [Binding("q,enter,m", "give_up", "Close", show=False)]

    def __init__(self, lines: "Sequence[Line]") -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "What muse says, symbol by symbol"
            dialog.border_subtitle = self.keys_line(("esc", "closes", "give_up"))
            yield DetailPane("", id="symbols")

    def on_mount(self) -> None:
        pane = self.query_one(DetailPane)
        pane.show(self, self._lines)
        pane.focus()
