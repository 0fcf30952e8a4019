"""Sync: records to a hub and back, against the same bytes posted and fetched by a bare loop at the same hub."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from benchmarks.common import Row, middle, ms, repository
from benchmarks.servers import Server, bare_client, fetch, hub, post, scratch
from musetui.coordination.repository import Repository
from musetui.hub.client import HubClient
from musetui.hub.gathering import batches, local_slots
from musetui.hub.pull import Pull
from musetui.hub.push import Push
from musetui.hub.replies import PAGE_LIMIT
from musetui.hub.sent import SentLedger
from musetui.hub.target import HubTarget
from musetui.simulation.scene import make_repository

POSTED = "the same bytes posted, a bare httpx loop"
GOAL = "≤ 1.5 ×"


@dataclass
class Times:
    """Seconds of each round: ours, and of the floors that they are held against."""

    push: list[float] = field(default_factory=list)
    posting: list[float] = field(default_factory=list)
    pull: list[float] = field(default_factory=list)
    fetching: list[float] = field(default_factory=list)
    keeping: list[float] = field(default_factory=list)


def bodies_of(made: Repository) -> list[bytes]:
    """Return the bodies that a push of all of *made* sends."""
    slots, _ = local_slots(made)
    return [b'{"records":[' + b",".join(each.data for each in batch.records) + b"]}" for batch in batches(made, slots)]


async def push(made: Repository, target: HubTarget, ledger: Path) -> float:
    """Push all of *made*; return the seconds."""
    sent = SentLedger(ledger)
    try:
        async with HubClient(target) as client:
            began = time.perf_counter()
            slots, _ = local_slots(made)
            report = await Push(client, sent, only_unsent=False).run(made, slots)
            spent = time.perf_counter() - began
    finally:
        sent.close()
    if report.inserted != len(slots):
        raise RuntimeError(f"{report.inserted} of {len(slots)} records arrived: {report.errors[:3]}")
    return spent


async def post_all(bodies: list[bytes], target: HubTarget) -> float:
    """Post *bodies* one after the other; return the seconds."""
    async with bare_client() as client:
        began = time.perf_counter()
        for body in bodies:
            await post(client, target, body)
        return time.perf_counter() - began


async def pull(made: Repository, target: HubTarget, count: int) -> float:
    """Pull all there is into *made*; return the seconds."""
    async with HubClient(target) as client:
        began = time.perf_counter()
        report = await Pull(client, made).run()
        spent = time.perf_counter() - began
    if report.written != count:
        raise RuntimeError(f"{report.written} of {count} records landed: {report.refused[:3]}")
    return spent


async def fetch_all(target: HubTarget, folder: Path | None = None) -> float:
    """Fetch every page one after the other, and with a *folder* write each record to a file; return the seconds."""
    async with bare_client() as client:
        began = time.perf_counter()
        cursor, more, number = 0, True, 0
        while more:
            page = orjson.loads(await fetch(client, target, f"?since_id={cursor}&limit={PAGE_LIMIT}"))
            cursor, more = page["cursor"], page["more"]
            for record in page["records"] if folder else ():
                number += 1
                (folder / f"{number}.json").write_bytes(orjson.dumps(record))
        return time.perf_counter() - began


def measure(made: Repository, served: Server, folder: Path, rounds: int) -> Times:
    """Push and pull all of *made* so many times, each time in turn with its floors."""
    bodies = bodies_of(made)
    count = len(local_slots(made)[0])
    times = Times()
    for number in range(rounds):
        bare, ours = served.target(f"bare-{number}"), served.target(f"ours-{number}")
        # In turns: what comes second meets a fuller hub.
        for is_ours in (number % 2 == 1, number % 2 == 0):
            if is_ours:
                times.push.append(asyncio.run(push(made, ours, folder / f"ledger-{number}")))
            else:
                times.posting.append(asyncio.run(post_all(bodies, bare)))
        times.fetching.append(asyncio.run(fetch_all(ours)))
        empty = Repository(folder / f"pulled-{number}")
        make_repository(empty, datetime.now(UTC))
        times.pull.append(asyncio.run(pull(empty, ours, count)))
        plain = folder / f"plain-{number}"
        plain.mkdir()
        times.keeping.append(asyncio.run(fetch_all(ours, plain)))
    return times


def run(quick: bool) -> Iterator[Row]:
    """Push and pull repositories of growing size."""
    # Removed at the very end: ext4 is slow to make files for minutes where many were removed, all the slower the more.
    with ExitStack() as stack:
        for size in (2_000,) if quick else (10_000, 100_000):
            made, folder = stack.enter_context(repository(size)), stack.enter_context(scratch())
            with hub(folder) as served:
                times = measure(made, served, folder, 4 if size <= 10_000 else 2)
            yield _row(f"push {size:,} records", times.push, times.posting, POSTED, GOAL)
            yield _row(f"pull {size:,} records", times.pull, times.posting, POSTED, GOAL)
            yield _row("… against a fetch that makes a file a record", times.pull, times.keeping, "no flush", GOAL)
            yield _row("… against a fetch that keeps nothing", times.pull, times.fetching, "a bare httpx loop", "")


def _row(what: str, ours: list[float], floors: list[float], floor: str, goal: str) -> Row:
    return Row(what, ms(middle(ours)), f"{ms(middle(floors))} ({floor})", middle(ours) / middle(floors), goal)
