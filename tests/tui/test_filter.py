"""Filtering a list: which rows hold the words, and what a person sees while typing them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from musetui.coordination.repository import Repository
from musetui.settings import Settings
from musetui.tui.app import MuseTui
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


async def test_every_view_begins_with_it_once(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/one.py")
    reserve("agent-2", "src/two.py", now=datetime.now(UTC) - timedelta(minutes=30))
    async with dashboard(first_filter="run:agent-2") as pilot:
        for key, name in (("2", "agents"), ("3", "files"), ("4", "stale"), ("t", "timeline"), ("7", "tasks")):
            await pilot.press(key)
            await until(lambda name=name: pilot.app.current_mode == name, what=name)  # type: ignore[misc]
            filtered = [table.filter_text for table in pilot.app.screen.query(RecordTable)]
            assert "run:agent-2" in filtered
        await pilot.press("3")
        await on_screen(pilot, "Files 2 of 3")
        # Who clears it in one view is not given it again there, nor is it lost elsewhere.
        await pilot.press("2", "escape")
        agents = pilot.app.screen.query(RecordTable).first()
        await until(lambda: agents.filter_text == "" and agents.row_count == 2, what="all runs")
        await pilot.press("1", "2")
        await pilot.pause()
        assert agents.filter_text == ""
        await pilot.press("8")
        await pilot.pause()
        assert pilot.app.screen.query(RecordTable).first().filter_text == "", "problems have no run"
        await pilot.press("1")
        assert view(pilot).table("local").filter_text == "run:agent-2"


async def test_a_moment_that_has_passed_begins_with_it_too(muse_root: Path, reserve: Reserve) -> None:
    now = datetime.now(UTC)
    reserve("agent-1", "src/one.py", now=now - timedelta(minutes=30))
    reserve("agent-2", "src/two.py", now=now - timedelta(minutes=30))
    settings = Settings(run_id="tester", calls=False)
    app = MuseTui(
        Repository(muse_root), settings, first_filter="run:agent-2", at=now - timedelta(minutes=10), first_view="agents"
    )
    async with app.run_test(size=(160, 45)) as pilot:
        await until(lambda: app.travel is not None and app.travel.past is not None, what="the moment")
        for key, name in ((None, "agents"), ("1", "dashboard"), ("3", "files")):
            if key:
                await pilot.press(key)
            await until(lambda name=name: app.current_mode == name, what=name)  # type: ignore[misc]
            table = app.screen.query(RecordTable).first()
            await until(lambda table=table: table.row_count and table.hidden_count, what="what is found")  # type: ignore[misc]


async def test_a_row_comes_with_what_it_relates_to(dashboard: Running, reserve: Reserve) -> None:
    first = reserve("agent-1", "src/one.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 1)
        await pilot.press("slash", *"has:conflict", "enter")
        await until(lambda: (table.row_count, table.hidden_count) == (0, 1))
        second = reserve("agent-2", "src/one.py")
        await until(lambda: set(table._order) == {first, second})
