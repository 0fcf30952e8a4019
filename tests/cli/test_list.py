"""`list`: the records of each kind, for people and for programs."""

import json
from datetime import datetime
from typing import Any

import pytest

from musetui.records.kinds import Kind
from tests.cli.conftest import HOUR, MINUTE

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
    listed = run("list", "claim", "--json").json
    del listed["at"]
    assert listed == {"schema_version": 1, "kind": "claim", "total": 0, "records": []}


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


def test_two_thousand_records(run: Any, reserve: Any) -> None:
    for number in range(2_000):
        reserve(f"id-{number:04}", f"agent-{number % 50}", (f"src/{number % 40}.py",), age=number * MINUTE)
    listed = run("list", "reservation")
    assert listed.code == 0
    assert len(listed.out.splitlines()) == 2_001
    assert [line.split()[-1] for line in listed.out.splitlines()[1:]] == [f"id-{number:04}" for number in range(2_000)]
    assert run("list", "reservation", "--json", "--limit", "7").json["total"] == 2_000


def test_a_task_is_in_the_state_that_all_its_claims_make(run: Any, put: Any, at_noon: datetime) -> None:
    for name in ("free", "taken", "twice", "over"):
        put("tasks", name, task_id=name)
    put("claims", "taken", task_id="taken", claimer_run_id="ann", expires_at=at_noon + HOUR)
    put("claims", "twice", task_id="twice", claimer_run_id="ann")
    put("claims", "over", task_id="over", claimer_run_id="ann", expires_at=at_noon)
    claim = {"task_id": "twice", "claimer_run_id": "bob"}
    put("remote/claim", "twice", id=7, kind="claim", record_id="twice", run_id="bob", payload=claim)
    records = run("list", "task", "--json").json["records"]
    assert {each["task_id"]: each["state"] for each in records} == {
        "free": "open",
        "taken": "claimed",
        "twice": "double claim",
        "over": "claim over",
    }
    told = run("status", "--json").json["tasks"]
    assert told == {"double_claim": 1, "open": 1, "claimed": 1, "claim_over": 1}
    assert "1 double claim, 1 open, 1 claimed, 1 claim over" in run("status").out
    (ghost,) = run("stale", "--json").json["stale"]
    assert ghost["suggestion"] == "let another run take over: the claim of ann is over, and nobody has taken it since"


def test_of_two_claims_on_a_task_neither_hides_the_other(run: Any, put: Any, at_noon: datetime) -> None:
    mine = {"task_id": "twice", "claimer_run_id": "ann", "expires_at": (at_noon + HOUR).isoformat()}
    put("claims", "twice", **mine)
    put("remote/claim", "twice", id=8, kind="claim", record_id="twice", run_id="ann", payload=mine)
    put("remote/claim", "other", id=7, kind="claim", record_id="twice", run_id="bob", payload={"claimer_run_id": "bob"})
    listed = run("list", "claim", "--json").json
    assert listed["total"] == 2
    seen = {each["claimer_run_id"]: (each["record_id"], each["source"]) for each in listed["records"]}
    assert seen == {"ann": ("twice", "both"), "bob": ("twice", "remote")}
