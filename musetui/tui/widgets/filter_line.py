"""FilterLine: where a person types which rows of a list to show."""

from collections.abc import Callable

from rich.cells import cell_len
from textual import events
from textual.widgets.input import Selection

from musetui.filters.saved import LONGEST
from musetui.tui.widgets.line_input import LineInput


class FilterLine(LineInput):
    """A line that tells its owner of what is typed, and asks it about keys before it hears them itself.

    Args:
        typed: told what the line says, after each key.
        pressed: told of a key; returns whether that was all there is to it.
    """

    DEFAULT_CSS = "FilterLine { height: 1; border: none; background: $panel; }"

    def __init__(self, typed: Callable[[str], None], pressed: Callable[[str], bool]) -> None:
        super().__init__(compact=True, max_length=LONGEST, select_on_focus=False, id="filter")
        self._typed = typed
        self._pressed = pressed
        self._is_quiet = False

    def put(self, text: str, *, is_selected: bool = False) -> None:
        """Say *text*, without telling so; if it *is_selected*, what is typed next takes its place."""
        self._is_quiet = True
        self.value = text
        self._is_quiet = False
        self.selection = Selection(0, len(text)) if is_selected else Selection.cursor(len(text))

    def go_to(self, place: int) -> None:
        """Put the cursor before the character at *place*."""
        self.selection = Selection.cursor(place)

    def cell_of(self, place: int) -> int:
        """Return in which cell of the line, from its left, the character at *place* stands."""
        return self.gutter.left + cell_len(self.value[:place]) - int(self.scroll_offset.x)

    def watch_value(self, value: str) -> None:
        if not self._is_quiet:
            self._typed(value)

    def close(self) -> None:
        """Hand on the keys that come behind this one in the same packet: they are not meant for the line."""
        self._has_left = True

    def leave(self, way: int) -> None:
        # Tab completes here, and does not leave.
        self._pressed("tab" if way > 0 else "shift+tab")

    def on_key(self, event: events.Key) -> None:
        if self.hands_on(event):
            return
        # Here, and not by a binding, so that the keys behind it in the same packet meet what it brought about.
        handled = self._pressed(event.key)
        if not handled and event.key == "backspace":
            self.action_delete_left()
            handled = True
        if handled:
            event.prevent_default()
            event.stop()
