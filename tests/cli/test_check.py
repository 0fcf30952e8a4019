"""`check`: quiet while all is well, and a failure that a pager can send."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import HOUR


def allowing(**limits: int) -> list[str]:
    return [f"--{name.replace('_', '-')}={limit}" for name, limit in limits.items()]


def test_it_is_quiet_when_all_is_well(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1")
    assert run("check") == (0, "", "")


def test_too_much_fails_with_a_line_a_finding(run: Any, swarm: None) -> None:
    outcome = run("check")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out.splitlines() == [
        "stale high silent, 45m: agent-43 src/billing.py: ask agent-43 whether it still works, and release this if "
        "nobody answers: others are in conflict with it; it is held on another machine, so push the release: "
        "`musetui sync push` [musetui release bbbb-1 --reason silent]",
        "stale high waits on the dead, 10m: agent-42 src/billing.py::Invoice.total: tell agent-42 to wait for the "
        "other alone, and release this if nobody answers: cccc-1 ran out "
        "[musetui release aaaa-2 --reason 'waits in vain']",
        "stale medium abandoned, 1h: agent-44 src/a.py: look for work that agent-44 left half done on main, and then "
        "release this [musetui release cccc-1 --reason abandoned]",
        "conflict high address_overlap src/billing.py::Invoice.total: 2 runs hold src/billing.py::Invoice.total: "
        "agent-41 (main), agent-42 (feature/billing)",
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (allowing(max_stale=3, max_conflicts=1), set()),
        (allowing(max_stale=2, max_conflicts=1), {"stale"}),
        (allowing(max_stale=3, max_conflicts=0), {"conflict"}),
        ([*allowing(max_stale=2, max_conflicts=1), "--severity=high"], set()),
        ([*allowing(max_stale=1, max_conflicts=1), "--severity=high"], {"stale"}),
        ([*allowing(max_stale=3, max_conflicts=1), "--risk=medium"], {"conflict"}),
        ([*allowing(max_stale=3, max_conflicts=3), "--risk=low"], set()),
    ],
)
def test_what_is_allowed_and_what_counts(run: Any, swarm: None, words: list[str], told: set[str]) -> None:
    outcome = run("check", *words)
    assert {line.split()[0] for line in outcome.out.splitlines()} == told
    assert outcome.code == (1 if told else 0)


def test_what_is_in_nobodys_way_counts_unless_told_otherwise(
    run: Any, reserve: Any, put: Any, at_noon: datetime
) -> None:
    reserve("aaaa-1")
    intent = {"intent_id": "i1", "run_id": "agent-41", "branch": "main", "addresses": ["src/b.py"]}
    put("intents", "i1", **intent, reservation_id="gone", operation="rename", created_at=at_noon)
    assert run("check", "--severity=medium") == (0, "", "")
    outcome = run("check")
    assert outcome == run("check", "--severity=low")
    assert outcome.code == 1
    assert outcome.out.startswith("stale low orphan intent, ")
    assert run("status", "--json").json["stale"]["low"] == 1


def test_as_json(run: Any, swarm: None) -> None:
    outcome = run("check", "--json", "--max-stale", "3")
    answer = outcome.json
    assert outcome.code == 1
    assert (answer["ok"], answer["max_stale"], answer["max_conflicts"]) == (False, 3, 0)
    assert answer["stale"] == run("stale", "--json").json["stale"]
    high = [each for each in run("conflicts", "--json").json["conflicts"] if each["risk"] == "high"]
    assert answer["conflicts"] == high
    assert run("check", "--json", "--max-stale", "3", "--max-conflicts", "1").json["ok"] is True


@pytest.mark.parametrize(
    "word", ["--max-stale=-1", "--max-conflicts=x", "--max-problems=-1", "--risk=hi", "--severity=bad"]
)
def test_what_means_nothing_is_refused(run: Any, word: str) -> None:
    outcome = run("check", word)
    assert (outcome.code, outcome.out) == (1, "")
    assert word.partition("=")[0] in outcome.err


def test_outside_a_repository_it_says_so(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("check").code == 2


def test_a_line_stays_a_line_whatever_is_in_a_record(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1", "x\ny\x1b[2J" * 70, ("src/\na.py", "b"), age=HOUR)
    outcome = run("check")
    assert outcome.code == 1
    (line,) = outcome.out.splitlines()
    assert line.isprintable()
    assert line.startswith("stale medium silent, 45m: x␊y␛")


def _coordination_is_a_file(coordination: Path) -> str:
    coordination.write_text("")
    return ".muse/coordination: a file, not a folder"


def _coordination_is_a_link(coordination: Path) -> str:
    coordination.symlink_to("/tmp")
    return ".muse/coordination: a symbolic link, not followed"


def _a_folder_is_a_link(coordination: Path) -> str:
    (coordination / "intents").mkdir(parents=True)
    (coordination / "reservations").symlink_to("intents")
    return ".muse/coordination/reservations: a symbolic link, not followed"


def _what_was_pulled_is_a_file(coordination: Path) -> str:
    coordination.mkdir()
    (coordination / "remote").write_text("")
    return ".muse/coordination/remote: a file, not a folder"


@pytest.mark.parametrize(
    "spoil", [_coordination_is_a_file, _coordination_is_a_link, _a_folder_is_a_link, _what_was_pulled_is_a_file]
)
def test_what_cannot_be_read_is_not_well(run: Any, muse_root: Path, spoil: Callable[[Path], str]) -> None:
    said = spoil(muse_root / ".muse/coordination")
    assert run("check") == (1, f"unread {said}\n", "")
    answer = run("check", "--json").json
    assert (answer["ok"], [f"{each['folder']}: {each['reason']}" for each in answer["unread"]]) == (False, [said])
    for command in ("stale", "conflicts", "plan", "list reservation"):
        outcome = run(*command.split())
        assert (outcome.code, outcome.err) == (0, f"musetui: not read: {said}\n")


def test_bad_files_fail_only_where_they_are_limited(run: Any, reserve: Any, muse_root: Path, at_noon: datetime) -> None:
    reserve("aaaa-1")
    for name in ("bad", "w\x1borse"):
        (muse_root / ".muse/coordination/reservations" / f"{name}.json").write_text("[]")
    assert run("check") == (0, "", "")
    assert run("check", "--max-problems", "2") == (0, "", "")
    outcome = run("check", "--max-problems", "1")
    assert (outcome.code, outcome.err) == (1, "")
    bad, worse = outcome.out.splitlines()
    assert bad.startswith("problem reservations/bad.json: ")
    assert worse.startswith("problem reservations/w␛orse.json: ")
    answer = run("check", "--max-problems", "0", "--json").json
    assert (answer["ok"], answer["max_problems"], answer["problems"]) == (False, 0, 2)
    assert [each["path"] for each in answer["problem_list"]] == ["reservations/bad.json", "reservations/w\x1borse.json"]
    answer = run("check", "--json").json
    assert (answer["ok"], answer["max_problems"], answer["problems"]) == (True, None, 2)


def test_a_folder_that_cannot_be_read_is_told_once(run: Any, muse_root: Path) -> None:
    said = _coordination_is_a_file(muse_root / ".muse/coordination")
    assert run("check", "--max-problems", "0") == (1, f"unread {said}\n", "")
    assert run("check", "--json").json["problems"] == 0
