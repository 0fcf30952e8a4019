"""Reduced motion: nothing moves or blinks, and what changes is painted once a second."""

from collections.abc import Callable
from functools import partial

from textual.widgets import Input

from musetui.forecast.conflict_delta import ConflictDelta
from musetui.records.kinds import Kind
from musetui.swarm.delta import Delta
from musetui.tui.calm import held_with, weight
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.showing import Change
from tests.conftest import until
from tests.tui.conftest import Running, live_of


def test_two_changes_are_one_and_neither_is_touched() -> None:
    changes = []
    for name in ("one", "two"):
        delta = Delta()
        delta.appeared[Kind.RESERVATION].add(name)
        changes.append(Change(delta, ConflictDelta(), {name}))
    both = held_with(held_with(None, changes[0]), changes[1])
    assert weight(both) == 4
    assert both.delta.appeared[Kind.RESERVATION] == both.runs == {"one", "two"}
    assert [change.delta.appeared[Kind.RESERVATION] for change in changes] == [{"one"}, {"two"}]


async def test_news_waits_for_the_second(dashboard: Running, reserve: Callable[..., str]) -> None:
    async with dashboard(reduced_motion=True) as pilot:
        swarm, view = live_of(pilot).swarm, pilot.app.screen
        assert isinstance(view, Dashboard)
        told: list[str] = []
        paint, tick = view.paint, view.tick
        view.paint = lambda change: (told.append("paint"), paint(change))[1]  # type: ignore[method-assign]
        view.tick = lambda: (told.append("tick"), tick())[1]  # type: ignore[method-assign]
        for number in range(12):
            name = reserve(f"agent-{number}", f"src/{number}.py")
            await until(partial(swarm.reservation, name))
        await until(lambda: view.table("local").row_count == 12)
        assert "paint" in told
        assert "paint paint" not in " ".join(told), told


async def test_nothing_moves_or_blinks(dashboard: Running) -> None:
    async with dashboard(reduced_motion=True) as pilot:
        assert pilot.app.animation_level == "none"
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(pilot.app.focused, Input)
        assert pilot.app.focused.cursor_blink is False
    async with dashboard() as pilot:
        assert pilot.app.animation_level != "none"
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(pilot.app.focused, Input)
        assert pilot.app.focused.cursor_blink is True
