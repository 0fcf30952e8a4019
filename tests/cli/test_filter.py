"""`--filter`: the dashboard's language in commands, and what is said where it means nothing."""

from typing import Any

import pytest

SHOWN = {
    "state:expired": ["cccc-1"],
    "state:held -has:conflict": [],
    "has:conflict source:local": ["aaaa-1", "aaaa-2"],
    "run:agent-4* left:<10m": ["aaaa-2"],
    "branch:feature/*": ["aaaa-2"],
    "-remote billing": ["aaaa-1", "aaaa-2"],
    "addr:/^src.api/ or older:90m": ["aaaa-1", "cccc-1"],
    "has:release": ["dddd-1"],
    "has:wait": ["aaaa-2"],
    "state:stale": ["aaaa-2", "bbbb-1", "cccc-1"],
    "ttl:>=1h30m": ["bbbb-1"],
}


@pytest.mark.parametrize("typed", SHOWN)
def test_list_prints_what_the_filter_shows(typed: str, run: Any, swarm: None) -> None:
    listed = run("list", "reservation", "--json", "--filter", typed).json
    assert sorted(record["record_id"] for record in listed["records"]) == SHOWN[typed]
    assert listed["total"] == len(SHOWN[typed])


@pytest.mark.parametrize(
    ("kind", "typed", "ids"),
    [
        ("intent", "op:rename has:conflict state:live", ["eeee-1"]),
        ("intent", "detail:nothing", []),
        ("release", "reason:done newer:5m", ["dddd-1"]),
        ("heartbeat", "state:active reservation:bbbb", ["bbbb-1"]),
        ("dependency", "waits:cccc-1", ["aaaa-2"]),
        ("task", "state:open", ["task-2"]),
        ("task", "title:split queue:=q", ["task-1"]),
        ("claim", "left:>1h", ["task-1"]),
    ],
)
def test_every_kind_has_fields(kind: str, typed: str, ids: list[str], run: Any, swarm: None) -> None:
    records = run("list", kind, "--json", "--filter", typed).json["records"]
    assert [record["record_id"] for record in records] == ids


def test_the_limit_counts_what_is_shown(run: Any, swarm: None) -> None:
    listed = run("list", "reservation", "--json", "--limit", "1", "--filter", "state:held").json
    assert (listed["total"], len(listed["records"])) == (3, 1)


def test_conflicts_counts_what_the_filter_shows(run: Any, swarm: None) -> None:
    every = run("conflicts", "--json").json
    nested = run("conflicts", "--json", "--filter", "kind:nesting run:agent-43").json
    assert len(every["conflicts"]) > 1
    assert [each["conflict_type"] for each in nested["conflicts"]] == ["containment_overlap"]
    assert nested["high_risk"] + nested["medium_risk"] + nested["low_risk"] == 1
    assert nested["active_reservations"] == every["active_reservations"]
    assert run("conflicts", "--filter", "risk:low").out.startswith("no conflicts the filter shows among")


def test_stale_prints_what_the_filter_shows(run: Any, swarm: None) -> None:
    found = run("stale", "--json", "--filter", "severity:high reason:waits-on").json["stale"]
    assert [each["record_id"] for each in found] == ["aaaa-2"]
    assert run("stale", "--filter", "age:>3h").out == "nothing the filter shows is stuck\n"


def test_check_counts_what_the_filter_shows_of_both(run: Any, swarm: None) -> None:
    assert run("check").code == 1
    assert run("check", "--filter", "run:nobody").code == 0
    outcome = run("check", "--filter", "branch:feature/billing", "--json")
    assert outcome.code == 1
    assert {each["branch"] for each in outcome.json["stale"]} == {"feature/billing"}
    assert all("feature/billing" in each["branches"] for each in outcome.json["conflicts"])


@pytest.mark.parametrize(
    ("text", "marked", "sentence"),
    [
        (
            "reason:silent",
            "reason",
            "`reason` is a field of what is stuck and not of conflicts, and the filter is for both: both have kind, "
            "run, branch, addr, age, older, newer, source; `musetui stale --filter` takes it",
        ),
        ("run:a confidence:>1", "confidence", "`musetui conflicts --filter` takes it"),
        ("severity:high risk:high", "severity", "not of conflicts, and the filter is for both: both have kind, run,"),
        ("kind:task", "task", "of conflicts, `kind` is never `task`: it is one of overlap"),
        ("kind:clash", "clash", "; the filter is for conflicts, too; `musetui conflicts --filter` takes it"),
        ("kind:risk", "risk", "`kind` is never `risk`"),
        ("brnch:x", "brnch", "unknown field `brnch`: did you mean `branch`?"),
    ],
)
def test_a_filter_of_check_must_mean_something_for_both_lists(
    run: Any, swarm: None, text: str, marked: str, sentence: str
) -> None:
    outcome = run("check", "--filter", text)
    shown, caret, said = outcome.err.splitlines()
    assert (outcome.code, shown[caret.index("^") :][: caret.count("^")]) == (1, marked)
    assert sentence in said
    assert ("takes it" in said) is any(run(command, "--filter", text).code == 0 for command in ("stale", "conflicts"))


def test_what_is_wrong_is_shown_below_the_filter(run: Any, swarm: None) -> None:
    outcome = run("list", "reservation", "--filter", "billing stat:active")
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err == (
        "  billing stat:active\n          ^^^^\nmusetui: unknown field `stat`: did you mean `state`?\n"
    )


def test_what_is_wrong_is_said_before_anything_is_read(run: Any) -> None:
    assert "did you mean `risk`?" in run("conflicts", "--repo", "/nowhere", "--filter", "rsk:high").err


def test_in_json_it_is_one_object(run: Any, swarm: None) -> None:
    outcome = run("stale", "--json", "--filter", "severity:bad")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.json["status"] == "bad_args"
    assert "`severity` is never `bad`" in outcome.json["error"]


def test_a_caret_stands_below_wide_and_hostile_characters(run: Any, swarm: None) -> None:
    shown, caret, _ = run("stale", "--filter", "日本\x1b \u202e stat:x").err.splitlines()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert caret == " " * (2 + 4 + 1 + 1 + 1 + 1) + "^^^^"


def test_of_a_long_filter_the_part_that_is_wrong_is_shown(run: Any, swarm: None) -> None:
    shown, caret, _ = run("stale", "--filter", "word " * 60 + "stat:x " + "word " * 60).err.splitlines()
    assert len(shown) <= 80
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "stat"


@pytest.mark.parametrize("words", [("status",), ("keys",), ("reserve", "src/a.py"), ("sync", "push")])
def test_what_prints_no_such_list_says_so(words: tuple[str, ...], run: Any) -> None:
    outcome = run("--filter", "run:a", *words)
    assert outcome.code == 1
    assert "leave --filter out" in outcome.err


def test_it_may_stand_before_the_command(run: Any, swarm: None) -> None:
    listed = run("--filter", "run:agent-44", "list", "reservation", "--json").json
    assert [record["record_id"] for record in listed["records"]] == ["cccc-1"]


def test_the_dashboard_without_a_terminal_filters_nothing(run: Any, swarm: None) -> None:
    assert "the dashboard needs a terminal" in run("--filter", "run:a").err
    assert "did you mean `state`?" in run("--filter", "stat:a").err
    assert "the dashboard needs a terminal" in run("--view", "stale", "--filter", "reason:silent").err
    assert "did you mean `state`?" in run("demo", "--filter", "stat:a").err


@pytest.mark.parametrize("command", ["plan", "watch"])
def test_plan_and_watch_say_what_is_wrong_before_anything_is_read(command: str, run: Any) -> None:
    outcome = run(command, "--repo", "/nowhere", "--filter", "brnch:main")
    assert outcome.code == 1
    assert outcome.err == "  brnch:main\n  ^^^^^\nmusetui: unknown field `brnch`: did you mean `branch`?\n"
