"""`musetui serve`: the dashboard in a browser."""

import asyncio
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from musetui.cli.dashboard import checked_filter
from musetui.cli.failures import CommandError, UsageError
from musetui.cli.output import flush, say
from musetui.cli.workspace import open_workspace
from musetui.listening import ListenError, listening_socket
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.web.server import WebServer


def run_serve(args: Namespace) -> int:
    """Serve dashboards until SIGINT or SIGTERM."""
    from musetui.web.door import Door, hosts_of, is_loopback

    if not args.needs_token and not is_loopback(args.host):
        raise UsageError(
            f"--no-token would let anybody in who reaches {safe_text(args.host, 80)}: leave one of them out"
        )
    if find_spec("textual_serve") is None:
        raise CommandError("a browser takes more than is installed: pip install 'musetui[serve]'", "not_installed")
    checked_filter(args)
    repository = open_workspace(args).repository
    public_url = args.public_url or ""
    bound = _listen(args.host, args.port)
    port = bound.getsockname()[1]
    hosts = hosts_of(args.host, port, public_url)
    door = Door(hosts, any_address=None if is_loopback(args.host) else port, needs_token=args.needs_token)
    from musetui.web.server import WebServer

    server = WebServer(
        _words(args, str(repository.root)),
        door,
        port,
        f"{repository.name} · musetui",
        say=_tell,
        is_secure=public_url.startswith("https:"),
    )
    url = f"{public_url or f'http://{hosts[0]}'}/{f'?token={door.token}' if door.token else ''}"

    def greet() -> None:
        say(f"musetui serves {repository.name} on {url}")
        flush()
        if not is_loopback(args.host) and not public_url.startswith("https:"):
            _tell("what goes by plain http can be read and changed on its way: put a proxy that speaks TLS before it")

    asyncio.run(_serve(server, bound, greet))
    return 0


def _words(args: Namespace, root: str) -> list[str]:
    """Return the words of the command line of each page's dashboard."""
    flags = [("--read-only", args.read_only), ("--poll", args.poll), ("--no-calls", args.calls is False)]
    flags.append(("--reduced-motion", args.reduced_motion))
    said = {
        "--view": args.view,
        "--filter": args.filter,
        "--theme": args.theme,
        "--glyphs": args.glyphs,
        "--density": args.density,
    }
    values = [f"{flag}={value}" for flag, value in said.items() if value is not None]
    return ["--repo", root, *(flag for flag, is_said in flags if is_said), *values]


async def _serve(server: "WebServer", bound: socket.socket, greet: Callable[[], None]) -> None:
    from musetui.web.server import serve

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    await serve(server, bound, stopping, greet)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listening_socket(host, port)
    except ListenError as error:
        raise CommandError(
            f"no browser can be served on {safe_text(host, 80)}:{port} ({error}): use another --host or --port",
            "not_served",
        ) from None


def _tell(sentence: str) -> None:
    print(sentence if sentence.startswith("musetui: ") else f"musetui: {sentence}", file=sys.stderr, flush=True)
