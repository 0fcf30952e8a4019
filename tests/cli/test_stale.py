"""`stale`: what is stuck, whose it is, and a command that really ends it."""

import shlex
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.cli.output import cells_of
from tests.cli.conftest import HOUR, MINUTE, on_disk

STALE = """\
3 things stuck: 2 high, 1 medium, 0 low

high    silent                 45m  agent-43  src/billing.py
        ask agent-43 whether it still works, and release this if nobody answers:
        others are in conflict with it; it is held on another machine, so push
        the release: `musetui sync push`
        musetui release bbbb-1 --reason silent

high    waits on the dead      10m  agent-42  src/billing.py::Invoice.total
        tell agent-42 to wait for the other alone, and release this if nobody
        answers: cccc-1 ran out
        musetui release aaaa-2 --reason 'waits in vain'

medium  abandoned               1h  agent-44  src/a.py
        look for work that agent-44 left half done on main, and then release
        this
        musetui release cccc-1 --reason abandoned
"""


def stuck(run: Any) -> list[tuple[str, str]]:
    return [(each["reason"], each["record_id"]) for each in run("stale", "--json").json["stale"]]


def test_stale_as_text(run: Any, swarm: None) -> None:
    assert run("stale") == (0, STALE, "")


def test_stale_as_json_has_exactly_these_fields(run: Any, swarm: None) -> None:
    assert run("stale", "--json", "--reason", "silent").json == {
        "at": "2026-03-18T12:00:00+00:00",
        "schema_version": 1,
        "stale": [
            {
                "reason": "silent",
                "kind": "reservation",
                "record_id": "bbbb-1",
                "run_id": "agent-43",
                "branch": "main",
                "addresses": ["src/billing.py"],
                "age_seconds": 2_700.0,
                "severity": "high",
                "suggestion": "ask agent-43 whether it still works, and release this if nobody answers: others are in "
                "conflict with it; it is held on another machine, so push the release: `musetui sync push`",
                "command": "musetui release bbbb-1 --reason silent",
            }
        ],
    }


def test_nothing_is_stuck(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1")
    assert run("stale") == (0, "nothing is stuck\n", "")
    assert run("stale", "--json").json["stale"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("--reason", "waits_on_the_dead,abandoned"),
        ("--reason", "waits on the dead", "Abandoned"),
        ("--reason=waits-on-the-dead", "--reason=abandoned"),
    ],
)
def test_reasons_can_be_chosen(run: Any, swarm: None, words: tuple[str, ...]) -> None:
    chosen = [each["reason"] for each in run("stale", "--json", *words).json["stale"]]
    assert chosen == ["waits_on_the_dead", "abandoned"]


def test_where_nothing_is_stuck_for_a_reason_others_are_counted(run: Any, swarm: None) -> None:
    assert run("stale", "--reason", "overlong").out == "nothing overlong; 3 others are stuck\n"
    assert run("stale", "--reason", "overlong,orphan_intent", "from_the_future").out == (
        "nothing orphan intent, overlong or from the future; 3 others are stuck\n"
    )
    run("release", "bbbb-1")
    run("release", "cccc-1")
    assert run("stale", "--reason", "silent").out == "nothing silent; 1 other is stuck\n"
    run("release", "aaaa-2")
    assert run("stale", "--reason", "silent").out == "nothing is stuck\n"


def test_a_reason_that_is_none_is_refused(run: Any, swarm: None) -> None:
    outcome = run("stale", "--reason", "silense")
    assert outcome.code == 1
    assert "'silense' is no reason: did you mean silent?" in outcome.err


def test_the_commands_end_what_they_are_for(run: Any, swarm: None) -> None:
    for finding in run("stale", "--json").json["stale"]:
        assert (finding["reason"], finding["record_id"]) in stuck(run)
        words = shlex.split(finding["command"])
        assert words[0] == "musetui"
        assert run(*words[1:]).code == 0
        assert (finding["reason"], finding["record_id"]) not in stuck(run)


def test_a_command_leads_back_to_the_repository_that_was_named(
    run: Any, swarm: None, muse_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = muse_root.rename(tmp_path / "an orchard; rm")
    (finding,) = run("stale", "--json", "--repo", str(named), "--reason", "silent").json["stale"]
    assert finding["command"] == f"musetui release --repo '{named}' bbbb-1 --reason silent"
    assert run(*shlex.split(finding["command"])[1:]).code == 0
    assert [record["reservation_id"] for record in on_disk(named, "releases")] == ["bbbb-1", "dddd-1"]


def test_an_id_that_looks_like_an_option_is_no_option(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("--reason", age=HOUR)
    (finding,) = run("stale", "--json").json["stale"]
    assert finding["command"] == "musetui release --reason silent -- --reason"
    assert run(*shlex.split(finding["command"])[1:]).code == 0
    assert stuck(run) == []


def test_thresholds_are_settings(run: Any, swarm: None, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = stuck(run)
    monkeypatch.setenv("MUSETUI_ABANDONED_WITHIN", "30m")
    assert set(usual) - set(stuck(run)) == {("abandoned", "cccc-1")}
    monkeypatch.setenv("MUSETUI_LONGEST_LEASE", "59m")
    assert ("overlong", "aaaa-1") in stuck(run)
    found = run("stale", "--json", "--longest-lease", "2h", "--silent-after", "2h", "--abandoned-within", "2h")
    assert {each["reason"] for each in found.json["stale"]} == {"waits_on_the_dead", "abandoned"}
    outcome = run("stale", "--future-tolerance", "soon")
    assert (outcome.code, outcome.err.split(":")[1]) == (1, " --future-tolerance is soon")


def test_a_clock_that_is_ahead(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1", "agent-1", age=-2 * MINUTE)
    (finding,) = run("stale", "--json").json["stale"]
    assert (finding["reason"], finding["age_seconds"], finding["command"]) == ("from_the_future", 0.0, None)
    assert finding["suggestion"].endswith("this is dated 2m ahead of it")
    assert run("stale", "--json", "--future-tolerance", "3m").json["stale"] == []


def test_lines_keep_to_eighty_columns_and_owners_are_named(run: Any, reserve: Any, at_noon: datetime) -> None:
    long_path = "src/" + "deep/" * 30 + "代理.py::Invoice.total"
    reserve("aaaa-1", "代理人" * 30, (long_path, "b"), age=HOUR)
    reserve("aaaa-2", "", ("src/\x1b[31m.py",), age=HOUR, branch="x" * 300)
    reserve("aaaa-3", "agent-3", (), age=HOUR)
    lines = run("stale").out.splitlines()
    assert all(cells_of(line) <= 80 or line.lstrip().startswith("musetui ") for line in lines)
    heads = [line for line in lines if line.startswith(("high", "medium", "low"))]
    assert any(head.endswith("Invoice.total +1") for head in heads)
    assert any("src/␛[31m.py" in head for head in heads)
    assert any(head.endswith("aaaa-3") for head in heads)


@pytest.mark.parametrize("left", [5 * MINUTE, -5 * MINUTE])
def test_what_another_machine_holds_is_released_by_a_push(
    run: Any, reserve: Any, at_noon: datetime, left: timedelta
) -> None:
    reserve("aaaa-1", "ann", age=HOUR, left=left, folder="remote/reservation")
    reserve("bbbb-1", "bob", age=HOUR, left=left)
    by_run = {each["run_id"]: each["suggestion"] for each in run("stale", "--json").json["stale"]}
    assert by_run["ann"].endswith("; it is held on another machine, so push the release: `musetui sync push`")
    assert "push" not in by_run["bob"]


def test_what_is_dated_ahead_says_by_how_much_and_not_for_how_long(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1", "early", age=-2 * HOUR, left=3 * HOUR)
    reserve("bbbb-1", "late", age=2 * HOUR, left=-HOUR)
    printed = run("stale").out.splitlines()
    heads = [line for line in printed if line.startswith("low")]
    assert heads == [
        "low     abandoned                 1h  late   src/a.py",
        "low     from the future     2h ahead  early  src/a.py",
    ]
    assert "stale low from the future, 2h ahead: early src/a.py: set the clock" in run("check").out
    assert "2h ahead" in run("list", "reservation").out
    assert "0s" not in run("stale").out + run("check").out
