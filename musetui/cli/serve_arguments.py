"""What `musetui serve` can be told."""

import argparse
from urllib.parse import urlsplit

from musetui.cli.arguments import Parser, declare_repo
from musetui.cli.dashboard_arguments import declare_dashboard
from musetui.records.text import safe_text

USUAL_PORT = 8_766
"""Beside a hub's."""

_URL_LIMIT = 300


def declare_serve(parser: Parser) -> None:
    """Where it is served, to whom, and how the dashboards behave."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1, this machine alone)"
    )
    parser.add_argument("--port", type=_port, default=USUAL_PORT, metavar="N", help="default: 8766; 0 for any free one")
    parser.add_argument(
        "--public-url",
        type=_public_url,
        metavar="URL",
        help="where else it is reached: a proxy's address, or this machine by name; such as https://swarm.example.org",
    )
    parser.add_argument(
        "--no-token",
        dest="needs_token",
        action="store_false",
        help="let anybody on this machine in; never together with a --host that others reach",
    )
    declare_repo(parser)
    declare_dashboard(parser)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) < 65_536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{safe_text(text, 40)!r} is no port: give a number from 0 to 65535")


def _public_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_one = False
    if not is_one or len(text) > _URL_LIMIT or not text.isascii() or not text.isprintable() or "@" in text:
        raise argparse.ArgumentTypeError(f"{safe_text(text, 80)!r} is no address: write https://swarm.example.org")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError("the dashboard needs a host of its own: leave out what follows the first /")
    return f"{parts.scheme}://{parts.netloc.lower()}"
