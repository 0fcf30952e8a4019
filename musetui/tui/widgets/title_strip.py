"""Titles side by side in one line; the current one is in brackets as well as in colour."""

from itertools import accumulate

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


class TitleStrip(Widget, can_focus=False):
    """Shows titles given as (id, title), as far along as it takes to see the current one."""

    DEFAULT_CSS = """
    TitleStrip { height: 1; background: $surface; color: $foreground-muted; }
    TitleStrip > .title-strip--current { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES = {"title-strip--current"}
    ALLOW_SELECT = False

    class Picked(Message):
        """A title was clicked."""

        def __init__(self, strip: "TitleStrip", tab: str) -> None:
            super().__init__()
            self.strip = strip
            self.tab = tab

        @property
        def control(self) -> "TitleStrip":
            return self.strip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tabs: tuple[tuple[str, str], ...] = ()
        self._current = ""

    def tell(self, tabs: tuple[tuple[str, str], ...], current: str) -> None:
        """Show *tabs*, with *current* marked."""
        if (tabs, current) != (self._tabs, self._current):
            self._tabs = tabs
            self._current = current
            self.refresh()

    def render_line(self, y: int) -> Strip:
        ground = self.rich_style
        current = self.get_component_rich_style("title-strip--current", partial=True)
        segments = [
            Segment(
                f"[{title}]" if tab == self._current else f" {title} ",
                ground + (current if tab == self._current else Style()) + Style.from_meta({"tab": tab}),
            )
            for tab, title in self._in_sight()
        ]
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def _in_sight(self) -> tuple[tuple[str, str], ...]:
        """Return the tabs from the first on, or as far along as it takes to see the current one."""
        ends = list(accumulate(cell_len(title) + 2 for _, title in self._tabs))
        current = next((place for place, (tab, _) in enumerate(self._tabs) if tab == self._current), 0)
        hidden = 0
        while hidden < current and ends[current] - (ends[hidden - 1] if hidden else 0) > self.size.width:
            hidden += 1
        return self._tabs[hidden:]

    def on_click(self, event: events.Click) -> None:
        tab = event.style.meta.get("tab")
        if isinstance(tab, str):
            self.post_message(self.Picked(self, tab))
