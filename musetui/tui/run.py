"""Run the dashboard in this terminal, and leave the terminal as it was, however it ends."""

import asyncio
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musetui.coordination.repository import Repository
    from musetui.settings import Settings


def run_dashboard(repository: "Repository", settings: "Settings", first_filter: str = "") -> int:
    """Run the dashboard until the person or a signal ends it; return the exit code.

    The lists for which *first_filter* means something begin with it.
    """
    from musetui.tui.app import MuseTui
    from musetui.tui.terminal import Terminal

    app = MuseTui(repository, settings, driver_class=Terminal, first_filter=first_filter)

    async def run() -> int | None:
        loop = asyncio.get_running_loop()
        # Without these, SIGTERM and a closed terminal (SIGHUP) end the process with the terminal left in its
        # alternate screen, reporting the mouse.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, app.exit, 128 + number)
        return await app.run_async()

    result = asyncio.run(run())
    return result if isinstance(result, int) else app.return_code or 0
