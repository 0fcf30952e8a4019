"""A feed with a cutoff keeps what matters, counts the rest, and follows both."""

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.attic import Attic
from musetui.coordination.batch import FOLDERS, Slot
from musetui.coordination.ledger import Ledger
from musetui.coordination.outbox import Outbox
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.coordination.snapshot import Snapshot
from tests.coordination.disk_picture import Picture, feeding, put, reservation


@pytest.fixture
def repository(muse_root: Path) -> Repository:
    """Return an empty repository."""
    return Repository(muse_root)


CUTOFF = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def at(days: float) -> str:
    """Return the moment so many days after the cutoff."""
    return (CUTOFF + days * DAY).isoformat()


def lease(reservation_id: str, ends: float, **fields: Any) -> dict[str, Any]:
    return reservation(reservation_id, created_at=at(ends - 0.1), expires_at=at(ends), **fields)


def intent(intent_id: str, reservation_id: str, made: float) -> dict[str, Any]:
    return {
        "intent_id": intent_id,
        "reservation_id": reservation_id,
        "run_id": "agent-1",
        "addresses": ["a.py"],
        "operation": "modify",
        "created_at": at(made),
    }


def heartbeat(reservation_id: str, ends: float) -> dict[str, Any]:
    return {"reservation_id": reservation_id, "run_id": "agent-1", "extended_expires_at": at(ends)}


def older(picture: Picture) -> int:
    return picture.status.set_aside.total if picture.status.set_aside is not None else 0


def test_what_was_over_long_ago_is_counted_and_comes_back_when_it_is_spoken_of(repository: Repository) -> None:
    old, new = put(repository, lease("old", -5)), put(repository, lease("new", 5))
    meant = put(repository, intent("i1", "old", -5), "intents", "i1.json")
    put(repository, lease("older", -9))
    with feeding(repository, cutoff=CUTOFF) as picture:
        picture.wait_settled()
        assert set(picture.found) == {new}
        away = picture.status.set_aside
        assert away is not None
        assert away.total == 3
        assert away.sentence.startswith("3 records were over before 2026-03-01, the first of 2026-02-1")
        assert "2 reservations, 1 intent" in away.sentence
        beat = put(repository, heartbeat("old", 1), "heartbeats", "old.json")
        picture.wait_for(old, meant, beat)
        picture.wait(lambda: older(picture) == 1, "the rest to be counted")


@pytest.mark.parametrize("polling", [False, True], ids=["kernel", "polling"])
def test_what_becomes_of_files_that_were_set_aside_is_followed(repository: Repository, polling: bool) -> None:
    places = [put(repository, lease(f"r{number}", -5)) for number in range(4)]
    kept = put(repository, intent("i1", "", 5), "intents", "i1.json")
    with feeding(repository, cutoff=CUTOFF, polling=polling, poll_interval=0.01) as picture:
        picture.wait(lambda: older(picture) == 4, "all to be counted")
        (repository.coordination / places[0].path).unlink()
        picture.wait(lambda: older(picture) == 3, "one less")
        put(repository, lease("r1", 5))
        picture.wait_for(places[1])
        picture.wait(lambda: older(picture) == 2, "another one less")
        (repository.coordination / places[2].path).write_text("garbage")
        picture.wait(lambda: older(picture) == 1 and places[2].path in picture.problems, "a problem in its place")
        put(repository, intent("i1", "", -5), "intents", "i1.json")
        picture.wait_without(kept)
        picture.wait(lambda: older(picture) == 2, "one more")
        assert set(picture.found) == {places[1]}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_nothing_that_matters_is_left_out(repository: Repository, seed: int) -> None:
    dice = random.Random(seed)
    written: dict[Slot, None] = {}

    def write() -> None:
        name, days = dice.choice("abcdefgh"), dice.choice([-3, -1, 1, 3])
        match dice.randrange(4):
            case 0:
                written[put(repository, lease(name, days))] = None
            case 1:
                written[put(repository, intent(name, dice.choice("abcdefgh"), days), "intents", f"{name}.json")] = None
            case 2:
                written[put(repository, heartbeat(name, days), "heartbeats", f"{name}.json")] = None
            case 3 if written:
                gone = dice.choice(list(written))
                del written[gone]
                (repository.coordination / gone.path).unlink()

    for _ in range(20):
        write()
    with feeding(repository, cutoff=CUTOFF) as picture:
        picture.wait_settled()
        for _ in range(60):
            write()
        everything = {each.slot: each for each in load(repository).found}
        matters = {each.slot for each in load(repository, Attic(CUTOFF)).found}
        picture.wait(lambda: all(picture.found.get(slot) == everything[slot] for slot in matters), f"all, seed {seed}")
        picture.wait(lambda: all(each == everything.get(slot) for slot, each in picture.found.items()), "no more")
        picture.wait(lambda: older(picture) + len(picture.found) == len(everything), "the count of the rest")


def test_what_a_snapshot_has_may_be_over_long_ago_by_now(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No file is so young that it may still change unseen.
    monkeypatch.setattr("musetui.coordination.ledger.time.time_ns", lambda: int((time.time() + 60) * 1e9))
    slots = [put(repository, lease(f"r{number}", number)) for number in range(4)]

    def loaded(cutoff: datetime | None, *, expect: int) -> tuple[set[Slot], int]:
        snapshot = Snapshot(tmp_path / "snapshots", repository.coordination, fewest=1)
        picture, attic = Picture(), Attic(cutoff)
        ledger = Ledger(repository.coordination, Outbox(picture.apply), attic)
        ledger.load(lambda: None, lambda *_: None, snapshot)
        assert snapshot.recalled_count == expect
        snapshot.write(lambda: None)
        for folder in FOLDERS:
            ledger.compare(folder, lambda: None)
        away = attic.told()
        return set(picture.found), away.total if away else 0

    assert loaded(None, expect=0) == (set(slots), 0)
    assert loaded(CUTOFF + 1.5 * DAY, expect=4) == ({slots[2], slots[3]}, 2)
