"""What is pulled: a page of records after a cursor, as the bytes of its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from musetui.bus.repositories import Repository
from musetui.bus.tables import RECORDS, REPOSITORIES


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks for.

    Attributes:
        since_id: the id after which the page begins.
        limit: the most records in it.
        kinds: the kinds wanted; none for all.
    """

    since_id: int
    limit: int
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer.

    Attributes:
        count: how many records are in it.
        cursor: where the next one begins.
        body: its JSON.
    """

    count: int
    cursor: int
    body: bytes


async def read_page(connection: AsyncConnection, repository: Repository, question: Question, page_bytes: int) -> Page:
    """Return the records after a cursor, in the order of their ids; fewer than asked for where they are large.

    Args:
        connection: a transaction.
        repository: where they are.
        question: which are wanted.
        page_bytes: payload bytes after which no further record is taken.
    """
    ids, more = await _choose(connection, repository, question, page_bytes)
    if not ids:
        return _page(repository, [], await _end_of_nothing(connection, repository, question), more=False)
    rows = await _fetch(connection, repository, question, ids[-1])
    # What was chosen and is gone has come again under a higher id: it is passed, were it the last or all of them.
    return _page(repository, rows, ids[-1], more=more)


def nothing(repository: Repository, question: Question) -> Page:
    """Return the answer that there is nothing new."""
    return _page(repository, [], question.since_id, more=False)


def _page(repository: Repository, rows: Sequence[Row[*tuple[Any, ...]]], cursor: int, *, more: bool) -> Page:
    records = b",".join(map(_encode, rows))
    tail = b'],"cursor":%d,"hub":"%s","more":%s}' % (cursor, repository.data_id.encode(), b"true" if more else b"false")
    return Page(len(rows), cursor, b'{"records":[' + records + tail)


async def _end_of_nothing(connection: AsyncConnection, repository: Repository, question: Question) -> int:
    """Return the cursor where nothing is new: the reader's own, or the last id there is where that is below it.

    Such a reader has read what is not there any more: a backup was put back, and nobody said so.
    """
    if not question.since_id:
        return 0
    statement = select(REPOSITORIES.c.last_id).where(REPOSITORIES.c.id == repository.id)
    last: int | None = (await connection.execute(statement)).scalar()
    return question.since_id if last is None else min(question.since_id, last)


async def _choose(
    connection: AsyncConnection, repository: Repository, question: Question, page_bytes: int
) -> tuple[list[int], bool]:
    """Return the ids that fit a page, and whether there are more: by their sizes, before a payload is in memory."""
    statement = (
        select(RECORDS.c.id, func.length(RECORDS.c.payload).label("size"))
        .where(*_asked(repository, question))
        .order_by(RECORDS.c.id)
        .limit(question.limit + 1)
    )
    found = (await connection.execute(statement)).all()
    ids: list[int] = []
    total = 0
    for row in found[: question.limit]:
        if total >= page_bytes:
            break
        total += row.size
        ids.append(row.id)
    return ids, len(found) > len(ids)


async def _fetch(
    connection: AsyncConnection, repository: Repository, question: Question, last: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the records up to *last*. Since they were chosen none can have come, only a heartbeat have gone."""
    columns = (
        RECORDS.c.id,
        RECORDS.c.kind,
        RECORDS.c.record_id,
        RECORDS.c.run_id,
        RECORDS.c.payload,
        RECORDS.c.expires_at,
        RECORDS.c.created_at,
    )
    statement = select(*columns).where(*_asked(repository, question), RECORDS.c.id <= last).order_by(RECORDS.c.id)
    return (await connection.execute(statement)).all()


def _asked(repository: Repository, question: Question) -> list[Any]:
    where = [RECORDS.c.repository == repository.id, RECORDS.c.id > question.since_id]
    if question.kinds:
        where.append(RECORDS.c.kind.in_(sorted(question.kinds)))
    return where


def _encode(row: Row[*tuple[Any, ...]]) -> bytes:
    """Return a record's JSON. Its payload is JSON already, and is handed on as it is."""
    return b'{"id":%d,"kind":"%s","record_id":"%s","run_id":%s,"payload":%s,"expires_at":%s,"created_at":"%s"}' % (
        row.id,
        row.kind.encode(),
        row.record_id.encode(),
        to_json(bytes(row.run_id).decode()),
        bytes(row.payload),
        to_json(row.expires_at),
        row.created_at.encode(),
    )
