"""The sizes of panes: changed by key and by mouse, kept, and as usual again."""

from pathlib import Path

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from musetui.tui.looks import read_choices
from tests.conftest import until
from tests.tui.conftest import Running, screen_text

PANES = ("local", "remote", "conflicts", "intents", "detail", "activity")


def places(pilot: Pilot[int]) -> dict[str, Region]:
    return {name: pilot.app.screen.query_one(f"#{name}").region for name in PANES}


async def test_keys_make_a_pane_larger_or_smaller(dashboard: Running) -> None:
    async with dashboard() as pilot:
        before = places(pilot)
        for keys, change in (
            ((">",), (4, 0)),
            (("<", "<"), (-4, 0)),
            (("alt+right",), (0, 0)),
            (("+", "+"), (0, 2)),
            (("-", "alt+down", "alt+up"), (0, 1)),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            now = places(pilot)["local"]
            assert (now.width - before["local"].width, now.height - before["local"].height) == change, keys
        await pilot.press("equals_sign")
        await pilot.pause()
        assert places(pilot) == before


async def test_a_pane_grows_wherever_it_lies(dashboard: Running) -> None:
    async with dashboard() as pilot:
        for name in PANES:
            before = places(pilot)[name]
            await pilot.press(">", "+")
            await pilot.pause()
            now = places(pilot)[name]
            assert (now.width, now.height) == (before.width + 4, before.height + 1), name
            await pilot.press("tab")


async def test_no_pane_vanishes(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press(*["<"] * 30, *["-"] * 30)
        await pilot.pause()
        assert all(region.width >= 16 and region.height >= 4 for region in places(pilot).values())


@pytest.mark.parametrize("density", ["comfortable", "compact"])
async def test_borders_are_dragged_and_stay_there(dashboard: Running, tmp_path: Path, density: str) -> None:
    async with dashboard(density=density) as pilot:
        right, lower = places(pilot)["conflicts"], places(pilot)["detail"]
        await pilot.mouse_down(offset=(right.x, right.y + 3))
        await pilot.hover(offset=(60, 9))
        await pilot.mouse_up(offset=(60, 9))
        await pilot.mouse_down(offset=(20, lower.y))
        await pilot.hover(offset=(20, 25))
        await pilot.mouse_up(offset=(20, 25))
        await pilot.pause()
        assert (places(pilot)["conflicts"].x, places(pilot)["detail"].y) == (60, 25)
        after = places(pilot)
        await pilot.hover(offset=(90, 9))
        await pilot.pause()
        assert places(pilot) == after
        kept = tmp_path / "state" / "musetui" / "looks.json"
        await until(lambda: len(read_choices(kept).get("panes.dashboard", ({}, None))[0]) == 2)
    async with dashboard(density=density) as pilot:
        assert places(pilot) == after


async def test_a_list_is_not_dragged(dashboard: Running) -> None:
    async with dashboard(density="compact") as pilot:
        before = places(pilot)
        last = before["local"].bottom - 1
        await pilot.mouse_down(offset=(10, last))
        await pilot.hover(offset=(10, last - 8))
        await pilot.mouse_up(offset=(10, last - 8))
        await pilot.pause()
        assert places(pilot) == before


async def test_a_small_terminal_shows_one_pane_whatever_was_chosen(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press(*["tab"] * 4, *["+"] * 6, "tab", "tab")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        small = screen_text(pilot)
        await pilot.press("equals_sign")
        await pilot.pause()
        assert screen_text(pilot) == small
        await pilot.press(">")
        await pilot.pause()
        assert "one pane alone" in screen_text(pilot)
