"""What lies over a view closes itself and nothing else, however fast keys come."""

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from musetui.tui.screens.help import HelpScreen
from tests.conftest import until
from tests.tui.conftest import Running, view_of


async def lead_elsewhere(pilot: Pilot[int], late: str) -> Screen[object]:
    """Have a key reach the screen in front after another one has led to another view; return that screen."""
    front = pilot.app.screen
    await pilot.app.switch_mode("stale")
    front.post_message(events.Key(late, None))
    await pilot.pause()
    return front


@pytest.mark.parametrize("late", ["question_mark", "escape"])
async def test_a_key_that_comes_late_closes_nothing_of_another_view(dashboard: Running, late: str) -> None:
    async with dashboard() as pilot:
        await pilot.press("4", "1", "question_mark")
        await until(lambda: isinstance(pilot.app.screen, HelpScreen), what="the help")
        await lead_elsewhere(pilot, late)
        assert len(pilot.app.screen_stack) == 1
        assert view_of(pilot).is_mounted
        await pilot.press("1")
        assert pilot.app.is_running


async def test_a_record_that_is_left_late_closes_nothing_of_another_view(dashboard: Running, reserve: object) -> None:
    assert callable(reserve)
    reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        await until(lambda: "agent-1" in str(pilot.app.screen_stack) or view_of(pilot), what="the view")
        await pilot.press("4", "1", "enter")
        await until(lambda: len(pilot.app.screen_stack) == 2, what="the record")
        record = pilot.app.screen
        await pilot.app.switch_mode("stale")
        record.action_back()  # type: ignore[attr-defined]
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1
        assert pilot.app.is_running
        # It is there still, and painted, for who comes back.
        await pilot.app.switch_mode("dashboard")
        assert pilot.app.screen is record
        assert view_of(pilot).is_showing


async def test_a_record_that_is_left_while_it_opens_is_not_shown(dashboard: Running, reserve: object) -> None:
    assert callable(reserve)
    reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        await until(lambda: view_of(pilot).selected() is not None, what="the row")
        view, app = view_of(pilot), pilot.app
        push = app.push_screen

        async def push_and_leave(screen: Screen[object]) -> None:
            await push(screen)
            await app.pop_screen()
            await until(lambda: not screen.children, what="its end")

        app.push_screen = push_and_leave  # type: ignore[method-assign, assignment]
        await view.action_open()
        assert len(app.screen_stack) == 1
