"""A hub that is killed at any moment loses nothing that it has acknowledged, and keeps no half of a push."""

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

import musetui
from musetui.bus.administration import add_owner
from tests.bus.conftest import House, Open
from tests.bus.people import Person, Signed, path, push_body, record
from tests.bus.test_access import administer

ROUNDS = 2
WRITERS = 4
BATCH = 60


@contextmanager
def process(database: str, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a hub as a process of its own; give it, and its URL."""
    command = [sys.executable, "-m", "musetui", "hub", "--database", database, "--port", "0", "--rate", "0", *words]
    hub = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(musetui.__file__).parents[1]
    )
    assert hub.stdout is not None
    try:
        first = hub.stdout.readline()
        assert first.startswith("musetui hub listens on http://127.0.0.1:"), first + (
            hub.stderr.read() if hub.stderr else ""
        )
        yield hub, first.split()[-1]
    finally:
        hub.kill()
        hub.communicate()


def push_until_it_dies(url: str, alice: Person, names: list[str], killer: "Killer") -> list[str]:
    """Push batch after batch; return the names of those that were acknowledged."""
    acknowledged: list[str] = []
    with httpx.Client(base_url=url, auth=Signed(alice), trust_env=False, verify=False, timeout=30) as client:
        for name in names:
            body = push_body(*(record(f"{name}:{place}", text="x" * 400) for place in range(BATCH)))
            try:
                answer = client.post(path(), content=body)
            except httpx.TransportError:
                return acknowledged
            assert answer.json() == {"inserted": BATCH, "skipped": 0}
            acknowledged.append(name)
            killer.count()
    return acknowledged


class Killer:
    """Kills a process at the moment when so many pushes have been acknowledged, and others are under way."""

    def __init__(self, hub: "subprocess.Popen[str]", after: int) -> None:
        self._hub = hub
        self._left = after
        self._lock = threading.Lock()

    def count(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._hub.kill()


def everything(hub: House) -> list[str]:
    """Return the ids of all records of a hub."""
    cursor, names, more = 0, [], True
    while more:
        page = hub.pull(f"since_id={cursor}&limit=1000")
        names += [each["record_id"] for each in page["records"]]
        cursor, more = page["cursor"], page["more"]
    return names


def test_what_was_acknowledged_is_there_and_nothing_is_there_by_half(
    open_hub: Open, database: str, people: dict[str, Person]
) -> None:
    dice = random.Random(1)
    alice = people["alice"]
    administer(database, add_owner, alice.owner)
    acknowledged: list[str] = []
    for number in range(ROUNDS):
        with process(database, "--quiet") as (hub, url), ThreadPoolExecutor(WRITERS) as writing:
            killer = Killer(hub, dice.randint(2, 12))
            for_each = [[f"{number}-{writer}-{push}" for push in range(50)] for writer in range(WRITERS)]
            pushing = [writing.submit(push_until_it_dies, url, alice, names, killer) for names in for_each]
            for each in pushing:
                acknowledged += each.result(60)
            assert hub.wait(30) == -9
    kept = everything(open_hub(database))
    assert len(kept) == len(set(kept))
    batches = Counter(name.partition(":")[0] for name in kept)
    assert set(batches.values()) == {BATCH}
    assert set(acknowledged) <= set(batches)
    # What was under way when it died may have been kept: no more than one push a writer.
    assert len(batches) - len(acknowledged) <= ROUNDS * WRITERS
