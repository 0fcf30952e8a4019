"""A database in trouble of its own: who asks is told to come again, and the keeper why."""

import io
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import pytest

from musetui.bus import database as database_module
from musetui.bus import server
from musetui.bus.administration import add_owner
from musetui.bus.server import serve_in_thread
from musetui.bus.settings import HubSettings
from tests.bus.conftest import House, Open
from tests.bus.people import Person, Signed, path, push_body, record
from tests.bus.postgres import Postgres
from tests.bus.test_access import administer
from tests.conftest import wait_until


def push(hub: House, *names: str) -> httpx.Response:
    return hub.client().post(hub.path, content=push_body(*(record(name, note="x" * 3_000) for name in names)))


def is_unavailable(answer: httpx.Response) -> bool:
    assert answer.headers["retry-after"] == "1"
    return (answer.status_code, answer.json()["status"]) == (503, "unavailable")


def warnings(hub: House) -> list[str]:
    return [line["warning"] for line in hub.lines() if "warning" in line]


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Have no file of this process grow beyond *size* bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite)
    hub.push(record("a"))
    many = [f"b{number}" for number in range(400)]
    with full_disk(400_000):
        assert is_unavailable(push(hub, *many))
        assert is_unavailable(push(hub, *many))
        assert hub.pull()["cursor"] == 1
    (told,) = warnings(hub)
    assert told.startswith("the database does not answer (")
    assert push(hub, *many).json() == {"inserted": 400, "skipped": 0}


def test_a_file_that_another_program_keeps_locked(open_hub: Open, sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.2)
    hub = open_hub(sqlite)
    hub.push(record("a"))
    with closing(sqlite3.connect(sqlite.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert is_unavailable(push(hub, "b"))
        assert hub.pull()["cursor"] == 1
    assert warnings(hub) == ["the database does not answer (database is locked)"]
    assert push(hub, "b").status_code == 200


HURRIED = """
import sys
from musetui.bus import database, hub, server
from musetui.cli import main

database.BUSY_SECONDS, server.LAST_ANSWERS_SECONDS = 2.0, 0
push = hub.Hub.push

async def tell_and_push(*args):
    print("a push", flush=True)
    return await push(*args)

hub.Hub.push = tell_and_push
sys.exit(main(["hub", "--port", "0", "--database", sys.argv[1]]))
"""


def test_a_hub_that_is_told_to_end_while_a_push_waits_for_the_file_ends(sqlite: str, people: dict[str, Person]) -> None:
    """In a process of its own: one that does not end can be killed."""
    command = [sys.executable, "-c", HURRIED, sqlite]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as hub:
        try:
            assert hub.stdout is not None
            url = hub.stdout.readline().split()[-1]
            administer(sqlite, add_owner, people["alice"].owner)
            with closing(sqlite3.connect(sqlite.removeprefix("sqlite:///"))) as other, ThreadPoolExecutor(1) as aside:
                other.execute("BEGIN IMMEDIATE")
                client = httpx.Client(base_url=url, auth=Signed(people["alice"]), trust_env=False, timeout=20)
                aside.submit(client.post, path(), content=push_body(record("a")))
                assert any(line == "a push\n" for line in hub.stdout)
                hub.terminate()
                assert hub.wait(20) == 0
        finally:
            hub.kill()


def test_a_hub_that_is_told_to_end_does_not_wait_for_a_server_that_stands_still(
    open_hub: Open, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    monkeypatch.setattr(server, "LAST_ANSWERS_SECONDS", 0)
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 600.0)
    database = postgres.new_database()
    hub = open_hub(database)
    hub.push(record("a"))
    with psycopg.connect(database, autocommit=True) as keeper, psycopg.connect(database) as neighbour:
        neighbour.execute("SELECT 1 FROM repositories FOR UPDATE")
        with ThreadPoolExecutor(2) as aside:
            pushing = aside.submit(push, hub, "b")
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            wait_until(lambda: keeper.execute(waits).fetchone(), what="a push that waits")
            stopping = aside.submit(hub.running.stop)
            try:
                wait_until(stopping.done, what="the hub's end")
            finally:
                neighbour.rollback()
            assert pushing.exception(20) is not None or pushing.result().status_code >= 500


def test_a_damaged_file(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite)
    push(hub, *(f"a{number}" for number in range(100)))
    file = Path(sqlite.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as damaged:
        damaged.seek(8_192)
        damaged.write(os.urandom(file.stat().st_size - 8_192))
    assert is_unavailable(hub.client().get(hub.path))
    assert warnings(hub) == ["the database does not answer (database disk image is malformed)"]


def test_a_database_that_may_not_be_written(open_hub: Open, postgres: Postgres) -> None:
    """As one is to which a cluster has just moved over, or away from."""
    database = postgres.new_database()
    hub = open_hub(database)
    hub.push(record("a"))
    name = database.partition("@/")[2].partition("?")[0]
    postgres.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    postgres.end_connections(database)
    assert is_unavailable(push(hub, "b"))
    assert hub.pull()["cursor"] == 1
    assert "read-only transaction" in warnings(hub)[-1]
    postgres.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    postgres.end_connections(database)
    assert push(hub, "b").status_code == 200


def test_a_question_that_means_nothing_to_the_database_is_a_defect(
    people: dict[str, Person], postgres: Postgres
) -> None:
    log = io.StringIO()
    database = postgres.new_database()
    settings = HubSettings(database, port=0, owners=(people["alice"].owner,))
    with serve_in_thread(settings, log=log) as running, ExitStack() as clients:
        hub = House(running, log, clients, people)
        name = database.partition("@/")[2].partition("?")[0]
        postgres.sql("DROP TABLE records", name)
        assert push(hub, "a").json()["status"] == "defect"
        wait_until(lambda: "ProgrammingError" in log.getvalue(), what="the defect in the log")


def test_a_neighbour_that_stands_still_in_the_middle_of_a_push(
    open_hub: Open, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the repository's row locked. Who pushes is told so in time, and what can be read can be read."""
    import psycopg

    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.2)
    database = postgres.new_database()
    hub = open_hub(database)
    hub.push(record("a"))
    with psycopg.connect(database) as neighbour:
        neighbour.execute("SELECT 1 FROM repositories FOR UPDATE")
        assert is_unavailable(push(hub, "b"))
        assert hub.pull()["cursor"] == 1
        neighbour.rollback()
    assert push(hub, "b").status_code == 200
