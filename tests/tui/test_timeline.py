"""The timeline, and every view in the past: by keys and by mouse, read-only, and back to now."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.settings import Settings
from musetui.swarm.moments import micros
from musetui.tui import travel as travel_module
from musetui.tui.app import MuseTui
from musetui.tui.past import Past
from musetui.tui.presentation.glyphs import BACK, LANE
from musetui.tui.presentation.lane_gathering import LaneGathering
from musetui.tui.screens import timeline
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.plan import PlanView
from musetui.tui.screens.timeline import TimelineView
from musetui.tui.travel import Travel
from musetui.tui.views import VIEWS
from musetui.tui.widgets import lane_table
from tests.conftest import until
from tests.tui.conftest import Running, app_of, screen_text, view_of

Reserve = Callable[..., str]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def earlier(reserve: Reserve, writer: Writer) -> datetime:
    """Return now; an hour and a half before it two agents collided, and one gave back what it held."""
    now = datetime.now(UTC)
    first = reserve("agent-1", "src/a.py", now=now - 90 * MINUTE)
    reserve("agent-2", "src/a.py", now=now - 80 * MINUTE)
    writer.release(first, "agent-1", now=now - 70 * MINUTE, reason="")
    reserve("agent-3", "src/b.py", branch="topic", now=now - 10 * MINUTE)
    return now


def travel_of(pilot: Pilot[int]) -> Travel:
    travel = app_of(pilot).travel
    assert travel is not None
    return travel


async def show(pilot: Pilot[int]) -> TimelineView:
    """Show the timeline once all of the past is known."""
    await pilot.press("t")
    travel = travel_of(pilot)
    await until(lambda: isinstance(pilot.app.screen, TimelineView) and not travel.is_behind, what="the timeline")
    view = pilot.app.screen
    assert isinstance(view, TimelineView)
    await until(lambda: view.table.row_count, what="the lanes")
    await pilot.pause()
    return view


async def planned(view: PlanView) -> None:
    await until(lambda: view.is_settled, what="the plan")


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press *keys*, and wait until the picture is that of the moment they ask for."""
    travel = travel_of(pilot)
    for key in keys:
        await pilot.press(key)
        await until(
            lambda: travel.moment is None or (travel.past is not None and travel.past.is_there), what="the moment"
        )
    await pilot.pause()


def lines(pilot: Pilot[int]) -> list[str]:
    """Return what is on the screen, by lines."""
    return screen_text(pilot).splitlines()


def minutes_ago(pilot: Pilot[int], now: datetime) -> float:
    return (now - travel_of(pilot).at) / MINUTE


async def test_arrows_and_events_lead_through_time(dashboard: Running, earlier: datetime) -> None:
    async with dashboard() as pilot:
        view = await show(pilot)
        assert list(view.ids()) == [("agent-1",), ("agent-2",), ("agent-3",)]
        assert "◉ live" in screen_text(pilot)
        await press(pilot, "left_square_bracket")
        assert minutes_ago(pilot, earlier) == pytest.approx(10)
        assert BACK in screen_text(pilot).splitlines()[0]
        cell = view.table.axis.cell
        at = travel_of(pilot).at
        await press(pilot, "left")
        assert micros(travel_of(pilot).at) == micros(at) - cell
        await press(pilot, "shift+left", "right", "shift+right")
        assert micros(travel_of(pilot).at) == micros(at)
        await press(pilot, "home")
        assert minutes_ago(pilot, earlier) == pytest.approx(90)
        await press(pilot, "left_square_bracket")
        assert "Nothing is known of anything before" in screen_text(pilot)
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert minutes_ago(pilot, earlier) <= 80
        await press(pilot, "end")
        assert travel_of(pilot).moment is None
        assert "◉ live" in screen_text(pilot)


async def test_a_click_goes_to_its_moment(dashboard: Running, earlier: datetime) -> None:
    async with dashboard() as pilot:
        view = await show(pilot)
        x, width = view.table._place()
        await pilot.click(view.table, offset=(x + 1 + width // 2, 2))
        await until(lambda: travel_of(pilot).past is not None, what="the moment")
        axis = view.table.axis
        assert abs(axis.column(micros(travel_of(pilot).at)) - width // 2) <= 1


async def test_zooming_keeps_the_moment_in_sight(dashboard: Running, earlier: datetime) -> None:
    async with dashboard() as pilot:
        view = await show(pilot)
        await press(pilot, "home")
        cell = view.table.axis.cell
        await press(pilot, "plus")
        assert view.table.axis.cell < cell
        await press(pilot, "minus", "minus")
        assert view.table.axis.cell > cell
        await press(pilot, "plus", "plus", "plus", "plus", "0")
        assert view.table.axis.column(micros(earlier - 90 * MINUTE)) >= 0
        assert view.table.axis.column(micros(earlier)) < view.table.axis.columns


async def test_lanes_are_grouped_unfolded_and_filtered(dashboard: Running, earlier: datetime) -> None:
    async with dashboard() as pilot:
        view = await show(pilot)
        await press(pilot, "a")
        assert set(view.ids()) == {("main",), ("topic",)}
        await press(pilot, "d")
        assert view.table.row_count == 4
        await press(pilot, "d")
        assert view.table.row_count == 2
        await press(pilot, "a")
        assert set(view.ids()) == {("src/a.py",), ("src/b.py",)}
        await press(pilot, "slash", *"run:agent-3", "enter")
        await until(lambda: view.table.row_count == 1, what="the filter")
        await press(pilot, "escape")
        assert view.table.row_count == 2


async def test_the_past_is_played(dashboard: Running, earlier: datetime) -> None:
    async with dashboard() as pilot:
        await show(pilot)
        await press(pilot, "greater_than_sign", "greater_than_sign")
        travel = travel_of(pilot)
        assert travel.speed == 600
        await pilot.press("space")
        assert travel.is_playing
        await until(lambda: minutes_ago(pilot, earlier) < 89, what="time to pass")
        await until(lambda: "▶ 600×" in screen_text(pilot), what="the header")
        await pilot.press("space")
        assert not travel.is_playing
        await press(pilot, "less_than_sign")
        assert travel.speed == 300
        await pilot.press("t")
        assert travel.moment is None


async def test_every_view_shows_the_moment_and_writes_nothing(dashboard: Running, earlier: datetime) -> None:
    async with dashboard() as pilot:
        app = app_of(pilot)
        await show(pilot)
        await press(pilot, "home", "right_square_bracket", "enter")
        await until(lambda: isinstance(app.screen, Dashboard), what="the dashboard")
        past = travel_of(pilot).past
        assert past is not None
        await until(lambda: view_of(pilot).live is past, what="the past")
        for view in VIEWS:
            await app.run_action(f"show_{view}") if view != "timeline" else None
            await pilot.pause()
            if isinstance(app.screen, PlanView):
                await planned(app.screen)
            assert view_of(pilot).live is past
            assert BACK in screen_text(pilot).splitlines()[0]
            assert "agent-3" not in screen_text(pilot)
        await app.run_action("show_dashboard")
        await pilot.press("r")
        await until(lambda: "release is off: this is the past" in screen_text(pilot), what="the reason")
        assert "agent-1" in screen_text(pilot)
        await pilot.press("escape")
        await until(lambda: travel_of(pilot).moment is None and "agent-3" in screen_text(pilot), what="now")
        assert view_of(pilot).live is app.live


async def test_what_happens_now_is_in_the_past_a_moment_later(
    dashboard: Running, earlier: datetime, reserve: Reserve, writer: Writer
) -> None:
    async with dashboard() as pilot:
        app = app_of(pilot)
        assert app.live is not None
        await show(pilot)
        last = reserve("agent-9", "src/z.py")
        await until(lambda: app.live is not None and app.live.swarm.reservation(last) is not None, what="the record")
        await until(lambda: "agent-9" in screen_text(pilot), what="its lane")
        seen = app.live.now()
        third = next(held.record_id for held in app.live.swarm.reservations() if held.run_id == "agent-3")
        writer.release(third, "agent-3", now=earlier - 5 * MINUTE, reason="")
        released = LANE["released"][0]
        await until(lambda: any("agent-3" in line and released in line for line in lines(pilot)), what="its end")
        (Path(app.repository.coordination) / f"reservations/{last}.json").unlink()
        await until(lambda: app.live is not None and app.live.swarm.reservation(last) is None, what="the deletion")
        travel = travel_of(pilot)
        travel.go(seen)
        await until(lambda: travel.past is not None and travel.past.is_there, what="the moment")
        assert travel.showing.swarm.reservation(last) is not None
        assert travel.past is not None
        assert not travel.past.unknown.deleted
        await pilot.press("backspace")
        assert travel.moment is None


async def test_it_begins_at_the_moment_that_is_named(muse_root: Path, earlier: datetime) -> None:
    at = earlier - 75 * MINUTE
    app = MuseTui(Repository(muse_root), Settings(run_id="tester"), at=at)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(lambda: isinstance(app.showing, Past) and app.showing.is_there, what="the past")
        await pilot.pause()
        assert app.moment() == at
        text = screen_text(pilot)
        assert "Conflicts 1" in text
        assert "agent-3" not in text
        await pilot.press("tab", "tab", "enter")
        await until(lambda: "2 runs hold" in screen_text(pilot), what="the conflict")
        await pilot.press("escape", "escape")
        await until(lambda: not isinstance(app.showing, Past), what="now")


async def test_a_recording_that_is_none_is_told(muse_root: Path, earlier: datetime, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine\n")
    app = MuseTui(Repository(muse_root), Settings(run_id="tester"), at=earlier - MINUTE, recording=notes)
    async with app.run_test(size=(160, 45), notifications=True):
        await until(
            lambda: any("is no recording of musetui" in told.message for told in app._notifications), what="the reason"
        )
        assert app.showing is app.live


async def test_news_of_a_busy_swarm_is_gathered_now_and_then(
    dashboard: Running, reserve: Reserve, earlier: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered: list[int] = []
    monkeypatch.setattr(timeline, "LaneGathering", lambda *of: gathered.append(1) or LaneGathering(*of))
    monkeypatch.setattr(timeline, "GATHERED_EVERY", 3600.0)
    async with dashboard() as pilot:
        view = await show(pilot)
        before = len(gathered)
        leases = travel_of(pilot).leases
        assert leases is not None
        for number in range(5):
            known = leases.done
            reserve(f"agent-{number + 10}", f"src/{number}.py")
            await until(lambda known=known: leases.done > known, what="the news")
        await pilot.pause()
        assert len(gathered) == before
        monkeypatch.setattr(timeline, "GATHERED_EVERY", 0.0)
        view.tick()
        await until(lambda: len(view._lanes) == 8, what="all lanes")


async def test_lanes_for_which_one_paint_has_no_time_are_drawn_by_the_next(
    dashboard: Running, earlier: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_table, "DRAWN_FOR", 0.0)
    async with dashboard() as pilot:
        await show(pilot)
        held = LANE["high"][0]
        for name in ("agent-1", "agent-2"):
            await until(lambda name=name: any(name in line and held in line for line in lines(pilot)), what=name)


async def test_what_is_heard_of_the_past_does_not_grow_without_end(
    dashboard: Running, earlier: datetime, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(travel_module, "HEARD_LIMIT", 3)
    async with dashboard() as pilot:
        view = await show(pilot)
        travel = travel_of(pilot)
        first = travel._trail
        assert first is not None
        for number in range(len(first) + 1):
            reserve("agent-4", f"src/c{number}.py")
        await until(lambda: travel._trail is not first and not travel.is_behind, what="the past, read anew")
        assert any("forgotten" in each.message for each in app_of(pilot)._notifications)
        await until(lambda: len(view.ids()) == 4, what="all lanes")
        # Whoever is elsewhere in time when that happens stays there.
        monkeypatch.setattr(travel, "_may_hear", 0)
        before = travel._trail
        await press(pilot, "home")
        reserve("agent-5", "src/d.py")
        await until(lambda: not travel.is_behind, what="all that was heard")
        assert travel._trail is before
        await press(pilot, "end")
        reserve("agent-6", "src/e.py")
        await until(lambda: travel._trail is not before and not travel.is_behind, what="the past, read anew")
        await press(pilot, "home")
        assert travel.past is not None
