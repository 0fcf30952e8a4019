"""Lines of text that may grow while they are looked at: scrolls both ways, and paints only what is in sight."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from musetui.tui.own.printed import Said


class TextPane(ScrollView, can_focus=True):
    """Shows the lines it is given. It stays where it is while more come, but at its end it follows them.

    Args:
        lines: they may grow; `grew` tells that they have.
    """

    DEFAULT_CSS = """
    TextPane { background: $surface; color: $foreground; scrollbar-size: 1 1; }
    TextPane > .text-pane--ours { color: $foreground-muted; }
    TextPane:ansi > .text-pane--ours { color: ansi_default; text-style: bold; }
    """
    COMPONENT_CLASSES = {"text-pane--ours"}
    BINDINGS = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("h", "scroll_left", "Left", show=False),
        Binding("l", "scroll_right", "Right", show=False),
        Binding("ctrl+d,space", "page_down", "A page down", show=False),
        Binding("ctrl+u,b", "page_up", "A page up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "Bottom", show=False),
    ]
    ALLOW_SELECT = False

    def __init__(self, lines: Sequence[Said], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines = lines
        self._seen = 0
        self._widest = 0
        self._follows = False

    def grew(self, since: int | None = None) -> None:
        """Show that there are more lines, or that those from *since* on are others."""
        if since is not None:
            self._seen = min(self._seen, since)
        if len(self._lines) == self._seen:
            return
        fresh = self._lines[self._seen :]
        # Somebody who went to the end wants to see it also later.
        self._follows = self._seen > self.size.height and self.scroll_offset.y >= self.max_scroll_y
        self._widest = max(self._widest, *(cell_len(said.text) for said in fresh))
        self._seen = len(self._lines)
        self.virtual_size = Size(self._widest, self._seen)
        self.refresh()
        if self._follows:
            self.scroll_end(animate=False)

    def on_mount(self) -> None:
        self.grew()

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        width = self.scrollable_content_region.width
        place = top + y
        if place >= self._seen:
            return Strip.blank(width, self.rich_style)
        said = self._lines[place]
        style = self.rich_style
        if said.is_ours:
            style += self.get_component_rich_style("text-pane--ours", partial=True)
        strip = Strip([Segment(said.text, style)])
        return strip.crop_extend(left, left + width, self.rich_style)
