"""`musetui hub list`: who is known at a hub, and what is there."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from musetui.cli.output import say, say_json, say_table

if TYPE_CHECKING:
    from musetui.bus.census import Census, Kept
    from musetui.bus.database import Database


async def list_hub(database: "Database", args: Namespace) -> None:
    """Print owners and repositories, each by name."""
    from musetui.bus.census import take_census

    census = await take_census(database)
    if args.as_json:
        say_json(_as_json(census))
    else:
        _say(census)


def _as_json(census: "Census") -> dict[str, Any]:
    return {
        "schema_version": 1,
        "owners": [asdict(owner) for owner in census.owners],
        "repositories": [
            {**asdict(kept), "members": [{"handle": handle, "role": role} for handle, role in kept.members]}
            for kept in census.repositories
        ],
    }


def _say(census: "Census") -> None:
    if census.owners:
        rows = [(owner.handle, owner.type, owner.fingerprint) for owner in census.owners]
        say_table(("OWNER", "TYPE", "KEY"), rows)
    else:
        say("nobody is known here: `musetui hub add-owner` makes somebody known")
    say()
    if census.repositories:
        titles = ("REPOSITORY", "READABLE", "RECORDS", "MEMBER", "ROLE")
        say_table(titles, [row for kept in census.repositories for row in _rows(kept)], numbers=(2,))
    else:
        say("there are no repositories here: an owner's first push makes one")


def _rows(kept: "Kept") -> Iterator[tuple[str, ...]]:
    """Yield a line a member, the first with what there is to say of the repository."""
    first, *others = kept.members or (("", ""),)
    yield f"{kept.owner}/{kept.slug}", "public" if kept.public else "private", f"{kept.records:,}", *first
    for member in others:
        yield "", "", "", *member
