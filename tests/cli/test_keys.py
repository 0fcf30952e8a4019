"""`musetui keys`: the table in force."""

from pathlib import Path
from typing import Any

import pytest

from musetui.tui.actions import ACTIONS


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    file = tmp_path / "configuration" / "musetui" / "config.toml"
    file.parent.mkdir(parents=True)
    return file


def test_every_action_is_told_with_its_keys(run: Any, user_file: Path) -> None:
    user_file.write_text('[keys]\npreset = "vi"\nrelease = "X"\nedit = ""\n')
    outcome = run("keys")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    for action in ACTIONS:
        assert any(f" {action.name} " in line and action.help in line for line in lines)
    assert any(line.split()[-1] == "*" and " X " in line and " release " in line for line in lines)
    assert any(" no key " in line and " edit " in line for line in lines)
    assert lines[-1].startswith("preset vi; * is not as usual.")
    found = {each["action"]: each for each in run("keys", "--json").json["keys"]}
    assert found["release"] == {
        "action": "release",
        "where": "On the selected record",
        "keys": ["X"],
        "names": ["X"],
        "usual": ["r"],
        "does": "Release the selected reservation, or all marked",
        "writes": True,
    }
    assert found["help"]["names"] == ["question_mark", "f1"]


def test_where_a_name_is_wrong_the_names_are_printed_all_the_same(run: Any, user_file: Path) -> None:
    user_file.write_text('[keys]\nrelaese = "X"\n')
    outcome = run("keys")
    assert outcome.code == 1
    assert outcome.err == f"musetui: {user_file}:2: keys.relaese is no action: did you mean release?\n"
    assert " release " in outcome.out


def test_a_mistake_stops_the_dashboard_before_it_draws(spawn: Any, user_file: Path) -> None:
    user_file.write_text('[keys]\nrelease = "h"\n')
    outcome = spawn()
    assert outcome.code == 1
    assert outcome.err.startswith(f"musetui: {user_file}:2: keys.release has the key h, which is extend's too")
