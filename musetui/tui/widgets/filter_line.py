"""FilterLine: where a person types which rows of a list to show."""

from collections.abc import Callable

from textual import events

from musetui.tui.widgets.line_input import LineInput


class FilterLine(LineInput):
    """A line below the panes. What is typed takes effect at once; enter keeps it, escape takes it back.

    Args:
        typed: told what the line says, after each key.
        done: told that the person is done with it, and whether the filter is to stay.
    """

    DEFAULT_CSS = """
    FilterLine { display: none; height: 1; border: none; padding: 0 1; background: $panel; }
    FilterLine.-asked { display: block; }
    """

    def __init__(self, typed: Callable[[str], None], done: Callable[[bool], None]) -> None:
        super().__init__(
            placeholder='words that rows must hold: billing -main run:agent-4 "two words"   enter keeps, esc clears',
            compact=True,
            max_length=400,
            id="filter",
        )
        self._typed = typed
        self._done = done

    def ask(self, text: str) -> None:
        """Show the line, filled with *text*."""
        self.value = text
        self.cursor_position = len(text)
        self.add_class("-asked")

    def watch_value(self, value: str) -> None:
        if self.has_class("-asked"):
            self._typed(value)

    def on_key(self, event: events.Key) -> None:
        if self.hands_on(event):
            return
        # Here, and not by a binding, so that the keys behind it in the same packet meet the list again.
        if event.key in ("enter", "escape", "down"):
            event.prevent_default()
            event.stop()
            self.remove_class("-asked")
            self._done(event.key != "escape")
