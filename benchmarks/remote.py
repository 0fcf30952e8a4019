"""Remote: from a push to the hub to its text on another machine's terminal, which waits at the hub."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx

from benchmarks.common import ROOT, Row, ms, percentile, repository, until_calm, wait_for_bytes
from benchmarks.servers import Server, bare_client, fetch, hub, post, scratch
from musetui.coordination.repository import Repository
from musetui.hub.target import HubTarget
from tests.pty.terminal import Terminal

SLUG = "orchard"
_WAIT_SECONDS = 30


def body(name: str) -> bytes:
    """Return a push of one reservation called *name*."""
    now = datetime.now(UTC)
    # It runs out before all others, so that its row is the first of the list.
    expires_at = (now + timedelta(seconds=60)).isoformat()
    payload = {
        "schema_version": 1,
        "reservation_id": name,
        "run_id": name,
        "branch": "main",
        "addresses": [f"src/bench/{name}.py"],
        "created_at": now.isoformat(),
        "expires_at": expires_at,
        "operation": "modify",
    }
    about = {"kind": "reservation", "record_id": name, "run_id": name, "expires_at": expires_at}
    return json.dumps({"records": [{**about, "payload": payload}]}).encode()


def dashboard(made: Repository, served: Server) -> Terminal:
    """Start `musetui` on *made*, told of the hub, in a real terminal."""
    told = {"MUSETUI_HUB": served.url, "MUSETUI_SLUG": SLUG, "MUSETUI_IDENTITY": str(served.home / "identity.toml")}
    state = {"MUSETUI_STATE": str(served.home / "state")}
    command = [sys.executable, "-m", "musetui", "--repo", str(made.root)]
    return Terminal(command, cwd=ROOT, env={**os.environ, **told, **state})


async def heard(client: httpx.AsyncClient, target: HubTarget, number: int, cursor: int) -> float:
    """Return the seconds from a push to the end of the answer that one waiting client gets."""
    waiting = asyncio.create_task(fetch(client, target, f"?since_id={cursor}&wait={_WAIT_SECONDS}"))
    await asyncio.sleep(0.05)  # it is on its way; a push before it waits would be answered just as fast
    began = time.perf_counter()
    await post(client, target, body(f"floor-{number:04}"))
    await waiting
    return time.perf_counter() - began


async def floor_of(target: HubTarget, count: int) -> list[float]:
    """Return how long a bare client that waits takes to hear of each of *count* pushes (seconds)."""
    async with bare_client() as client:
        await post(client, target, body("first"))
        return [await heard(client, target, number, number + 1) for number in range(count)]


async def shown(terminal: Terminal, target: HubTarget, count: int) -> list[float]:
    """Push one reservation at a time, and return the seconds from each push to its text on *terminal*."""
    taken = []
    async with bare_client() as client:
        for number in range(count):
            until_calm(terminal)
            start = len(terminal.raw)
            began = time.perf_counter()
            await post(client, target, body(f"bench-{number:04}"))
            taken.append(wait_for_bytes(terminal, f"bench-{number:04}".encode(), start) - began)
    return taken


def run(quick: bool) -> Iterator[Row]:
    """Push records one at a time, and wait for each to be seen."""
    count = 20 if quick else 100
    with repository(200) as made, scratch() as folder, hub(folder) as served:
        floor = asyncio.run(floor_of(served.target("floor"), count))
        asyncio.run(floor_of(served.target(SLUG), 1))  # makes the repository
        with dashboard(made, served) as terminal:
            wait_for_bytes(terminal, b"floor-0000", 0)
            taken = asyncio.run(shown(terminal, served.target(SLUG), count))
    yield Row(
        "push to the hub to text on another's terminal, p50 / p95",
        f"{ms(percentile(taken, 0.5))} / {ms(percentile(taken, 0.95))}",
        f"{ms(percentile(floor, 0.95))} (a bare client that waits, p95)",
        percentile(taken, 0.95) / percentile(floor, 0.95),
        "p95 ≤ 250 ms",
    )
