"""What the tests of the hub share: hubs over real loopback HTTP, on SQLite and on a real PostgreSQL."""

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
import pytest

from musetui.bus.database import open_database, sqlite_url
from musetui.bus.server import RunningHub, serve_in_thread
from musetui.bus.settings import HubSettings, Limits
from tests.bus.people import Person, Signed, path, push_body
from tests.bus.postgres import Postgres, running_postgres

FREELY = Limits(rate=0, anonymous_rate=0)


def administer(url: str, act: Any, *args: Any, **options: Any) -> Any:
    """Do what a hub's keeper does, beside the running hub."""

    async def do() -> Any:
        async with open_database(url) as database:
            return await act(database, *args, **options)

    return asyncio.run(do())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, one a worker."""
    with running_postgres() as server:
        yield server


BOTH = ("sqlite", "postgresql")


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of both kinds in turn."""
    return _new_database(request.param, request, tmp_path)


def _new_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind == "sqlite":
        return sqlite_url(folder / "hub.db")
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The URL of an empty SQLite database."""
    return sqlite_url(tmp_path / "hub.db")


@dataclass
class House:
    """A hub that runs, and people who are known there."""

    running: RunningHub
    log: io.StringIO
    clients: ExitStack
    people: dict[str, Person]
    repository: str = "alice/orchard"

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def path(self) -> str:
        """Where the records of the test's own repository are."""
        return path(self.repository)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def client(self, who: str | None = "alice") -> httpx.Client:
        """Return a client of somebody; None for nobody."""
        auth = Signed(self.people[who]) if who else None
        return self.clients.enter_context(
            httpx.Client(base_url=self.url, auth=auth, timeout=40, trust_env=False, verify=False)
        )

    def push(self, *records: dict[str, Any], who: str = "alice", repository: str = "") -> dict[str, Any]:
        """Push, and return what it came to."""
        answer = self.client(who).post(path(repository or self.repository), content=push_body(*records))
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def pull(self, query: str = "", who: str | None = "alice", repository: str = "") -> dict[str, Any]:
        """Pull, and return the page."""
        answer = self.client(who).get(path(repository or self.repository) + (f"?{query}" if query else ""))
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def lines(self) -> list[dict[str, Any]]:
        """Return what was logged."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture(scope="session")
def people() -> dict[str, Person]:
    """Everybody there is; mallory's key is known to no hub."""
    return {name: Person(name) for name in ("alice", "bob", "carol", "mallory")}


Open = Callable[..., House]


@contextmanager
def _opening(people: dict[str, Person]) -> Iterator[Open]:
    """Give what starts a hub, which is stopped at the end, and may have logged no defect."""
    houses: list[House] = []
    with ExitStack() as stack:

        def open_it(database: str, limits: Limits = FREELY, **settings: Any) -> House:
            log = io.StringIO()
            owners = tuple(people[name].owner for name in ("alice", "bob", "carol"))
            chosen = HubSettings(database, port=0, owners=owners, limits=limits, **settings)
            running = stack.enter_context(serve_in_thread(chosen, log=log))
            houses.append(House(running, log, stack, people))
            return houses[-1]

        yield open_it
    assert not [line for house in houses for line in house.lines() if "defect" in line]


@pytest.fixture
def open_hub(people: dict[str, Person]) -> Iterator[Open]:
    """Return what starts a hub for one test."""
    with _opening(people) as open_it:
        yield open_it


@pytest.fixture(scope="module", params=BOTH)
def shared_hub(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, people: dict[str, Person]
) -> Iterator[House]:
    """A hub on each kind of database in turn, for a module's tests."""
    with _opening(people) as open_it:
        yield open_it(_new_database(request.param, request, tmp_path_factory.mktemp("hub")))


@pytest.fixture
def hub(shared_hub: House) -> Iterator[House]:
    """The same, with a repository that is the test's own, still to be made."""
    with ExitStack() as clients:
        yield replace(shared_hub, clients=clients, repository=f"alice/{token_hex(6)}")


@pytest.fixture(scope="module")
def shared_plain_hub(tmp_path_factory: pytest.TempPathFactory, people: dict[str, Person]) -> Iterator[House]:
    """A hub on SQLite, for a module's tests."""
    with _opening(people) as open_it:
        yield open_it(sqlite_url(tmp_path_factory.mktemp("hub") / "hub.db"))


@pytest.fixture
def plain_hub(shared_plain_hub: House) -> Iterator[House]:
    """The same, for what the database has no part in; with a repository that is the test's own."""
    with ExitStack() as clients:
        yield replace(shared_plain_hub, clients=clients, repository=f"alice/{token_hex(6)}")
