"""All that keys reach can be reached with the mouse alone, at every size."""

from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from musetui.settings import read_settings
from musetui.tui.screens.commands import CommandsScreen
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.record import RecordView
from musetui.tui.views import VIEWS
from tests.conftest import until
from tests.tui.conftest import Running, app_of, place_of, screen_text
from tests.tui.test_files_view import rows, show

Reserve = Callable[..., str]


async def click(pilot: Pilot[int], word: str) -> None:
    """Click a word of the footer."""
    last = pilot.app.size.height - 1
    text = screen_text(pilot).splitlines()[last]
    await pilot.click(offset=(text.index(word), last))


async def test_every_view_and_all_commands_are_a_click_away(dashboard: Running) -> None:
    async with dashboard(size=(60, 20)) as pilot:
        keys = {"agents": "2", "plan": "5", "timeline": "t", "tasks": "7", "stale": "4", "files": "3", "problems": "8"}
        for name, key in {**keys, "dashboard": "1"}.items():
            await click(pilot, f" {key} ")
            await pilot.pause()
            await until(lambda name=name: pilot.app.current_mode == name, what=name)  # type: ignore[misc]
        assert {*keys, "dashboard"} == set(VIEWS)
        await click(pilot, ": more")
        await until(lambda: isinstance(pilot.app.screen, CommandsScreen), what="the palette")


async def test_where_there_is_little_room_the_palette_is_what_stays(dashboard: Running) -> None:
    async with dashboard(size=(30, 20)) as pilot:
        await click(pilot, ": more")
        await until(lambda: isinstance(pilot.app.screen, CommandsScreen), what="the palette")
        await until(lambda: "Agents" in screen_text(pilot), what="what it offers")


async def test_a_view_without_a_key_is_in_the_footer_by_its_name(dashboard: Running, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keys]\nshow_tasks = ""\nshow_agents = "f9"\nshow_timeline = "l"')
    async with dashboard(tables=read_settings({}, {}, user_file=file).settings.tables) as pilot:
        await click(pilot, "tasks")
        await until(lambda: pilot.app.current_mode == "tasks", what="the tasks")
        await click(pilot, "F9")
        await until(lambda: pilot.app.current_mode == "agents", what="the runs")


async def test_the_header_leads_to_what_it_tells_of(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reserve("agent-1", "src/a.py")
    reserve("agent-2", "src/a.py")
    (muse_root / ".muse/coordination/reservations/odd.json").write_text('["no record"]')
    async with dashboard(size=(160, 45)) as pilot:
        await until(lambda: "1 conflict" in screen_text(pilot) and "1 problem" in screen_text(pilot), what="the facts")
        for words, view in (("stale", "stale"), ("1 problem", "problems"), ("/min", "timeline"), ("held", "dashboard")):
            await pilot.click(offset=place_of(pilot, words))
            await until(lambda view=view: pilot.app.current_mode == view, what=view)  # type: ignore[misc]
        await pilot.press("2")
        await until(lambda: pilot.app.current_mode == "agents", what="the runs")
        await pilot.click(offset=place_of(pilot, "1 conflict"))
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the dashboard")
        await until(lambda: getattr(pilot.app.focused, "id", "") == "conflicts", what="the pane")


async def test_from_the_past_the_header_leads_back(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        travel = app_of(pilot).travel
        assert travel is not None
        await pilot.press("t")
        await until(lambda: not travel.is_behind, what="the past")
        await pilot.press("left")
        await until(lambda: "· read-only" in screen_text(pilot), what="a moment that has passed")
        await pilot.click(offset=place_of(pilot, "· read-only"))
        await until(lambda: travel.moment is None, what="now")


async def test_where_the_pointer_rests_it_is_said_what_a_click_does(dashboard: Running) -> None:
    async with dashboard() as pilot:
        footer = pilot.app.screen.query_one("KeyBar")
        await pilot.hover("KeyBar", offset=(screen_text(pilot).splitlines()[-1].index(" 7 ") + 1, 0))
        assert str(footer.tooltip) == "Show tasks and who claims them, and who waits for whom"
        await pilot.hover("KeyBar", offset=(1, 0))
        assert footer.tooltip is None


async def test_a_click_folds_and_a_double_click_opens(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py::C.m")
    async with dashboard() as pilot:
        tree = ["src", "src/a.py", "src/a.py::C", "src/a.py::C.m"]
        await show(pilot, *tree)
        x, y = place_of(pilot, "▾ a.py")
        await pilot.click(offset=(x, y))
        await until(lambda: rows(pilot) == tree[:2], what="the folded tree")
        await pilot.click(offset=(x + 1, y))
        await until(lambda: rows(pilot) == tree, what="the whole tree")
        await pilot.click(offset=(x + 3, y))
        await pilot.pause()
        assert rows(pilot) == tree
        x, y = place_of(pilot, "· m")
        await pilot.click(offset=(x + 2, y), times=2)
        await until(lambda: isinstance(pilot.app.screen, RecordView), what="the record")


async def test_with_room_for_them_the_views_have_names(dashboard: Running) -> None:
    async with dashboard(size=(240, 45)) as pilot:
        assert "1 dashboard 2 agents 3 files 4 stale 5 merge plan t timeline" in screen_text(pilot)
        await pilot.resize_terminal(160, 45)
        await until(lambda: " 1 dashboard 2 3 4 5 t 7 8 " in screen_text(pilot), what="the name of the one in front")
