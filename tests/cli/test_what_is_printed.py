"""What is printed: safe whatever lies on disk, aligned, and described by the help."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from musetui.cli.commands import COMMANDS
from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from tests.cli.conftest import MINUTE

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
    for words in [["status"], ["conflicts"], ["stale"], ["plan"], *(["list", kind.value] for kind in Kind)]:
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


@pytest.mark.parametrize("words", [("status",), ("list", "reservation"), ("conflicts",), ("stale",)])
def test_help_names_every_field(run: Any, swarm: None, words: tuple[str, ...]) -> None:
    described = set(re.findall(r"\w+", COMMANDS[words[0]].fields))
    assert keys_of(run(*words, "--json").json) - described <= {*Reservation.model_fields, *Kind}


def test_wide_characters_line_up(run: Any, reserve: Any, at_noon: datetime) -> None:
    reserve("aaaa-1", "代理人", age=MINUTE)
    reserve("aaaa-2", "e\u0301tude", age=2 * MINUTE)
    header, wide, combined = run("list", "reservation").out.splitlines()
    column = header.index("BRANCH")
    assert wide.index("main") == column - 3
    assert combined.index("main") == column + 1
