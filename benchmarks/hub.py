"""A hub under load: writers at once on each database, and a thousand readers that wait."""

import asyncio
import json
import resource
import time
from collections.abc import Iterator
from itertools import count

from benchmarks.common import Row, middle, ms
from benchmarks.servers import Server, bare_client, bare_server, fetch, hub, post, scratch
from musetui.hub.target import HubTarget
from tests.bus.postgres import find_postgres, running_postgres

WRITERS = (1, 4, 16)
BATCH = 500
_NUMBERS = count(1)
_DESCRIPTORS = 4_096
"""Open files that a thousand connections and all else need, on either side."""

_LAST_ID = 1
"""The hub's id of the only record that is there when they begin to wait."""

_WAIT_SECONDS = 30
_PATIENCE = 60.0


def body(records: int) -> bytes:
    """Return a push of so many reservations, none of which was pushed before."""
    return json.dumps({"records": [_record(next(_NUMBERS)) for _ in range(records)]}).encode()


def _record(number: int) -> dict[str, object]:
    moment = "2026-01-01T12:00:00+00:00"
    payload = {
        "schema_version": 1,
        "reservation_id": f"bench-{number:012}",
        "run_id": f"agent-{number % 200}",
        "branch": "feature/billing",
        "addresses": [f"src/billing_{number % 977}.py::Invoice.total"],
        "created_at": moment,
        "expires_at": moment,
        "operation": "modify",
    }
    about = {"kind": "reservation", "record_id": payload["reservation_id"], "run_id": payload["run_id"]}
    return {**about, "payload": payload, "expires_at": moment}


async def write(target: HubTarget, writers: int, bodies: list[bytes]) -> float:
    """Have so many writers post *bodies*, each as soon as its last was answered; return the seconds."""
    left = iter(bodies)

    async def writer() -> None:
        for each in left:
            await post(client, target, each)

    async with bare_client() as client:
        began = time.perf_counter()
        await asyncio.gather(*(writer() for _ in range(writers)))
        return time.perf_counter() - began


def writing(served: Server, bare: Server, name: str, scale: int) -> Iterator[Row]:
    """Write in batches and one by one, to the hub and to a server that only reads them."""
    asyncio.run(write(served.target("bench"), 1, [body(1)]))  # makes the repository
    for records, requests in ((BATCH, 10 * scale), (1, 100 * scale)):
        for writers in WRITERS:
            bodies = [body(records) for _ in range(requests)]
            spent = asyncio.run(write(served.target("bench"), writers, bodies))
            floor = asyncio.run(write(bare.in_place_of(served.target("bench")), writers, bodies))
            figure = f"{requests / spent:,.0f} requests/s"
            if records > 1:
                figure = f"{records * requests / spent:,.0f} records/s, {figure}"
            yield Row(
                f"hub on {name}, {writers} {'writer' if writers == 1 else 'writers'}, "
                + (f"{records} records a request" if records > 1 else "a record a request"),
                figure,
                f"{requests / floor:,.0f} requests/s (a server that keeps nothing)",
                spent / floor,
            )


async def wait_all(target: HubTarget, clients: int, server: Server) -> tuple[float, list[float]]:
    """Have *clients* wait for one push; return (MiB of the server's with them, seconds from push to each answer)."""
    path = f"{target.records_path}?since_id={_LAST_ID}&wait={_WAIT_SECONDS}"
    request = f"GET {path} HTTP/1.1\r\nHost: {target.address.netloc}\r\n\r\n".encode()
    answers: list[float] = []
    connections = [await asyncio.open_connection(target.address.host, target.address.port) for _ in range(clients)]
    try:
        for _, writer in connections:
            writer.write(request)

        async def answer(reader: asyncio.StreamReader) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode(errors="replace"))
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r", 1)[0])
            await reader.readexactly(length)
            answers.append(time.perf_counter())

        waiting = [asyncio.create_task(answer(reader)) for reader, _ in connections]
        async with bare_client() as client:
            await fetch(client, target, f"?since_id={_LAST_ID}")  # connected, for the push
            await server.idle()  # and all have been looked for, and wait
            memory = server.memory()
            pushed = body(1)
            began = time.perf_counter()
            await post(client, target, pushed)
            async with asyncio.timeout(_PATIENCE):
                await asyncio.gather(*waiting)
    finally:
        for _, writer in connections:
            writer.close()
    return memory, [at - began for at in answers]


def waiting(clients: int) -> Iterator[Row]:
    """Have readers wait at a hub, and at a server that does nothing but hold them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _DESCRIPTORS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(_DESCRIPTORS, hard), hard))
    with scratch() as folder, hub(folder) as served, bare_server(folder) as bare:
        target = served.target("bench")
        asyncio.run(write(target, 1, [body(1)]))
        before, bare_before = served.memory(), bare.memory()
        with_them, ours = asyncio.run(wait_all(target, clients, served))
        bare_with, floors = asyncio.run(wait_all(bare.in_place_of(target), clients, bare))
    yield Row(
        f"{clients:,} clients wait at one hub: its memory",
        f"{with_them:.0f} MiB ({before:.0f} before)",
        f"{bare_with:.0f} MiB ({bare_before:.0f} before; a bare asyncio server)",
        with_them / bare_with,
    )
    yield Row(
        "… from a push to their answers, p50",
        ms(middle(ours)),
        f"{ms(middle(floors))} (a bare asyncio server)",
        middle(ours) / middle(floors),
    )
    yield Row(
        "… from a push to the last answer",
        ms(max(ours)),
        f"{ms(max(floors))} (a bare asyncio server)",
        max(ours) / max(floors),
    )


def run(quick: bool) -> Iterator[Row]:
    """Write to a hub on each database, then wait at one."""
    scale = 2 if quick else 10
    with scratch() as folder, hub(folder) as served, bare_server(folder) as bare:
        yield from writing(served, bare, "SQLite", scale)
    if find_postgres() is None:
        yield Row("hub on PostgreSQL", "left out: there is no PostgreSQL here (Debian: postgresql)")
    else:
        with (
            running_postgres(options=()) as postgres,
            scratch() as folder,
            hub(folder, postgres.new_database()) as served,
            bare_server(folder) as bare,
        ):
            yield from writing(served, bare, "PostgreSQL", scale)
    yield from waiting(100 if quick else 1_000)
