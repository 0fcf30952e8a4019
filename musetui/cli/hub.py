"""`musetui hub`: runs a hub, or does what its keeper asks to its database."""

import asyncio
import getpass
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.cli.failures import CommandError, UsageError
from musetui.cli.hub_listing import list_hub
from musetui.cli.output import say
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.bus.database import Database
    from musetui.bus.settings import HubSettings

_KEY_LIMIT = 65_536


def run_hub(args: Namespace) -> int:
    """Run a hub until SIGINT or SIGTERM; or do one thing to its database."""
    return _run_word(args) if args.word else _run_server(args)


def _run_server(args: Namespace) -> int:
    from dataclasses import replace

    from musetui.bus.database import as_it_may_be_shown, read_url
    from musetui.bus.development import IDENTITY_FILE, LOOPBACK, dev_handle, ensure_identity
    from musetui.bus.log import Log
    from musetui.bus.server import HubServer, host_of, listen, log_warnings_of_the_server, serve
    from musetui.cli.hub_greeting import NOBODY, greet

    if args.dev_home and not args.dev:
        raise UsageError("--dev-home is where --dev keeps an identity: say --dev too")
    if args.dev and args.host.lower() not in LOOPBACK:
        raise UsageError("--dev is for this machine alone: leave --host out, and use add-owner for a hub for others")
    settings = _settings(args)
    read_url(settings.database)  # before the port: a slip here is no trouble with that
    bound = listen(settings)
    host = host_of(settings, bound)
    owner, identity = NOBODY, None
    if args.dev:
        home = Path(args.dev_home).expanduser() if args.dev_home else Path.home() / ".muse"
        known = ensure_identity(home, host, dev_handle(_user()))
        if args.dev_home:
            identity = home.absolute() / IDENTITY_FILE
        settings, owner = replace(settings, owners=(known,)), known.handle

    database = as_it_may_be_shown(settings.database) if settings.database != _usual_database() else None

    def announce(_: HubServer) -> None:
        greet(host, settings.names, owner, identity, database)

    log_warnings_of_the_server(Log(sys.stderr, quiet=settings.quiet))
    asyncio.run(serve(settings, bound, log=sys.stderr, started=announce))
    return 0


def _settings(args: Namespace) -> "HubSettings":
    from musetui.bus.settings import HubSettings, Limits

    given = {
        "rate": args.rate,
        "anonymous_rate": args.anonymous_rate,
        "body_bytes": args.max_body,
        "payload_bytes": args.max_payload,
    }
    return HubSettings(
        database=_database(args),
        host=args.host,
        port=args.port,
        public=args.public,
        names=tuple(name.lower() for name in args.name),
        trusted_proxies=tuple(args.trusted_proxy),
        quiet=args.quiet,
        limits=Limits(**{name: value for name, value in given.items() if value is not None}),
    )


def _database(args: Namespace) -> str:
    return _usual_database() if args.database is None else str(args.database)


def _usual_database() -> str:
    from platformdirs import user_data_path

    from musetui.bus.database import sqlite_url

    return sqlite_url(user_data_path("musetui") / "hub.db")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that no file names
        return ""


def _run_word(args: Namespace) -> int:
    from musetui.bus.database import open_database

    async def do() -> str | None:
        async with open_database(_database(args), make=False) as database:
            return await _WORDS[args.word](database, args)

    said = asyncio.run(do())
    if said is not None:
        say(said)
    return 0


async def _add_owner(database: "Database", args: Namespace) -> str:
    from musetui.bus.administration import add_owner
    from musetui.bus.msign import read_public_key
    from musetui.bus.settings import Owner

    try:
        with Path(args.key).expanduser().open("rb") as file:
            pem = file.read(_KEY_LIMIT)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "that is no path").lower()
        raise CommandError(
            f"{safe_text(args.key)} cannot be read ({reason}): name a file with --key", "no_key"
        ) from None
    owned = await add_owner(database, Owner(args.handle, read_public_key(pem), args.type), replace=args.replace)
    return f"{args.handle} is known by this key{_and_owns(owned)}"


def _and_owns(count: int) -> str:
    """Tell of the repositories that are somebody's by their name alone: they may be of another one before."""
    if not count:
        return ""
    there = "is" if count == 1 else "are"
    return f", and owns the {_repositories(count)} that {there} here by that name: `musetui hub list` tells"


def _repositories(count: int) -> str:
    return f"{count:,} {'repository' if count == 1 else 'repositories'}"


async def _remove_owner(database: "Database", args: Namespace) -> str:
    from musetui.bus.administration import remove_owner

    gone = await remove_owner(database, args.handle)
    said = f"{args.handle} is not known any more"
    if gone.memberships:
        said += f", nor a member of {_repositories(gone.memberships)}"
    if gone.repositories:
        stay = "stays" if gone.repositories == 1 else "stay"
        said += f"; {_repositories(gone.repositories)} {stay}, owned by whoever is added as {args.handle} next"
    return said


async def _add_member(database: "Database", args: Namespace) -> str:
    from musetui.bus.administration import set_member
    from musetui.bus.repositories import Role

    role = None if args.role == "none" else Role(args.role)
    owner, slug = args.repository
    await set_member(database, owner, slug, args.handle, role)
    return f"{args.handle} is {'no member' if role is None else f'a {role}'} of {owner}/{slug}"


async def _make_public(database: "Database", args: Namespace) -> str:
    from musetui.bus.administration import set_public

    owner, slug = args.repository
    await set_public(database, owner, slug, public=True)
    return f"anybody may read {owner}/{slug}"


async def _make_private(database: "Database", args: Namespace) -> str:
    from musetui.bus.administration import set_public

    owner, slug = args.repository
    await set_public(database, owner, slug, public=False)
    return f"its owner and members alone may read {owner}/{slug}"


async def _restored(database: "Database", args: Namespace) -> str:
    from musetui.bus.administration import begin_new_history

    number = await begin_new_history(database)
    return f"the readers of {_repositories(number)} will begin anew"


_WORDS: "dict[str, Callable[[Database, Namespace], Awaitable[str | None]]]" = {
    "list": list_hub,
    "add-owner": _add_owner,
    "remove-owner": _remove_owner,
    "add-member": _add_member,
    "make-public": _make_public,
    "make-private": _make_private,
    "restored": _restored,
}
