"""Keeping what is pushed, so that a reader's cursor can be trusted.

The trap: ids from a sequence are given out when a record is written, but the record is seen when it is committed. Of
two writers at once the one with the higher id may commit first; a reader then takes its cursor past the lower id, and
never sees that record.

The way out: the ids of a repository come from its own row, `last_id`, and who wants some locks that row until it
commits. (On SQLite, BEGIN IMMEDIATE locks the whole database; on PostgreSQL it is SELECT … FOR UPDATE.) So the ids
of one repository are given out and committed in the same order, and whoever sees an id sees all that are lower. Pushes
to different repositories do not wait for each other on PostgreSQL. The lock also makes "is it there already?" a
question with a lasting answer, so that only what is really new takes an id.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from musetui.bus.arrivals import Arrival
from musetui.bus.tables import RECORDS, REPOSITORIES


@dataclass(frozen=True, slots=True)
class Appended:
    """What a push came to.

    Attributes:
        inserted: records that are here now and were not before.
        skipped: records that were here, or of which the batch itself holds a better one.
        kinds: the kinds of the inserted ones.
    """

    inserted: int
    skipped: int
    kinds: frozenset[str]


async def append(
    connection: AsyncConnection, repository: int, arrivals: Sequence[Arrival], now: datetime | None = None
) -> Appended:
    """Keep *arrivals* in a repository, in their order; all of them, once the transaction is committed, or none.

    A record that is there stays as it is, except a heartbeat, which a newer one replaces under a new id.
    """
    last_id = await _lock(connection, repository)
    known = await _known(connection, repository, arrivals)
    fresh: dict[tuple[str, str, str], Arrival] = {}
    replaced: set[int] = set()
    for arrival in arrivals:
        identity = arrival.identity
        if identity in fresh:
            if arrival.beat > fresh[identity].beat:
                del fresh[identity]  # and stand where the newer one stands
                fresh[identity] = arrival
        elif identity not in known:
            fresh[identity] = arrival
        elif arrival.beat > known[identity].beat:
            replaced.add(known[identity].id)
            fresh[identity] = arrival
    if fresh:
        await _write(connection, repository, last_id, fresh.values(), replaced, now or datetime.now(UTC))
    kinds = frozenset(kind for kind, _, _ in fresh)
    return Appended(len(fresh), len(arrivals) - len(fresh), kinds)


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    beat: str


async def _lock(connection: AsyncConnection, repository: int) -> int:
    """Lock the row that gives out ids, until the transaction ends; return the last one given."""
    statement = select(REPOSITORIES.c.last_id).where(REPOSITORIES.c.id == repository).with_for_update()
    return int((await connection.execute(statement)).scalar_one())


async def _known(
    connection: AsyncConnection, repository: int, arrivals: Iterable[Arrival]
) -> dict[tuple[str, str, str], _Known]:
    """Return what is there of the identities of *arrivals*: one statement a kind, whatever their number."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for arrival in arrivals:
        wanted[arrival.kind].add(arrival.record_id)
    columns = (RECORDS.c.kind, RECORDS.c.record_id, RECORDS.c.lane, RECORDS.c.id, RECORDS.c.beat)
    known: dict[tuple[str, str, str], _Known] = {}
    # The sum keeps PostgreSQL, while it lacks statistics, from walking through the whole repository (by its primary
    # key) for what the identity's index finds at once: seen at 50,000 records, where a push took a second.
    there = RECORDS.c.repository + 0 == repository
    for kind, record_ids in wanted.items():
        where = (RECORDS.c.record_id.in_(record_ids), RECORDS.c.kind == kind, there)
        for row in await connection.execute(select(*columns).where(*where)):
            known[row.kind, row.record_id, row.lane] = _Known(row.id, row.beat)
    return known


async def _write(
    connection: AsyncConnection,
    repository: int,
    last_id: int,
    fresh: Iterable[Arrival],
    replaced: set[int],
    now: datetime,
) -> None:
    if replaced:
        await connection.execute(delete(RECORDS).where(RECORDS.c.repository == repository, RECORDS.c.id.in_(replaced)))
    rows = [
        {
            "repository": repository,
            "id": number,
            "kind": arrival.kind,
            "record_id": arrival.record_id,
            "lane": arrival.lane,
            "beat": arrival.beat,
            "run_id": arrival.run_id.encode(),
            "expires_at": arrival.expires_at,
            "created_at": now.isoformat(),
            "payload": arrival.payload,
        }
        for number, arrival in enumerate(fresh, last_id + 1)
    ]
    await connection.execute(insert(RECORDS), rows)
    statement = update(REPOSITORIES).where(REPOSITORIES.c.id == repository).values(last_id=last_id + len(rows))
    await connection.execute(statement)
