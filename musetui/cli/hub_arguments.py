"""What `musetui hub` can be told: where it runs, what it takes, and what its keeper does to it."""

import argparse

from musetui.cli.arguments import Parser, declare_json
from musetui.records.text import safe_text

USUAL_PORT = 8_765

_REPOSITORY = "OWNER/SLUG"


def declare_hub(parser: Parser) -> None:
    """How a hub runs, and below it the words for its keeper."""
    _declare_database(parser, None)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=USUAL_PORT, metavar="N", help="default: 8765; 0 for any that is free"
    )
    parser.add_argument(
        "--dev", action="store_true", help="make an identity and a key for this machine where there are none"
    )
    parser.add_argument("--dev-home", metavar="DIR", help="where --dev keeps them (default: ~/.muse)")
    parser.add_argument("--public", action="store_true", help="make new repositories readable to anybody")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        type=_own_host,
        metavar="HOST",
        help="the hub's own host, with its port where it is not the usual one: signatures for any other are refused "
        "(may be repeated)",
    )
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        type=_network,
        metavar="ADDRESS",
        help="believe a proxy there when it says in X-Forwarded-For who asks (may be repeated)",
    )
    parser.add_argument(
        "--rate", type=_rate, metavar="N", help="requests a second of one signer (default: 100; 0: any)"
    )
    parser.add_argument(
        "--anonymous-rate", type=_rate, metavar="N", help="requests a second of one address (default: 20; 0: any)"
    )
    parser.add_argument("--max-body", type=_size, metavar="BYTES", help="bytes of a request (default: 8388608)")
    parser.add_argument("--max-payload", type=_size, metavar="BYTES", help="bytes of a record (default: 1048576)")
    parser.add_argument("--quiet", action="store_true", help="log defects alone")
    words = parser.add_subparsers(
        dest="word", metavar="WORD", title="for the hub's keeper (each takes --database too, and --help)"
    )
    for name, says, declare in _WORDS:
        declare(_word(words, name, says))


def _own_host(text: str) -> str:
    """Return a host as clients write it into their Host header."""
    from musetui.errors import HubRefusedError
    from musetui.hub.address import read_address

    try:
        address = read_address(f"https://{text}")
    except HubRefusedError:
        address = None
    if address is None or address.path:
        raise argparse.ArgumentTypeError(
            f"{safe_text(text, 60)!r} is no host: write one such as hub.example.org, without https://, with its port "
            "where that is not the usual one"
        )
    return address.netloc


def _word(words: "argparse._SubParsersAction[Parser]", name: str, says: str) -> Parser:
    parser = words.add_parser(name, help=says, description=f"{says[0].upper()}{says[1:]}.", allow_abbrev=False)
    _declare_database(parser, argparse.SUPPRESS)
    return parser


def _declare_add_owner(parser: Parser) -> None:
    _declare_handle(parser)
    parser.add_argument("--key", required=True, metavar="FILE", help="their Ed25519 public key (PEM)")
    parser.add_argument("--type", choices=("human", "agent"), default="human", help="what they are (default: human)")
    parser.add_argument("--replace", action="store_true", help="in place of the key by which they are known")


def _declare_add_member(parser: Parser) -> None:
    _declare_repository(parser)
    _declare_handle(parser)
    parser.add_argument("--role", required=True, choices=("reader", "writer", "none"), help="none takes it from them")


def _declare_repository(parser: Parser) -> None:
    parser.add_argument(
        "repository", type=_owner_and_slug, metavar=_REPOSITORY, help="whose repository, and what it is called"
    )


def _declare_handle(parser: Parser) -> None:
    parser.add_argument("handle", metavar="HANDLE", help="what they are called at the hub")


def _declare_nothing(parser: Parser) -> None:
    """The word says it all."""


_WORDS = (
    ("list", "tell who is known and what is there", declare_json),
    ("add-owner", "make somebody known by their public key", _declare_add_owner),
    ("remove-owner", "take nothing any more that somebody signs", _declare_handle),
    ("add-member", "let somebody read a repository, or write to it", _declare_add_member),
    ("make-public", "let anybody read a repository", _declare_repository),
    ("make-private", "let its owner and members alone read a repository", _declare_repository),
    ("restored", "have every reader begin anew, after a backup was put back", _declare_nothing),
)


def _declare_database(parser: Parser, default: str | None) -> None:
    parser.add_argument(
        "--database",
        metavar="URL",
        default=default,
        help="sqlite:////path/of/a/file or postgresql://user@host/name (default: a file in your data folder)",
    )


def _owner_and_slug(text: str) -> tuple[str, str]:
    owner, slash, slug = text.partition("/")
    if not (owner and slash and slug) or "/" in slug:
        raise argparse.ArgumentTypeError(f"write it as {_REPOSITORY}")
    return owner, slug


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError("write a number from 0 to 65535")


def _network(text: str) -> str:
    from ipaddress import ip_network

    try:
        return str(ip_network(text))
    except ValueError:
        raise argparse.ArgumentTypeError(
            "write an address such as 10.0.0.5, or a network such as 10.0.0.0/24"
        ) from None


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if rate == 0 or 0.01 <= rate <= 1e6:
        return rate
    raise argparse.ArgumentTypeError("write a number from 0.01 to 1000000, or 0 for any")


def _size(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1_024:
        return int(text)
    raise argparse.ArgumentTypeError("write a number of bytes from 1024 to 999999999")
