"""LineInput: a line to type into that paints only printable text, and keeps for itself only what is meant for it."""

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widgets import Input

from musetui.records.text import printable


class LineInput(Input):
    """An `Input` whose value may come from a record: escape codes and bidi overrides are seen, and do nothing.

    What it holds stays as it is, so that what is saved is judged by its real text.

    Of keys that come in one packet Textual sends all to the field that has the focus at that moment. Those behind one
    that moves the focus are handed on here, in their order, to where it has gone.
    """

    TAKES_TEXT: ClassVar[bool] = True
    """Whether letters are typed into it: those behind the key that brought the focus here are meant for it."""

    _has_left = False

    def on_focus(self) -> None:
        self._has_left = False

    def hands_on(self, event: events.Key) -> bool:
        """Hand on a key that is meant for another field by now, or moves the focus there; return whether it was so."""
        if self._has_left and self.app.focused is not self:
            again = events.Key(event.key, event.character)
            again.time = event.time
            self.app.post_message(again)
        elif event.key == "tab":
            self.leave(1)
        elif event.key == "shift+tab":
            self.leave(-1)
        else:
            return False
        event.prevent_default()
        event.stop()
        return True

    def leave(self, way: int) -> None:
        """Move the focus on to the next field, or back; at once, so that the next key is not meant for this one."""
        self._has_left = True
        if way > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def on_key(self, event: events.Key) -> None:
        self.hands_on(event)

    def render_line(self, y: int) -> Strip:
        """Return the line, each character that cannot be painted as a picture of one cell."""
        strip = super().render_line(y)
        if all(segment.text.isprintable() for segment in strip):
            return strip
        painted = Strip([Segment(printable(segment.text), segment.style) for segment in strip])
        return painted.adjust_cell_length(strip.cell_length, self.rich_style)
