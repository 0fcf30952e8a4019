"""The detail: one record whole, in lines of a label and what it says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from musetui.tui.widgets.cell_styles import STYLES

if TYPE_CHECKING:
    from musetui.tui.presentation.detail import Line

LABEL_WIDTH = 13


class DetailPane(VerticalScroll, can_focus=True):
    """Shows the lines it is given; scrolls with the arrow keys and j, k."""

    DEFAULT_CSS = """
    DetailPane { padding: 0 1; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    DetailPane > Static { width: 1fr; height: auto; }
    """
    BINDINGS = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "Bottom", show=False),
    ]

    def __init__(self, empty: str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._empty = empty
        self._content = Content("")
        self._subject: object = None
        self._lines: Sequence[Line] = ()

    def compose(self) -> ComposeResult:
        yield Static(Content(self._empty).stylize("$foreground-muted"), markup=False)

    def show(self, subject: object, lines: "Sequence[Line]") -> None:
        """Show *lines* about *subject*; another subject than before is shown from its top, none gives the hint."""
        self._lines = lines
        self._paint()
        if subject != self._subject:
            self._subject = subject
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        self._paint()

    def _paint(self) -> None:
        """Lay the lines out for the width there is; what a label says stays in its own column when it wraps."""
        room = max(self.scrollable_content_region.width - LABEL_WIDTH, 20)
        laid: list[Content] = []
        for label, spans in self._lines:
            said = Content.assemble(*((text, STYLES.get(style, "")) for text, style in spans))
            for place, line in enumerate(said.wrap(room) or [said]):
                head = f"{label if place == 0 else '':<{LABEL_WIDTH}}"
                laid.append(Content.assemble((head, "$foreground-muted"), line))
        content = Content("\n").join(laid) if laid else Content(self._empty).stylize("$foreground-muted")
        if content != self._content or content.spans != self._content.spans:
            self._content = content
            self.query_one(Static).update(content)
