"""The cursor is exact: a reader that never looks back misses nothing, however many write at once."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from tests.bus.conftest import House, Open
from tests.bus.people import beat, push_body, record

WRITERS = 8
PUSHES = 5
SIZES = (1, 1, 1, 300)
"""Small pushes that overtake large ones are what a careless numbering comes to grief over."""


def write(hub: House, writer: int) -> list[str]:
    """Push batches of many sizes, and return the ids of what was acknowledged."""
    dice = random.Random(writer)
    client = hub.client()
    acknowledged: list[str] = []
    for number in range(PUSHES):
        names = [f"w{writer}-{number}-{place}" for place in range(dice.choice(SIZES))]
        # Every writer also beats for the same lease, so that rows go while others come.
        at = f"2026-03-18T12:{number:02}:{writer:02}Z"
        body = push_body(*(record(name, text="x" * 50) for name in names), beat("run", "lease", at))
        answer = client.post(hub.path, content=body)
        assert answer.status_code == 200, answer.text
        acknowledged += names
    return acknowledged


def follow(hub: House, done: threading.Event) -> list[dict[str, Any]]:
    """Read on and on from the last cursor, until nothing is left after the writers are done."""
    client = hub.client()
    cursor, seen = 0, []
    while True:
        last_round = done.is_set()
        page = client.get(f"{hub.path}?since_id={cursor}&limit=1000&wait={0 if last_round else 0.2}").json()
        seen += page["records"]
        cursor = page["cursor"]
        if last_round and not page["more"]:
            return seen


def check(writers: list[House], readers: list[House]) -> None:
    writers[0].push(record("first"))
    done = threading.Event()
    with ThreadPoolExecutor(WRITERS) as writing, ThreadPoolExecutor(len(readers)) as reading:
        followed = [reading.submit(follow, hub, done) for hub in readers]
        written = [writing.submit(write, writers[number % len(writers)], number) for number in range(WRITERS)]
        try:
            acknowledged = [name for each in written for name in each.result(60)]
        finally:
            done.set()
        for each in followed:
            seen = each.result(60)
            ids = [one["id"] for one in seen]
            assert ids == sorted(set(ids))
            names = [one["record_id"] for one in seen if one["kind"] == "reservation"]
            assert len(names) == len(set(names))
            assert set(names) == {"first", *acknowledged}
            # Of the heartbeats it has seen some go by, and it has the newest.
            newest = [one["payload"]["last_beat_at"] for one in seen if one["kind"] == "heartbeat"][-1]
            assert newest == f"2026-03-18T12:{PUSHES - 1:02}:{WRITERS - 1:02}Z"


def test_nothing_is_passed_by(open_hub: Open, database: str) -> None:
    hub = open_hub(database)
    check([hub], [hub])


def test_nothing_is_passed_by_with_two_hubs_on_one_database(open_hub: Open, database: str) -> None:
    one, other = open_hub(database), open_hub(database)
    check([one, other], [one, other])


def test_the_ids_of_a_push_stand_together(open_hub: Open, database: str) -> None:
    """So no reader ever sees half of one, other than by asking for less."""
    hub = open_hub(database)
    with ThreadPoolExecutor(WRITERS) as writing:
        for each in [writing.submit(write, hub, number) for number in range(WRITERS)]:
            each.result(60)
    cursor, batches = 0, []
    while (page := hub.pull(f"since_id={cursor}&limit=1000&kinds=reservation"))["records"]:
        batches += [one["record_id"].rpartition("-")[0] for one in page["records"]]
        cursor = page["cursor"]
    changes = sum(before != after for before, after in pairwise(batches))
    assert changes == len(set(batches)) - 1
