"""`reserve` and `intent`: what is written, and what is said of it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ADDRESS, MINUTE, UUID, on_disk


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
    assert out[2].startswith(f"  high 1.00  agent-41 (main) holds {ADDRESS} too")
    conflicts = run("reserve", f"{ADDRESS}.", "--run-id", "agent-50", "--json").json["conflicts"]
    assert any("agent-41" in conflict for conflict in conflicts)
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
    assert outcome.json == {**written, "conflicts": []}
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


def test_an_address_typed_from_within_the_tree_is_named_from_its_root(
    run: Any, muse_root: Path, monkeypatch: pytest.MonkeyPatch, at_noon: datetime
) -> None:
    (muse_root / "src").mkdir()
    (muse_root / "src/billing.py").write_text("")
    monkeypatch.chdir(muse_root / "src")
    for run_id, typed in (("ann", "billing.py::f"), ("bob", "./billing.py"), ("cy", f"{muse_root}/src/billing.py")):
        outcome = run("reserve", typed, "--run-id", run_id)
        assert outcome.out.startswith("reserved src/billing.py")
        assert f"  {typed} is src/billing.py" in outcome.out
        assert "as seen from the root of the work tree" in outcome.out
    assert "ann" in outcome.out
    assert "as seen from" not in run("reserve", "src/billing.py").out
    assert run("intent", "../src/billing.py", "--op", "modify").out.startswith("announced")
    assert on_disk(muse_root, "intents")[0]["addresses"] == ["src/billing.py"]
    outcome = run("reserve", "../../etc/passwd")
    assert (outcome.code, outcome.out) == (1, "")
    assert "leads out of the work tree" in outcome.err


def test_of_many_addresses_typed_from_within_the_tree_a_few_are_told(run: Any, at_noon: datetime) -> None:
    out = run("reserve", *(f"./{name}.py" for name in "abcdefgh")).out.splitlines()
    assert out[2] == "  ./a.py is a.py as seen from the root of the work tree"
    assert out[7:] == ["  and 3 more are named from there too"]


def test_an_intent_tells_what_it_collides_with_and_is_written_all_the_same(
    run: Any, reserve: Any, muse_root: Path, at_noon: datetime
) -> None:
    reserve("aaaa-1", "agent-41", (ADDRESS,))
    out = run("intent", ADDRESS, "--op", "delete", "--run-id", "agent-42").out.splitlines()
    assert any(line.startswith("  high ") and "agent-41" in line for line in out[2:])
    assert run("intent", ADDRESS, "--op", "delete", "--run-id", "agent-41").out.count("agent-42") == 1
    told = run("intent", "--reservation-id", "aaaa-1", "--op", "move", "--run-id", "agent-43", "--json").json
    assert any("agent-41" in conflict for conflict in told["conflicts"])
    assert len(on_disk(muse_root, "intents")) == 3
    assert run("intent", "docs", "--op", "delete", "--json").json["conflicts"] == []
