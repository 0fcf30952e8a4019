"""Pull: what lands on disk, what never does, and a cursor that only passes what is safe."""

import asyncio
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.errors import HubRejectedError, HubUnreachableError, RecordError
from musetui.hub.client import HubClient
from musetui.hub.cursor import FILE_NAME, Cursor, read_cursor, save_cursor
from musetui.hub.envelopes import Received
from musetui.hub.landing import Landing, LandingPlace
from musetui.hub.pull import Pull, PullReport
from musetui.hub.target import HubTarget
from tests.conftest import until
from tests.hub.conftest import QUICK, Put, pulled, reservation, wired
from tests.hub.hub import Answering, Hub
from tests.records.samples import NOON, ONE


def fill(hub: Hub, *names: str) -> None:
    """Put reservations into the hub."""
    rows = [wired(name) for name in names]
    hub.push([{key: value for key, value in row.items() if key not in ("id", "created_at")} for row in rows])


async def pull(repository: Repository, target: HubTarget, wait: float = 0.0, **options: Any) -> PullReport:
    async with HubClient(target, patience=QUICK) as client:
        return await Pull(client, repository, **options).run(wait)


def beat(lease: str, at: str | None, **more: Any) -> dict[str, Any]:
    return {
        "kind": "heartbeat",
        "record_id": "agent-1",
        "run_id": "agent-1",
        "payload": {"reservation_id": lease, "run_id": "agent-1", "last_beat_at": at, **more},
        "expires_at": None,
    }


def remote_files(root: Path) -> list[str]:
    remote = root / ".muse" / "coordination" / "remote"
    return sorted(str(path.relative_to(remote)) for path in remote.rglob("*") if path.is_file())


@pytest.mark.parametrize("is_muse", [False, True])
async def test_pages_until_caught_up_and_then_only_news(
    hub: Hub, repository: Repository, target: HubTarget, is_muse: bool
) -> None:
    hub.is_muse = is_muse
    fill(hub, *(f"r-{number}" for number in range(1_300)))
    steps: list[int] = []
    report = await pull(repository, target, on_progress=steps.append)
    assert (report.count, report.written, report.cursor, report.refused_count) == (1_300, 1_300, 1_300, 0)
    assert report.complete
    assert steps == [1_000, 1_300]
    assert pulled(repository.root)["reservation/r-7.json"] == hub.records[7]
    assert (await pull(repository, target)).count == 0
    fill(hub, "new")
    again = await pull(repository, target)
    assert (again.count, again.cursor, again.reset) == (1, 1_301, False)
    assert len(load(repository).found) == 1_301


async def test_a_file_that_is_the_same_is_not_touched(hub: Hub, repository: Repository, target: HubTarget) -> None:
    fill(hub, "a", "b")
    await pull(repository, target)
    remote = repository.coordination / "remote" / "reservation"
    before = {file.name: file.stat().st_ino for file in remote.iterdir()}
    (remote / "b.json").write_text("{}")
    save_cursor(repository.coordination, target, Cursor())
    report = await pull(repository, target)
    assert (report.count, report.written) == (2, 1)
    after = {file.name: file.stat().st_ino for file in remote.iterdir()}
    assert after["a.json"] == before["a.json"]
    assert pulled(repository.root)["reservation/b.json"]["payload"] == reservation("b")


async def test_every_lease_keeps_its_own_beat_and_the_newest(
    hub: Hub, repository: Repository, target: HubTarget
) -> None:
    hub.push([beat("one", NOON), beat("two", NOON), beat("../evil", NOON)])
    await pull(repository, target)
    hub.push([beat("one", ONE, note="second")])
    await pull(repository, target)
    files = pulled(repository.root)
    assert set(files) == {"heartbeat/one.json", "heartbeat/two.json", "heartbeat/agent-1.json"}
    assert files["heartbeat/one.json"]["payload"]["note"] == "second"
    # A hub restored from yesterday brings an old beat: the newer one stays.
    hub.reset()
    hub.push([beat("one", NOON), beat("two", ONE)])
    report = await pull(repository, target)
    assert report.reset
    files = pulled(repository.root)
    assert files["heartbeat/one.json"]["payload"]["last_beat_at"] == ONE
    assert files["heartbeat/two.json"]["payload"]["last_beat_at"] == ONE


async def test_a_hub_that_was_emptied_is_read_from_its_beginning(
    hub: Hub, repository: Repository, target: HubTarget
) -> None:
    fill(hub, *(f"old-{number}" for number in range(10)))
    await pull(repository, target)
    hub.reset()
    fill(hub, "new-1", "new-2")
    resets: list[str] = []
    report = await pull(repository, target, on_reset=lambda: resets.append("forgotten"))
    assert (report.reset, report.count, report.cursor, resets) == (True, 2, 2, ["forgotten"])
    assert not (await pull(repository, target)).reset
    hub.reset()
    assert (await pull(repository, target)).reset
    assert not (await pull(repository, target)).reset
    # More than there was before: only the name of the data tells.
    hub.reset()
    fill(hub, *(f"later-{number}" for number in range(30)))
    assert (await pull(repository, target)).count == 30


async def test_a_backup_that_was_put_back_without_a_word_is_noticed(
    hub: Hub, repository: Repository, target: HubTarget
) -> None:
    """As long as the hub has not come as far again: it says that its end is before what was read."""
    fill(hub, *(f"r-{number}" for number in range(10)))
    await pull(repository, target)
    hub.put_back(6)
    resets: list[str] = []
    report = await pull(repository, target, on_reset=lambda: resets.append("forgotten"))
    assert (report.reset, report.count, report.cursor, resets) == (True, 6, 6, ["forgotten"])
    assert not (await pull(repository, target)).reset


async def test_a_muse_hub_tells_a_reset_by_its_cursor_and_never_by_zero(
    hub: Hub, repository: Repository, target: HubTarget
) -> None:
    hub.is_muse = True
    fill(hub, *(f"old-{number}" for number in range(10)))
    await pull(repository, target)
    report = await pull(repository, target)
    assert (report.reset, report.cursor, report.count) == (False, 10, 0)
    hub.reset()
    fill(hub, "new")

    def last_id(answering: Answering) -> bool:
        if "since_id=10" not in answering.path:
            return False
        answering.say(200, {"records": [], "cursor": 1})
        return True

    hub.trouble = last_id
    report = await pull(repository, target)
    assert (report.reset, report.cursor, report.count) == (True, 1, 1)


HOSTILE: list[Any] = [
    None,
    "text",
    [],
    {},
    wired("x", kind="../../etc/passwd"),
    wired("x", kind="reservations"),
    wired("x", kind=None),
    wired("x", kind=["reservation"]),
    wired("../../etc/passwd"),
    wired(".."),
    wired(""),
    wired("a/b"),
    wired("a\n"),
    wired("x" * 129),
    wired("x", record_id=None),
    wired("\x1b[31m"),
    wired("x", payload=[]),
    wired("x", payload=None),
    wired("x", payload={"x": "y" * 1_100_000}),
    wired("x", run_id=7),
    wired("x", run_id="y" * 513),
    wired("x", expires_at={}),
    wired("x", created_at="y" * 65),
    wired("x", hub_id=0),
    {**wired("x"), "id": "1"},
    {**wired("x"), "id": True},
    {**wired("x"), "id": 10**30},
]


async def test_what_is_no_record_is_refused_told_and_passed(
    hub: Hub, repository: Repository, target: HubTarget
) -> None:
    pages = [
        {"records": [*HOSTILE, wired("good", len(HOSTILE) + 1)], "cursor": 40, "hub": "d", "more": False},
    ]

    def page(answering: Answering) -> bool:
        answering.say(200, pages[0])
        return True

    hub.trouble = page
    report = await pull(repository, target)
    assert report.refused_count == len(report.refused) == len(HOSTILE)
    assert all(sentence.isprintable() and len(sentence) < 400 for sentence in report.refused)
    assert remote_files(repository.root) == [FILE_NAME, "reservation/good.json"]
    assert report.cursor == len(HOSTILE) + 1, "a cursor never passes what was not sent"
    outside = {path.name for path in repository.root.iterdir()}
    assert outside == {".muse"}


async def test_a_page_of_nothing_good_is_passed_and_the_report_is_capped(
    hub: Hub, repository: Repository, target: HubTarget
) -> None:
    def page(answering: Answering) -> bool:
        since = int(answering.path.partition("since_id=")[2].partition("&")[0])
        records = [{"id": since + number} for number in range(1, 301)] if since < 600 else []
        answering.say(200, {"records": records, "cursor": since + len(records)})
        return True

    hub.trouble = page
    report = await pull(repository, target)
    assert (report.count, report.refused_count, len(report.refused), report.cursor) == (0, 600, 100, 600)


@pytest.mark.parametrize("cursor", [0, 1, 3])
async def test_pages_that_lead_nowhere_end(hub: Hub, repository: Repository, target: HubTarget, cursor: int) -> None:
    def page(answering: Answering) -> bool:
        answering.say(200, {"records": [wired("a", 3)] * 500, "cursor": cursor, "hub": "d", "more": True})
        return True

    hub.trouble = page
    with pytest.raises(HubRejectedError, match="lead nowhere"):
        await pull(repository, target)
    assert len(hub.requests) <= 3


async def test_a_cursor_that_runs_backwards_ends(hub: Hub, repository: Repository, target: HubTarget) -> None:
    cursors = iter((50, 20, 90, 10, 80, 5))

    def page(answering: Answering) -> bool:
        cursor = next(cursors)
        answering.say(200, {"records": [wired("a", cursor)], "cursor": cursor})
        return True

    hub.trouble = page
    with pytest.raises(HubRejectedError):
        await pull(repository, target)


async def test_a_hub_that_is_another_at_every_look_ends(hub: Hub, repository: Repository, target: HubTarget) -> None:
    fill(hub, "a")
    await pull(repository, target)

    def page(answering: Answering) -> bool:
        answering.say(200, {"records": [wired("a")], "cursor": 1, "hub": f"d-{len(hub.requests)}", "more": True})
        return True

    hub.trouble = page
    with pytest.raises(HubRejectedError, match="others at every look"):
        await pull(repository, target)


async def test_the_same_record_twice_is_one_file(hub: Hub, repository: Repository, target: HubTarget) -> None:
    def page(answering: Answering) -> bool:
        answering.say(200, {"records": [wired("a", 1), wired("a", 2), wired("a", 2)], "cursor": 2, "more": False})
        return True

    hub.trouble = page
    report = await pull(repository, target)
    assert (report.count, report.refused_count) == (2, 1)
    assert pulled(repository.root) == {"reservation/a.json": wired("a", 2)}


async def test_pages_too_large_are_asked_for_in_parts(hub: Hub, repository: Repository, target: HubTarget) -> None:
    fill(hub, *(f"r-{number:03}" for number in range(100)))
    async with HubClient(target, patience=QUICK, answer_limit=20_000) as client:
        report = await Pull(client, repository).run()
    assert report.count == 100


async def test_a_million_records_made_on_the_fly_can_be_left_and_gone_on_with(
    hub: Hub, repository: Repository, target: HubTarget
) -> None:
    """Cancelled in the midst, the cursor stands behind what is on disk."""
    loop = asyncio.get_running_loop()
    pulling: asyncio.Task[PullReport]

    def page(answering: Answering) -> bool:
        since = int(answering.path.partition("since_id=")[2].partition("&")[0])
        records = [wired(f"r-{number % 5_000}", number) for number in range(since + 1, min(since + 500, 1_000_000) + 1)]
        answering.say(200, {"records": records, "cursor": records[-1]["id"], "hub": "d", "more": True})
        if since == 2_500:  # asked for while the page before it goes to disk
            loop.call_soon_threadsafe(pulling.cancel)
        return True

    hub.trouble = page
    pulling = asyncio.create_task(pull(repository, target))
    with pytest.raises(asyncio.CancelledError):
        await pulling
    cursor = read_cursor(repository.coordination, target)
    assert cursor.since_id >= 2_000
    ids = {record["id"] for record in pulled(repository.root).values()}
    assert set(range(1, cursor.since_id + 1)) <= ids


async def test_a_pull_that_is_cancelled_leaves_no_writer_behind(
    hub: Hub, repository: Repository, target: HubTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_go_on = threading.Event(), threading.Event()
    land = LandingPlace.land

    def land_late(self: LandingPlace, records: Sequence[Received]) -> Landing:
        begun.set()
        assert may_go_on.wait(20)
        return land(self, records)

    monkeypatch.setattr(LandingPlace, "land", land_late)
    fill(hub, "a", "b")
    pulling = asyncio.create_task(pull(repository, target))
    await until(begun.is_set, what="the writing")
    pulling.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    assert not pulling.done()
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(pulling, 20)
    assert remote_files(repository.root) == [FILE_NAME, "reservation/a.json", "reservation/b.json"]
    assert read_cursor(repository.coordination, target).since_id == 2


@pytest.mark.parametrize(("count", "syncs"), [(3, None), (40, 0), (40, -1), (40, None)])
async def test_what_was_there_already_is_on_the_disk_too_before_the_cursor_passes_it(
    hub: Hub,
    repository: Repository,
    target: HubTarget,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    syncs: int | None,
) -> None:
    """It may be from a pull that was cut off before it was flushed. *syncs* is what the whole's flush answers."""
    fill(hub, *(f"r-{number}" for number in range(count)))
    await pull(repository, target)
    save_cursor(repository.coordination, target, Cursor())
    folder = repository.coordination / "remote" / "reservation"
    wanted = {folder.stat().st_ino} | ({file.stat().st_ino for file in folder.iterdir()} if syncs != 0 else set())
    flushed: set[int] = set()
    before_the_cursor: list[set[int]] = []
    fsync, save = os.fsync, save_cursor

    def flush(descriptor: int) -> None:
        flushed.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def sync(descriptor: int) -> int:
        if syncs == 0:
            flushed.add(os.fstat(descriptor).st_ino)
        return syncs or 0

    def note(*args: Any) -> None:
        before_the_cursor.append(set(flushed))
        save(*args)

    monkeypatch.setattr("musetui.hub.landing.os.fsync", flush)
    monkeypatch.setattr(
        "musetui.hub.landing.ctypes.CDLL", lambda _: SimpleNamespace(**({} if syncs is None else {"syncfs": sync}))
    )
    monkeypatch.setattr("musetui.hub.pull.save_cursor", note)
    report = await pull(repository, target)
    assert (report.count, report.written, report.cursor) == (count, 0, count)
    assert before_the_cursor[0] >= wanted


async def test_a_wait_is_held_by_a_hub_that_can(hub: Hub, repository: Repository, target: HubTarget) -> None:
    assert (await pull(repository, target, wait=0.2)).waited
    hub.is_muse = True
    assert not (await pull(repository, target, wait=5)).waited


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"hubs": 3}',
        b'{"hubs": {"PLACE": 3}}',
        b'{"hubs": {"PLACE": {"since_id": -1, "data_id": ""}}}',
        b'{"hubs": {"PLACE": {"since_id": true, "data_id": ""}}}',
        b'{"hubs": {"PLACE": {"since_id": 99999999999999999999, "data_id": ""}}}',
        b'{"hubs": {"PLACE": {"since_id": 5, "data_id": 5}}}',
        b'{"hubs": {"PLACE": {"since_id": 5}}}',
        b" " * 100_000,
    ],
)
def test_a_cursor_of_others_making_is_the_beginning(
    put: Put, repository: Repository, target: HubTarget, content: bytes
) -> None:
    put(f"remote/{FILE_NAME}", content.replace(b"PLACE", target.place.encode()))
    assert read_cursor(repository.coordination, target) == Cursor()
    save_cursor(repository.coordination, target, Cursor(7, "d"))
    assert read_cursor(repository.coordination, target) == Cursor(7, "d")


def test_a_cursor_that_is_a_link_is_not_followed(
    put: Put, repository: Repository, target: HubTarget, tmp_path: Path
) -> None:
    save_cursor(repository.coordination, target, Cursor(7, "d"))
    file = repository.coordination / "remote" / FILE_NAME
    victim = tmp_path / "victim"
    file.rename(victim)
    before = victim.read_bytes()
    file.symlink_to(victim)
    assert read_cursor(repository.coordination, target) == Cursor()
    save_cursor(repository.coordination, target, Cursor(8, "d"))
    assert victim.read_bytes() == before
    assert read_cursor(repository.coordination, target) == Cursor(8, "d")


def test_each_hub_has_a_cursor_of_its_own_and_not_too_many(repository: Repository, target: HubTarget) -> None:
    for number in range(40):
        save_cursor(repository.coordination, target._replace(records_path=f"/{number}"), Cursor(number + 1, "d"))
    places = json.loads((repository.coordination / "remote" / FILE_NAME).read_text())["hubs"]
    assert len(places) == 32
    assert read_cursor(repository.coordination, target._replace(records_path="/39")) == Cursor(40, "d")


async def test_links_and_folders_in_the_way(
    hub: Hub, put: Put, repository: Repository, target: HubTarget, tmp_path: Path
) -> None:
    fill(hub, "a", "b", "c")
    outside = tmp_path / "outside.json"
    outside.write_text("mine")
    folder = put("remote/reservation/note.txt", b"").parent
    (folder / "a.json").symlink_to(outside)
    (folder / "b.json").mkdir()
    report = await pull(repository, target)
    assert outside.read_text() == "mine"
    assert (report.count, report.cursor) == (2, 3)
    assert "a folder lies in its place" in report.refused[0]
    assert not (folder / "a.json").is_symlink()


async def test_a_remote_folder_that_is_a_link_is_an_error_and_the_cursor_stays(
    hub: Hub, put: Put, repository: Repository, target: HubTarget, tmp_path: Path
) -> None:
    fill(hub, "a")
    put("remote/note.txt", b"")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (repository.coordination / "remote" / "reservation").symlink_to(elsewhere)
    with pytest.raises(RecordError, match=r"remote/reservation is of no use \(a symbolic link"):
        await pull(repository, target)
    assert list(elsewhere.iterdir()) == []
    assert read_cursor(repository.coordination, target) == Cursor()


async def test_a_disk_that_is_full_moves_no_cursor(
    hub: Hub, repository: Repository, target: HubTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(hub, "a", "b")
    real, count = os.write, iter(range(100))

    def full(descriptor: int, data: bytes) -> int:
        # The event loop's own pipe is written with the same call.
        if b"payload" in bytes(data) and next(count) == 1:
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr("musetui.placing.os.write", full)
    with pytest.raises(RecordError, match="the disk is full"):
        await pull(repository, target)
    assert read_cursor(repository.coordination, target) == Cursor()
    assert remote_files(repository.root) == ["reservation/a.json"]
    monkeypatch.undo()
    # The home of the test is gone with the patches, but not the target that was made in it.
    assert (await pull(repository, target)).cursor == 2


async def test_the_next_page_is_on_its_way_while_one_goes_to_disk(
    hub: Hub, repository: Repository, target: HubTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only where there is one: after the last nothing is asked."""
    when_landing: list[int] = []
    land = LandingPlace.land

    def land_when_asked(self: LandingPlace, records: Sequence[Received]) -> Landing:
        with hub.lock:
            pages = min(len(when_landing) + 2, 3)
            assert hub.lock.wait_for(lambda: len(hub.requests) >= pages, 20)
            when_landing.append(len(hub.requests))
        return land(self, records)

    monkeypatch.setattr(LandingPlace, "land", land_when_asked)
    fill(hub, *(f"r-{number}" for number in range(2_100)))
    assert (await pull(repository, target)).count == 2_100
    assert (when_landing, len(hub.requests)) == ([2, 3, 3], 3)


async def test_a_page_ahead_that_nobody_wants_any_more_is_let_go(
    hub: Hub, repository: Repository, target: HubTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_answer = threading.Event()

    def late(answering: Answering) -> bool:
        if "since_id=0" not in answering.path:
            assert may_answer.wait(20)
        return False

    def full(self: LandingPlace, records: Sequence[Received]) -> Landing:
        with hub.lock:
            assert hub.lock.wait_for(lambda: len(hub.requests) == 2, 20)
        raise RecordError("the disk is full")

    monkeypatch.setattr(LandingPlace, "land", full)
    fill(hub, *(f"r-{number}" for number in range(1_100)))
    hub.trouble = late
    before = asyncio.all_tasks()
    try:
        with pytest.raises(RecordError, match="the disk is full"):
            await asyncio.wait_for(pull(repository, target), 15)
        assert asyncio.all_tasks() == before
    finally:
        may_answer.set()
    assert read_cursor(repository.coordination, target) == Cursor()


async def test_trouble_with_the_page_ahead_does_not_cost_the_one_before(
    hub: Hub, repository: Repository, target: HubTarget
) -> None:
    def away(answering: Answering) -> bool:
        if "since_id=0" in answering.path:
            return False
        answering.say(500, b"")
        return True

    fill(hub, *(f"r-{number}" for number in range(1_100)))
    hub.trouble = away
    with pytest.raises(HubUnreachableError):
        await pull(repository, target)
    assert read_cursor(repository.coordination, target).since_id == 1_000
    hub.trouble = None
    assert (await pull(repository, target)).count == 100
