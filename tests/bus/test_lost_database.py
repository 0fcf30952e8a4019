"""A database whose file is taken away under the running hub: nothing is acknowledged that would be lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from musetui.bus.database import open_database
from musetui.bus.sqlite_file import LostFileError
from tests.bus.conftest import House, Open
from tests.bus.people import push_body, record
from tests.bus.test_waiting import listeners
from tests.conftest import wait_until


def _take_away(folder: Path) -> None:
    for file in folder.glob("hub.db*"):
        file.unlink()


def _warnings(hub: House) -> list[str]:
    return [line["warning"] for line in hub.lines() if "warning" in line]


def test_all_requests_are_told_that_the_file_is_gone_and_the_log_once(
    open_hub: Open, sqlite: str, tmp_path: Path
) -> None:
    hub = open_hub(sqlite, public=True)
    hub.push(record("a"))
    _take_away(tmp_path)
    client = hub.client()
    answers = (
        client.post(hub.path, content=push_body(record("b"))),
        client.get(hub.path),
        hub.client(None).get(hub.path),
        client.get("/healthz"),
    )
    for answer in answers:
        assert (answer.status_code, answer.json()["status"]) == (503, "lost")
        assert "have its keeper put it back" in answer.json()["error"]
        assert str(tmp_path) not in answer.text
    (warning,) = _warnings(hub)
    assert f"{tmp_path}/hub.db is gone" in warning
    assert not list(tmp_path.glob("hub.db*")), "and no file is made that looks like the hub's"


def test_another_file_in_its_place_is_not_taken_for_it(open_hub: Open, sqlite: str, tmp_path: Path) -> None:
    hub = open_hub(sqlite)
    hub.push(record("a"))
    _take_away(tmp_path)
    open_hub(sqlite).push(record("b"))
    answer = hub.client().post(hub.path, content=push_body(record("c")))
    assert (answer.status_code, answer.json()["status"]) == (503, "lost")
    assert "was put in the place" in _warnings(hub)[0]


def test_a_file_that_is_put_back_is_the_same_one(open_hub: Open, sqlite: str, tmp_path: Path) -> None:
    hub = open_hub(sqlite)
    hub.push(record("a"))
    (tmp_path / "hub.db").rename(tmp_path / "aside")
    assert hub.client().get("/healthz").status_code == 503
    (tmp_path / "aside").rename(tmp_path / "hub.db")
    assert hub.client().get("/healthz").status_code == 200
    assert hub.push(record("b")) == {"inserted": 1, "skipped": 0}


def test_who_waits_is_told_soon(open_hub: Open, sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = listeners(monkeypatch)
    hub = open_hub(sqlite)
    hub.push(record("a"))
    client = hub.client()
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(client.get, f"{hub.path}?since_id=1&wait=30")
        wait_until(waiting, what="a reader that waits")
        _take_away(tmp_path)
        answer = asked.result(25)
    assert (answer.status_code, answer.json()["status"]) == (503, "lost")


async def test_what_was_written_while_the_file_went_is_not_acknowledged(sqlite: str, tmp_path: Path) -> None:
    async with open_database(sqlite) as database:
        with pytest.raises(LostFileError):
            async with database.writing():
                _take_away(tmp_path)
