"""Who waits hears at once what is new: in the same process, in another, after the database went away and came back."""

import asyncio
import io
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from musetui.bus import endpoints, neighbours, server
from musetui.bus.administration import add_owner, remove_owner, set_member, set_public
from musetui.bus.database import Database
from musetui.bus.hub import Hub
from musetui.bus.repositories import Role
from musetui.bus.settings import HubSettings
from tests.bus.conftest import House, Open, administer
from tests.bus.people import Person, record
from tests.bus.postgres import Postgres
from tests.conftest import wait_until

LONG = 30
"""Seconds asked for where the answer must come earlier; a test that waits them out fails."""


READERS = 50


def listeners(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Return what counts those who have looked in vain, and wait now."""
    from musetui.bus.doorbell import Listener

    waiting: list[Listener] = []
    wait = Listener.wait

    async def counted(self: Listener, seconds: float) -> bool:
        waiting.append(self)
        return await wait(self, seconds)

    monkeypatch.setattr(Listener, "wait", counted)
    return lambda: len(waiting)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    return listeners(monkeypatch)


@pytest.fixture
def aside() -> Any:
    """Something that waits elsewhere than in the test."""
    with ThreadPoolExecutor(40) as pool:
        yield pool


def is_early(future: "Future[dict[str, Any]]", since: float) -> dict[str, Any]:
    page = future.result(LONG)
    assert time.monotonic() - since < LONG - 5
    return page


def test_a_waiting_reader_is_woken(hub: House, waiting: Callable[[], int], aside: ThreadPoolExecutor) -> None:
    hub.push(record("a"))
    begun = time.monotonic()
    page = aside.submit(hub.pull, f"since_id=1&wait={LONG}")
    wait_until(waiting)
    hub.push(record("b"))
    assert [each["record_id"] for each in is_early(page, begun)["records"]] == ["b"]


def test_what_is_there_is_not_waited_for(hub: House, waiting: Callable[[], int]) -> None:
    hub.push(record("a"))
    assert hub.pull(f"wait={LONG}")["cursor"] == 1
    assert waiting() == 0


def test_who_waits_in_vain_is_answered_after_that_time(hub: House) -> None:
    hub.push(record("a"))
    page = hub.pull("since_id=1&wait=0.2")
    assert (page["records"], page["cursor"]) == ([], 1)


def test_other_kinds_and_other_repositories_wake_nobody(
    plain_hub: House, waiting: Callable[[], int], aside: ThreadPoolExecutor
) -> None:
    plain_hub.push(record("a"))
    page = aside.submit(plain_hub.pull, f"since_id=1&kinds=task,claim&wait={LONG}")
    wait_until(waiting)
    plain_hub.push(record("b"), record("c", "intent"))
    plain_hub.push(record("a", "task"), repository=f"{plain_hub.repository}-2")
    assert waiting() == 1  # nobody looked again
    plain_hub.push(record("d", "claim"))
    assert [each["record_id"] for each in page.result(LONG)["records"]] == ["d"]


def test_what_is_skipped_wakes_nobody(plain_hub: House, waiting: Callable[[], int], aside: ThreadPoolExecutor) -> None:
    plain_hub.push(record("a"))
    page = aside.submit(plain_hub.pull, f"since_id=1&wait={LONG}")
    wait_until(waiting)
    plain_hub.push(record("a", n=2))
    assert waiting() == 1
    plain_hub.push(record("b"))
    page.result(LONG)


def test_many_who_wait_for_the_same_cost_one_look(
    open_hub: Open, sqlite: str, waiting: Callable[[], int], aside: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On SQLite the hub's own look now and then is one more.
    monkeypatch.setattr(neighbours, "_LOOK_SECONDS", 3_600.0)
    plain_hub = open_hub(sqlite)
    plain_hub.push(record("a"))
    pages = [aside.submit(plain_hub.pull, f"since_id=1&wait={LONG}") for _ in range(30)]
    wait_until(lambda: waiting() == 30)
    looks: list[str] = []
    reading = Database.reading

    def noted(database: Database) -> Any:
        looks.append("look")
        return reading(database)

    monkeypatch.setattr(Database, "reading", noted)
    plain_hub.push(record("b"))
    assert {page.result(LONG)["cursor"] for page in pages} == {2}
    assert looks == ["look"] * 2  # who pushes, and one for all who read


def test_no_wake_up_falls_between_the_look_and_the_wait(
    plain_hub: House, aside: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The push is committed after the reader has looked and before it waits."""
    looked, pushed = threading.Event(), threading.Event()
    look = Hub.look

    async def look_and_dawdle(self: Hub, *args: Any) -> Any:
        page = await look(self, *args)
        if not looked.is_set():
            looked.set()
            await asyncio.to_thread(pushed.wait, LONG)
        return page

    plain_hub.push(record("a"))
    monkeypatch.setattr(Hub, "look", look_and_dawdle)
    begun = time.monotonic()
    page = aside.submit(plain_hub.pull, f"since_id=1&wait={LONG}")
    assert looked.wait(LONG)
    plain_hub.push(record("b"))
    pushed.set()
    assert is_early(page, begun)["cursor"] == 2


def test_a_stopping_hub_answers_who_waits(
    open_hub: Open, database: str, waiting: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, at once: neither their wait nor the hub's own patience at its end could be sat out here."""
    monkeypatch.setattr(endpoints, "LONGEST_WAIT", 3_600.0)
    monkeypatch.setattr(server, "LAST_ANSWERS_SECONDS", 3_600)
    # On SQLite the hub's own look now and then would send all of them to look once more.
    monkeypatch.setattr(neighbours, "_LOOK_SECONDS", 3_600.0)
    hub = open_hub(database)
    hub.push(record("a"))
    looks: list[str] = []
    look = Hub.look

    async def noted(*asked: Any) -> Any:
        page = await look(*asked)
        looks.append("look")
        return page

    monkeypatch.setattr(Hub, "look", noted)
    with ThreadPoolExecutor(READERS) as readers:
        pages = [readers.submit(hub.pull, f"since_id=1&limit={number}&wait=3000") for number in range(1, READERS + 1)]
        # Each looks once before it waits.
        wait_until(lambda: waiting() == len(looks) == READERS)
        looks.clear()
        hub.running.stop()
        assert [page.result(LONG)["records"] for page in pages] == [[]] * READERS
    assert looks == []  # a look for each would be what all wait for
    with pytest.raises(httpx.ConnectError):
        hub.pull()


@pytest.mark.parametrize("turns", range(5))
async def test_who_comes_while_a_hub_stops_does_not_hold_it_up(
    sqlite: str, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    """A connection may be taken in the very turn of the event loop in which all that are there are told to end."""
    monkeypatch.setattr(server, "LAST_ANSWERS_SECONDS", 3_600)
    bound = server.listen(HubSettings(sqlite, port=0))
    address = bound.getsockname()
    comers: list[socket.socket] = []
    shutdown = server.HubServer.shutdown

    async def shut_as_somebody_comes(self: server.HubServer, sockets: list[socket.socket] | None = None) -> None:
        comers.append(socket.create_connection(address))  # the kernel takes it, and the loop some turns later
        for _ in range(turns):
            await asyncio.sleep(0)
        await shutdown(self, sockets)

    monkeypatch.setattr(server.HubServer, "shutdown", shut_as_somebody_comes)
    settings = HubSettings(sqlite, port=0)
    await asyncio.wait_for(
        server.serve(settings, bound, log=io.StringIO(), started=server.HubServer.stop, with_signals=False), LONG
    )
    comers[0].close()


def test_a_write_at_one_process_wakes_those_at_another(
    open_hub: Open, database: str, waiting: Callable[[], int], aside: ThreadPoolExecutor
) -> None:
    """Two hubs on one database, which share nothing else."""
    here, there = open_hub(database), open_hub(database)
    here.push(record("a"))
    cursor = 1
    for number in range(2):
        before, begun = waiting(), time.monotonic()
        page = aside.submit(there.pull, f"since_id={cursor}&wait={LONG}")
        wait_until(lambda before=before: waiting() > before)
        here.push(record(f"b{number}"))
        cursor = is_early(page, begun)["cursor"]
        assert cursor == number + 2


def test_waiting_survives_a_restart_of_the_database(
    open_hub: Open,
    postgres: Postgres,
    waiting: Callable[[], int],
    aside: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = postgres.new_database()
    here, there = open_hub(database), open_hub(database)
    here.push(record("a"))
    listened = threading.Semaphore(0)
    hear = neighbours.Neighbours._hear

    async def tell_and_hear(self: Any, connection: Any) -> None:
        listened.release()
        await hear(self, connection)

    monkeypatch.setattr(neighbours.Neighbours, "_hear", tell_and_hear)
    begun = time.monotonic()
    page = aside.submit(there.pull, f"since_id=1&wait={LONG}")
    wait_until(waiting)
    postgres.end_connections(database)
    for _ in range(2):
        assert listened.acquire(timeout=LONG)
    here.push(record("b"))
    assert is_early(page, begun)["cursor"] == 2
    assert there.client(None).get("/healthz").json() == {"status": "ok"}


def test_a_hub_without_its_database_says_so(open_hub: Open, postgres: Postgres) -> None:
    database = postgres.new_database()
    hub = open_hub(database)
    hub.push(record("a"))
    name = database.partition("@/")[2].partition("?")[0]
    postgres.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres.end_connections(database)
    with ExitStack() as stack:
        stack.callback(postgres.sql, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        for answer in (hub.client().get(hub.path), hub.client(None).get("/healthz")):
            assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
            assert answer.headers["retry-after"] == "1"
    assert hub.pull()["cursor"] == 1


def test_who_has_read_what_is_not_there_any_more_does_not_wait_for_it(hub: House) -> None:
    """A backup was put back, and nobody said so: the end of what there is tells those who were beyond it."""
    hub.push(record("a"), record("b"))
    page = hub.pull("since_id=5&wait=30")
    assert (page["records"], page["cursor"], page["more"]) == ([], 2, False)


TAKEN: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
    ("bob", set_member, ("alice", "orchard", "bob", None)),
    ("bob", remove_owner, ("bob",)),
    ("", set_public, ("alice", "orchard")),
]


@pytest.mark.parametrize(("who", "act", "args"), TAKEN, ids=("a member no more", "unknown", "private"))
def test_who_may_not_read_any_more_is_not_woken_with_news(
    open_hub: Open,
    database: str,
    waiting: Callable[[], int],
    who: str,
    act: Callable[..., Any],
    args: tuple[Any, ...],
    aside: ThreadPoolExecutor,
) -> None:
    hub = open_hub(database, public=not who)
    hub.push(record("a"))
    administer(database, set_member, "alice", "orchard", "bob", Role.READER)
    page = aside.submit(hub.pull, "since_id=1&wait=30", who=who or None)
    wait_until(lambda: waiting() == 1)
    administer(database, act, *args, **({} if who else {"public": False}))
    hub.push(record("secret"))
    assert page.result(LONG)["records"] == []
    answer = hub.client(who or None).get(hub.path)
    assert answer.status_code in (401, 404)


def test_who_is_known_by_another_key_by_now_is_not_woken_with_news(
    open_hub: Open, database: str, waiting: Callable[[], int], aside: ThreadPoolExecutor
) -> None:
    hub = open_hub(database)
    hub.push(record("a"))
    administer(database, set_member, "alice", "orchard", "bob", Role.READER)
    page = aside.submit(hub.pull, "since_id=1&wait=30", who="bob")
    wait_until(lambda: waiting() == 1)
    administer(database, add_owner, Person("bob").owner, replace=True)
    hub.push(record("secret"))
    assert page.result(LONG)["records"] == []
