"""A line of words, some of which do something when they are clicked: the header and the footer are such lines."""

from rich.style import Style
from textual import events
from textual.content import Content
from textual.widget import Widget

from musetui.tui.actions import BY_NAME
from musetui.tui.doing import do_action

PANES_SHOWN = {"show_conflicts": "Show the conflicts", "show_reservations": "Show the reservations"}
"""What the header leads to beside what has keys, and how that is told."""

_ACTION = "musetui_action"
"""What the style of a word is marked with."""


def doing(name: str) -> Style:
    """Return the style of words that do the action *name* when they are clicked; "" for none."""
    return Style.from_meta({_ACTION: name}) if name else Style()


class ActionLine(Widget, can_focus=False):
    """Does what is clicked, and says what a click would do where the pointer rests."""

    ALLOW_SELECT = False

    def on_click(self, event: events.Click) -> None:
        name = event.style.meta.get(_ACTION)
        if isinstance(name, str):
            # Not from here: the view that this line belongs to may go by it, and waits for what its widgets do.
            self.app.call_later(do_action, self.app, name)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        name = str(event.style.meta.get(_ACTION, ""))
        tip = BY_NAME[name].help if name in BY_NAME else PANES_SHOWN.get(name, "")
        if tip != str(self.tooltip or ""):
            self.tooltip = Content(tip) if tip else None
