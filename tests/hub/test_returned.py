"""What comes back from a hub is known to be there; what is another's, older or of no use is not noted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.batch import Sighting, Slot
from musetui.coordination.reader import read_slot
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.hub.envelopes import Received, check_envelope
from musetui.hub.returned import note_returned
from musetui.hub.sent import SentLedger
from musetui.hub.wire import wire_record

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> SentLedger:
    return SentLedger(tmp_path / "sent.sqlite")


@pytest.fixture
def writer(muse_root: Path) -> Writer:
    return Writer(Repository(muse_root), durable=False)


def local(root: Path, folder: str) -> Sighting:
    """Return the one local record in *folder*."""
    coordination = root / ".muse" / "coordination"
    [file] = (coordination / folder).glob("*.json")
    found = read_slot(coordination, Slot(folder, file.name))
    assert isinstance(found, Sighting)
    return found


def back(root: Path, sighting: Sighting, **changes: Any) -> Received:
    """Return the record as a hub sends it back."""
    from json import loads

    sent = loads(wire_record(sighting, (root / ".muse/coordination" / sighting.slot.path).read_bytes()).data)
    sent["payload"].update(changes)
    return received(sent)


def received(sent: Mapping[str, Any]) -> Received:
    return check_envelope({"id": 1, "created_at": NOW.isoformat(), **sent}, 0)


def reserve(writer: Writer) -> str:
    ttl = timedelta(hours=1)
    record = writer.reserve(("src/a.py",), "ann", ttl=ttl, operation="modify", branch="main", now=NOW)
    return record.reservation_id


def test_a_record_that_comes_back_is_known_to_be_there(muse_root: Path, writer: Writer, ledger: SentLedger) -> None:
    reserved = reserve(writer)
    writer.beat(reserved, "ann", now=NOW)
    writer.release(reserved, "ann", now=NOW)
    for folder in ("reservations", "heartbeats", "releases"):
        here = local(muse_root, folder)
        assert not ledger.has(here)
        note_returned(muse_root / ".muse/coordination", ledger, [back(muse_root, here)])
        assert ledger.has(here)
    assert len(ledger) == 3


def test_one_that_says_something_else_is_not_the_one_here(muse_root: Path, writer: Writer, ledger: SentLedger) -> None:
    reserve(writer)
    here = local(muse_root, "reservations")
    note_returned(muse_root / ".muse/coordination", ledger, [back(muse_root, here, branch="dev")])
    assert not ledger.has(here)


@pytest.mark.parametrize(("seconds", "is_there"), [(-1, False), (0, True), (1, True)])
def test_of_a_heartbeat_an_older_one_is_not_the_one_here(
    muse_root: Path, writer: Writer, ledger: SentLedger, seconds: int, is_there: bool
) -> None:
    writer.beat(reserve(writer), "ann", now=NOW)
    here = local(muse_root, "heartbeats")
    beat_at = (NOW + timedelta(seconds=seconds)).isoformat()
    note_returned(muse_root / ".muse/coordination", ledger, [back(muse_root, here, last_beat_at=beat_at)])
    assert ledger.has(here) is is_there


def test_what_is_of_others_or_of_no_use_is_not_noted(muse_root: Path, ledger: SentLedger) -> None:
    (muse_root / ".muse/coordination/releases").mkdir(parents=True)
    (muse_root / ".muse/coordination/secret.json").write_text("{}")
    payloads = (
        {"reservation_id": "../secret"},
        {"reservation_id": "a\0b"},
        {"reservation_id": 3},
        {"reservation_id": "x"},
    )
    for kind in ("release", "reservation", "heartbeat"):
        for payload in payloads:
            sent = {"kind": kind, "record_id": "r1", "run_id": "ann", "payload": payload, "expires_at": None}
            note_returned(muse_root / ".muse/coordination", ledger, [received(sent)])
    assert not len(ledger)
