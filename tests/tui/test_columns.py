"""Columns: chosen by key and by mouse, by the settings, and kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from musetui.settings import read_settings
from musetui.tui.column_lists import LISTS, chosen_among, columns_of
from musetui.tui.looks import read_choices
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, screen_text

USUAL = ["state", "run", "source", "address", "op", "left", "branch", "age"]


def shown(pilot: Pilot[int], name: str = "local") -> list[str]:
    return [column.key for column in pilot.app.screen_stack[0].query_one(f"#{name}", RecordTable).shown_columns]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_columns_that_can_be_named(name: str) -> None:
    keys = [column.key for column in columns_of(name)]
    assert len(set(keys)) == len(keys) > 1


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        (["age", "run"], ["age", "run"]),
        (["run", "lost", "run"], ["run"]),
        (["lost"], USUAL),
        ([], USUAL),
        (None, USUAL),
        ({"run": 3}, USUAL),
        ([["run"], 3], USUAL),
    ],
)
def test_what_is_no_column_is_passed_over(chosen: object, keys: list[str]) -> None:
    assert [column.key for column in chosen_among(columns_of("local"), chosen)] == keys


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('lokal = ["run"]', "columns.lokal is no list: did you mean local?"),
        ('local = ["run", "adress"]', "adress is no column of local: did you mean address?"),
        ('local = ["zzz"]', "zzz is no column of local: they are state, run"),
        ('local = ["run", "run"]', "name run once"),
        ("local = []", 'write names of columns like ["state", "run"]'),
        ("local = [3]", "3 is no column of local"),
    ],
)
def test_a_slip_in_the_settings_names_the_nearest_column(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[columns]\n{text}\n")
    (problem,) = read_settings({}, {}, user_file=file).problems
    assert sentence in str(problem)
    assert ":2" in str(problem)


async def test_columns_are_chosen_by_keys_and_kept(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path
) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        await pilot.press("c", "j", "space", "shift+up", "J", "J")
        assert shown(pilot) == ["state", "source", "address", "op", "left", "branch", "age"]
        await pilot.press("escape")
        assert shown(pilot) == USUAL
        await pilot.press("c", "space", "j", "shift+down", "enter")
        await until(lambda: "columns.local" in read_choices(tmp_path / "state" / "musetui" / "looks.json"))
    async with dashboard() as pilot:
        assert shown(pilot) == ["source", "run", *USUAL[3:]]
        assert shown(pilot, "remote") == USUAL
        head = next(line for line in screen_text(pilot).splitlines() if "address" in line)
        assert "state" not in head[:80]
        await pilot.press("c", "u", "enter")
        assert shown(pilot) == USUAL


async def test_one_column_is_left(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press("c", *("space", "j") * 8)
        assert shown(pilot) == ["age"]


async def test_columns_are_chosen_by_mouse(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press("c")
        await pilot.pause()
        await pilot.click("ColumnPicker", offset=(3, 0))
        width = pilot.app.screen.query_one("ColumnPicker").size.width
        await pilot.click("ColumnPicker", offset=(width - 2, 1))
        await pilot.click("#keep")
        await pilot.pause()
        assert shown(pilot) == ["source", "run", *USUAL[3:]]


async def test_the_settings_choose_columns(dashboard: Running) -> None:
    tables: dict[str, Any] = {"columns": {"local": ["age", "run"], "life": ["what"]}}
    async with dashboard(tables=tables) as pilot:
        assert shown(pilot) == ["age", "run"]


async def test_compact_shows_more_and_is_kept(dashboard: Running, reserve: Callable[..., str], tmp_path: Path) -> None:
    for number in range(40):
        reserve(f"agent-{number:02}", f"src/{number}.py")
    async with dashboard() as pilot:
        await until(lambda: "agent-01" in screen_text(pilot))
        before = screen_text(pilot)
        await pilot.press("D")
        await pilot.pause()
        after = screen_text(pilot)
        assert after.count("agent-") > before.count("agent-")
        assert "╭" in before
        assert "╭" not in after
        await pilot.press("slash", *"agent-07", "enter", "4")
        await pilot.pause()
        assert "╭" not in screen_text(pilot)
        await pilot.press("1")
        await pilot.pause()
        assert "/ agent-07" in screen_text(pilot)
        await until(lambda: "density" in read_choices(tmp_path / "state" / "musetui" / "looks.json"))
    async with dashboard(density="comfortable") as pilot:
        assert "╭" not in screen_text(pilot)
