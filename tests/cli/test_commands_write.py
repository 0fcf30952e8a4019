"""`reserve`, `intent`, `release` and `heartbeat`: what is written, what is said of it, and what is refused."""

import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.records.kinds import INTENT_OPERATIONS, OPERATIONS

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ADDRESS = "src/billing.py::Invoice.total"
UUID = "3f2b8c1e-5d4a-4f6b-9c7d-8e9f0a1b2c3d"


def on_disk(root: Path, folder: str) -> list[Any]:
    files = sorted((root / ".muse" / "coordination" / folder).glob("*.json"))
    return [json.loads(file.read_text()) for file in files]


def test_reserve_writes_what_it_prints(run: Any, muse_root: Path, at_noon: datetime) -> None:
    outcome = run("reserve", ADDRESS, "src/api.py", "--run-id", "agent-42", "--ttl", "90m", "--op", "rename", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    printed = outcome.json
    assert printed.pop("conflicts") == []
    (written,) = on_disk(muse_root, "reservations")
    assert printed == written
    assert list(written) == [
        "schema_version",
        "reservation_id",
        "run_id",
        "branch",
        "addresses",
        "created_at",
        "expires_at",
        "operation",
    ]
    assert (muse_root / ".muse/coordination/reservations" / f"{written.pop('reservation_id')}.json").is_file()
    assert written == {
        "schema_version": 1,
        "run_id": "agent-42",
        "branch": "main",
        "addresses": [ADDRESS, "src/api.py"],
        "created_at": "2026-03-18T12:00:00+00:00",
        "expires_at": "2026-03-18T13:30:00+00:00",
        "operation": "rename",
    }


def test_reserve_as_text(run: Any, muse_root: Path, at_noon: datetime) -> None:
    outcome = run("reserve", ADDRESS, "--run-id", "agent-42")
    (written,) = on_disk(muse_root, "reservations")
    assert outcome == (
        0,
        f"reserved {ADDRESS} for agent-42 until 2026-03-18 12:00:00+00:00 (in 1h)\n".replace("12:00:00", "13:00:00")
        + f"  id  {written['reservation_id']}\n",
        "",
    )
    assert written["operation"] is None


def test_reserve_tells_what_it_collides_with_and_writes_all_the_same(
    run: Any, reserve: Any, muse_root: Path, at_noon: datetime
) -> None:
    reserve("aaaa-1", "agent-41", (ADDRESS,))
    reserve("aaaa-2", "agent-42", ("src",))
    reserve("aaaa-3", "agent-43", (ADDRESS,), left=-MINUTE)
    out = run("reserve", ADDRESS, "--run-id", "agent-42").out.splitlines()
    assert out[2].startswith(f"  high 1.00  2 runs hold {ADDRESS}: agent-41 (main), agent-42 (main)")
    conflicts = run("reserve", f"{ADDRESS}/", "--run-id", "agent-50", "--json").json["conflicts"]
    assert any("agent-41" in conflict and "agent-50" in conflict for conflict in conflicts)
    assert not any("agent-43" in conflict for conflict in conflicts)
    assert len(on_disk(muse_root, "reservations")) == 5


@pytest.mark.parametrize(("text", "seconds"), [("60", 60), ("7200", 7_200), ("1h30m", 5_400), ("2d", 172_800)])
def test_ttl_is_seconds_or_a_length_of_time(run: Any, at_noon: datetime, text: str, seconds: int) -> None:
    written = run("reserve", "a.py", "--ttl", text, "--json").json
    assert datetime.fromisoformat(written["expires_at"]) - at_noon == timedelta(seconds=seconds)


def test_who_and_where_come_from_the_settings(
    run: Any, muse_root: Path, at_noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (muse_root / ".muse" / "HEAD").write_text("ref: refs/heads/feature/billing\n")
    monkeypatch.setenv("MUSETUI_RUN_ID", "on-call")
    written = run("reserve", "a.py", "--json").json
    assert (written["run_id"], written["branch"]) == ("on-call", "feature/billing")
    written = run("reserve", "a.py", "--run-id", "other", "--branch", "", "--json").json
    assert (written["run_id"], written["branch"]) == ("other", "")


def test_intent_on_addresses(run: Any, muse_root: Path, at_noon: datetime) -> None:
    outcome = run("intent", ADDRESS, "--op", "rename", "--detail", "to x", "--run-id", "agent-42", "--json")
    (written,) = on_disk(muse_root, "intents")
    assert outcome.json == written
    del written["intent_id"]
    assert written == {
        "schema_version": 1,
        "reservation_id": "",
        "run_id": "agent-42",
        "branch": "main",
        "addresses": [ADDRESS],
        "operation": "rename",
        "created_at": "2026-03-18T12:00:00+00:00",
        "detail": "to x",
    }


def test_intent_on_a_reservation_takes_its_addresses_and_branch(
    run: Any, reserve: Any, muse_root: Path, at_noon: datetime
) -> None:
    reserve(UUID, "agent-1", (ADDRESS, "src/api.py"), branch="feature/x")
    outcome = run("intent", "--reservation-id", UUID[:4], "--op", "split", "--run-id", "agent-1")
    (written,) = on_disk(muse_root, "intents")
    assert outcome == (
        0,
        f"announced: agent-1 will split {ADDRESS} and 1 more\n  id  {written['intent_id']}\n",
        "",
    )
    assert written["reservation_id"] == UUID
    assert written["addresses"] == [ADDRESS, "src/api.py"]
    assert written["branch"] == "feature/x"
    narrowed = run("intent", ADDRESS, "--reservation-id", UUID, "--op", "split", "--branch", "main", "--json").json
    assert (narrowed["addresses"], narrowed["branch"], narrowed["reservation_id"]) == ([ADDRESS], "main", UUID)


def test_an_intent_is_on_something(run: Any) -> None:
    outcome = run("intent", "--op", "delete")
    assert outcome.code == 1
    assert "name an address, or a reservation with --reservation-id" in outcome.err


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
    assert run("release", UUID).code == 0
    assert [record["reservation_id"] for record in on_disk(muse_root, "releases")] == [UUID]


def test_what_is_over_cannot_be_released(run: Any, reserve: Any, put: Any, muse_root: Path, at_noon: datetime) -> None:
    reserve("aaaa-1", left=-5 * MINUTE)
    reserve("bbbb-1", addresses=(ADDRESS, "b"))
    put("releases", "any-name", reservation_id="bbbb-1", run_id="agent-1", released_at=at_noon - MINUTE)
    reserve("cccc-1")
    put("releases", "cccc-1", reservation_id="cccc-1")
    assert run("release", "aaaa-1") == (
        1,
        "",
        "musetui: aaaa-1 (src/a.py) ran out at 2026-03-18 11:55:00+00:00 (5m ago): there is nothing to release\n",
    )
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
    assert run("release", "aaaa", "--json").json["status"] == "expired"
    assert run("release", "bbbb", "--json").json["status"] == "released"
    assert len(on_disk(muse_root, "releases")) == 2


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


def test_an_extension_counts_from_now_and_never_shortens(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve(UUID, "agent-1", (ADDRESS,))
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


@pytest.mark.parametrize("command", [("release",), ("heartbeat",), ("intent", "--op", "modify", "--reservation-id")])
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
    assert outcome.err.endswith(f"the nearest is {UUID}\n")
    assert outcome.err.rstrip("\n").isprintable()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("reserve", "a", "--op", "modfy"), "argument --op: 'modfy' is no operation: did you mean modify?"),
        (("reserve", "a", "--op", "merge"), f"'merge' is no operation: use one of {', '.join(OPERATIONS)}"),
        (("intent", "a", "--op", "DELETE"), "'DELETE' is no operation: did you mean delete?"),
        (("intent", "a", "--op", "zzz"), f"'zzz' is no operation: use one of {', '.join(INTENT_OPERATIONS)}"),
        (("intent", "a"), "the following arguments are required: --op"),
        (("reserve",), "the following arguments are required: ADDRESS"),
        (("reserve", "a", "--ttl", "soon"), "--ttl: 'soon' is no length of time: write it like 45s, 90m, 1h30m or 2d"),
        (("reserve", "a", "--ttl", "-5m"), "argument --ttl: expected one argument"),
        (("release",), "the following arguments are required: ID"),
        (("release", "a", "b"), "unrecognized arguments: b"),
        (("heartbeat", "aaaa", "--extension", "x"), "argument --extension: 'x' is no length of time"),
        (("reserve", "a", "--run", "x"), "unrecognized arguments: --run x"),
    ],
)
def test_words_that_mean_nothing(run: Any, muse_root: Path, words: tuple[str, ...], sentence: str) -> None:
    outcome = run(*words)
    assert outcome.code == 1
    assert outcome.out == ""
    assert sentence in outcome.err
    assert len(outcome.err.splitlines()) == 1
    as_json = run(*words, "--json")
    assert (as_json.code, as_json.err, as_json.json["status"]) == (1, "", "bad_args")
    assert sentence in as_json.json["error"]
    assert not (muse_root / ".muse" / "coordination").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("reserve", ""),
        ("reserve", "  "),
        ("reserve", "a\nb"),
        ("reserve", "\x1b[31m"),
        ("reserve", "x" * 5_000),
        ("reserve", "a", "--ttl", "0"),
        ("reserve", "a", "--ttl", "99y"),
        ("reserve", "a", "--ttl", "20000d"),
        ("reserve", "a", "--run-id", ""),
        ("reserve", "a", "--run-id", "x" * 600),
        ("reserve", "a", "--branch", "a\x07b"),
        ("intent", "a", "--op", "modify", "--detail", "x" * 70_000),
        ("reserve", "\udcff"),
    ],
)
def test_what_no_record_may_say(run: Any, muse_root: Path, words: tuple[str, ...]) -> None:
    outcome = run(*words)
    assert outcome.code == 1
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.rstrip("\n").isprintable()
    as_json = run(*words, "--json")
    assert as_json.code == 1
    assert set(as_json.json) == {"error", "status"}
    assert on_disk(muse_root, "reservations") == on_disk(muse_root, "intents") == []


@pytest.mark.parametrize(
    "words",
    [("reserve", "a"), ("intent", "a", "--op", "modify"), ("release", UUID), ("heartbeat", UUID)],
)
def test_read_only_writes_nothing(
    run: Any, reserve: Any, muse_root: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve(UUID)
    outcome = run("--read-only", *words)
    assert outcome.code == 1
    assert "nothing was written" in outcome.err
    monkeypatch.setenv("MUSETUI_READ_ONLY", "1")
    assert run(*words, "--json").json["status"] == "read_only"
    assert [path.name for path in (muse_root / ".muse" / "coordination").iterdir()] == ["reservations"]


def test_a_folder_that_is_none(run: Any, muse_root: Path) -> None:
    (muse_root / ".muse" / "coordination").mkdir()
    (muse_root / ".muse" / "coordination" / "reservations").write_text("")
    outcome = run("reserve", "a", "--json")
    assert outcome.code == 1
    assert outcome.json["status"] == "not_written"
    assert "cannot be written" in outcome.json["error"]


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="nothing is forbidden to root")
def test_a_folder_that_may_only_be_read(spawn: Any, reserve: Any, muse_root: Path) -> None:
    reserve("aaaa-1")
    folder = muse_root / ".muse" / "coordination" / "reservations"
    folder.chmod(0o555)
    # Root may write everywhere, unless it gives that up.
    humbly = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    try:
        refused = spawn("reserve", "a", before=humbly)
        assert (refused.code, refused.out) == (1, "")
        assert "cannot be written: no permission" in refused.err
        assert spawn("reserve", "a", "--json", before=humbly).json["status"] == "not_written"
        listed = spawn("list", "reservation", "--json", before=humbly)
        assert listed.json["total"] == 1
    finally:
        folder.chmod(0o755)
