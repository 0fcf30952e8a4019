"""`status`, `list` and `conflicts`: what people and programs are shown of what lies on disk."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.cli.parser import COMMANDS
from musetui.records.kinds import Kind
from musetui.records.models import Reservation

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def swarm(put: Any, reserve: Any, at_noon: datetime) -> None:
    """Write a small swarm that has some of everything."""
    reserve("aaaa-1", "agent-41", ("src/billing.py::Invoice.total", "src/api.py"), operation="modify")
    reserve("aaaa-2", "agent-42", ("src/billing.py::Invoice.total",), left=4 * MINUTE, branch="feature/billing")
    reserve("bbbb-1", "agent-43", ("src/billing.py",), age=HOUR, left=30 * MINUTE, folder="remote/reservation")
    reserve("cccc-1", "agent-44", age=2 * HOUR, left=-HOUR)
    reserve("dddd-1", "agent-45", age=20 * MINUTE)
    put("releases", "dddd-1", reservation_id="dddd-1", run_id="agent-45", released_at=at_noon - MINUTE, reason="done")
    put("heartbeats", "bbbb-1", reservation_id="bbbb-1", run_id="agent-46", extended_expires_at=at_noon + HOUR)
    put(
        "intents",
        "eeee-1",
        intent_id="eeee-1",
        reservation_id="aaaa-1",
        run_id="agent-41",
        branch="main",
        addresses=["src/billing.py::Invoice.total"],
        operation="rename",
        created_at=at_noon - 5 * MINUTE,
        detail="to compute_total",
    )
    put("tasks", "task-1", task_id="task-1", run_id="planner", queue="q", title="Split it", created_at=at_noon - HOUR)
    put("tasks", "task-2", task_id="task-2")
    put("claims", "task-1", task_id="task-1", claimer_run_id="agent-41", expires_at=at_noon + 90 * MINUTE)
    put("dependencies", "aaaa-2", reservation_id="aaaa-2", depends_on=["aaaa-1", "cccc-1"])
    put("tasks", "broken").write_text("{")
    put("tasks", "empty").write_text("")


STATUS = """\
orchard on main ({root})

RESERVATIONS  ACTIVE  EXPIRING  RELEASED  EXPIRED
local              1         1         1        1
remote             1         0         0        0

conflicts            2  1 high, 1 medium, 0 low
held by silent runs  1  of 3 held
intents              1
tasks                2  1 claimed
problems             2  files that are no record
  tasks/broken.json: not JSON: EOF while parsing an object at line 1 column 1
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
        "conflicts": {"total": 2, "high": 1, "medium": 1, "low": 0},
        "problems": 2,
        "problem_list": [
            {"path": "tasks/broken.json", "reason": "not JSON: EOF while parsing an object at line 1 column 1"},
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


LISTS = {
    "reservation": """\
STATE          LEFT  AGE  RUN       BRANCH           OP      ADDRESS                           SOURCE  ID
active         50m   10m  agent-41  main             modify  src/billing.py::Invoice.total +1  local   aaaa-1
expiring       4m    10m  agent-42  feature/billing  -       src/billing.py::Invoice.total     local   aaaa-2
released       -     20m  agent-45  main             -       src/a.py                          local   dddd-1
active,silent  1h    1h   agent-43  main             -       src/billing.py                    remote  bbbb-1
expired        -     2h   agent-44  main             -       src/a.py                          local   cccc-1
""",
    "intent": """\
AGE  RUN       BRANCH  OP      ADDRESS                        DETAIL            SOURCE  ID
5m   agent-41  main    rename  src/billing.py::Invoice.total  to compute_total  local   eeee-1
""",
    "release": """\
AGE  RUN       REASON  SOURCE  RESERVATION
1m   agent-45  done    local   dddd-1
""",
    "heartbeat": """\
STATE   AGE  RUN       SOURCE  RESERVATION
active  -    agent-46  local   bbbb-1
""",
    "dependency": """\
STATE     AGE  SOURCE  RESERVATION  WAITS FOR
expiring  -    local   aaaa-2       aaaa-1 cccc-1
""",
    "task": """\
STATE    AGE  RUN      QUEUE  TITLE     SOURCE  ID
claimed  1h   planner  q      Split it  local   task-1
open     -    -        -      -         local   task-2
""",
    "claim": """\
STATE   LEFT   AGE  RUN       SOURCE  TASK
active  1h30m  -    agent-41  local   task-1
""",
}


@pytest.mark.parametrize("kind", Kind)
def test_lists_as_text(run: Any, swarm: None, kind: Kind) -> None:
    assert run("list", kind.value) == (0, LISTS[kind.value], "")
    assert run("list", kind.folder) == (0, LISTS[kind.value], "")


def test_a_list_of_nothing_says_so(run: Any) -> None:
    assert run("list", "claim") == (0, "no claim records\n", "")
    assert run("list", "claim", "--json").json == {"schema_version": 1, "kind": "claim", "total": 0, "records": []}


def test_a_list_as_json_has_the_records_own_fields_and_ours(run: Any, swarm: None) -> None:
    listed = run("list", "reservation", "--json").json
    assert {key: listed[key] for key in ("schema_version", "kind", "total")} == {
        "schema_version": 1,
        "kind": "reservation",
        "total": 5,
    }
    assert [record["record_id"] for record in listed["records"]] == ["aaaa-1", "aaaa-2", "dddd-1", "bbbb-1", "cccc-1"]
    assert listed["records"][3] == {
        "schema_version": 1,
        "reservation_id": "bbbb-1",
        "run_id": "agent-43",
        "branch": "main",
        "addresses": ["src/billing.py"],
        "created_at": "2026-03-18T11:00:00Z",
        "expires_at": "2026-03-18T12:30:00Z",
        "operation": None,
        "kind": "reservation",
        "record_id": "bbbb-1",
        "state": "active",
        "silent": True,
        "source": "remote",
        "expires_effective": "2026-03-18T13:00:00+00:00",
        "left_seconds": 3600.0,
    }


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        ("reservation", ["active", "expiring", "released", "active", "expired"]),
        ("intent", ["active"]),
        ("release", ["released"]),
        ("heartbeat", ["active"]),
        ("dependency", ["expiring"]),
        ("task", ["claimed", "open"]),
        ("claim", ["active"]),
    ],
)
def test_every_record_has_a_state(run: Any, swarm: None, kind: str, states: list[str]) -> None:
    records = run("list", kind, "--json").json["records"]
    assert [record["state"] for record in records] == states
    for record in records:
        assert {"kind", "record_id", "state", "silent", "source", "expires_effective", "left_seconds"} <= record.keys()
        assert (record["left_seconds"] is None) == (record["expires_effective"] is None)


def test_what_names_an_unknown_reservation_has_no_state(run: Any, put: Any) -> None:
    put("releases", "nobody", run_id="a")
    assert run("list", "release", "--json").json["records"][0]["state"] is None


def test_a_record_here_and_pulled_is_one_of_both(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1")
    reserve("aaaa-1", folder="remote/reservation")
    listed = run("list", "reservation", "--json").json
    assert [record["source"] for record in listed["records"]] == ["both"]


def test_a_field_of_ours_does_not_hide_one_of_the_records_own(run: Any, reserve: Any) -> None:
    reserve("aaaa-1", state="mine", own="too", extra={"deep": [1]})
    record = run("list", "reservation", "--json").json["records"][0]
    assert record["state"] == "expired"
    assert record["own"] == {"state": "mine", "own": "too"}
    assert record["extra"] == {"deep": [1]}


def test_numbers_that_json_has_no_word_for(run: Any, reserve: Any) -> None:
    reserve("aaaa-1", ratio=float("inf"), big=10**4_000)
    outcome = run("list", "reservation", "--json")
    record = json.loads(outcome.out, parse_constant=pytest.fail)["records"][0]
    assert record["ratio"] is None
    assert record["big"] == 10**4_000


def test_the_limit_keeps_the_newest(run: Any, swarm: None) -> None:
    listed = run("list", "reservation", "--json", "--limit", "2").json
    assert listed["total"] == 5
    assert [record["record_id"] for record in listed["records"]] == ["aaaa-1", "aaaa-2"]
    assert len(run("list", "reservation", "--limit", "2").out.splitlines()) == 3


CONFLICTS = """\
2 conflicts among 3 held reservations: 1 high, 1 medium, 0 low

high 1.00  address_overlap  src/billing.py::Invoice.total
"""


def test_conflicts_as_text(run: Any, swarm: None) -> None:
    outcome = run("conflicts")
    assert outcome.code == 0
    assert outcome.out.startswith(CONFLICTS)
    assert "\nmedium 0.80  containment_overlap  src/billing.py\n    " in outcome.out


def test_conflicts_as_json_have_muses_fields_and_more(run: Any, swarm: None) -> None:
    forecast = run("conflicts", "--json").json
    conflicts = forecast.pop("conflicts")
    assert forecast == {
        "schema_version": 1,
        "active_reservations": 3,
        "intents": 1,
        "high_risk": 1,
        "medium_risk": 1,
        "low_risk": 0,
    }
    descriptions = [conflict.pop("description") for conflict in conflicts]
    assert all(descriptions)
    assert conflicts == [
        {
            "conflict_type": "address_overlap",
            "addresses": ["src/billing.py::Invoice.total"],
            "agents": ["agent-41@main", "agent-42@feature/billing"],
            "branches": ["main", "feature/billing"],
            "confidence": 1.0,
            "risk": "high",
            "since": "2026-03-18T11:50:00+00:00",
            "sources": ["local"],
        },
        {
            "conflict_type": "containment_overlap",
            "addresses": ["src/billing.py", "src/billing.py::Invoice.total"],
            "agents": ["agent-43@main", "agent-41@main", "agent-42@feature/billing"],
            "branches": ["main", "feature/billing"],
            "confidence": 0.8,
            "risk": "medium",
            "since": "2026-03-18T11:50:00+00:00",
            "sources": ["local", "remote"],
        },
    ]


def test_no_conflicts(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1")
    assert run("conflicts") == (0, "no conflicts among 1 held reservation\n", "")
    assert run("conflicts", "--json").json["conflicts"] == []


ESCAPE = "\x1b[31mred\x1b]0;title\x07\r\n\u202egnol\u2028\x9b1m"


def test_hostile_records_are_shown_as_text(
    run: Any, put: Any, reserve: Any, at_noon: datetime, muse_root: Path
) -> None:
    reserve("aaaa-1", ESCAPE, (ESCAPE, "x" * 4_000), branch=ESCAPE, operation=ESCAPE)
    reserve("aaaa-2", "[/]" + ESCAPE, (ESCAPE,))
    reserve("aaaa-3", "x" * 500, ("y" * 4_000,))
    put("intents", "eeee-1", **_hostile_intent(at_noon))
    put("tasks", "task-1", queue=ESCAPE, title=ESCAPE, **{ESCAPE: ESCAPE})
    put("releases", "rrrr-1", reason=ESCAPE, run_id=ESCAPE)
    put("tasks", "broken").write_text('{"task_id": "' + ESCAPE)
    (muse_root / ".muse" / "coordination" / "tasks" / f"{ESCAPE}.json").write_text("{}")
    for words in [["status"], ["conflicts"], *(["list", kind.value] for kind in Kind)]:
        text = run(*words)
        assert text.code == 0
        assert all(line.isprintable() for line in text.out.split("\n"))
        as_json = run(*words, "--json")
        assert as_json.out.isascii()
        assert all(line.isprintable() for line in as_json.out.split("\n"))
        json.loads(as_json.out)
    rows = run("list", "reservation").out.splitlines()
    assert [row.split()[-1] for row in rows] == ["ID", "aaaa-1", "aaaa-2", "aaaa-3"]
    assert len({row.rindex(" ") for row in rows}) == 1
    assert run("list", "task", "--json").json["records"][0]["title"] == ESCAPE


def _hostile_intent(now: datetime) -> dict[str, Any]:
    return {"run_id": ESCAPE, "addresses": [], "operation": ESCAPE, "created_at": now, "detail": ESCAPE * 1_000}


def keys_of(value: Any) -> set[str]:
    """Return every key of a JSON value, at any depth."""
    if isinstance(value, list):
        return set().union(*map(keys_of, value))
    return set(value).union(*map(keys_of, value.values())) if isinstance(value, dict) else set()


@pytest.mark.parametrize("words", [("status",), ("list", "reservation"), ("conflicts",)])
def test_help_names_every_field(run: Any, swarm: None, words: tuple[str, ...]) -> None:
    described = set(re.findall(r"\w+", COMMANDS[words[0]].prints))
    assert keys_of(run(*words, "--json").json) - described <= {*Reservation.model_fields, *Kind}


def test_wide_characters_line_up(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1", "代理人", age=MINUTE)
    reserve("aaaa-2", "e\u0301tude", age=2 * MINUTE)
    header, wide, combined = run("list", "reservation").out.splitlines()
    column = header.index("BRANCH")
    assert wide.index("main") == column - 3
    assert combined.index("main") == column + 1


def test_two_thousand_records(spawn: Any, reserve: Any) -> None:
    for number in range(2_000):
        reserve(f"id-{number:04}", f"agent-{number % 50}", (f"src/{number % 40}.py",), age=number * MINUTE)
    listed = spawn("list", "reservation")
    assert listed.code == 0
    assert len(listed.out.splitlines()) == 2_001
    assert [line.split()[-1] for line in listed.out.splitlines()[1:]] == [f"id-{number:04}" for number in range(2_000)]
    assert spawn("list", "reservation", "--json", "--limit", "7").json["total"] == 2_000
