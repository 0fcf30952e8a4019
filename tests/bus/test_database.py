"""The database: made and brought up to date by whoever comes first, and refused with a sentence where it cannot be."""

import asyncio
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import musetui
from musetui.bus.administration import begin_new_history, make_known
from musetui.bus.database import Database, as_it_may_be_shown, open_database, sqlite_url
from musetui.bus.tables import METADATA
from musetui.errors import BusError
from tests.bus.conftest import Open
from tests.bus.people import Person, record
from tests.bus.test_access import administer


async def test_the_migrations_make_the_tables_that_the_code_expects(database: str) -> None:
    async with open_database(database) as opened, opened.writing() as connection:
        differences = await connection.run_sync(
            lambda plain: compare_metadata(MigrationContext.configure(plain, opts={"compare_type": True}), METADATA)
        )
    assert differences == []


def test_many_processes_may_start_on_an_empty_database(database: str) -> None:
    code = (
        "import asyncio, sys\n"
        "from musetui.bus.database import open_database\n"
        "async def main():\n"
        "    async with open_database(sys.argv[1]):\n"
        "        pass\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", code, database]
    root = Path(musetui.__file__).parents[1]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, cwd=root) for _ in range(3)]
    for process in started:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")


async def test_a_database_of_a_newer_hub_is_left_alone(database: str) -> None:
    async with open_database(database) as opened, opened.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    with pytest.raises(BusError, match="use a newer one"):
        async with open_database(database):
            pass


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "cannot be read"),
        ("hub.db", "cannot be read"),
        ("mysql://localhost/hub", "mysql is no database for a hub"),
        ("sqlite://", "in a file"),
        ("sqlite:///:memory:", "in a file"),
        ("sqlite:////proc/no/such/folder/hub.db", "cannot be opened"),
        ("postgresql://nobody:secret@127.0.0.1:1/hub", "cannot be opened"),
    ],
)
async def test_what_is_no_database(url: str, says: str) -> None:
    with pytest.raises(BusError, match=says) as caught:
        async with open_database(url):
            pass
    assert "secret" not in str(caught.value)


async def test_what_no_hub_has_made_is_left_alone_by_who_makes_none(database: str) -> None:
    if database.startswith("postgresql"):
        with pytest.raises(BusError, match="is no hub's"):
            async with open_database(database, make=False):
                pass
    async with open_database(database):
        pass
    async with open_database(database, make=False) as opened:
        await make_known(opened, Person("alice").owner)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite+aiosqlite:////data/x.db", "sqlite+aiosqlite:////data/x.db"),
        ("sqlite:///x y.db", "sqlite:///x y.db"),
        ("sqlite:///\x1b[31m.db", "sqlite:///␛[31m.db"),
        ("postgres://hub@db.example.org/hub", "postgres://hub@db.example.org/hub"),
        ("postgresql://hub:secret@db.example.org/hub", "postgresql://hub:***@db.example.org/hub"),
        ("postgresql://db.example.org/hub?password=secret", "postgresql://db.example.org/hub?password=***"),
    ],
)
def test_an_address_is_shown_as_it_was_written(address: str, shown: str) -> None:
    assert as_it_may_be_shown(address).replace("%2A", "*") == shown


async def test_an_error_shows_the_address_as_it_was_written() -> None:
    with pytest.raises(BusError, match=r"the database sqlite:////proc/x\.db cannot be opened"):
        async with open_database("sqlite:////proc/x.db"):
            pass


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "hub.db").write_bytes(b"a letter to my aunt" * 100)
    with pytest.raises(BusError, match="not a database"):
        async with open_database(sqlite_url(tmp_path / "hub.db")):
            pass


async def test_the_file_is_for_its_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "a folder?#" / "hub.db"
    async with open_database(sqlite_url(file)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_what_is_acknowledged_outlives_a_power_cut(sqlite: str) -> None:
    """As far as SQLite can see to it: it writes ahead, and waits for the disk at every commit."""
    async with open_database(sqlite) as opened, opened.reading() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar() == 2


async def test_a_transaction_that_fails_leaves_nothing(database: str) -> None:
    alice = Person("alice").owner

    async def fail(opened: Database) -> None:
        async with opened.writing() as connection:
            await connection.execute(text("INSERT INTO owners VALUES ('alice', '', 'human')"))
            raise RuntimeError

    async with open_database(database) as opened:
        with pytest.raises(RuntimeError):
            await fail(opened)
        await make_known(opened, alice)
        await make_known(opened, alice)
        with pytest.raises(BusError, match="another key"):
            await make_known(opened, Person("alice").owner)


async def test_processes_that_start_at_once_may_make_the_same_owner_known(database: str) -> None:
    alice = Person("alice").owner
    async with open_database(database) as one, open_database(database) as other:
        await asyncio.gather(*(make_known(each, alice) for each in (one, other) * 5))


async def test_writers_of_one_process_wait_for_each_other(database: str) -> None:
    async with open_database(database) as opened:
        await asyncio.gather(*(make_known(opened, Person(f"p{number}").owner) for number in range(40)))
        async with opened.reading() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM owners"))).scalar() == 40


def test_after_a_restore_readers_are_told_to_begin_anew(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite)
    hub.push(record("a"))
    before = hub.pull()
    administer(sqlite, begin_new_history)
    after = hub.pull()
    assert after["hub"] != before["hub"]
    assert after["records"] == before["records"]
