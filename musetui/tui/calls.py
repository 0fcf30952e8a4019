"""The calls of the work tree, for the live picture: a process of its own reads sources, and tells here who calls whom.

It begins when the picture stands, so that no start waits for it. Without it all is as before, but for the conflicts
that only calls can tell of.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from musetui.callgraph.edges import GraphChange
from musetui.callgraph.process import CallGraphWorker, Failed
from musetui.callgraph.scan import Scanned

if TYPE_CHECKING:
    from pathlib import Path

    from musetui.coordination.feed import FeedStatus
    from musetui.tui.live import Live

BEGIN_AFTER = 3.0
"""Seconds that the picture has stood before sources are read."""

SCAN_EVERY = 15.0
"""Seconds between looks at which sources changed: a stat of each, in the other process."""


class Calls:
    """Follows the calls of one work tree.

    Args:
        live: the picture, and the repository behind it.
        say: shows a person why calls are not followed.
        cache: where it is remembered what sources say; None for the user's own folder.
    """

    def __init__(self, live: "Live", say: Callable[[str, bool], None], cache: "Path | None" = None) -> None:
        self._live = live
        self._say = say
        self._cache = cache
        self._settled = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled, or until there is nobody left to tell."""
        self._live.on_status(self._hear)
        await self._settled.wait()
        await asyncio.sleep(BEGIN_AFTER)
        async with CallGraphWorker(self._live.repository.root, self._cache) as worker:
            again = asyncio.create_task(_scan_on_and_on(worker))
            try:
                async for news in worker.news():
                    if isinstance(news, GraphChange):
                        self._live.follow_calls(news)
                    elif isinstance(news, Scanned):
                        self._live.calls_read()
                    elif isinstance(news, Failed):
                        self._say(news.sentence, False)
            finally:
                again.cancel()

    def _hear(self, status: "FeedStatus") -> None:
        if status.settled:
            self._settled.set()


async def _scan_on_and_on(worker: CallGraphWorker) -> None:
    while True:
        await asyncio.sleep(SCAN_EVERY)
        worker.scan()
