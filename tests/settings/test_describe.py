"""What describes the settings says what reading them does: the schema, the first file, and the pages."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.settings import KEYS, Settings, read_settings
from musetui.settings.describe import first_file, json_schema, plain_table, schema_text, tables_text
from musetui.settings.plain import SETTINGS
from musetui.settings.tables import Setting, Table, all_tables
from musetui.settings.values import LINE
from screenshots import pages
from tests.properties import patient
from tests.settings.conftest import Room

VALIDATOR = jsonschema_rs.validator_for(json_schema())


def test_every_setting_is_described() -> None:
    assert list(KEYS) == [setting.name for setting in SETTINGS]
    assert {*KEYS, "firm", "tables"} == set(Settings.__dataclass_fields__)
    assert not set(KEYS) & {table.name for table in all_tables()}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_what_is_usual_is_what_holds_where_nothing_is_said(setting: Setting) -> None:
    if setting.usual:
        said = setting.value.read(tomllib.loads(f"it = {setting.usual}")["it"])
        assert said == getattr(Settings(), setting.name)
    else:
        assert not getattr(Settings(), setting.name)
        setting.value.read(tomllib.loads(f"it = {setting.example}")["it"])


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
@given(
    st.one_of(
        st.booleans(),
        st.integers(-9, 99),
        st.floats(allow_nan=False),
        st.text(max_size=9),
        st.sampled_from(["yes", "15m", "1h30m", "/{owner}/{slug}", "a/b", "~/x", "https://a.example"]),
    )
)
@patient(60)
def test_the_schema_takes_whatever_is_read(setting: Setting, written: Any) -> None:
    try:
        setting.value.read(written)
    except ValueError:
        return  # a schema cannot say all; what it takes and is refused is told when it is read
    assert VALIDATOR.is_valid({setting.name: written}) or (isinstance(written, float | int) and written < 1)


@pytest.mark.parametrize(
    "wrong", [{"readonly": True}, {"read_only": 1}, {"silent_after": []}, {"owner": "a/b"}, {"records_path": "/x"}]
)
def test_the_schema_refuses_slips(wrong: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(wrong)


def test_the_schema_of_tables(room: Room) -> None:
    needed = Setting("name", LINE, "what it is called", required=True)
    room(Table(name="bells", means="What rings.", usual=[], make=lambda *_: [], settings=(needed,), repeated=True))
    room(Table(name="saved", means="What was kept.", usual={}, make=lambda *_: {}, any_name=needed))
    validator = jsonschema_rs.validator_for(json_schema())
    assert validator.is_valid({"bells": [{"name": "a"}], "saved": {"whatever": "x"}})
    for wrong in ({"bells": {}}, {"bells": [{}]}, {"bells": [{"name": "a", "b": 1}]}, {"saved": {"whatever": 1}}):
        assert not validator.is_valid(wrong)
    assert "### `[[bells]]`" in tables_text()


def test_the_first_file_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(first_file())
    reading = read_settings({}, {"USER": "me"}, user_file=file)
    assert not reading.problems
    assert reading.settings == read_settings({}, {"USER": "me"}).settings
    assert max(map(len, first_file().splitlines())) <= 110


def test_the_first_file_explains_all_that_it_might_say(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    said = re.sub(r"^# (?=\[+[a-z_]+\]+$|[a-z_]+ = )", "", first_file(), flags=re.MULTILINE)
    file.write_text(said)
    reading = read_settings({}, {}, user_file=file)
    assert [str(problem) for problem in reading.problems] == []
    assert {where[0] for where in reading.origins} == {*KEYS, *(table.name for table in all_tables())}


def test_the_pages_say_what_the_code_does() -> None:
    for path in pages.PAGES:
        assert (pages.ROOT / path).read_text() == pages.page(path), "run `make pages`"
    assert (pages.ROOT / pages.SCHEMA).read_text() == schema_text(), "run `make pages`"
    assert json.loads(schema_text()) == json_schema()
    assert plain_table().count("\n") == len(SETTINGS) + 1


def test_the_readme_names_no_setting_that_is_none() -> None:
    readme = (pages.ROOT / "README.md").read_text()
    table = readme.split("## Settings", 1)[1].split("\n\n", 2)[2].split("\n\n", 1)[0]
    named = re.findall(r"`([a-z_]+)`", "\n".join(line.split("|")[1] for line in table.splitlines()))
    assert named
    assert set(named) <= set(KEYS)
