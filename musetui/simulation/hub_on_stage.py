"""A hub on a demo's stage: on this machine alone, with everything it keeps in one folder, and a second machine at it.

Who is told its address can come at once, and waits for as long as the hub needs to get going: what it is made of takes
a second to load, and is loaded when the audience looks at the first picture already.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TextIO

from musetui.bus.settings import HubSettings, Limits
from musetui.errors import HubError
from musetui.records.text import safe_text
from musetui.settings import Settings
from musetui.simulation.machine_at_hub import MachineAtHub
from musetui.simulation.meeting_point import MeetingPoint

HOST = "127.0.0.1"
OWNER = "orchard"
SLUG = "shop"

_BACKLOG = 64
_RETRY_AFTER = 1.0
"""Seconds between two tries to send what the hub did not take."""


class HubOnStage:
    """A hub that listens from the first moment, and answers once it runs.

    Args:
        folder: where its database, log, identity and key are kept; made where it is not.
        state: where it is remembered what it has.

    Raises:
        OSError: if there is no port, or no place.
        BusError: if there is no place for an identity.
    """

    def __init__(self, folder: Path, state: Path) -> None:
        from musetui.bus.development import IDENTITY_FILE, ensure_identity

        self._folder = folder
        # With its protocol named, as `musetui.bus.server.listen` does, and for the same reason.
        self._bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._bound.bind((HOST, 0))
        self._bound.listen(_BACKLOG)
        host = f"{HOST}:{self._bound.getsockname()[1]}"
        self._owner = ensure_identity(folder, host, OWNER)
        self.meeting_point = MeetingPoint(
            f"http://{host}", OWNER, SLUG, str((folder / IDENTITY_FILE).absolute()), str(state.absolute())
        )

    @contextmanager
    def visited_by(self, machine: MachineAtHub) -> Iterator[None]:
        """Run, and have *machine* send what it writes, until the block ends. It can run once.

        Raises:
            MuseTuiError: at the end, if it could not run.
            OSError: likewise.
        """
        failures: list[BaseException] = []

        def run() -> None:
            try:
                self._run(machine)
            except BaseException as error:  # handed on to the thread that waits
                failures.append(error)

        # A daemon: where the story itself fails, nobody waits for the hub.
        thread = Thread(target=run, name="musetui-hub-on-stage", daemon=True)
        thread.start()
        try:
            yield
        finally:
            machine.close()
            thread.join()
        if failures:
            raise failures[0]

    def _run(self, machine: MachineAtHub) -> None:
        import asyncio

        from musetui.bus.database import sqlite_url
        from musetui.bus.log import Log
        from musetui.bus.server import log_warnings_of_the_server, serve_in_thread

        settings = HubSettings(
            sqlite_url(self._folder / "hub.db"),
            host=HOST,
            public=True,  # what is invented is no secret, and so a second terminal can look, too
            owners=(self._owner,),
            quiet=True,
            limits=Limits(rate=0),  # a story can be told a hundred times faster than life
        )
        with self._bound, (self._folder / "hub.log").open("a", encoding="utf-8", buffering=1) as log:
            asyncio.run(_make_repository(settings.database))
            log_warnings_of_the_server(Log(log, quiet=True))
            with serve_in_thread(settings, bound=self._bound, log=log):
                send(machine, self.meeting_point.meant_by(Settings()), log)


async def _make_repository(database: str) -> None:
    """Have a repository there before anybody can ask for it, and not only from the first push on."""
    from musetui.bus.database import open_database
    from musetui.bus.repositories import make_repository

    async with open_database(database) as opened, opened.writing() as connection:
        await make_repository(connection, OWNER, SLUG, public=True)


def send(machine: MachineAtHub, settings: Settings, log: TextIO) -> None:
    """Send what *machine* writes, until it is closed; what the hub did not take is sent again."""
    import asyncio

    from musetui.hub.link import HubLink
    from musetui.hub.patience import ONCE

    link = HubLink(machine.repository, settings, patience=ONCE)
    with asyncio.Runner() as runner:
        try:
            while slots := machine.take():
                try:
                    errors = runner.run(link.push_unsent(slots=slots)).errors
                except HubError as error:
                    errors = (str(error),)
                if errors:
                    log.writelines(f"{safe_text(error)}\n" for error in errors)
                    machine.send_later(slots)
                    machine.rest(_RETRY_AFTER)
        finally:
            runner.run(link.aclose())
