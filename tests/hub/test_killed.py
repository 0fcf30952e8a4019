"""kill -9 of a client at any moment loses nothing: done again, it ends as if nobody had killed it."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import musetui
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.hub.cursor import read_cursor
from musetui.hub.sent import SentLedger, ledger_file
from musetui.hub.target import HubTarget
from tests.conftest import wait_until
from tests.hub.conftest import Put, pulled, reservation, wired
from tests.hub.hub import Answering, Hub

RECORDS = 1_200
KILLS = 3

PULL = """
import asyncio, sys
from pathlib import Path
from musetui.coordination.repository import Repository
from musetui.hub.link import HubLink
from musetui.settings import Settings

async def pull():
    settings = Settings(hub=sys.argv[2], owner="gabriel", slug="orchard")
    async with HubLink(Repository(Path(sys.argv[1])), settings) as link:
        await link.pull()

asyncio.run(pull())
"""


def start(*words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, "PYTHONPATH": str(Path(musetui.__file__).parents[1])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def kill_once_it_works(process: "subprocess.Popen[bytes]", hub: Hub, dice: random.Random) -> None:
    """Kill *process* a seeded time after it first spoke to the hub."""
    before = len(hub.requests)
    wait_until(lambda: len(hub.requests) > before or process.poll() is not None, what="the first request")
    moment = time.monotonic() + dice.uniform(0, 0.4)
    wait_until(lambda: time.monotonic() > moment, what="the moment")
    process.send_signal(signal.SIGKILL)
    process.communicate()


def finish(process: "subprocess.Popen[bytes]") -> None:
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()


@pytest.mark.parametrize("seed", [1])
def test_push(put: Put, hub: Hub, identity: Any, repository: Repository, target: HubTarget, seed: int) -> None:
    for number in range(RECORDS):
        put(f"reservations/r-{number:04}.json", reservation(f"r-{number:04}"))
    words = ["-m", "musetui", "--repo", str(repository.root), "sync", "push"]
    words += ["--hub", hub.url, "--owner", "gabriel", "--slug", "orchard"]
    dice = random.Random(seed)
    for _ in range(KILLS):
        kill_once_it_works(start(*words), hub, dice)
    finish(start(*words))
    assert [row["payload"] for row in hub.records] == [reservation(f"r-{number:04}") for number in range(RECORDS)]
    ledger = SentLedger(ledger_file(repository, target))
    assert len(ledger) == RECORDS
    assert all(ledger.has(sighting) for sighting in load(repository).found)


@pytest.mark.parametrize("seed", [3])
def test_pull(hub: Hub, identity: Any, repository: Repository, target: HubTarget, seed: int) -> None:
    rows = [wired(f"r-{number:04}") for number in range(RECORDS)]
    hub.push([{key: value for key, value in row.items() if key not in ("id", "created_at")} for row in rows])

    def small_pages(answering: Answering) -> bool:
        since = int(answering.path.partition("since_id=")[2].partition("&")[0])
        answering.say(200, hub.pull(since, 100, [], 0))
        return True

    hub.trouble = small_pages
    dice = random.Random(seed)
    for _ in range(KILLS):
        kill_once_it_works(start("-c", PULL, str(repository.root), hub.url), hub, dice)
        # Whatever the moment was, all that the cursor has passed is on disk, and whole.
        cursor = read_cursor(repository.coordination, target)
        assert {record["id"] for record in pulled(repository.root).values()} >= set(range(1, cursor.since_id + 1))
    finish(start("-c", PULL, str(repository.root), hub.url))
    assert pulled(repository.root) == {f"reservation/{row['record_id']}.json": row for row in hub.records}
    assert read_cursor(repository.coordination, target).since_id == RECORDS
    assert load(repository).problems == []
