"""Typing a filter: what is offered, what is wrong with it, what is remembered, and what is saved by name."""

import json
from pathlib import Path

from textual.pilot import Pilot

from musetui.tui.widgets.filter_bar import OfferStrip
from musetui.tui.widgets.filter_line import FilterLine
from musetui.tui.widgets.filter_note import FilterNote, with_carets
from musetui.tui.widgets.filter_tabs import FilterTabs
from tests.conftest import until
from tests.tui.conftest import Running, screen_text
from tests.tui.test_dashboard import Reserve, burst, on_screen, view


def line(pilot: Pilot[int]) -> FilterLine:
    return view(pilot).query_one(FilterLine)


def offers(pilot: Pilot[int]) -> list[str]:
    return [title for _, title in view(pilot).query_one(OfferStrip)._tabs]


def tabs(pilot: Pilot[int]) -> str:
    return view(pilot).query_one(FilterTabs).render_line(0).text.rstrip()


async def test_fields_and_values_are_completed_by_tab(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-7", "src/a.py")
    reserve("builder", "src/b.py", branch="feature/billing")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        await pilot.press("slash", *"ru", "tab")
        assert line(pilot).value == "run:"
        assert offers(pilot) == ["agent-7", "builder"]
        await pilot.press("b", "tab")
        assert line(pilot).value == "run:builder "
        await until(lambda: table.row_count == 1)
        await pilot.press(*"branch:", "shift+tab", "right")
        assert line(pilot).value == "run:builder branch:main "
        await until(lambda: table.row_count == 0)


async def test_a_click_takes_what_is_offered(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-7", "src/a.py")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("local").row_count == 1)
        await pilot.press("slash", *"state:")
        await pilot.click(
            "OfferStrip", offset=(view(pilot).query_one(OfferStrip).render_line(0).text.index("silent"), 0)
        )
        await pilot.pause()
        assert line(pilot).value == "state:silent "
        assert line(pilot).has_focus


async def test_what_is_wrong_is_said_with_a_caret_and_the_list_stays(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-7", "src/a.py")
    reserve("agent-8", "src/b.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        await pilot.press("slash", *"agent-7 stat:x")
        await on_screen(pilot, "^^^^ unknown field `stat`: did you mean `state`?")
        lines = screen_text(pilot).splitlines()
        place = next(number for number, text in enumerate(lines) if "^^^^" in text)
        assert lines[place].index("^^^^") == lines[place - 1].index("stat:x")
        assert (table.row_count, table.filter_text) == (0, "agent-7 stat"), "as it was before the colon"
        await pilot.press("enter")
        assert line(pilot).has_focus, "what is wrong is not kept"
        await pilot.press(*["backspace"] * 7, "enter")
        assert table.has_focus
        assert (table.row_count, table.filter_text) == (1, "agent-7")


async def test_what_is_not_finished_is_no_error_yet(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-7", "src/a.py")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("local").row_count == 1)
        await pilot.press("slash", *"age:>")
        await on_screen(pilot, "Say right here a length of time")
        assert "^" not in view(pilot).query_one(FilterNote).render_line(0).text


async def test_what_was_used_is_recalled(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-7", "src/a.py")
    reserve("agent-8", "src/b.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        for text in ("agent-7", "agent-8"):
            await pilot.press("slash", *text, "enter")
            await pilot.press("escape")
        assert table.row_count == 2
        await pilot.press("slash")
        assert line(pilot).value == "agent-8"
        assert table.row_count == 2, "what is recalled takes effect with enter"
        await pilot.press("enter")
        assert table.filter_text == "agent-8"
        await pilot.press("slash", "up", "up")
        assert table.filter_text == "agent-7"
        await pilot.press("down", "down", "down")
        assert table.has_focus
        await pilot.press("escape", "slash", "x")
        assert line(pilot).value == "x", "the next letter replaces it"


async def test_keys_typed_ahead_of_the_list_reach_it(dashboard: Running, reserve: Reserve) -> None:
    for number in range(3):
        reserve("agent-7", f"src/{number}.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 3)
        burst(pilot, "slash", "a", "g", "s", "backspace", "enter", "j", "j")
        await until(lambda: table.filter_text == "ag" and table._cursor_index == 2)


async def test_a_filter_is_saved_by_name_and_counted(dashboard: Running, reserve: Reserve, tmp_path: Path) -> None:
    reserve("agent-7", "src/a.py")
    reserve("agent-8", "src/b.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        assert not view(pilot).query_one(FilterTabs).display
        await pilot.press("slash", *"run:agent-7", "ctrl+s", *"mine", "enter", "enter")
        await until(lambda: tabs(pilot) == " all 2 [mine 1]")
        reserve("agent-7", "src/c.py")
        await until(lambda: tabs(pilot) == " all 3 [mine 2]")
        await pilot.press("f")
        await until(lambda: tabs(pilot) == "[all 3] mine 2")
        assert table.row_count == 3
        await pilot.click("FilterTabs", offset=(12, 0))
        await until(lambda: table.row_count == 2)
        await pilot.press("tab", "tab")
        await until(lambda: not view(pilot).query_one(FilterTabs).display, what="no filter is saved for conflicts")
        kept = tmp_path / "state/musetui/filters.json"
        await until(kept.exists)
        await until(lambda: json.loads(kept.read_text())["saved"] == {"reservations": {"mine": "run:agent-7"}})
    async with dashboard() as pilot:
        await until(lambda: tabs(pilot) == "[all 3] mine 2")
        await pilot.press("slash")
        assert line(pilot).value == "run:agent-7"
        await pilot.press("escape", "slash", "backspace", "ctrl+s", *"mine", "enter", "escape")
        await until(lambda: not view(pilot).query_one(FilterTabs).display)


async def test_the_settings_name_filters_and_are_checked(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-7", "src/a.py")
    filters = {"reservations": {"bad": "stat:x"}, "any": {"seven": "run:agent-7", "worst": "severity:high"}}
    async with dashboard(tables={"filters": filters}) as pilot:
        await until(lambda: tabs(pilot) == "[all 1] seven 1")
        await on_screen(pilot, "filters.reservations.bad is stat:x: unknown field")
        await pilot.press("4")
        await until(lambda: "worst 0" in pilot.app.screen.query_one(FilterTabs).render_line(0).text)


async def test_nothing_is_written_where_nothing_may_be(dashboard: Running, reserve: Reserve, tmp_path: Path) -> None:
    reserve("agent-7", "src/a.py")
    async with dashboard(read_only=True) as pilot:
        await until(lambda: view(pilot).table("local").row_count == 1)
        await pilot.press("slash", *"agent", "ctrl+s", *"mine", "enter", "enter")
        await until(lambda: tabs(pilot) == " all 1 [mine 1]")
    assert not (tmp_path / "state").exists()


async def test_a_match_is_marked_in_its_cell(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-7", "src/agent.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 1)
        await pilot.press("slash", *"run:gent", "enter")
        marked = [segment.text for segment in table.render_line(1) if segment.style and segment.style.underline]
        assert marked == ["gent"]
        await pilot.press("escape")
        assert not any(segment.style and segment.style.underline for segment in table.render_line(1))


def test_carets_stand_where_something_is_wrong_and_the_words_where_there_is_room() -> None:
    assert with_carets("no field", 3, 4, 30) == "   ^^^^ no field              "
    assert with_carets("no such field", 20, 4, 30) == "      no such field ^^^^      "
    assert with_carets("far too long for this", 10, 4, 20) == " far too… ^^^^      "
    for start in (-5, 0, 15, 19, 40):
        assert len(with_carets("far too long for this line", start, 3, 20)) == 20
