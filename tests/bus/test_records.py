"""What is pushed can be pulled: exactly, once, in order, a page at a time."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from musetui.bus import pages
from tests.bus.conftest import FREELY, House, Open
from tests.bus.people import beat, push_body, record

SEVEN = ("reservation", "intent", "release", "heartbeat", "dependency", "task", "claim")


def ids(page: dict[str, Any]) -> list[tuple[int, str]]:
    return [(each["id"], each["record_id"]) for each in page["records"]]


def test_what_is_pushed_is_pulled_as_it_was(hub: House) -> None:
    payload = {
        "text": "a\u0000b ☃ \u202e 😀",
        "large": 123456789012345678901234567890,
        "float": 0.1,
        "deep": [[{"a": [None, True, {}]}]],
        "Infinity": "Infinity",
        "": "",
    }
    sent = {
        "kind": "reservation",
        "record_id": "sha256:ab-_9",
        "run_id": "agent\u0000 ☃",
        "payload": payload,
        "expires_at": "2026-03-18T13:00:00+01:00",
    }
    assert hub.push(sent) == {"inserted": 1, "skipped": 0}
    page = hub.pull()
    (got,) = page["records"]
    assert got.pop("created_at") >= "2026"
    assert got == {"id": 1, **sent, "expires_at": "2026-03-18T12:00:00+00:00"}
    assert list(got["payload"]) == list(payload)
    assert (page["cursor"], page["more"]) == (1, False)


def test_every_kind_is_kept_and_can_be_asked_for(hub: House) -> None:
    hub.push(*(record(f"id-{kind}", kind) for kind in SEVEN))
    assert [each["kind"] for each in hub.pull()["records"]] == list(SEVEN)
    assert ids(hub.pull("kinds=claim&kinds=intent")) == [(2, "id-intent"), (7, "id-claim")]
    assert ids(hub.pull("kinds=claim,intent&kinds=task&since_id=2")) == [(6, "id-task"), (7, "id-claim")]


def test_a_second_push_changes_nothing(hub: House) -> None:
    assert hub.push(record("a", n=1), record("b"), record("a", n=2)) == {"inserted": 2, "skipped": 1}
    assert hub.push(record("a", n=3), record("c"), record("b")) == {"inserted": 1, "skipped": 2}
    page = hub.pull()
    assert ids(page) == [(1, "a"), (2, "b"), (3, "c")]
    assert page["records"][0]["payload"] == {"n": 1}
    assert hub.push(record("a", "intent")) == {"inserted": 1, "skipped": 0}


def test_repositories_have_nothing_to_do_with_each_other(hub: House) -> None:
    hub.push(record("a"), record("b"))
    hub.push(record("a", n=2), repository=f"{hub.repository}-2")
    assert ids(hub.pull(repository=f"{hub.repository}-2")) == [(1, "a")]
    assert hub.pull()["hub"] != hub.pull(repository=f"{hub.repository}-2")["hub"]


def test_pages_follow_each_other(hub: House) -> None:
    hub.push(*(record(f"r{n}") for n in range(7)))
    seen, cursor, more = [], 0, True
    while more:
        page = hub.pull(f"since_id={cursor}&limit=3")
        assert len(page["records"]) <= 3
        seen += ids(page)
        cursor, more = page["cursor"], page["more"]
    assert seen == [(n + 1, f"r{n}") for n in range(7)]
    for beyond in (7, 8, 2**63 - 1):
        page = hub.pull(f"since_id={beyond}")
        # Who is beyond the end has read what is not there any more.
        assert (page["records"], page["cursor"], page["more"]) == ([], 7, False)


def test_a_page_of_large_records_is_shorter(open_hub: Open, database: str) -> None:
    hub = open_hub(database, replace(FREELY, page_bytes=2_500))
    hub.push(*(record(f"r{n}", text="x" * 1_000) for n in range(7)))
    page = hub.pull()
    assert (len(page["records"]), page["cursor"], page["more"]) == (3, 3, True)
    assert hub.pull("since_id=6")["more"] is False


def test_a_newer_heartbeat_takes_the_place_of_an_older_one_under_a_new_id(hub: House) -> None:
    early, late = "2026-03-18T12:00:00Z", "2026-03-18T12:00:00.000001+00:00"
    assert hub.push(beat("run", "lease-1", early), record("x")) == {"inserted": 2, "skipped": 0}
    assert hub.push(beat("run", "lease-1", early)) == {"inserted": 0, "skipped": 1}
    assert hub.push(beat("run", "lease-1", late)) == {"inserted": 1, "skipped": 0}
    assert hub.push(beat("run", "lease-1", early, "2030-01-01T00:00:00Z")) == {"inserted": 0, "skipped": 1}
    assert ids(hub.pull()) == [(2, "x"), (3, "run")]
    assert hub.push(beat("run", "lease-1", late, "2026-03-18T14:00:00+01:00")) == {"inserted": 1, "skipped": 0}
    assert hub.push(beat("run", "lease-1", late, "2026-03-18T12:59:59Z")) == {"inserted": 0, "skipped": 1}
    page = hub.pull("since_id=3")
    assert ids(page) == [(4, "run")]
    assert page["records"][0]["payload"]["extended_expires_at"] == "2026-03-18T14:00:00+01:00"


def test_two_leases_of_one_run_keep_their_own_heartbeats(hub: House) -> None:
    at = "2026-03-18T12:00:00Z"
    nameless = record("run", "heartbeat", last_beat_at=at, reservation_id="../no id")
    assert hub.push(beat("run", "lease-1", at), beat("run", "lease-2", at), nameless)["inserted"] == 3
    assert hub.push(beat("run", "lease-2", "2026-03-18T12:01:00Z"))["inserted"] == 1
    assert [(i, each["payload"]["reservation_id"]) for i, each in enumerate(hub.pull()["records"])] == [
        (0, "lease-1"),
        (1, "../no id"),
        (2, "lease-2"),
    ]


def test_a_cursor_passes_what_was_chosen_and_replaced_before_it_was_read(
    hub: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL, where each statement sees what is committed by then; SQLite reads on in its own picture."""
    hub.push(beat("run", "lease", "2026-03-18T12:00:00Z"))
    fetch = pages._fetch

    async def fetch_late(*args: Any) -> Any:
        monkeypatch.undo()
        await asyncio.to_thread(hub.push, beat("run", "lease", "2026-03-18T12:01:00Z"))
        return await fetch(*args)

    monkeypatch.setattr(pages, "_fetch", fetch_late)
    page = hub.pull()
    assert page["cursor"] == 1
    assert [each["payload"]["last_beat_at"] for each in page["records"]] in ([], ["2026-03-18T12:00:00Z"])
    assert ids(hub.pull("since_id=1")) == [(2, "run")]


def test_of_the_heartbeats_in_one_push_the_newest_stays(hub: House) -> None:
    beats = [beat("run", "lease", f"2026-03-18T12:0{minute}:00Z") for minute in (1, 3, 2)]
    assert hub.push(*beats, record("x")) == {"inserted": 2, "skipped": 2}
    page = hub.pull()
    assert ids(page) == [(1, "run"), (2, "x")]
    assert page["records"][0]["payload"]["last_beat_at"] == "2026-03-18T12:03:00Z"


@pytest.mark.parametrize("at", [None, "", "yesterday", True, [], "9999-12-31T00:00:00Z"])
def test_a_heartbeat_of_unknown_time_is_the_oldest(plain_hub: House, at: Any) -> None:
    assert plain_hub.push(beat("run", "lease", at))["inserted"] == 1
    assert plain_hub.push(beat("run", "lease", at))["skipped"] == 1
    assert plain_hub.push(beat("run", "lease", "1970-01-02T00:00:00Z"))["inserted"] == 1
    assert plain_hub.push(beat("run", "lease", at))["skipped"] == 1


def test_a_batch_is_taken_whole_or_not_at_all(hub: House) -> None:
    good = [record(f"r{n}") for n in range(499)]
    answer = hub.client().post(hub.path, content=push_body(*good, record("no id!")))
    assert (answer.status_code, answer.json()["status"]) == (422, "invalid")
    assert answer.json()["error"].startswith("records.499.record_id: ")
    assert hub.client().get(hub.path).status_code == 404  # it did not even make the repository
    assert hub.push(*good, record("last")) == {"inserted": 500, "skipped": 0}
    assert [each["id"] for each in hub.pull("limit=1000")["records"]] == list(range(1, 501))


def test_records_outlive_the_hub(open_hub: Open, database: str) -> None:
    first = open_hub(database)
    first.push(record("a"))
    page = first.pull()
    first.running.stop()
    assert open_hub(database).pull() == page


def test_what_is_answered_is_json_whoever_reads_it(hub: House) -> None:
    hub.push(record("a", text='"\\\u2028</script>'))
    answer = hub.client().get(hub.path)
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content)["records"][0]["payload"] == {"text": '"\\\u2028</script>'}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, None),
        ("2026-03-18T14:00:00.5+02:00", "2026-03-18T12:00:00.500000+00:00"),
        ("2026-03-18T12:00:00", "2026-03-18T12:00:00+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("9999-12-31T23:59:59-12:00", "9000-01-01T00:00:00+00:00"),
        ("0001-01-01T00:00:00+23:59", "1970-01-01T00:00:00+00:00"),
        ("0000-02-29t00:00:00z", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_every_moment_of_rfc_3339_is_taken_as_an_expiry(plain_hub: House, said: str | None, kept: str | None) -> None:
    plain_hub.push({**record("a"), "expires_at": said})
    assert plain_hub.pull()["records"][0]["expires_at"] == kept


@pytest.mark.parametrize("wait", ["0", "-0.0", "1e-05", "2.9999999999999996e-308", "1E1", "30.0", "29.999999999999996"])
def test_a_wait_is_any_number_that_json_has(plain_hub: House, wait: str) -> None:
    plain_hub.push(record("a"))
    assert ids(plain_hub.pull(f"wait={wait}")) == [(1, "a")]
