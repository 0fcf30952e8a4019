"""Who is known at a hub, and what is there, for its keeper."""

from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from musetui.bus.database import Database
from musetui.bus.tables import MEMBERS, OWNERS, RECORDS, REPOSITORIES


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who can sign.

    Attributes:
        handle: their name.
        type: human or agent.
        fingerprint: of their public key, as in an identity file.
    """

    handle: str
    type: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A repository.

    Attributes:
        owner: whose it is.
        slug: what it is called.
        public: whether anybody may read it.
        records: how many are in it.
        members: handle and role of each member, by handle.
    """

    owner: str
    slug: str
    public: bool
    records: int
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Census:
    """All of them, each by name."""

    owners: tuple[Known, ...]
    repositories: tuple[Kept, ...]


async def take_census(database: Database) -> Census:
    """Return who is known and what is there; counts every record."""
    async with database.reading() as connection:
        owners = await _owners(connection)
        return Census(owners, await _repositories(connection))


async def _owners(connection: AsyncConnection) -> tuple[Known, ...]:
    rows = await connection.execute(select(OWNERS.c.handle, OWNERS.c.type, OWNERS.c.public_key))
    return tuple(
        Known(row.handle, row.type, f"sha256:{sha256(bytes(row.public_key)).hexdigest()}")
        for row in sorted(rows, key=lambda row: str(row.handle))  # not by the database: each has an order of its own
    )


async def _repositories(connection: AsyncConnection) -> tuple[Kept, ...]:
    members: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in await connection.execute(select(MEMBERS.c.repository, MEMBERS.c.handle, MEMBERS.c.role)):
        members[row.repository].append((row.handle, row.role))
    counting = select(RECORDS.c.repository, func.count().label("records")).group_by(RECORDS.c.repository)
    counts = {row.repository: row.records for row in await connection.execute(counting)}
    columns = (REPOSITORIES.c.id, REPOSITORIES.c.owner, REPOSITORIES.c.slug, REPOSITORIES.c.public)
    return tuple(
        Kept(row.owner, row.slug, row.public, counts.get(row.id, 0), tuple(sorted(members[row.id])))
        for row in sorted(await connection.execute(select(*columns)), key=lambda row: (row.owner, row.slug))
    )
