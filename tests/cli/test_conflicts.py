"""`conflicts`: the forecast, for people and for programs."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.reader import load
from musetui.coordination.repository import find_repository
from musetui.forecast.index import ConflictIndex
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.conflicts import CONFLICT_COLUMNS
from musetui.tui.widgets.row_order import RowOrder
from tests.cli.conftest import HOUR, MINUTE

CONFLICTS = """\
3 conflicts among 3 held reservations and 1 claimed task: 1 high, 2 medium, 0 low

high 1.00  address_overlap  src/billing.py::Invoice.total
"""


def test_conflicts_as_text(run: Any, swarm: None) -> None:
    outcome = run("conflicts")
    assert outcome.code == 0
    assert outcome.out.startswith(CONFLICTS)
    assert "\nmedium 0.80  containment_overlap  src/billing.py\n    " in outcome.out
    assert outcome.out.count("    from the hub alone: agent-43\n") == 1


def test_conflicts_as_json_have_muses_fields_and_more(run: Any, swarm: None) -> None:
    forecast = run("conflicts", "--json").json
    conflicts = forecast.pop("conflicts")
    assert forecast.pop("at") == "2026-03-18T12:00:00+00:00"
    assert forecast == {
        "schema_version": 1,
        "active_reservations": 3,
        "intents": 1,
        "high_risk": 1,
        "medium_risk": 2,
        "low_risk": 0,
    }
    assert all(conflict.pop("description") for conflict in conflicts)
    assert [conflict.pop("advice").partition(":")[0] for conflict in conflicts] == [
        "let agent-41 go first, then agent-42",
        "let agent-41 go first, then agent-42",
        "agent-43 is silent, last heard of 1h ago",
    ]
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
            "conflict_type": "operation_conflict",
            "addresses": ["src/billing.py::Invoice.total"],
            "agents": ["agent-42@feature/billing", "agent-41@main"],
            "branches": ["feature/billing", "main"],
            "confidence": 0.8,
            "risk": "medium",
            "since": "2026-03-18T11:55:00+00:00",
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


def test_they_are_in_the_order_of_the_dashboards_list(
    run: Any, reserve: Any, muse_root: Path, at_noon: datetime
) -> None:
    for number, address in enumerate(("src/b.py", "src/a.py", "src/c.py", "src/a.py::f", "src/c.py::g")):
        for run_id in ("agent-1", "agent-2"):
            reserve(f"{run_id}-{number}", run_id, (address,), age=(10 - number) * MINUTE)
    swarm = Swarm()
    swarm.apply(load(find_repository(muse_root)), at_noon)
    conflicts = ConflictIndex(swarm).conflicts()
    order = RowOrder()
    by_risk = next(column for column in CONFLICT_COLUMNS if column.key == "risk")
    order.replace((conflict.key, by_risk.sort_key(conflict)) for conflict in conflicts)
    printed = run("conflicts", "--json").json["conflicts"]
    assert [(each["conflict_type"], each["addresses"][0]) for each in printed] == list(order)
    assert [each["addresses"][0] for each in printed[:3]] == ["src/c.py::g", "src/a.py::f", "src/c.py"]
    checked = run("check", "--json", "--risk", "low").json["conflicts"]
    assert checked == printed


@pytest.mark.parametrize(
    ("words", "kinds", "said"),
    [
        (("--risk", "high"), ["address"], "1 conflict of high risk among"),
        (("--risk=medium",), ["address", "operation", "containment"], "3 conflicts of medium risk or higher among"),
        (("--run", "agent-43"), ["containment"], "1 conflict with agent-43 among"),
        (("--run=agent-43", "--run=agent-42", "--risk=high"), ["address"], "of high risk with agent-43 or agent-42"),
        (("--branch", "feature/billing", "--run", "agent-43"), ["containment"], "with agent-43 on feature/billing"),
        (("--run", "agent-43", "--filter", "risk:high"), [], "no conflicts with agent-43 the filter shows among"),
    ],
)
def test_conflicts_can_be_narrowed(run: Any, swarm: None, words: tuple[str, ...], kinds: list[str], said: str) -> None:
    answer = run("conflicts", "--json", *words).json
    assert [each["conflict_type"].partition("_")[0] for each in answer["conflicts"]] == kinds
    assert answer["high_risk"] == kinds.count("address")
    out = run("conflicts", *words).out
    assert said in out.splitlines()[0]
    assert out.endswith("\n3 conflicts in all: `musetui conflicts` prints them\n") == (not kinds)


def test_no_conflicts(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1")
    assert run("conflicts") == (0, "no conflicts among 1 held reservation\n", "")
    assert run("conflicts", "--json").json["conflicts"] == []


def test_a_task_claimed_here_and_on_the_hub(run: Any, put: Any, at_noon: datetime) -> None:
    put("tasks", "task-1", task_id="task-1", title="Split\x1b it")
    put("claims", "task-1", task_id="task-1", claimer_run_id="agent-1", claimed_at=at_noon - MINUTE)
    put("remote/claim", "task-1", task_id="task-1", claimer_run_id="agent-2", claimed_at=at_noon - 10 * MINUTE)
    (conflict,) = run("conflicts", "--json").json["conflicts"]
    assert conflict == {
        "conflict_type": "double_claim",
        "addresses": ["task-1"],
        "agents": ["agent-2@", "agent-1@"],
        "branches": [],
        "confidence": 1.0,
        "risk": "high",
        "description": "2 runs claim task-1 (Split␛ it): agent-2 from the hub, agent-1 here",
        "advice": "agent-2 claimed it first, and that claim stands: let agent-1 give the task back",
        "since": "2026-03-18T11:59:00+00:00",
        "sources": ["local", "remote"],
    }
    assert (
        run("conflicts").out
        == """\
1 conflict among 0 held reservations and 1 claimed task: 1 high, 0 medium, 0 low

high 1.00  double_claim  task-1 (Split␛ it)
    2 runs claim task-1 (Split␛ it): agent-2 from the hub, agent-1 here
    agent-2 claimed it first, and that claim stands: let agent-1 give the task back
"""
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--run", "agent-4"), "no run is called 'agent-4': did you mean agent-41?"),
        (("--branch", "feature/biling"), "no branch is called 'feature/biling': did you mean feature/billing?"),
    ],
)
def test_a_slip_does_not_read_as_all_clear(run: Any, reserve: Any, words: tuple[str, ...], sentence: str) -> None:
    reserve("aaaa-1", "agent-41", branch="feature/billing")
    outcome = run("conflicts", *words)
    assert (outcome.code, outcome.out) == (1, "")
    assert sentence in outcome.err


def test_with_calls_the_sources_are_read_too(
    run: Any, reserve: Any, at_noon: datetime, muse_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (muse_root / "billing.py").write_text("def total():\n    return 1\n")
    (muse_root / "api.py").write_text("from billing import total\n\n\ndef pay():\n    return total()\n")
    reserve("aaaa-1", "agent-41", ("billing.py::total",))
    reserve("aaaa-2", "agent-42", ("api.py::pay",))
    assert run("conflicts", "--json").json["conflicts"] == []
    for _ in range(2):  # read, and then remembered
        (conflict,) = run("conflicts", "--calls", "--json").json["conflicts"]
        assert conflict["conflict_type"] == "blast_radius_overlap"
        assert conflict["addresses"] == ["billing.py::total", "api.py::pay"]
        assert conflict["confidence"] == 0.75
        assert conflict["calls"] == ["api.py:5 pay calls total"]
    assert "agent-41 (main) may change billing.py::total" in run("conflicts", "--calls").out


def test_with_calls_what_is_stuck_is_rated_as_in_the_dashboard(
    run: Any, reserve: Any, at_noon: datetime, muse_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (muse_root / "billing.py").write_text("def total():\n    return 1\n")
    (muse_root / "api.py").write_text("from billing import total\n\n\ndef pay():\n    return total()\n")
    reserve("aaaa-1", "agent-41", ("billing.py::total",), age=HOUR)
    reserve("aaaa-2", "agent-42", ("api.py::pay",))
    for command in ("stale", "check"):
        ratings = [
            [finding["severity"] for finding in run(command, "--json", *words).json["stale"]]
            for words in ((), ("--calls",))
        ]
        assert ratings == [["medium"], ["high"]]
