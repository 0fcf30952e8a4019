"""Typing ahead: a key goes to the screen that is in front when its turn comes.

On a slow line several keys come in one packet. Textual sends all of them to what has the focus at that moment, so what
is typed right behind the key that opens a form, or a line to type into, would go to the list below, and be lost.
"""

import asyncio
import time
from typing import TypeVar
from weakref import WeakKeyDictionary

from textual import events
from textual.driver import Driver
from textual.screen import Screen

from musetui.tui.surviving import Surviving

Result = TypeVar("Result")

_ON_ITS_WAY = 0.5
"""Seconds after it was typed for which others wait for a key, whatever became of it."""


class TypingAhead(Surviving[Result]):
    """An app in which keys typed ahead reach the screen they are meant for."""

    def __init__(self, *, ansi_color: bool | None, driver_class: type[Driver] | None) -> None:
        super().__init__(ansi_color=ansi_color, driver_class=driver_class)
        self._sent_to: WeakKeyDictionary[events.Key, tuple[Screen[object], bool]] = WeakKeyDictionary()
        self._sent_again: set[events.Key] = set()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded and self.screen_stack:
            if self._must_wait(event):
                await asyncio.sleep(0)  # let those on their way get on
                self.post_message(event)
                return
            self._sent_again.discard(event)
            self._sent_to[event] = self.screen, self._is_at_line
        await super().on_event(event)

    def _must_wait(self, event: events.Key) -> bool:
        """Return whether a key typed before is still on its way through a screen that is not in front any more.

        It may come back from there, and must then take its turn first.
        """
        since = time.monotonic() - _ON_ITS_WAY
        behind = (sent for sent, place in self._sent_to.items() if self._has_left(place))
        return any(since < each.time < event.time for each in (*behind, *(self._sent_again - {event})))

    @property
    def _is_at_line(self) -> bool:
        """Whether what has the focus is a line to type into."""
        return getattr(self.focused, "TAKES_TEXT", False)

    def _has_left(self, place: tuple[Screen[object], bool]) -> bool:
        """Return whether the focus has gone on from where a key was sent: to another screen, or to a line on it."""
        screen, was_at_line = place
        return screen is not self.screen or (self._is_at_line and not was_at_line)

    def on_key(self, event: events.Key) -> None:
        # It comes here when nobody on its way wanted it, before its bindings are looked up.
        if event.is_forwarded and self._has_left(self._sent_to.pop(event, (self.screen, True))):
            event.prevent_default()
            event.stop()
            again = events.Key(event.key, event.character)
            again.time = event.time  # when it was typed, which tells what the person had seen by then
            self._sent_again.add(again)
            self.post_message(again)
