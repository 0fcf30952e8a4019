"""`plan`: the order of merges, for people, for programs, and for a review."""

import json
import os
import shlex
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.forecast.plan_page import code, prose

PLAN = """\
3 branches to merge, with 4 held reservations and 1 live intent
rework 4.0: no order costs less; Muse's own order costs 8.4
conflicts between branches: 1 at one address, 1 nested, 1 where operations clash
main is checked out here: if the others are merged into it, its place says when
to commit its own work

   BRANCH           HOLDS  SHARED  REWORK  STRATEGY
1  docs                 1       0     0.0  fast-forward
2  main                 3       2     0.0  commit here
3  feature/billing      1       1     4.0  rebase

1. docs: first: shares nothing
2. main: before feature/billing: it takes apart src/billing.py::Invoice.total,
   which feature/billing renames (1 address to redo, not 2)
   commit its own work here, if the others are merged into it; if it is merged
   itself: fast-forward, where Muse's rule says rebase: nothing that it shares
   is merged before it
3. feature/billing: after main: main takes apart src/billing.py::Invoice.total,
   which it renames (1 address to redo, not 2)
   - renames src/billing.py::Invoice.total, after main takes it apart

2 hotspots, at which several branches meet
  src/billing.py::Invoice.total
    agent-41 (main), agent-42 (feature/billing)
  src/billing.py
    agent-41 (main), agent-43 (main), agent-42 (feature/billing)

addresses that two branches share: the same + nested
     2    3
2    ·  1+1
3  1+1    ·
"""


@pytest.fixture
def branches(put: Any, reserve: Any, at_noon: datetime) -> None:
    """Write what three branches hold."""
    total = "src/billing.py::Invoice.total"
    reserve("aaaa-1", "agent-41", (total, "src/api.py"), operation="modify")
    reserve("aaaa-2", "agent-42", (total,), branch="feature/billing", operation="rename")
    reserve("bbbb-1", "agent-43", ("src/billing.py",), folder="remote/reservation", operation="modify")
    reserve("cccc-1", "agent-44", ("docs/x.md",), branch="docs")
    put(
        "intents",
        "eeee-1",
        intent_id="eeee-1",
        reservation_id="aaaa-1",
        run_id="agent-41",
        branch="main",
        addresses=[total],
        operation="extract",
        created_at=at_noon,
    )


def test_a_plan_as_text(run: Any, branches: None) -> None:
    outcome = run("plan")
    assert outcome.err == ""
    assert outcome.out == PLAN
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_a_plan_as_json_has_muses_fields_and_more(run: Any, branches: None) -> None:
    plan = run("plan", "--json").json
    assert plan.pop("reasons").keys() == {"docs", "main", "feature/billing"}
    assert [branch.pop("operations") for branch in plan["branches"]] == [[], ["extract", "modify"], ["rename"]]
    total = "src/billing.py::Invoice.total"
    assert [branch.pop("reworks") for branch in plan["branches"]] == [
        [],
        [],
        [{"address": total, "change": "rename", "branch": "main", "met_address": total, "met_change": "extract"}],
    ]
    assert [branch.pop("advice") for branch in plan["branches"]] == [
        "",
        "fast-forward, where Muse's rule says rebase: nothing that it shares is merged before it",
        "",
    ]
    assert plan == {
        "schema_version": 1,
        "at": "2026-03-18T12:00:00+00:00",
        "active_reservations": 4,
        "active_intents": 1,
        "conflict_hotspots": 1,
        "hotspot_count": 2,
        "branches": [
            {
                "branch": "docs",
                "reserved_addresses": ["docs/x.md"],
                "intents": [],
                "run_ids": ["agent-44"],
                "is_silent": False,
                "last_heard": None,
                "predicted_conflicts": 0,
                "shared_addresses": 0,
                "strategy": "fast-forward",
                "rework": 0.0,
                "owed": 0.0,
                "reworked_addresses": 0,
            },
            {
                "branch": "main",
                "reserved_addresses": ["src/api.py", "src/billing.py", "src/billing.py::Invoice.total"],
                "intents": ["extract"],
                "run_ids": ["agent-41", "agent-43"],
                "is_silent": False,
                "last_heard": None,
                "predicted_conflicts": 1,
                "shared_addresses": 2,
                "strategy": "fast-forward",
                "rework": 0.0,
                "owed": 0.0,
                "reworked_addresses": 0,
            },
            {
                "branch": "feature/billing",
                "reserved_addresses": ["src/billing.py::Invoice.total"],
                "intents": [],
                "run_ids": ["agent-42"],
                "is_silent": False,
                "last_heard": None,
                "predicted_conflicts": 1,
                "shared_addresses": 1,
                "strategy": "rebase",
                "rework": 4.0,
                "owed": 0.0,
                "reworked_addresses": 1,
            },
        ],
        "recommended_merge_order": ["docs", "main", "feature/billing"],
        "strategies": {"docs": "fast-forward", "feature/billing": "rebase", "main": "rebase"},
        "hotspots": [
            {
                "address": "src/billing.py::Invoice.total",
                "branches": ["main", "feature/billing"],
                "agents": ["agent-41@main", "agent-42@feature/billing"],
                "predicted": True,
            },
            {
                "address": "src/billing.py",
                "branches": ["main", "feature/billing"],
                "agents": ["agent-41@main", "agent-43@main", "agent-42@feature/billing"],
                "predicted": False,
            },
        ],
        "matrix": {
            "branches": ["docs", "main", "feature/billing"],
            "exact": [[0, 0, 0], [0, 0, 1], [0, 1, 0]],
            "nested": [[0, 0, 0], [0, 0, 1], [0, 1, 0]],
        },
        "remaining_conflicts": {"address_overlap": 1, "containment_overlap": 1, "operation_conflict": 1},
        "cost": 4.0,
        "owed": 0.0,
        "bound": 4.0,
        "muse_cost": 8.4,
        "what_if": {"merged": [], "released": []},
        "left_out": 0,
        "checked_out": "main",
    }


def test_a_branch_whose_runs_are_all_silent_says_so(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1", "ann", ("src/a.py::f",), branch="fa", age=timedelta(minutes=42))
    reserve("aaaa-2", "bob", ("src/a.py::f",), branch="fb")
    plan = run("plan", "--json").json
    assert plan["recommended_merge_order"] == ["fa", "fb"]
    assert [(each["is_silent"], each["last_heard"]) for each in plan["branches"]] == [
        (True, "2026-03-18T11:18:00+00:00"),
        (False, None),
    ]
    says = "ann is silent, last heard of 42m ago: ask it, or suppose it done to see the plan without"
    assert says in " ".join(run("plan").out.split())
    assert says in run("plan", "--markdown").out
    assert "silent" not in run("plan", "--released", "ann").out
    # A run that is heard of works on it.
    reserve("aaaa-3", "cy", ("src/c.py",), branch="fa")
    assert "silent" not in run("plan").out


def test_what_if(run: Any, branches: None) -> None:
    plan = run("plan", "--merged", "docs", "--released", "agent-41", "--released", "agent-41", "--json").json
    assert plan["recommended_merge_order"] == ["main", "feature/billing"]
    assert plan["what_if"] == {"merged": ["docs"], "released": ["agent-41"]}
    assert plan["remaining_conflicts"] == {"address_overlap": 0, "containment_overlap": 1, "operation_conflict": 0}
    text = run("plan", "--merged", "main", "--merged", "feature/billing").out
    assert text.startswith("if main is merged and feature/billing is merged:\n1 branch to merge")
    assert "is checked out here" not in text
    owing = run("plan", "--merged", "main", "--json").json
    assert (owing["cost"], owing["owed"], owing["bound"]) == (4.0, 4.0, 4.0)
    assert [(each["rework"], each["owed"]) for each in owing["branches"]] == [(0.0, 0.0), (4.0, 4.0)]
    assert (
        "\nrework 4.0: no order costs less, 4.0 of it for what is merged already\n"
        in run("plan", "--merged", "main").out
    )
    everything = run("plan", "--merged", "main", "--merged", "feature/billing", "--released", "agent-44").out
    assert everything.endswith("nothing to merge: no branch among 0 held reservations and 0 live intents\n")
    assert run("plan").out == PLAN


@pytest.mark.parametrize(
    ("words", "sentence", "status"),
    [
        (("--merged", "feature/biling"), "did you mean feature/billing?", "unknown_name"),
        (("--released", "agent-4"), "did you mean agent-4", "unknown_name"),
        (("--pair", "main", "docs", "--merged", "main"), "leave out --merged", "bad_args"),
        (("--pair", "main"), "expected 2 arguments", "bad_args"),
        (("--markdown", "--json"), "choose one", "bad_args"),
    ],
)
def test_what_cannot_be_planned(run: Any, branches: None, words: tuple[str, ...], sentence: str, status: str) -> None:
    outcome = run("plan", *words, *([] if "--json" in words else ["--json"]))
    assert outcome.code == 1
    assert sentence in outcome.json["error"]
    assert outcome.json["status"] == status


def test_nothing_to_merge(run: Any, at_noon: datetime) -> None:
    assert run("plan").out == "nothing to merge: no branch among 0 held reservations and 0 live intents\n"
    assert run("plan", "--json").json["recommended_merge_order"] == []
    assert "nothing to merge" in run("plan", "--markdown").out


def test_a_page_for_a_review(run: Any, branches: None) -> None:
    page = run("plan", "--markdown").out
    assert page.startswith(
        "## Merge plan of `orchard`\n\nAs things stood at 2026-03-18 12:00 UTC.\n\n- 3 branches to merge"
    )
    assert "\n| 2 | `main` | 3 | 2 | 0.0 | commit here | before feature/billing: it takes apart src/billing" in page
    assert "\n| 3 | renames | `src/billing.py::Invoice.total` | main takes it apart |\n" in page
    assert "\n| `src/billing.py::Invoice.total` | agent-41 (main), agent-42 (feature/billing) |\n" in page
    assert "\n| 3 | 1+1 |  |\n" in page
    assert page.endswith(
        "```sh\n"
        "muse merge docs\n"
        "# 2: it is checked out: commit its own work here\n"
        "# 3: first see to what it shares with what is merged before it\n"
        "muse coord plan-merge feature/billing main\n"
        "muse merge feature/billing\n"
        "```\n"
    )


def test_a_page_says_of_what_is_only_supposed_that_it_is(run: Any, branches: None) -> None:
    page = run("plan", "--markdown", "--merged", "docs", "--released", "agent-41").out
    assert (
        "12:00 UTC. This is a *what if*, and has not happened: what is left once docs is merged and agent-41 is done.\n"
        in page
    )
    assert "\n- if " not in page


def test_a_branch_is_merged_by_its_name_in_any_script_and_else_it_is_said_why_not(
    run: Any, reserve: Any, at_noon: datetime
) -> None:
    names = ("größe/日本", "--help", "a`b", "zero\u200bwidth", "x" * 121)
    for number, name in enumerate(names):
        reserve(f"aaaa-{number}", "agent-1", (f"src/{number}.py",), branch=name)
    commands = run("plan", "--markdown").out.split("```sh\n")[1].splitlines()[:-1]
    assert sorted(line.partition(": ")[2] or line for line in commands) == [
        "merge it by hand, for its name begins like an option",
        "merge it by hand, for its name has a backtick, which ends a block of code",
        "merge it by hand, for its name has characters that cannot be seen",
        "merge it by hand, for its name has more than 120 characters",
        "muse merge 'größe/日本'",
    ]


EVIL = (
    "```\n| `x` |",
    "`; rm -rf ~; `",
    "```x",
    "<script>alert(1)</script>",
    "<!-- ",
    "![x](http://evil.example/x.png)",
    "[x](javascript:alert)",
    "@everyone #1 http://evil.example www.evil.example",
    "--help",
    "a'b\"c$(touch x)",
    "\x1b[31m\u202e",
    "a|b\\|c\\",
    "~~~",
    "*_*",
)


def test_hostile_names_are_nothing_but_names_on_the_page(run: Any, reserve: Any, at_noon: datetime) -> None:
    for number, name in enumerate(EVIL):
        reserve(f"aaaa-{number}", name, ("src/a.py", name), branch=name)
    page = run("plan", "--markdown").out
    assert all(line.isprintable() for line in page.split("\n"))
    before, block = page.split("### Commands")
    assert block.count("```") == 2
    assert page.count("```") == 2
    outside_code = "".join(before.replace("<!-- -->", "\0").split("`")[::2])
    outside_code = outside_code.replace("<code>", "").replace("</code>", "")
    for mark in ("http://", "www.evil", "@every", "#1 ", "<script", "![", "<!--"):
        assert mark not in outside_code.replace("\\", "\\\0")
    rows = [line for line in before.splitlines() if line.startswith("| ") and ("`" in line or "<code>" in line)]
    assert len(rows) == 2 * len(EVIL)  # every branch, what all but the first do again, and the one hotspot
    assert {row.replace("\\|", "").count("|") for row in rows} == {8, 5, 3}
    for line in block.splitlines():
        if line.startswith("muse merge"):
            words = shlex.split(line)
            assert len(words) == 3
            assert words[2] in EVIL
    assert "muse merge --help" not in block


def test_code_and_prose() -> None:
    assert code("feature/a_b") == "`feature/a_b`"
    assert code("a`b|c\\") == "<code>a&#96;b&#124;c&#92;</code>"
    assert code("") == "<code></code>"
    assert prose("a_b *c* <d> @e #1 http://f www.g") == (
        r"a\_b \*c\* \<d\> @<!-- -->e #<!-- -->1 http:<!-- -->//f w<!-- -->ww.g"
    )


@pytest.fixture
def muse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a `muse` on PATH that answers what is in a file beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "muse"
    program.write_text(f"#!{sys.executable} -I\nprint(open({str(folder / 'answer')!r}).read())\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "answer"


def test_two_branches_as_muse_tells_it(run: Any, muse: Path) -> None:
    item = {
        "address": "src/billing.py::total\x1b",
        "conflict_type": "rename_edit",
        "ours_change": "rename+modify",
        "theirs_change": "impl_only",
        "recommendation": "manual: rename ours, rebase theirs",
    }
    answer = {"ours": "1a2b", "theirs": "3c4d", "total_symbols": 12, "conflicts": 1, "clean": 11, "items": [item]}
    muse.write_text(json.dumps(answer))
    assert run("plan", "--pair", "feature/billing", "main").out == (
        "1a2b and 3c4d: 1 conflict, 11 clean\n\n"
        "rename_edit  src/billing.py::total␛\n"
        "    ours: rename+modify; theirs: impl_only\n"
        "    manual: rename ours, rebase theirs\n"
    )
    assert run("plan", "--pair", "feature/billing", "main", "--json").json == {"schema_version": 1, **answer}
    muse.write_text("Traceback")
    outcome = run("plan", "--pair", "feature/billing", "main", "--json")
    assert (outcome.code, outcome.json["status"]) == (1, "no_answer_from_muse")


def test_a_filter_shows_some_branches_at_their_places_in_the_whole_order(run: Any, branches: None) -> None:
    printed = run("plan", "--filter", "strategy:rebase rework:>0").out
    assert printed == (
        "3 branches to merge, with 4 held reservations and 1 live intent\n"
        "rework 4.0: no order costs less; Muse's own order costs 8.4\n"
        "conflicts between branches: 1 at one address, 1 nested, 1 where operations clash\n"
        "main is checked out here: if the others are merged into it, its place says when\n"
        "to commit its own work\n"
        "the filter shows 1 of them\n"
        "\n"
        "   BRANCH           HOLDS  SHARED  REWORK  STRATEGY\n"
        "3  feature/billing      1       1     4.0  rebase\n"
        "\n"
        "3. feature/billing: after main: main takes apart src/billing.py::Invoice.total,\n"
        "   which it renames (1 address to redo, not 2)\n"
        "   - renames src/billing.py::Invoice.total, after main takes it apart\n"
        "\n"
        "2 hotspots, at which several branches meet\n"
        "  src/billing.py::Invoice.total\n"
        "    agent-41 (main), agent-42 (feature/billing)\n"
        "  src/billing.py\n"
        "    agent-41 (main), agent-43 (main), agent-42 (feature/billing)\n"
    )
    assert "the filter shows none of them" in run("plan", "--filter", "branch:nothing").out
    assert "hotspot" not in run("plan", "--filter", "branch:docs").out
    assert run("plan", "--filter", "holds:>0").out == PLAN
    assert "2    ·  1+1" in run("plan", "--filter=-branch:docs").out


def test_json_tells_of_the_branches_that_the_filter_shows(run: Any, branches: None) -> None:
    every = run("plan", "--json").json
    some = run("plan", "--json", "--filter", "branch:main or branch:docs").json
    names = ["docs", "main"]
    assert [each["branch"] for each in some["branches"]] == some["matrix"]["branches"] == names
    assert list(some["strategies"]) == list(some["reasons"]) == names
    assert [len(row) for row in some["matrix"]["exact"]] == [2, 2]
    assert some["recommended_merge_order"] == every["recommended_merge_order"]
    assert (some["cost"], some["remaining_conflicts"]) == (every["cost"], every["remaining_conflicts"])
    assert run("plan", "--json", "--filter", "branch:docs").json["hotspots"] == []


@pytest.mark.parametrize("words", [("--markdown",), ("--pair", "a", "b")])
def test_a_filter_is_for_the_list(words: tuple[str, ...], run: Any, branches: None) -> None:
    assert "--filter is for the list of branches" in run("plan", *words, "--filter", "branch:main").err
