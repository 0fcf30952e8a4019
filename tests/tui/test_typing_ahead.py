"""Keys keep their order, however long one of them is on its way through a screen that is left meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.events import Key
from textual.screen import Screen

from musetui.tui.typing_ahead import TypingAhead
from tests.conftest import until


class Slow(Screen[None]):
    """Takes its time over a key."""

    def __init__(self) -> None:
        super().__init__()
        self.has_key = False
        self.may_go_on = asyncio.Event()

    async def on_key(self) -> None:
        self.has_key = True
        await self.may_go_on.wait()


class Noting(Screen[None]):
    """Notes the keys that it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def on_key(self, event: Key) -> None:
        self.keys.append(event.key)


def typed(key: str, ago: float) -> Key:
    event = Key(key, key)
    event.time = time.monotonic() - ago
    return event


@asynccontextmanager
async def left_behind(ago: float) -> AsyncIterator[tuple[Slow, Noting]]:
    """Give a screen in which a key is, typed so many seconds *ago*, and the one that is in front by now."""
    app = TypingAhead[None](ansi_color=False, driver_class=None)
    slow, noting = Slow(), Noting()
    async with app.run_test():
        await app.push_screen(slow)
        app.post_message(typed("a", ago))
        await until(lambda: slow.has_key, what="the key in the slow screen")
        await app.push_screen(noting)
        app.post_message(typed("b", 0.0))
        try:
            yield slow, noting
        finally:
            slow.may_go_on.set()


@pytest.mark.parametrize("ago", [0.1, 30.0])
async def test_a_key_waits_for_those_before_it_whenever_these_were_typed(ago: float) -> None:
    """On a busy machine a key may be seconds old before anybody gets to it."""
    async with left_behind(ago) as (slow, noting):
        for _ in range(50):
            await asyncio.sleep(0)
        noting.app.post_message(typed("c", 0.0))
        slow.may_go_on.set()
        noting.app.post_message(typed("d", 0.0))
        await until(lambda: len(noting.keys) == 4, what="all keys")
        assert noting.keys == ["a", "b", "c", "d"]


async def test_a_key_does_not_wait_for_one_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musetui.tui.typing_ahead._ON_ITS_WAY", 0.05)
    async with left_behind(0.0) as (_, noting):
        await until(lambda: noting.keys == ["b"], what="the key behind the lost one")
