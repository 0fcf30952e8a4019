"""The command palette, which closes by the keys that close other things that lie over a view."""

from textual import events
from textual.command import CommandPalette

from musetui.tui.keymap import keymap_of


class CommandsScreen(CommandPalette):
    """Textual's, which knows escape and a click beside it."""

    def on_key(self, event: events.Key) -> None:
        if event.key != "escape" and event.key in keymap_of(self.app).leaving:
            event.prevent_default()
            event.stop()
            self._action_escape()
