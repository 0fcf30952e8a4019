"""Running a hub: in this process until it is told to stop, or in a thread of it for tests and the demo."""

import asyncio
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from ipaddress import ip_network
from typing import Self, TextIO

import uvicorn

from musetui.bus.app import make_app
from musetui.bus.connections import Connection, Connections, say_it_is_crowded
from musetui.bus.hub import Hub, open_hub
from musetui.bus.log import Log, Logged
from musetui.bus.settings import HubSettings
from musetui.errors import BusError
from musetui.listening import ListenError, listening_socket
from musetui.records.text import safe_text

LAST_ANSWERS_SECONDS = 5
"""How long a stopping hub lets requests that are under way come to their end."""

_BACKLOG = 2_048

# Without any handler Python writes warnings to stderr, over whatever a program with a hub in a thread shows there.
logging.getLogger("uvicorn.error").addHandler(logging.NullHandler())


def listen(settings: HubSettings) -> socket.socket:
    """Return a socket bound where *settings* say.

    Raises:
        BusError: if that is not possible.
    """
    try:
        return listening_socket(settings.host, settings.port)
    except ListenError as error:
        where = safe_text(f"{settings.host}:{settings.port}")
        raise BusError(f"the hub cannot listen on {where} ({error}): use another --host or --port") from None


def host_of(settings: HubSettings, bound: socket.socket) -> str:
    """Return the host and port under which clients know a hub that listens there, as in a Host header."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host.lower()
    port = bound.getsockname()[1]
    return host if port == 80 else f"{host}:{port}"


async def serve(
    settings: HubSettings,
    bound: socket.socket,
    *,
    log: TextIO,
    started: Callable[["HubServer"], None],
    with_signals: bool = True,
) -> None:
    """Run a hub until it is stopped.

    Args:
        settings: what it is told.
        bound: where it listens; it is closed at the end.
        log: where its log goes.
        started: called once it answers.
        with_signals: whether SIGINT and SIGTERM stop it; for the main thread alone.

    Raises:
        BusError: if its database cannot be opened.
    """
    server = HubServer(settings, started)
    with bound, _stopped_by_signals(server) if with_signals else nullcontext():
        async with open_hub(settings) as hub:
            server.hub = hub
            hub.unsent = server.server_state.unsent
            lines = Log(log, quiet=settings.quiet)
            server.config.app = make_app(hub, lines)
            server.server_state.crowded_app = Logged(say_it_is_crowded, lines)
            await server.serve(sockets=[bound])


class HubServer(uvicorn.Server):
    """A server that wakes who waits before it goes, and that ends without a complaint when it is told to."""

    hub: Hub | None = None

    def __init__(self, settings: HubSettings, started: Callable[["HubServer"], None]) -> None:
        """Serve as *settings* say, and call *started* once requests are answered."""
        super().__init__(
            uvicorn.Config(
                app="",
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                # uvicorn itself believes anybody on this machine, and the environment.
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=list(_as_they_are_seen(settings.trusted_proxies)),
                backlog=_BACKLOG,
                timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
            )
        )
        self.server_state: Connections = Connections(settings.limits)
        self._started = started

    def stop(self) -> None:
        """End after the requests that are under way; told twice, at once. From the hub's own thread."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._started(self)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        if self.hub is not None:
            self.hub.doorbell.close()
        self.server_state.is_closing = True
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `serve`: uvicorn's own way raises them once more at the end, and the exit code with it."""
        yield


def _as_they_are_seen(proxies: Iterable[str]) -> Iterator[str]:
    """Yield the networks *proxies*, and what stands for them where a hub that listens to IPv6 hears IPv4, too."""
    for network in map(ip_network, proxies):
        yield str(network)
        if network.version == 4:
            yield f"::ffff:{network.network_address}/{96 + network.prefixlen}"


@contextmanager
def _stopped_by_signals(server: HubServer) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, server.stop)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


class RunningHub:
    """A hub in a thread of this process. As a context manager it is stopped at the end.

    Attributes:
        url: where it is, such as `http://127.0.0.1:40123`.
    """

    def __init__(self, url: str, thread: threading.Thread, stop: Callable[[], None]) -> None:
        """Stand for the hub that *thread* runs until *stop* is called."""
        self.url = url
        self._thread = thread
        self._stop = stop

    def stop(self) -> None:
        """Stop the hub, and return when it has ended; a second time does nothing."""
        if self._thread.is_alive():
            self._stop()
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve_in_thread(
    settings: HubSettings, *, bound: socket.socket | None = None, log: TextIO | None = None
) -> RunningHub:
    """Run a hub in a thread of this process, and return once it answers.

    Args:
        settings: what it is told; port 0 is for any that is free.
        bound: where it listens, and closed at the end; None for where *settings* say.
        log: where its log goes; stderr if None.

    Raises:
        BusError: if it cannot listen, or its database cannot be opened.
    """
    bound = bound or listen(settings)
    url = f"http://{host_of(settings, bound)}"
    ready = threading.Event()
    failures: list[BaseException] = []
    stops: list[Callable[[], None]] = []

    def started(server: HubServer) -> None:
        loop = asyncio.get_running_loop()
        stops.append(lambda: _call_soon(loop, server.stop))
        ready.set()

    def run() -> None:
        try:
            asyncio.run(serve(settings, bound, log=log or sys.stderr, started=started, with_signals=False))
        except BaseException as error:  # handed on to the thread that waits
            failures.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="musetui-hub", daemon=True)
    thread.start()
    ready.wait()
    if not stops:
        thread.join()
        raise failures[0]
    return RunningHub(url, thread, stops[0])


def _call_soon(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        return  # it has ended by itself


def log_warnings_of_the_server(log: Log) -> None:
    """Have what uvicorn warns of in the hub's own log, for a process that is a hub and nothing else."""

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            log.warning(record.getMessage())

    logger = logging.getLogger("uvicorn.error")
    logger.handlers = [Lines(logging.WARNING)]
    logger.propagate = False
