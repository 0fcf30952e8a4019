"""`status`, and `musetui` where there is no terminal."""

from pathlib import Path
from typing import Any

import pytest

STATUS = """\
orchard on main ({root})

RESERVATIONS  ACTIVE  EXPIRING  RELEASED  EXPIRED
local              1         1         1        1
remote             1         0         0        0

conflicts            3  1 high, 2 medium, 0 low
stuck                3  2 high, 1 medium, 0 low: 1 silent, 1 abandoned, 1 waits on the dead
held by silent runs  1  of 3 held
intents              1
tasks                2  1 open, 1 claimed
problems             2  files that are no record
  tasks/broken.json: not JSON: it ends too early, at line 1, column 1
  tasks/empty.json: empty file
"""


def test_status_as_text(run: Any, swarm: None, muse_root: Path) -> None:
    outcome = run("status")
    assert outcome == (0, STATUS.format(root=muse_root), "")


def test_status_as_json(run: Any, swarm: None, muse_root: Path) -> None:
    assert run("status", "--json").json == {
        "schema_version": 1,
        "at": "2026-03-18T12:00:00+00:00",
        "repository": {"name": "orchard", "root": str(muse_root), "repo_id": "7d6c", "branch": "main"},
        "reservations": {
            "local": {"active": 1, "expiring": 1, "released": 1, "expired": 1},
            "remote": {"active": 1, "expiring": 0, "released": 0, "expired": 0},
            "held": 3,
            "silent": 1,
        },
        "records": {
            "reservation": 5,
            "intent": 1,
            "release": 1,
            "heartbeat": 1,
            "dependency": 1,
            "task": 2,
            "claim": 1,
        },
        "conflicts": {"total": 3, "high": 1, "medium": 2, "low": 0},
        "stale": {
            "total": 3,
            "high": 2,
            "medium": 1,
            "low": 0,
            "silent": 1,
            "abandoned": 1,
            "orphan_intent": 0,
            "overlong": 0,
            "from_the_future": 0,
            "waits_on_the_dead": 1,
            "waits_in_a_circle": 0,
            "claimed_by_a_ghost": 0,
        },
        "tasks": {"double_claim": 0, "open": 1, "claimed": 1, "claim_over": 0},
        "older": None,
        "problems": 2,
        "problem_list": [
            {"path": "tasks/broken.json", "reason": "not JSON: it ends too early, at line 1, column 1"},
            {"path": "tasks/empty.json", "reason": "empty file"},
        ],
    }


def test_status_of_an_empty_repository(run: Any, muse_root: Path) -> None:
    outcome = run("status")
    assert outcome.code == 0
    assert "local              0         0         0        0\n" in outcome.out
    assert "problems             0\n" in outcome.out


def test_without_a_terminal_the_status_is_the_dashboard(run: Any, swarm: None) -> None:
    assert run() == run("status")
    assert run("--json") == run("status", "--json")
    assert run("--read-only", "--poll") == run("status")


def test_silence_is_a_setting(run: Any, swarm: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSETUI_SILENT_AFTER", "2h")
    assert run("status", "--json").json["reservations"]["silent"] == 0
    monkeypatch.setenv("MUSETUI_SILENT_AFTER", "9m")
    assert run("status", "--json").json["reservations"]["silent"] == 2
