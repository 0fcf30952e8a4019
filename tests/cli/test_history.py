"""What was over long ago is counted by `status`, left out by `list`, and neither without a word."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.conftest import Put


@pytest.fixture
def trail(reserve: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a lease that is held, and two that were over a year ago."""
    monkeypatch.delenv("MUSETUI_HISTORY")
    now = datetime.now(UTC)
    reserve("new-1", now=now)
    for name in ("old-1", "old-2"):
        reserve(name, now=now, age=timedelta(days=401), left=timedelta(days=-400))


def test_status_counts_it(run: Any, trail: None, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run("status").out.splitlines()[-1]
    assert told.startswith("older: 2 records were over before ")
    assert told.endswith("and only counted: 2 reservations (the setting history says how long they are kept)")
    older = run("status", "--json").json["older"]
    assert older["total"] == older["records"]["local"]["reservation"] == 2
    monkeypatch.setenv("MUSETUI_HISTORY", "500d")
    assert run("status", "--json").json["older"] is None


def test_list_leaves_it_out_and_says_so(run: Any, trail: None, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = run("list", "reservation", "--json")
    assert [each["reservation_id"] for each in listed.json["records"]] == ["new-1"]
    assert listed.err.startswith("musetui: left out: 2 records were over before ")
    monkeypatch.setenv("MUSETUI_HISTORY", "all")
    assert run("list", "reservation", "--json").json["total"] == 3


def test_a_moment_long_ago_is_told_with_what_mattered_then(run: Any, trail: None) -> None:
    now = run("status", "--json").json
    then = run("status", "--json", "--at", "-400d12h")
    assert then.json["reservations"]["held"] == 2
    assert now["reservations"]["held"] == 1


def test_less_than_a_day_is_refused(run: Any, trail: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSETUI_HISTORY", "2h")
    refused = run("status")
    assert refused.code
    assert "at least 1d" in refused.err
