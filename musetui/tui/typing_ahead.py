"""Typing ahead: a key goes to the screen that is in front when its turn comes.

On a slow line several keys come in one packet. Textual sends all of them to what has the focus at that moment, so what
is typed right behind the key that opens a form, or a line to type into, would go to the list below, and be lost.
"""

import asyncio
import time
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from textual import events
from textual.driver import Driver
from textual.screen import Screen

from musetui.tui.surviving import Surviving

Result = TypeVar("Result")

_ON_ITS_WAY = 5.0
"""Seconds after it was sent on its way for which others wait for a key, should it be lost there."""


class _Sent(NamedTuple):
    """Where a key was sent: to which screen, whether to a line to type into, and when (monotonic seconds)."""

    screen: Screen[object]
    was_at_line: bool
    at: float


class TypingAhead(Surviving[Result]):
    """An app in which keys typed ahead reach the screen they are meant for."""

    def __init__(self, *, ansi_color: bool | None, driver_class: type[Driver] | None) -> None:
        super().__init__(ansi_color=ansi_color, driver_class=driver_class)
        self._sent_to: WeakKeyDictionary[events.Key, _Sent] = WeakKeyDictionary()
        self._to_come: dict[events.Key, float] = {}

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent) and not self.screen_stack:
            return  # typed behind the key that leaves, and there is nothing left that it could be for
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self._must_wait(event):
                self._to_come.setdefault(event, time.monotonic())  # and those behind it wait for this one
                await asyncio.sleep(0)  # let those on their way get on
                self.post_message(event)
                return
            self._to_come.pop(event, None)
            self._sent_to[event] = _Sent(self.screen, self._is_at_line, time.monotonic())
        await super().on_event(event)

    def _must_wait(self, event: events.Key) -> bool:
        """Return whether a key typed before is still to come, or on its way through a screen that is not in front.

        It may come back from there, and must then take its turn first.
        """
        since = time.monotonic() - _ON_ITS_WAY
        # By when they were sent: on a busy machine a key is seconds old before its turn comes.
        behind = (
            key
            for key, sent in self._sent_to.items()
            if sent.at > since and self._has_left(sent) and not key._no_default_action
        )
        to_come = (key for key, at in self._to_come.items() if at > since and key is not event)
        return any(key.time < event.time for key in (*behind, *to_come))

    @property
    def _is_at_line(self) -> bool:
        """Whether what has the focus is a line to type into."""
        return getattr(self.focused, "TAKES_TEXT", False)

    def _has_left(self, sent: _Sent) -> bool:
        """Return whether the focus has gone on from where a key was sent: to another screen, or to a line on it."""
        return sent.screen is not self.screen or (self._is_at_line and not sent.was_at_line)

    def on_key(self, event: events.Key) -> None:
        # It comes here when nobody on its way wanted it, before its bindings are looked up.
        sent = self._sent_to.pop(event, None)
        if event.is_forwarded and sent is not None and self._has_left(sent):
            event.prevent_default()
            event.stop()
            again = events.Key(event.key, event.character)
            again.time = event.time  # when it was typed, which tells what the person had seen by then
            self._to_come[again] = time.monotonic()
            self.post_message(again)
