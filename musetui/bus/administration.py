"""What the keeper of a hub does to its database: who is known, who may read and write, what is public."""

from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from musetui.bus.database import Database, insert_if_new
from musetui.bus.repositories import Role
from musetui.bus.settings import Owner, is_name
from musetui.bus.tables import MEMBERS, OWNERS, REPOSITORIES
from musetui.errors import BusError
from musetui.records.text import safe_text


async def make_known(database: Database, owner: Owner) -> None:
    """Make *owner* known, who may be known already.

    Raises:
        BusError: if the handle is known by another key, or can be none.
    """
    async with database.writing() as connection:
        await _insert(connection, owner)
        if await _key_of(connection, owner.handle) != owner.public_key:
            raise BusError(
                f"{owner.handle} is known here by another key: use another --database, or give them the new key with "
                "`musetui hub add-owner --replace`"
            )


async def add_owner(database: Database, owner: Owner, *, replace: bool = False) -> int:
    """Make somebody known by their key.

    Args:
        database: the hub's.
        owner: who.
        replace: whether a key by which they are known gives way; from then on it signs nothing.

    Returns:
        The number of repositories that are there already, and theirs by their name.

    Raises:
        BusError: if the handle can be none, or is known and not to be replaced.
    """
    async with database.writing() as connection:
        if await _key_of(connection, owner.handle) is not None:
            if not replace:
                raise BusError(f"{owner.handle} is known here already: say --replace to give them this key instead")
            await connection.execute(delete(OWNERS).where(OWNERS.c.handle == owner.handle))
        await _insert(connection, owner)
        return await _repositories_of(connection, owner.handle)


class Forgotten(NamedTuple):
    """What became of what somebody had.

    Attributes:
        memberships: how many of these are over.
        repositories: how many stay, whose owner nobody is.
    """

    memberships: int
    repositories: int


async def remove_owner(database: Database, handle: str) -> Forgotten:
    """Forget a key: nothing that it signs is taken any more.

    Memberships go with it, else whoever is known by that handle next would have them. Repositories stay.

    Raises:
        BusError: if nobody is known by that handle.
    """
    async with database.writing() as connection:
        if await _key_of(connection, handle) is None:
            raise BusError(f"nobody is known here as {safe_text(handle, 60)}: check the handle")
        await connection.execute(delete(OWNERS).where(OWNERS.c.handle == handle))
        ended = await connection.execute(delete(MEMBERS).where(MEMBERS.c.handle == handle))
        return Forgotten(ended.rowcount, await _repositories_of(connection, handle))


async def set_member(database: Database, owner: str, slug: str, handle: str, role: Role | None) -> None:
    """Let somebody read, or read and write; or take that from them, if *role* is None.

    Raises:
        BusError: if there is no such repository or handle, or it is the owner's.
    """
    async with database.writing() as connection:
        repository = await _repository(connection, owner, slug)
        if handle == owner:
            raise BusError(f"{safe_text(handle, 60)} owns it, and may do all there: name somebody else")
        if role is not None and await _key_of(connection, handle) is None:
            raise BusError(f"nobody is known here as {safe_text(handle, 60)}: add them with `musetui hub add-owner`")
        await connection.execute(delete(MEMBERS).where(MEMBERS.c.repository == repository, MEMBERS.c.handle == handle))
        if role is not None:
            await connection.execute(insert(MEMBERS).values(repository=repository, handle=handle, role=role.value))


async def set_public(database: Database, owner: str, slug: str, *, public: bool) -> None:
    """Let anybody read a repository, or its owner and members alone.

    Raises:
        BusError: if there is no such repository.
    """
    async with database.writing() as connection:
        repository = await _repository(connection, owner, slug)
        await connection.execute(update(REPOSITORIES).where(REPOSITORIES.c.id == repository).values(public=public))


async def begin_new_history(database: Database) -> int:
    """Have every reader begin anew; return the number of repositories.

    After a backup was put back the ids given since it was made are given a second time, to other records, which a
    reader with an old cursor would pass over.
    """
    async with database.writing() as connection:
        numbers = (await connection.execute(select(REPOSITORIES.c.id))).scalars().all()
        for number in numbers:
            statement = update(REPOSITORIES).where(REPOSITORIES.c.id == number)
            await connection.execute(statement.values(data_id=str(uuid4())))
        return len(numbers)


async def _repositories_of(connection: AsyncConnection, handle: str) -> int:
    statement = select(func.count()).select_from(REPOSITORIES).where(REPOSITORIES.c.owner == handle)
    return int((await connection.execute(statement)).scalar_one())


async def _key_of(connection: AsyncConnection, handle: str) -> bytes | None:
    key = (await connection.execute(select(OWNERS.c.public_key).where(OWNERS.c.handle == handle))).scalar()
    return None if key is None else bytes(key)


async def _insert(connection: AsyncConnection, owner: Owner) -> None:
    if not is_name(owner.handle):
        raise BusError(f"{safe_text(owner.handle, 60)!r} is no handle: write 1 to 256 letters, digits, '.', '-' or '_'")
    values = {"handle": owner.handle, "public_key": owner.public_key, "type": owner.type}
    await insert_if_new(connection, OWNERS, values)


async def _repository(connection: AsyncConnection, owner: str, slug: str) -> int:
    where = (REPOSITORIES.c.owner == owner, REPOSITORIES.c.slug == slug)
    number: int | None = (await connection.execute(select(REPOSITORIES.c.id).where(*where))).scalar()
    if number is None:
        raise BusError(f"there is no {safe_text(f'{owner}/{slug}', 200)} here: its owner's first push makes it")
    return number
