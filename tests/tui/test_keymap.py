"""The keys in force: presets and a person's own keys, heard, shown, and refused where they would mean two things."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from musetui.settings import Reading, read_settings
from musetui.tui.actions import ACTIONS, BY_ID, BY_NAME, HEARD_TOGETHER, Place
from musetui.tui.app import MuseTui
from musetui.tui.key_settings import TABLE
from musetui.tui.keymap import Keymap, keymap_of
from musetui.tui.presets import PRESETS
from musetui.tui.views import VIEWS
from tests.conftest import until
from tests.tui.conftest import Running, screen_text


def reading_of(tmp_path: Path, text: str) -> Reading:
    file = tmp_path / "config.toml"
    file.write_text(text)
    return read_settings({}, {}, user_file=file)


def told(tmp_path: Path, text: str) -> list[str]:
    """Return what is wrong with a settings file, without its folder."""
    return [str(problem).rpartition("/")[2] for problem in reading_of(tmp_path, text).problems]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_of_a_preset_means_two_things(preset: str) -> None:
    assert list(Keymap(preset).clashes()) == []
    assert set(PRESETS[preset]) <= set(BY_NAME)


def test_actions_are_told_apart_by_their_names() -> None:
    assert len(BY_NAME) == len(ACTIONS) == len(BY_ID)


def test_what_is_said_changes_that_and_nothing_else(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, '[keys]\npreset = "vi"\nrelease = "X"\nedit = ""\nreserve = ["N", "insert"]\n')
    keymap = reading.settings.of(TABLE)
    assert not reading.problems
    assert keymap.keys("release") == ("X",)
    assert keymap.keys("edit") == ()
    assert keymap.shown("reserve") == ("N", "insert")
    assert keymap.shown("page_down") == ("PgDn", "ctrl+f")
    assert keymap.keys("help") == ("question_mark", "f1")
    assert keymap.keys("copy_id") == ("y",)
    assert keymap.changed()["record.release"] == "X"
    assert "record.copy_id" not in keymap.changed()
    assert keymap.press("reserve") == "press N"
    assert keymap.press("edit") == "use the command palette"


def test_one_key_always_leaves(tmp_path: Path) -> None:
    assert reading_of(tmp_path, '[keys]\nquit = ""').settings.of(TABLE).shown("quit") == ("ctrl+q",)
    assert told(tmp_path, '[keys]\nhelp = "ctrl+q"') == [
        "config.toml:2: keys.help cannot have ctrl+q: that key always does quit"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("relaese = 'x'", "keys.relaese is no action: did you mean release?"),
        ("zzzzzz = 'x'", "keys.zzzzzz is no action: `musetui keys` prints the actions"),
        ("release = 'ctrl-x'", "keys.release is ctrl-x: ctrl-x is no key: did you mean ctrl+x?"),
        ("release = ['x', 'pagdown']", "keys.release is ['x', 'pagdown']: pagdown is no key: did you mean pagedown?"),
        (
            "release = ['x', '']",
            "keys.release is ['x', '']: an empty text is no key: write a character, or a name such as f5, space, "
            "pagedown, shift+tab or ctrl+x",
        ),
        ("release = 3", 'keys.release is 3: write a key as text, several as ["j", "down"], none as ""'),
        ("preset = 'emcas'", "keys.preset is emcas: did you mean emacs?"),
        (
            "release = 'h'",
            "keys.release has the key h, which is extend's too on the dashboard: give extend another key, or none with "
            'extend = ""',
        ),
        (
            "semantic_plan = 'space'",
            "keys.semantic_plan has the key space, which is suppose's too in the merge plan: give suppose another key, "
            'or none with suppose = ""',
        ),
        (
            "preset = 'vi'\nreserve = 'd'",
            "keys.reserve has the key d, which is release's too on the dashboard: give release another key, or none "
            'with release = ""',
        ),
        (
            "sort_next = 'ctrl+y'\nsort_reverse = 'ctrl+y'",
            "keys.sort_reverse has the key ctrl+y, which is sort_next's too on the dashboard: give sort_next "
            'another key, or none with sort_next = ""',
        ),
    ],
)
def test_a_slip_is_told_with_its_line_and_what_to_do(tmp_path: Path, text: str, sentence: str) -> None:
    line = text.count("\n") + 2
    assert told(tmp_path, f"[keys]\n{text}") == [f"config.toml:{line}: {sentence}"]


@pytest.mark.parametrize(
    "text",
    [
        'release = "h"\nextend = "r"',  # each takes the other's
        'suppose = "u"\nundo_supposed = "n"',  # n is another action's, which is not heard in the merge plan
        'unfold = "left"\nfold = "right"',
        'release = "x"\nreserve = ["x1"]'.replace('["x1"]', '"r"'),
    ],
)
def test_keys_may_be_exchanged_and_meet_where_they_are_not_heard_together(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, f"[keys]\n{text}") == []


def with_keys(tmp_path: Path, text: str) -> dict[str, Any]:
    """Return what the fixture `dashboard` takes to run with these keys."""
    reading = reading_of(tmp_path, f"[keys]\n{text}")
    assert not reading.problems
    return {"tables": reading.settings.tables}


def app_of(pilot: Pilot[int]) -> MuseTui:
    assert isinstance(pilot.app, MuseTui)
    return pilot.app


async def test_a_remapped_key_does_it_and_the_usual_one_no_more(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path
) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard(**with_keys(tmp_path, 'release = "X"')) as pilot:
        await until(lambda: "agent-1" in screen_text(pilot), what="the reservation")
        await pilot.press("r")
        await pilot.pause()
        assert "Release this reservation?" not in screen_text(pilot)
        await pilot.press("X")
        await until(lambda: "Release this reservation?" in screen_text(pilot), what="the question")


async def test_two_actions_may_exchange_their_keys(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path
) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard(**with_keys(tmp_path, 'release = "h"\nextend = "r"')) as pilot:
        await until(lambda: "agent-1" in screen_text(pilot), what="the reservation")
        await pilot.press("r")
        await until(lambda: "Extend the lease?" in screen_text(pilot), what="the form")
        await pilot.press("escape", "h")
        await until(lambda: "Release this reservation?" in screen_text(pilot), what="the question")


async def test_footer_help_palette_and_hints_name_the_keys_in_force(dashboard: Running, tmp_path: Path) -> None:
    keys = 'reserve = "N"\nhelp = "f1"\nzoom = ""\nopen = "l"\nrelease = ["alt+x", "r"]\nshow_dashboard = "ctrl+y"'
    async with dashboard(size=(200, 50), **with_keys(tmp_path, keys)) as pilot:
        last = screen_text(pilot).splitlines()[-1]
        assert " N new" in last
        assert " (alt+x) release" in last
        assert " F1 help" in last
        assert "zoom" not in last
        assert "or press N." in screen_text(pilot)
        await pilot.press("f1")
        await until(lambda: "Keys that work here" in screen_text(pilot), what="the help")
        text = screen_text(pilot)
        assert "(alt+x r)" in text
        assert "no key" in text
        await pilot.press("end")
        assert "ctrl+y" in screen_text(pilot)
        await pilot.press("f1")
        await until(lambda: "Keys that work here" not in screen_text(pilot), what="its end")
        await pilot.press("ctrl+p", *"zoom")
        await until(lambda: "Zoom the focused pane" in screen_text(pilot), what="the command")
        await pilot.press("escape", "ctrl+p", *"new")
        await until(lambda: "Reserve addresses for a run  (N)" in screen_text(pilot), what="its key")


async def test_a_click_on_the_footer_presses_the_key_in_force(dashboard: Running, tmp_path: Path) -> None:
    async with dashboard(**with_keys(tmp_path, 'mark_range = "V"\nhelp = "ctrl+space"')) as pilot:
        last = screen_text(pilot).splitlines()[-1]
        await pilot.click("KeyBar", offset=(last.index("ctrl+space help") + 3, 0))
        await until(lambda: "Keys that work here" in screen_text(pilot), what="the help")


async def test_a_key_that_opens_opens_what_the_cursor_is_on(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path
) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard(**with_keys(tmp_path, 'open = "l"')) as pilot:
        await until(lambda: "agent-1" in screen_text(pilot), what="the reservation")
        await pilot.press("enter")
        await pilot.pause()
        assert "Related" not in screen_text(pilot)
        await pilot.press("l")
        await until(lambda: "Related" in screen_text(pilot), what="the record")


async def test_a_key_that_writes_says_why_it_is_off(dashboard: Running, tmp_path: Path) -> None:
    async with dashboard(read_only=True, **with_keys(tmp_path, 'reserve = "N"')) as pilot:
        await pilot.press("N")
        await until(lambda: "new is off" in screen_text(pilot), what="the reason")


async def test_what_is_typed_into_a_line_is_text_whatever_its_keys_do(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path
) -> None:
    reserve("agent-1", "src/a.py")
    keys = 'quit = "x"\nhelp = "v"\nshow_stale = "b"\nreserve = "n"\nrelease = "e"\nexport = ""\nsort_next = "ctrl+e"'
    async with dashboard(**with_keys(tmp_path, keys)) as pilot:
        await until(lambda: "agent-1" in screen_text(pilot), what="the reservation")
        await pilot.press("slash", *"xvben")
        await pilot.pause()
        assert pilot.app.screen.query_one("#filter", Input).value == "xvben"
        await pilot.press("escape", "n", *"xvben")
        await until(lambda: isinstance(pilot.app.focused, Input), what="the form")
        assert isinstance(pilot.app.focused, Input)
        assert pilot.app.focused.value.endswith("xvben")
        assert app_of(pilot).current_mode == "dashboard"
        assert app_of(pilot).is_running


@pytest.mark.parametrize(
    ("preset", "keys", "row"),
    [("vi", ("G", "ctrl+b", "j", "j"), 2), ("emacs", ("alt+greater_than_sign", "ctrl+p", "ctrl+p"), 2)],
)
async def test_presets_move_as_their_program_does(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path, preset: str, keys: tuple[str, ...], row: int
) -> None:
    for number in range(5):
        reserve(f"agent-{number}", "src/a.py")
    async with dashboard(**with_keys(tmp_path, f'preset = "{preset}"')) as pilot:
        from musetui.tui.screens.dashboard import Dashboard

        assert isinstance(pilot.app.screen, Dashboard)
        table = pilot.app.screen.table("local")
        await until(lambda: table.row_count == 5, what="the rows")
        await pilot.press(*keys)
        await pilot.pause()
        assert table._cursor_index == row
        assert keymap_of(pilot.app).preset == preset


async def test_each_view_hears_only_what_is_known_to_be_heard_together(dashboard: Running) -> None:
    """So that a clash is found whatever view it would happen in."""
    async with dashboard() as pilot:
        for view in VIEWS:
            await app_of(pilot).run_action(f"show_{view}")
            await until(lambda view=view: app_of(pilot).current_mode == view, what=view)
            for widget in [None, *pilot.app.screen.focus_chain]:
                pilot.app.screen.set_focus(widget)
                active = pilot.app.screen.active_bindings.values()
                heard = {BY_ID[each.binding.id] for each in active if each.binding.id in BY_ID}
                assert any(all(map(together.hears, heard)) for together in HEARD_TOGETHER), (view, widget)


def test_every_place_is_heard_somewhere() -> None:
    assert set(Place) == {place for together in HEARD_TOGETHER for place in together.places}


async def test_a_filter_line_is_left_by_what_leads_back_and_letters_are_typed(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path
) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard(**with_keys(tmp_path, 'back = ["ctrl+g", "b"]')) as pilot:
        await until(lambda: "agent-1" in screen_text(pilot), what="the reservation")
        for key in ("ctrl+g", "escape"):
            await pilot.press("slash", *"bob")
            assert "/ bob" in screen_text(pilot)
            await pilot.press(key)
            await until(lambda: "/ bob" not in screen_text(pilot), what="the whole list")


async def test_hands_that_know_vi_go_through_time(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path
) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard(**with_keys(tmp_path, 'preset = "vi"')) as pilot:
        travel = app_of(pilot).travel
        assert travel is not None
        await pilot.press("t")
        await until(lambda: not travel.is_behind, what="the past")
        await pilot.press("h")
        await until(lambda: travel.moment is not None, what="a moment that has passed")


async def test_arrow_keys_are_named_where_there_are_no_arrows(dashboard: Running) -> None:
    async with dashboard(size=(160, 110), glyphs="ascii") as pilot:
        await pilot.press("t")
        await until(lambda: "left" in screen_text(pilot).splitlines()[-1], what="the footer of the timeline")
        assert "< earlier" not in screen_text(pilot)
        await pilot.press("question_mark")
        await until(lambda: "Keys that work here" in screen_text(pilot), what="the help")
        text = screen_text(pilot)
        assert "shift+left" in text
        assert "down j" in text
        await pilot.press("escape", "1", "slash")
        await until(lambda: "up/down recalls" in screen_text(pilot), what="the line")
