"""A choice of one among a few words, in one line: arrows, a letter or a click choose."""

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """One line such as `(•) modify  ( ) rename  ( ) delete`."""

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; padding: 0 1; background: $surface; }
    Choice:focus { background: $panel; text-style: bold; }
    """
    BINDINGS = [
        Binding("left,h", "step(-1)", "Previous", show=False),
        Binding("right,l,space", "step(1)", "Next", show=False),
    ]
    ALLOW_SELECT = False

    class Changed(Message):
        """Another word was chosen."""

        def __init__(self, choice: "Choice", value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(self, options: tuple[str, ...], value: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.options = options
        self.value = value if value in options else options[0]

    def choose(self, value: str) -> None:
        """Choose *value*; one that is not offered leaves nothing marked, without telling anybody."""
        self.value = value
        self.refresh()

    def render(self) -> Content:
        if self._is_cut:
            # Too narrow for all: the chosen one, and that there are more to either side.
            place = self.options.index(self.value) + 1 if self.value in self.options else 0
            return Content(f"‹ (•) {self.value} ›  {place} of {len(self.options)}" if place else "‹ none of these ›")
        words = [f"{'(•)' if option == self.value else '( )'} {option}" for option in self.options]
        return Content("  ".join(words))

    @property
    def _is_cut(self) -> bool:
        return sum(cell_len(option) + 6 for option in self.options) - 2 > self.content_size.width

    def action_step(self, by: int) -> None:
        place = self.options.index(self.value) if self.value in self.options else -1 if by > 0 else 0
        self._tell(self.options[(place + by) % len(self.options)])

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset_capture(self).x
        if self._is_cut:
            self.action_step(-1 if at == 0 else 1)
            return
        for option in self.options:
            width = cell_len(option) + 6
            if at < width:
                self._tell(option)
                return
            at -= width

    def _tell(self, value: str) -> None:
        self.choose(value)
        self.post_message(self.Changed(self, value))
