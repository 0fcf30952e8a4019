"""Going on with a long piece of work after the keys that wait have been answered."""

import asyncio
from collections.abc import Callable

from textual.message_pump import MessagePump

PAUSE = 0.001
"""Seconds between two slices of work: what waits on the loop has its turn, a person sees no gap."""


def soon(pump: MessagePump, callback: Callable[[], None], seconds: float = PAUSE) -> None:
    """Call *callback* as a message of *pump* in about *seconds*; never, if the pump is closed by then.

    Textual's own `set_timer` is not fit for work that must go on: a timer whose time has passed before its task first
    looks at the clock, as happens to one of a millisecond on a busy machine, is skipped and never fires.
    """
    asyncio.get_running_loop().call_later(seconds, pump.call_later, callback)
