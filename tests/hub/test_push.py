"""Push: batches, failures that stop nothing but themselves, and the memory of what the hub has."""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.batch import Batch
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.errors import HubRefusedError
from musetui.hub.client import HubClient
from musetui.hub.gathering import batches, local_slots
from musetui.hub.push import Push, PushReport
from musetui.hub.sent import Heard, SentLedger, ledger_file
from musetui.hub.target import HubTarget
from musetui.hub.unsent import Unsent
from musetui.records.kinds import Kind
from tests.hub.conftest import QUICK, Put, reservation
from tests.hub.hub import Answering, Hub
from tests.records.samples import NOON, ONE, UUID, WHOLE


@pytest.fixture
def ledger(repository: Repository, target: HubTarget) -> SentLedger:
    return SentLedger(ledger_file(repository, target))


@pytest.fixture
def many(put: Put) -> int:
    """Write three batches of reservations."""
    for number in range(1_200):
        put(f"reservations/r-{number:04}.json", reservation(f"r-{number:04}"))
    return 1_200


async def push(
    repository: Repository, target: HubTarget, ledger: SentLedger, *, only_unsent: bool = False, **options: Any
) -> PushReport:
    async with HubClient(target, patience=QUICK) as client:
        pushing = Push(client, ledger, only_unsent=only_unsent, **options)
        return await pushing.run(repository, local_slots(repository)[0])


def all_kinds(put: Put) -> None:
    for kind, fields in WHOLE.items():
        put(f"{kind.folder}/{UUID}.json", fields)


async def test_every_kind_arrives_whole_and_once(
    put: Put, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    all_kinds(put)
    report = await push(repository, target, ledger)
    assert (report.inserted, report.skipped, report.total, report.failed, report.errors) == (7, 0, 7, 0, ())
    assert {row["kind"]: row["payload"] for row in hub.records} == {kind.value: WHOLE[kind] for kind in Kind}
    again = await push(repository, target, ledger)
    assert (again.inserted, again.skipped, again.total) == (0, 7, 7)
    unsent = await push(repository, target, ledger, only_unsent=True)
    assert unsent.total == 0


async def test_two_leases_of_one_run_and_a_second_beat_arrive(
    put: Put, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    for lease in ("one", "two"):
        put(f"heartbeats/{lease}.json", {"reservation_id": lease, "run_id": "agent-1", "last_beat_at": NOON})
    assert (await push(repository, target, ledger)).inserted == 2
    put("heartbeats/one.json", {"reservation_id": "one", "run_id": "agent-1", "last_beat_at": ONE})
    assert (await push(repository, target, ledger, only_unsent=True)).inserted == 1
    assert {row["record_id"] for row in hub.records} == {"agent-1"}
    beats = {row["payload"]["reservation_id"]: row["payload"]["last_beat_at"] for row in hub.records}
    assert beats == {"one": ONE, "two": NOON}


async def test_a_batch_that_fails_stops_no_other(
    many: int, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    def fail_one(answering: Answering) -> bool:
        if b'"r-0700"' not in answering.body:
            return False
        answering.say(500, {"error": "out of order"})
        return True

    hub.trouble = fail_one
    told: list[str] = []
    steps: list[tuple[int, int]] = []
    report = await push(
        repository, target, ledger, on_error=told.append, on_progress=lambda done, total: steps.append((done, total))
    )
    assert (report.inserted, report.failed, report.total) == (700, 500, many)
    assert len(told) == 1
    assert report.errors == tuple(told)
    assert told[0].startswith("500 records from reservation r-0500 on: ")
    assert "out of order" in told[0]
    assert steps == [(500, 1200), (1000, 1200), (1200, 1200)]
    hub.trouble = None
    rest = await push(repository, target, ledger, only_unsent=True)
    assert (rest.inserted, rest.total) == (500, 500)


async def test_one_record_that_a_hub_rejects_costs_the_others_nothing(
    many: int, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    def reject(answering: Answering) -> bool:
        if b'"r-0700"' not in answering.body:
            return False
        answering.say(422, {"error": "records.200.payload is wrong"})
        return True

    hub.trouble = reject
    report = await push(repository, target, ledger)
    assert (report.inserted, report.failed) == (many - 1, 1)
    assert report.errors[0].startswith("reservation r-0700: ")


async def test_a_hub_that_rejects_everything_is_not_asked_for_ever(
    many: int, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    def reject(answering: Answering) -> bool:
        answering.say(422, {"error": "no"})
        return True

    hub.trouble = reject
    report = await push(repository, target, ledger)
    assert (report.inserted, report.failed) == (0, many)
    assert len(report.errors) <= 100
    assert len(hub.requests) < 200


async def test_a_hub_that_refuses_is_asked_once(
    many: int, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    hub.keys = {}
    with pytest.raises(HubRefusedError, match="signature of gabriel"):
        await push(repository, target, ledger)
    assert len(hub.requests) == 1


async def test_a_hub_that_refuses_half_way_keeps_what_it_took(
    many: int, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    def refuse_later(answering: Answering) -> bool:
        if len(hub.requests) > 1:
            answering.say(403, {"error": "enough"})
        return len(hub.requests) > 1

    hub.trouble = refuse_later
    report = await push(repository, target, ledger)
    assert (report.inserted, report.failed, len(report.errors)) == (500, 700, 1)
    assert len(hub.requests) == 2


async def test_a_hub_that_is_not_there_is_not_looked_for_at_every_batch(
    put: Put, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    for number in range(6):
        put(f"tasks/t-{number}.json", {"task_id": f"t-{number}", "x": "y" * 1_000_000})
        put(f"claims/t-{number}.json", {"task_id": f"t-{number}", "x": "y" * 1_000_000})
        put(f"dependencies/t-{number}.json", {"reservation_id": f"t-{number}", "x": "y" * 1_000_000})
    gone = target._replace(address=target.address._replace(port=1))
    report = await push(repository, gone, ledger)
    assert (report.total, report.failed, report.inserted) == (18, 18, 0)
    assert len(report.errors) == 3


async def test_what_is_no_record_is_left_out_and_counted(
    put: Put, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    put("tasks/good.json", {"task_id": "good"})
    put("tasks/bad.json", b"{")
    put("tasks/nan.json", b'{"task_id": "nan", "x": NaN}')
    (put("tasks/target.txt", b"{}").parent / "link.json").symlink_to("target.txt")
    os.mkfifo(repository.coordination / "tasks" / "pipe.json")
    report = await push(repository, target, ledger)
    assert (report.inserted, report.total) == (1, 1)
    assert {problem.path for problem in report.left_out} == {
        "tasks/bad.json",
        "tasks/nan.json",
        "tasks/link.json",
        "tasks/pipe.json",
    }


async def test_the_reply_must_account_for_all_before_anything_is_noted(
    put: Put, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    all_kinds(put)

    def lie(answering: Answering) -> bool:
        answering.say(200, {"inserted": 1, "skipped": 0})
        return True

    hub.trouble = lie
    report = await push(repository, target, ledger)
    assert (report.failed, len(ledger)) == (7, 0)
    assert "accounts for 1 of 7 records" in report.errors[0]


async def test_a_push_can_be_cancelled_at_any_moment_and_done_again(
    many: int, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    loop = asyncio.get_running_loop()
    pushing: asyncio.Task[PushReport]

    def cancel_at_second(answering: Answering) -> bool:
        if len(hub.requests) == 2:
            loop.call_soon_threadsafe(pushing.cancel)
        return False

    hub.trouble = cancel_at_second
    pushing = asyncio.create_task(push(repository, target, ledger))
    with pytest.raises(asyncio.CancelledError):
        await pushing
    hub.trouble = None
    await push(repository, target, ledger, only_unsent=True)
    assert len(hub.records) == many
    assert (await push(repository, target, ledger, only_unsent=True)).total == 0


async def test_the_ledger_outlives_the_process_and_is_private(
    put: Put, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    all_kinds(put)
    await push(repository, target, ledger)
    ledger.close()
    file = ledger_file(repository, target)
    assert file.parent.stat().st_mode & 0o077 == 0
    opened = SentLedger(file)
    assert all(opened.has(sighting) for sighting in load(repository).found)
    other = SentLedger(ledger_file(repository, target._replace(records_path="/elsewhere")))
    assert len(other) == 0


@pytest.mark.parametrize("harm", ["garbage", "half", "folder", "other table", "removed"])
async def test_a_ledger_that_is_lost_or_damaged_is_no_error(
    put: Put, repository: Repository, target: HubTarget, ledger: SentLedger, harm: str
) -> None:
    all_kinds(put)
    await push(repository, target, ledger)
    ledger.close()
    file = ledger_file(repository, target)
    whole = file.read_bytes()
    file.unlink()
    if harm == "garbage":
        file.write_bytes(b"no database at all, but something longer than a header of one" * 50)
    elif harm == "half":
        file.write_bytes(whole[: len(whole) // 2])
    elif harm == "folder":
        file.mkdir()
    elif harm == "other table":
        sqlite3.connect(file).execute("CREATE TABLE sent (a)").connection.close()
    opened = SentLedger(file)
    assert len(opened) == 0
    assert (await push(repository, target, opened, only_unsent=True)).skipped == 7
    assert (await push(repository, target, opened, only_unsent=True)).total == 0
    opened.close()
    # What was of no use is replaced, so that the next process remembers; a folder is not ours to remove.
    assert len(SentLedger(file)) == (0 if harm == "folder" else 7)


async def test_two_files_that_claim_one_id_are_both_sent_as_far_as_they_can_be(
    put: Put, hub: Hub, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    """The hub keeps the first and skips the second, however often it comes; so it is not to come again and again."""
    for name in ("one", "other"):
        put(f"reservations/{name}.json", reservation("same", branch=name))
    unsent = Unsent(ledger)
    unsent.apply(load(repository))
    report = await push(repository, target, ledger, only_unsent=True)
    assert (report.inserted, report.skipped) == (1, 1)
    unsent.recheck()
    assert unsent.count == 0
    assert (await push(repository, target, ledger, only_unsent=True)).total == 0
    ledger.close()
    opened = SentLedger(ledger_file(repository, target))
    assert all(opened.has(sighting) for sighting in load(repository).found)
    put("reservations/other.json", reservation("same", branch="changed"))
    assert [opened.has(sighting) for sighting in load(repository).found].count(False) == 1


def test_two_processes_share_a_ledger(put: Put, repository: Repository, target: HubTarget, ledger: SentLedger) -> None:
    all_kinds(put)
    other = SentLedger(ledger_file(repository, target))
    unsent = Unsent(ledger)
    unsent.apply(load(repository))
    assert unsent.count == 7
    other.mark(next(iter(batches(repository, local_slots(repository)[0]))).records)
    assert ledger.refresh() is Heard.MORE
    assert ledger.refresh() is Heard.NOTHING
    unsent.recheck()
    assert unsent.count == 0
    ledger.forget()
    unsent.recheck_all()
    assert unsent.count == 7
    assert other.refresh() is Heard.LESS
    assert len(other) == 0
    # Whoever forgot hears of it, too: the pull that met the new history may have failed before it could tell.
    assert ledger.refresh() is Heard.LESS
    assert ledger.refresh() is Heard.NOTHING


async def test_the_count_of_unsent_follows_the_disk(
    put: Put, repository: Repository, target: HubTarget, ledger: SentLedger
) -> None:
    all_kinds(put)
    put("remote/task/far.json", {"task_id": "far"})
    unsent = Unsent(ledger)
    unsent.apply(load(repository))
    assert unsent.count == 7
    await push(repository, target, ledger)
    unsent.recheck()
    assert unsent.count == 0
    put(f"heartbeats/{UUID}.json", {**WHOLE[Kind.HEARTBEAT], "last_beat_at": ONE})
    put("tasks/new.json", {"task_id": "new"})
    unsent.apply(load(repository))
    assert {slot.path for slot in unsent.slots()} == {f"heartbeats/{UUID}.json", "tasks/new.json"}
    unsent.apply(Batch(gone=[slot for slot in unsent.slots() if slot.name == "new.json"]))
    assert unsent.count == 1


def test_a_state_folder_that_cannot_be_made(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    ledger = SentLedger(blocker / "sent" / "x.sqlite")
    ledger.forget()
    assert len(ledger) == 0
    assert ledger.refresh() is Heard.LESS
    assert ledger.refresh() is Heard.NOTHING
