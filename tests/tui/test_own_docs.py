"""The page on own commands: its examples are settings that hold, and its table is what can be filled in."""

import re
from pathlib import Path

from musetui.settings import read_settings
from musetui.tui.own.command import FIELDS
from musetui.tui.own.settings import TABLE

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
_ADDRESS = {"address", "addresses", "path", "symbol", "file", "line"}


def test_every_example_holds(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) > 5
    for example in examples:
        file = tmp_path / "config.toml"
        file.write_text(example)
        reading = read_settings({}, {}, user_file=file)
        assert not reading.problems
        assert reading.settings.of(TABLE)


def test_the_table_has_every_field_of_every_kind() -> None:
    rows = dict(re.findall(r"^\| (\w+)[^|]* \| (.*`.*) \|$", PAGE, re.MULTILINE))
    rows["claim"] = rows["task"]
    for kind, names in FIELDS.items():
        told = set(re.findall(r"\{(\w+)\}", rows[kind]))
        assert told | (_ADDRESS if "addresses" in rows[kind] else set()) == set(names)
