"""Run the dashboard in this terminal, and leave the terminal as it was, however it ends."""

import asyncio
import os
import select
import signal
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from musetui.coordination.repository import Repository
    from musetui.history.replay import Replay
    from musetui.settings import Settings
    from musetui.tui.app import MuseTui

SERVER_EVERY = 1.0
"""Seconds between looks at whether the server of a page still runs."""

_LAST_WORDS = 3.0
"""Seconds that a dashboard has to end by itself, once it was left, or has no server any more."""


def run_dashboard(
    repository: "Repository",
    settings: "Settings",
    first_filter: str = "",
    *,
    in_browser: bool = False,
    at: "datetime | None" = None,
    recording: "Path | None" = None,
    first_view: str = "dashboard",
    replay: "Replay | None" = None,
) -> int:
    """Run the dashboard until the person or a signal ends it; return the exit code.

    Args:
        repository: what it shows.
        settings: how it behaves.
        first_filter: what the lists begin with for which it means something.
        at: the moment to be shown first (aware); None for now.
        recording: the recording that tells of the past; None for the one that is kept of the repository.
        first_view: the name of the view to begin with.
        replay: the recording that is shown in place of a repository's disk, or None.
        in_browser: whether a page shows it, by way of the driver that the environment names, and not this terminal.
    """
    from musetui.tui.app import MuseTui
    from musetui.tui.state_file import reports_folder
    from musetui.tui.terminal import Terminal

    driver = None if in_browser else Terminal
    app = MuseTui(
        repository,
        settings,
        driver_class=driver,
        first_filter=first_filter,
        at=at,
        recording=recording,
        first_view=first_view,
        replay=replay,
    )

    app.report_folder = reports_folder(settings.state)

    async def run() -> int | None:
        loop = asyncio.get_running_loop()
        # Without these, SIGTERM and a closed terminal (SIGHUP) end the process with the terminal left in its
        # alternate screen, reporting the mouse.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, app.exit, 128 + number)
        alone = asyncio.create_task(_end_alone(app)) if in_browser else None
        try:
            return await app.run_async()
        finally:
            if alone is not None:
                alone.cancel()
            last_words.start()

    last_words = threading.Timer(_LAST_WORDS, _leave, (app,))
    last_words.daemon = True
    try:
        result = asyncio.run(run())
    finally:
        last_words.cancel()
    if app.last_words:
        sys.stderr.write(f"{app.last_words}\n")
    return result if isinstance(result, int) else app.return_code or 0


def _leave(app: "MuseTui") -> None:
    """End a process that a disk holds up which does not answer: the person has left, and the screen is theirs again."""
    sys.stderr.write("musetui: the disk does not answer; what was still being written is whole, or not there\n")
    sys.stderr.flush()
    os._exit(app.return_code or 0)


async def _end_alone(app: "MuseTui") -> None:
    """End *app* when the server that shows it has ended without a word: nobody else would."""
    hangup = select.poll()
    hangup.register(sys.stdin.fileno(), 0)
    while True:
        await asyncio.sleep(SERVER_EVERY)
        if hangup.poll(0):
            break
    app.exit()
    await asyncio.sleep(_LAST_WORDS)
    os._exit(1)  # whatever it still waits for, with nowhere to paint to: all that it writes is whole or not there
