"""`release` and `heartbeat`: what is written, on which reservation, and when it is too late."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ADDRESS, HOUR, MINUTE, UUID, Put, on_disk


def test_release(run: Any, reserve: Any, muse_root: Path, at_noon: datetime) -> None:
    reserve(UUID, "agent-1", (ADDRESS,))
    outcome = run("release", UUID[:8], "--run-id", "on-call", "--reason", "it hangs")
    assert outcome == (0, f"released {ADDRESS}, which agent-1 held\n", "")
    assert on_disk(muse_root, "releases") == [
        {
            "reservation_id": UUID,
            "run_id": "on-call",
            "released_at": "2026-03-18T12:00:00+00:00",
            "reason": "it hangs",
        }
    ]
    assert (muse_root / ".muse/coordination/releases" / f"{UUID}.json").is_file()


def test_release_as_json(run: Any, reserve: Any, muse_root: Path, at_noon: datetime) -> None:
    reserve(UUID)
    assert run("release", UUID, "--run-id", "me", "--json").json == {
        "reservation_id": UUID,
        "run_id": "me",
        "released_at": "2026-03-18T12:00:00+00:00",
    }


def test_release_of_a_pulled_reservation(run: Any, reserve: Any, muse_root: Path, at_noon: datetime) -> None:
    reserve(UUID, folder="remote/reservation")
    outcome = run("release", UUID)
    assert outcome.code == 0
    assert "`musetui sync push`" in outcome.out
    assert [record["reservation_id"] for record in on_disk(muse_root, "releases")] == [UUID]


def test_what_was_released_stays_so(run: Any, reserve: Any, put: Any, muse_root: Path, at_noon: datetime) -> None:
    reserve("bbbb-1", addresses=(ADDRESS, "b"))
    put("releases", "any-name", reservation_id="bbbb-1", run_id="agent-1", released_at=at_noon - MINUTE)
    reserve("cccc-1")
    put("releases", "cccc-1", reservation_id="cccc-1")
    assert run("release", "bbbb") == (
        1,
        "",
        f"musetui: bbbb-1 ({ADDRESS} and 1 more) was released by agent-1 at 2026-03-18 11:59:00+00:00 (1m ago): "
        "there is nothing to release\n",
    )
    assert run("release", "cccc") == (
        1,
        "",
        "musetui: cccc-1 (src/a.py) was released: there is nothing to release\n",
    )
    assert run("release", "bbbb", "--json").json["status"] == "released"
    assert len(on_disk(muse_root, "releases")) == 2


def test_what_ran_out_is_released_by_who_looked_after_it(
    run: Any, reserve: Any, muse_root: Path, at_noon: datetime
) -> None:
    reserve("aaaa-1", left=-5 * MINUTE, folder="remote/reservation")
    assert [each["reason"] for each in run("stale", "--json").json["stale"]] == ["abandoned"]
    assert run("release", "aaaa-1") == (
        0,
        "released src/a.py, which agent-1 held until 2026-03-18 11:55:00+00:00 (5m ago)\n"
        "  it is held on another machine, which learns of it when this is pushed: `musetui sync push`\n",
        "",
    )
    assert run("stale", "--json").json["stale"] == []


def test_heartbeat(run: Any, reserve: Any, muse_root: Path, at_noon: datetime) -> None:
    reserve(UUID, "agent-1", (ADDRESS,))
    assert run("heartbeat", UUID, "--run-id", "agent-1") == (
        0,
        f"agent-1 lives: agent-1 holds {ADDRESS} until 2026-03-18 12:50:00+00:00 (in 50m)\n",
        "",
    )
    (written,) = on_disk(muse_root, "heartbeats")
    assert written == {
        "reservation_id": UUID,
        "run_id": "agent-1",
        "last_beat_at": "2026-03-18T12:00:00+00:00",
        "extended_expires_at": None,
    }


def test_nobody_else_gives_a_sign_of_life(
    run: Any, reserve: Any, muse_root: Path, at_noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve("aaaa-1", "agent 1", (ADDRESS,))
    assert run("heartbeat", "aaaa-1", "--run-id", "somebody-else") == (
        1,
        "",
        "musetui: agent 1 holds aaaa-1, and not somebody-else: give its sign of life with --run-id 'agent 1', or "
        "hold it for longer with --extension\n",
    )
    assert run("heartbeat", "aaaa-1", "--run-id", "else", "--json").json["status"] == "not_the_holder"
    assert run("heartbeat", "aaaa-1", "--run-id", "agent 1").out.startswith("agent 1 lives")
    monkeypatch.setenv("MUSETUI_RUN_ID", "somebody-else")
    assert run("heartbeat", "aaaa-1").out.startswith("agent 1 lives")  # who does not say otherwise is the holder
    assert [beat["run_id"] for beat in on_disk(muse_root, "heartbeats")] == ["agent 1"]


def test_whoever_else_extends_it_leaves_its_holder_silent(
    run: Any, reserve: Any, muse_root: Path, at_noon: datetime
) -> None:
    reserve(UUID, "agent-1", (ADDRESS,), age=HOUR)
    assert run("heartbeat", UUID, "--extension", "2h", "--run-id", "on-call") == (
        0,
        f"agent-1 holds {ADDRESS} until 2026-03-18 14:00:00+00:00 (in 2h), extended by on-call: that is no sign of "
        "life of agent-1\n",
        "",
    )
    assert on_disk(muse_root, "heartbeats") == [
        {
            "reservation_id": UUID,
            "run_id": "agent-1",
            "last_beat_at": "2026-03-18T11:00:00+00:00",
            "extended_expires_at": "2026-03-18T14:00:00+00:00",
            "extended_by": "on-call",
            "written_at": "2026-03-18T12:00:00+00:00",
        }
    ]
    assert [each["reason"] for each in run("stale", "--json").json["stale"]] == ["silent"]
    run("heartbeat", UUID, "--run-id", "agent-1")
    assert run("stale", "--json").json["stale"] == []


def test_of_a_reservation_of_nobody_anybody_may_give_a_sign(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1", "")
    assert run("heartbeat", "aaaa-1", "--run-id", "me").out.startswith("me lives: an unnamed run holds")


def test_an_extension_counts_from_now_and_never_shortens(
    run: Any, reserve: Any, at_noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve(UUID, "agent-1", (ADDRESS,))
    monkeypatch.setenv("MUSETUI_RUN_ID", "agent-1")
    longer = run("heartbeat", UUID[:4], "--extension", "90m", "--json").json
    assert longer["extended_expires_at"] == "2026-03-18T13:30:00+00:00"
    assert run("heartbeat", UUID[:4], "--extension", "60", "--json").json["extended_expires_at"] == (
        "2026-03-18T13:30:00+00:00"
    )
    assert "until 2026-03-18 13:30:00+00:00" in run("heartbeat", UUID).out
    assert run("list", "reservation", "--json").json["records"][0]["left_seconds"] == 5_400.0


def test_what_ran_out_is_held_again_only_when_that_is_said(run: Any, reserve: Any, put: Any, at_noon: datetime) -> None:
    reserve("aaaa-1", left=-5 * MINUTE)
    refused = run("heartbeat", "aaaa")
    assert refused.code == 1
    assert "ran out" in refused.err
    assert "--extension" in refused.err
    assert run("heartbeat", "aaaa", "--extension", "1h").code == 0
    assert run("list", "reservation", "--json").json["records"][0]["state"] == "active"
    put("releases", "aaaa-1", reservation_id="aaaa-1", released_at=at_noon - MINUTE)
    refused = run("heartbeat", "aaaa", "--extension", "1h")
    assert refused.code == 1
    assert "was released at" in refused.err


@pytest.mark.parametrize(
    "command",
    [("release",), ("heartbeat", "--run-id", "agent-1"), ("intent", "--op", "modify", "--reservation-id")],
)
def test_ids_may_be_shortened_as_long_as_they_mean_one(
    run: Any, reserve: Any, at_noon: datetime, command: tuple[str, ...]
) -> None:
    for name in ("abcd-1", "abcd-2", "abcd-3", "abcd-4", "abce-1", "sha256:" + "0" * 64):
        reserve(name)
    assert run(*command, "abc").err == "musetui: 'abc' is too short for an id: give at least 4 characters of it\n"
    assert run(*command, "abcd").err == (
        "musetui: 4 reservations begin with abcd: abcd-1, abcd-2, abcd-3 and 1 more; give more of the id\n"
    )
    assert run(*command, "abcd", "--json").json["status"] == "ambiguous_id"
    unknown = run(*command, "abce-2")
    assert unknown.code == 1
    assert unknown.err.startswith(
        "musetui: no reservation begins with abce-2: the nearest are abcd-2, abce-1, abcd-1\n"
    )
    assert run(*command, "abce-2", "--json").json["status"] == "unknown_id"
    assert run(*command, "abcd-2").code == 0
    assert run(*command, "sha2").code == 0


def test_an_id_that_begins_another_is_itself(run: Any, reserve: Any, muse_root: Path, at_noon: datetime) -> None:
    reserve("abcd")
    reserve("abcd-1")
    assert run("release", "abcd").code == 0
    assert [record["reservation_id"] for record in on_disk(muse_root, "releases")] == ["abcd"]


def test_no_reservation_at_all(run: Any) -> None:
    assert run("release", UUID).err.endswith(": there are no reservations here\n")


@pytest.mark.parametrize("hostile", ["\x1b[31m....", "../../../x", "a" * 100_000, "****"])
def test_an_id_is_only_text(run: Any, reserve: Any, hostile: str) -> None:
    reserve(UUID)
    outcome = run("release", hostile)
    assert outcome.code == 1
    assert outcome.err.endswith(": `musetui list reservation` prints those that there are\n")
    assert outcome.err.rstrip("\n").isprintable()


def test_only_what_may_have_been_meant_is_offered_and_as_it_is_typed(
    run: Any, reserve: Any, muse_root: Path, at_noon: datetime
) -> None:
    for name in ("-rf-1", "--help", "abcd-1"):
        reserve(name)
    assert run("release", "abce-1").err.endswith(": the nearest is abcd-1\n")
    assert run("release", "--", "-rf-2").err.endswith(": the nearest is -- -rf-1\n")
    assert run("release", "--", "-rf-1").code == 0
    assert "-rf" not in run("release", "zzzz").err


@pytest.mark.parametrize("words", [("release",), ("heartbeat", "--extension", "1h")])
def test_a_release_that_is_dated_ahead_is_told(
    run: Any, reserve: Put, put: Put, muse_root: Path, at_noon: datetime, words: tuple[str, ...]
) -> None:
    reserve("r-ahead", "ann")
    put("releases", "r-ahead", reservation_id="r-ahead", run_id="ann", released_at=at_noon + timedelta(minutes=10))
    command, *more = words
    outcome = run(command, "r-ahead", *more)
    assert outcome.code
    assert (
        "(src/a.py) is released by ann already, by a release that is dated ahead of this clock: it ends at 2026"
        in outcome.err
    )
