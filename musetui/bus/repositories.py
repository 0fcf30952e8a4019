"""Who may do what where: owners and their keys, repositories, and their members."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from musetui.bus.database import insert_if_new
from musetui.bus.tables import MEMBERS, OWNERS, REPOSITORIES


class Role(StrEnum):
    """What a member may do."""

    READER = "reader"
    WRITER = "writer"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository.

    Attributes:
        id: its number in the tables.
        public: whether anybody may read it.
        data_id: the name of this very history of records; another one after a restore.
    """

    id: int
    public: bool
    data_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a handle stands to an owner's repository; a fact of the database, whether the handle is proven or not.

    Attributes:
        key: the handle's public key, or None if it is not registered.
        repository: None if there is none.
        is_owner: whether the handle is the owner's.
        role: what it is as a member, or None.
    """

    key: bytes | None
    repository: Repository | None
    is_owner: bool
    role: Role | None

    @property
    def may_write(self) -> bool:
        """Whether the handle may push here, to a repository that is there or is to be made."""
        return self.is_owner or (self.repository is not None and self.role is Role.WRITER)

    @property
    def may_read(self) -> bool:
        """Whether the handle may pull from here."""
        return self.repository is not None and (self.repository.public or self.is_owner or self.role is not None)


async def standing(connection: AsyncConnection, handle: str, owner: str, slug: str) -> Standing:
    """Look up *handle* ("" for nobody) and the repository, in one statement whatever is there and whatever is not."""
    one = select(literal(1).label("one")).subquery()
    joined = (
        one.outerjoin(OWNERS, OWNERS.c.handle == handle)
        .outerjoin(REPOSITORIES, (REPOSITORIES.c.owner == owner) & (REPOSITORIES.c.slug == slug))
        .outerjoin(MEMBERS, (MEMBERS.c.repository == REPOSITORIES.c.id) & (MEMBERS.c.handle == handle))
    )
    columns = (
        OWNERS.c.public_key,
        REPOSITORIES.c.id,
        REPOSITORIES.c.public,
        REPOSITORIES.c.data_id,
        MEMBERS.c.role,
    )
    row = (await connection.execute(select(*columns).select_from(joined))).one()
    return Standing(
        key=None if row.public_key is None else bytes(row.public_key),
        repository=None if row.id is None else Repository(row.id, row.public, row.data_id),
        is_owner=bool(handle) and handle == owner,
        role=None if row.role is None else Role(row.role),
    )


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read a repository, as of one look.

    Attributes:
        public: whether anybody may.
        keys: the public keys of those who may besides, by handle.
    """

    public: bool
    keys: Mapping[str, bytes]

    def include(self, handle: str, key: bytes | None) -> bool:
        """Return whether *handle*, who has proven to have *key*, is one of them."""
        return self.public or (key is not None and self.keys.get(handle) == key)


async def readers(connection: AsyncConnection, repository: Repository) -> Readers:
    """Look up who may read *repository* by now."""
    where = REPOSITORIES.c.id == repository.id
    row = (await connection.execute(select(REPOSITORIES.c.public, REPOSITORIES.c.owner).where(where))).one_or_none()
    if row is None:
        return Readers(public=False, keys={})
    members = select(MEMBERS.c.handle).where(MEMBERS.c.repository == repository.id)
    known = select(OWNERS.c.handle, OWNERS.c.public_key).where(
        (OWNERS.c.handle == row.owner) | OWNERS.c.handle.in_(members)
    )
    keys = {each.handle: bytes(each.public_key) for each in await connection.execute(known)}
    return Readers(row.public, keys)


async def make_repository(connection: AsyncConnection, owner: str, slug: str, *, public: bool) -> Repository:
    """Return the repository of that name, which is made now unless somebody was quicker."""
    values = {"owner": owner, "slug": slug, "public": public, "data_id": str(uuid4()), "last_id": 0}
    await insert_if_new(connection, REPOSITORIES, values)
    columns = (REPOSITORIES.c.id, REPOSITORIES.c.public, REPOSITORIES.c.data_id)
    where = (REPOSITORIES.c.owner == owner, REPOSITORIES.c.slug == slug)
    row = (await connection.execute(select(*columns).where(*where))).one()
    return Repository(row.id, row.public, row.data_id)
