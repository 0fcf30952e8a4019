"""What lies over a view closes itself and nothing else, however fast keys come."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from musetui.settings import read_settings
from musetui.tui.screens.confirm import Confirm
from musetui.tui.screens.help import HelpScreen
from musetui.tui.screens.semantic import SemanticScreen
from musetui.tui.screens.told import Told
from tests.conftest import until
from tests.tui.conftest import Running, place_of, screen_text, view_of


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


async def open_help(pilot: Pilot[int]) -> None:
    await pilot.press("question_mark")


async def open_theme(pilot: Pilot[int]) -> None:
    await pilot.press("ctrl+t")


async def open_columns(pilot: Pilot[int]) -> None:
    await pilot.press("c")


async def open_question(pilot: Pilot[int]) -> None:
    pilot.app.push_screen(Confirm("Release?", ["It ends."], "Release"))


async def open_told(pilot: Pilot[int]) -> None:
    pilot.app.push_screen(Told("What went wrong", ["All of it."]))


async def open_semantic(pilot: Pilot[int]) -> None:
    pilot.app.push_screen(SemanticScreen([]))


async def open_palette(pilot: Pilot[int]) -> None:
    await pilot.press("colon")


async def open_export(pilot: Pilot[int]) -> None:
    await pilot.press("e")


async def open_reserve(pilot: Pilot[int]) -> None:
    await pilot.press("n")


PLAIN = (open_help, open_theme, open_columns, open_question, open_told, open_semantic, open_palette)
FORMS = (open_export, open_reserve)
Opens = Callable[[Pilot[int]], Awaitable[None]]


async def opened(pilot: Pilot[int], opens: Opens) -> Screen[object]:
    await opens(pilot)
    await until(lambda: len(pilot.app.screen_stack) == 2, what="the dialog")
    await pilot.pause()
    return pilot.app.screen


async def test_a_click_beside_a_dialog_closes_it(dashboard: Running) -> None:
    async with dashboard(size=(160, 45)) as pilot:
        for opens in PLAIN:
            dialog = await opened(pilot, opens)
            if opens is not open_palette:
                await pilot.click(".dialog", offset=(0, 1))
                assert pilot.app.screen is dialog
            await pilot.click(offset=(0, 0))
            await until(lambda: len(pilot.app.screen_stack) == 1, what="its end")


async def test_a_click_beside_a_form_loses_nothing_and_its_button_closes_it(dashboard: Running) -> None:
    async with dashboard() as pilot:
        for opens in FORMS:
            form = await opened(pilot, opens)
            await pilot.click(offset=(0, 0))
            await pilot.pause()
            assert pilot.app.screen is form
            await pilot.click("#give-up")
            await until(lambda: len(pilot.app.screen_stack) == 1, what="its end")


WORDS = (
    (open_help, "esc closes"),
    (open_told, "esc closes"),
    (open_theme, "esc gives"),
    (open_theme, "enter keeps"),
    (open_reserve, "esc gives"),
)


async def test_what_a_dialog_says_of_its_keys_can_be_clicked(dashboard: Running) -> None:
    async with dashboard(size=(80, 24)) as pilot:
        for opens, words in WORDS:
            await opened(pilot, opens)
            assert await pilot.click(offset=place_of(pilot, words))
            await until(lambda: len(pilot.app.screen_stack) == 1, what="its end")


@pytest.mark.parametrize(("keys", "pressed"), [('preset = "emacs"', ("ctrl+g",)), ('back = "f9"', ("f9", "escape"))])
async def test_what_leads_back_closes_dialogs(
    dashboard: Running, keys: str, pressed: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[keys]\n{keys}")
    async with dashboard(tables=read_settings({}, {}, user_file=file).settings.tables) as pilot:
        for place, opens in enumerate((open_help, open_palette, open_reserve, open_theme)):
            await opened(pilot, opens)
            await pilot.press(pressed[place % len(pressed)])
            await until(lambda: len(pilot.app.screen_stack) == 1, what="its end")


async def test_the_help_begins_with_what_is_heard_here(dashboard: Running) -> None:
    async with dashboard(size=(160, 120)) as pilot:
        await pilot.press("t")
        await opened(pilot, open_help)
        text = screen_text(pilot)
        places = [text.index(heading) for heading in ("In the timeline", "In a view", "Everywhere", "Signs")]
        assert places == sorted(places)


async def test_the_help_can_be_filtered(dashboard: Running) -> None:
    async with dashboard(size=(120, 30)) as pilot:
        await opened(pilot, open_help)
        await pilot.press("slash", *"SVG")
        assert "JSON, CSV" in screen_text(pilot)
        assert "In a view" in screen_text(pilot)
        assert "Go to the next pane" not in screen_text(pilot)
        await pilot.press(*"zz")
        assert "No row holds SVGzz" in screen_text(pilot)
        await pilot.press("escape")
        assert "Go to the next pane" in screen_text(pilot)
        await pilot.press("escape")
        await until(lambda: view_of(pilot).is_showing, what="the view")


async def test_a_row_of_the_help_can_be_clicked_or_chosen(dashboard: Running) -> None:
    async with dashboard(size=(120, 30)) as pilot:
        await opened(pilot, open_help)
        await pilot.press("slash", *"whose", "enter", "enter")
        await until(lambda: pilot.app.current_mode == "stale", what="the view of what is stuck")
        await opened(pilot, open_help)
        await pilot.press("slash", *"hot")
        await pilot.click(offset=place_of(pilot, "Show the files"))
        await until(lambda: pilot.app.current_mode == "files", what="the view of files")


async def test_who_closes_the_help_with_enter_does_nothing_else(dashboard: Running) -> None:
    async with dashboard() as pilot:
        view = view_of(pilot)
        await opened(pilot, open_help)
        await pilot.press("enter")
        await pilot.pause()
        assert view_of(pilot) is view
