"""The first paint stands where the panes will be, and keys that come before them do no harm."""

import threading
from importlib import import_module

import pytest

from musetui.tui.panes import PANES
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.opening import OpeningScreen, drawn, places
from tests.conftest import until
from tests.tui.conftest import Running


@pytest.mark.parametrize("size", [(160, 45), (100, 30), (201, 61)])
async def test_the_frames_are_where_the_panes_will_be(dashboard: Running, size: tuple[int, int]) -> None:
    async with dashboard(size=size) as pilot:
        regions = {name: tuple(pilot.app.screen.query_one(f"#{name}").region) for name in PANES}
    assert {name: tuple(place) for name, *place in places(*size)} == regions


async def test_on_a_small_terminal_there_is_one_frame(dashboard: Running) -> None:
    async with dashboard(size=(80, 24)) as pilot:
        region = tuple(pilot.app.screen.query_one("#local").region)
    assert [tuple(place) for _, *place in places(80, 24)] == [region]


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (10, 3), (40, 10), (99, 29), (100, 30), (300, 100)])
def test_every_line_is_as_wide_as_the_terminal(size: tuple[int, int]) -> None:
    lines = drawn(*size)
    assert len(lines) == size[1]
    assert {len(line) for line in lines} == {size[0]}


@pytest.mark.parametrize("key", ["1", "8", "question_mark", "n", "f5", "escape", "T"])
async def test_a_key_before_the_panes_does_no_harm(
    starting: Running, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports_may_begin = threading.Event()

    def late(name: str) -> object:
        assert imports_may_begin.wait(20)
        return import_module(name)

    monkeypatch.setattr("musetui.tui.app.import_module", late)
    async with starting() as pilot:
        await pilot.press(key)
        assert isinstance(pilot.app.screen, OpeningScreen)
        imports_may_begin.set()
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the dashboard")
