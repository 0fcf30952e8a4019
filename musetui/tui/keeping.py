"""Keeping what a person chose: written whenever it changes, and again and again where the disk does not take it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from musetui.errors import MuseTuiError

AGAIN_AFTER = 15.0
"""Seconds until what the disk refused is tried again, though nothing more was chosen."""


async def keep(is_dirty: asyncio.Event, write: Callable[[], Awaitable[None]], say: Callable[[str, bool], None]) -> None:
    """Write whenever there is something to, until cancelled.

    Args:
        is_dirty: set when there is something; cleared here.
        write: writes it; raises `MuseTuiError` where the disk refuses, and has it all the next time.
        say: tells the person a sentence, and whether it is good news; of one trouble only once.
    """
    told = ""
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(is_dirty.wait(), AGAIN_AFTER if told else None)
        is_dirty.clear()
        try:
            await write()
        except MuseTuiError as error:
            if str(error) != told:
                told = str(error)
                say(told, False)
        else:
            told = ""
