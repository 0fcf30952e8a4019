"""What `musetui hub` prints once it answers: where it is, and how a repository is pointed at it."""

import os
import re
import shlex
import socket
from collections.abc import Sequence
from pathlib import Path

from musetui.cli.output import flush, say
from musetui.coordination.repository import find_repository
from musetui.errors import HubRefusedError, RepositoryError
from musetui.hub.address import read_address

NOBODY = "OWNER"
"""Stands for the owner of a repository where it is not known who that will be."""

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}
"""Hosts that are no place to go to but all there are on a machine, and which of these is the machine's own alone."""


def greet(
    host: str, names: Sequence[str], owner: str, identity: Path | None = None, database: str | None = None
) -> None:
    """Print where a hub is and how it is reached.

    Args:
        host: where it listens, with its port where that is not 80.
        names: the hosts that it is known by, as `--name` told them.
        owner: whose repositories are to be pointed at it.
        identity: the file that says who one is there, where that is another one than clients look for.
        database: its database's URL, as it may be shown, where that is not the one that the keeper's words take unless
            they are told another.
    """
    url = _reached_at(host, names)
    say(f"musetui hub listens on http://{host}")
    say()
    say("In a repository, write into .muse/config.toml:")
    say()
    say("  [hub]")
    say(f'  url = "{url}"')
    say(f'  owner = "{owner}"')
    say(f'  slug = "{_slug()}"')
    say()
    say("and send and fetch records with `musetui sync push` and `musetui sync pull`.")
    if identity is not None:
        say("Who one is there stands in a file of its own, so tell musetui first where that is:")
        say()
        say(f"  export MUSETUI_IDENTITY={shlex.quote(os.fspath(identity))}")
    if url.startswith("https:"):
        say("A proxy that speaks TLS has to stand before the hub there: clients speak plain http to their own machine")
        say('alone. docs/hub.md shows one, under "For a team".')
        if not names:
            say("Start it with --name, too, and the name that clients know it by: until then it takes what was")
            say("signed for another hub.")
        if here := None if names else _here(host):
            say(f'On this machine itself, url = "http://{here}" will do.')
    if owner == NOBODY:
        on = "" if database is None else f" --database {shlex.quote(database)}"
        say("Who writes must be known (or use --dev on this machine):")
        say()
        say(f"  musetui hub add-owner OWNER --key PUBLIC_KEY.pem{on}")
    flush()


def _reached_at(host: str, names: Sequence[str]) -> str:
    """Return the address under which a client is to look for the hub, from elsewhere if that is possible at all."""
    known_by = names[0] if names else host
    if _is_spoken_to(f"http://{known_by}"):
        return f"http://{known_by}"
    return f"https://{known_by if names else _machine(host)}"


def _is_spoken_to(url: str) -> bool:
    try:
        read_address(url)
    except HubRefusedError:
        return False
    return True


def _machine(host: str) -> str:
    """Return what others may call this machine: the host it listens on, or its own name where that is none."""
    name = host.rpartition(":")[0] or host
    if _here(host) is None:
        return name
    own = socket.gethostname().lower()
    return own if _is_spoken_to(f"https://{own}") and not _is_spoken_to(f"http://{own}") else "THIS-MACHINE"


def _here(host: str) -> str | None:
    """Return where the hub is for this machine's own clients, if it listens at every address."""
    for every, own in _EVERY_ADDRESS.items():
        if host == every or host.startswith(f"{every}:"):
            return own + host[len(every) :]
    return None


def _slug() -> str:
    """Return the name of the repository around this folder, as a slug."""
    try:
        name = find_repository(None).root.name
    except RepositoryError:
        name = ""
    return re.sub(r"[^A-Za-z0-9_.\-]+", "-", name).strip("-.")[:256] or "my-repository"
