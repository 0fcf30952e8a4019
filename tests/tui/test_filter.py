"""Filtering a list: which rows hold the words, and what a person sees while typing them."""

from pathlib import Path

import pytest

from musetui.tui.widgets import filtered_list
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, screen_text
from tests.tui.test_dashboard import Reserve, on_screen, view


async def test_what_is_typed_takes_effect_at_once_and_enter_keeps_it(dashboard: Running, reserve: Reserve) -> None:
    for number in range(12):
        reserve(f"agent-{number:02}", f"src/m{number}.py::f")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 12)
        await pilot.press("slash", *"agent-07")
        await until(lambda: table.row_count == 1)
        await on_screen(pilot, "Reservations · local 1 of 12")
        await pilot.press("enter", "y")
        assert table.has_focus
        await until(lambda: pilot.app.clipboard == table.cursor_id)
        reserve("agent-07", "src/new.py")
        reserve("agent-90", "src/new.py")
        await until(lambda: (table.row_count, table.hidden_count) == (2, 12))
        await pilot.press("escape")
        await until(lambda: (table.row_count, table.hidden_count) == (14, 0))


async def test_escape_takes_it_back_and_no_row_says_why(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 1)
        await pilot.press("slash", *"nobody[red]")
        await on_screen(pilot, "No row holds nobody[red]")
        await pilot.press("escape")
        await until(lambda: table.row_count == 1)
        assert "No row holds" not in screen_text(pilot)


async def test_a_record_that_goes_while_it_is_hidden_does_not_come_back(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    gone = reserve("agent-1", "src/a.py")
    reserve("agent-2", "src/b.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        await pilot.press("slash", *"agent-2", "enter")
        await until(lambda: table.hidden_count == 1)
        (muse_root / f".muse/coordination/reservations/{gone}.json").unlink()
        await until(lambda: table.hidden_count == 0)
        await pilot.press("escape")
        assert table.row_count == 1


async def test_what_has_no_room_in_its_column_is_found_too(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/one.py", "src/two.py")
    reserve("agent-2", "src/three.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        await pilot.press("slash", *"two.py")
        await until(lambda: (table.row_count, table.hidden_count) == (1, 1))


async def test_the_count_of_a_long_list_is_that_of_its_rows(
    dashboard: Running, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtered_list, "_SLICE", 0.0)
    monkeypatch.setattr(RecordTable, "JUDGED", 5)
    monkeypatch.setattr(filtered_list, "_TOLD_EVERY", 0.0)
    for number in range(40):
        reserve(f"agent-{number:02}", f"src/m{number}.py")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("local").row_count == 40)
        await pilot.press("slash", *"agent-07")
        await on_screen(pilot, "Reservations · local 1 of 40")
        await pilot.press("escape")
        await on_screen(pilot, "Reservations · local 40 ")


async def test_the_lists_begin_with_the_filter_of_the_command_line(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/one.py")
    reserve("agent-2", "src/two.py")
    async with dashboard(first_filter="left:>1m run:agent-2") as pilot:
        table = view(pilot).table("local")
        await until(lambda: (table.row_count, table.hidden_count) == (1, 1))
        assert view(pilot).table("conflicts").filter_text == "", "conflicts have no time left"


async def test_a_row_comes_with_what_it_relates_to(dashboard: Running, reserve: Reserve) -> None:
    first = reserve("agent-1", "src/one.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 1)
        await pilot.press("slash", *"has:conflict", "enter")
        await until(lambda: (table.row_count, table.hidden_count) == (0, 1))
        second = reserve("agent-2", "src/one.py")
        await until(lambda: set(table._order) == {first, second})
