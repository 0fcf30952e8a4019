"""Typing ahead: a key goes to the screen that is in front when its turn comes.

On a slow line several keys come in one packet. Textual sends all of them to what has the focus at that moment, so what
is typed right behind the key that opens a form would go to the list below, and be lost.
"""

from typing import TypeVar
from weakref import WeakKeyDictionary

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

Result = TypeVar("Result")


class TypingAhead(App[Result]):
    """An app in which keys typed ahead reach the screen they are meant for."""

    def __init__(self, *, ansi_color: bool | None, driver_class: type[Driver] | None) -> None:
        super().__init__(ansi_color=ansi_color, driver_class=driver_class)
        self._sent_to: WeakKeyDictionary[events.Key, Screen[object]] = WeakKeyDictionary()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded and self.screen_stack:
            self._sent_to[event] = self.screen
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        # It comes here when nobody on its way wanted it, before its bindings are looked up.
        if event.is_forwarded and self._sent_to.get(event, self.screen) is not self.screen:
            event.prevent_default()
            event.stop()
            again = events.Key(event.key, event.character)
            again.time = event.time  # when it was typed, which tells what the person had seen by then
            self.post_message(again)
