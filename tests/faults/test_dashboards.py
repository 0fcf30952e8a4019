"""Dashboards in odd times: a clock that jumps, a folder that is swapped, another dashboard beside it."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from musetui.coordination.batch import Batch, Problem
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.filters.vocabulary.reservations import reservation_vocabulary
from musetui.records.kinds import Kind
from musetui.settings import Settings
from musetui.swarm.picture import Swarm
from musetui.tui.app import MuseTui
from musetui.tui.pen import Pen
from musetui.tui.screens.record import RecordView
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.key_bar import KeyBar
from musetui.tui.widgets.tab_strip import TabStrip
from musetui.tui.widgets.top_bar import TopBar
from tests.conftest import until
from tests.tui.conftest import Running, dashboard, live_of, reserve, screen_text, writer

__all__ = ["dashboard", "reserve", "writer"]

Reserve = Callable[..., str]


@pytest.fixture(autouse=True)
def _a_state_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


class Clock:
    """A clock that may be set."""

    def __init__(self) -> None:
        self.off = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


def app_of(pilot: Pilot[int]) -> MuseTui:
    app = pilot.app
    assert isinstance(app, MuseTui)
    return app


def states(swarm: Swarm) -> dict[str, str]:
    return {each.record_id: each.state.value for each in swarm.reservations()}


def freshly(repository: Repository, now: datetime) -> dict[str, str]:
    swarm = Swarm()
    swarm.apply(load(repository), now)
    return states(swarm)


async def test_a_clock_that_jumps_is_followed_there_and_back(muse_root: Path, reserve: Reserve) -> None:
    repository, clock = Repository(muse_root), Clock()
    for number in range(6):
        reserve(f"agent-{number}", f"src/m{number}.py", ttl=timedelta(hours=1 + 10 * number))
    app = MuseTui(repository, Settings(run_id="tester", calls=False), clock)
    async with app.run_test(size=(160, 45), notifications=True) as pilot:
        await until(lambda: app.live is not None and app.live.status.settled, what="the first reading")
        live = app.live
        assert live is not None
        for hours in (0, 12, -400, 30, 0, 90_000, -90_000, 0):
            clock.off = timedelta(hours=hours)
            app._tick()
            await until(lambda: states(live.swarm) == freshly(repository, clock()), what=f"{hours} h")
            reserve("agent-9", f"src/at{hours}.py")
            await pilot.pause()
        await until(lambda: len(live.swarm.reservations()) == 14)
        for view in "12345678":
            await pilot.press(view)
        await pilot.press("1")
        await until(lambda: "src/at0.py" in screen_text(pilot))
        assert [each.message for each in app._notifications if "defect" in each.message] == []


async def test_a_folder_swapped_for_a_link_is_told_and_not_followed(
    dashboard: Running, reserve: Reserve, muse_root: Path, tmp_path: Path
) -> None:
    folder, elsewhere = muse_root / ".muse" / "coordination" / "reservations", tmp_path / "elsewhere"
    async with dashboard() as pilot:
        stays = reserve("agent-1", "src/a.py")
        await until(lambda: "agent-1" in screen_text(pilot))
        folder.rename(elsewhere)
        (elsewhere / "trap.json").write_text(json.dumps({"reservation_id": "trap", "run_id": "trapper"}))
        folder.symlink_to(elsewhere)
        await until(lambda: "a symbolic link" in screen_text(pilot), what="the header")
        await until(lambda: live_of(pilot).swarm.count(Kind.RESERVATION) == 0)
        assert "trapper" not in screen_text(pilot)
        folder.unlink()
        elsewhere.rename(folder)
        (folder / "trap.json").unlink()
        await until(lambda: "live" in screen_text(pilot) and "agent-1" in screen_text(pilot), what="all to be well")
        await until(lambda: live_of(pilot).swarm.reservation(stays) is not None)


async def test_two_dashboards_agree_and_keep_what_each_of_them_saved(
    muse_root: Path, tmp_path: Path, reserve: Reserve
) -> None:
    repository = Repository(muse_root)
    fields = reservation_vocabulary(lambda: None)
    both = asyncio.Barrier(2)

    async def sit_at(name: str) -> None:
        app = MuseTui(repository, Settings(run_id=name, calls=False, state=tmp_path / "kept"))
        async with app.run_test(size=(120, 40), notifications=True):
            await until(lambda: app.live is not None and app.live.status.settled, what="the first reading")
            await both.wait()
            assert app.live is not None
            assert app._kept is not None
            app._kept.shelf.keep(fields, name, f"run:{name}")
            for number in range(20):
                await asyncio.to_thread(reserve, f"{name}-{number}", "src/hot.py", ttl=timedelta(hours=2))
            await until(lambda: app.live.swarm.count(Kind.RESERVATION) == 40)  # type: ignore[union-attr]
            await until(lambda: states(app.live.swarm) == freshly(repository, app.live.now()))  # type: ignore[union-attr]
            file = tmp_path / "kept" / "filters.json"
            await until(lambda: file.exists() and name in json.loads(file.read_text())["saved"][fields.name])
            await both.wait()

    await asyncio.gather(sit_at("ann"), sit_at("ben"))
    assert {"ann", "ben"} <= set(json.loads((tmp_path / "kept" / "filters.json").read_text())["saved"][fields.name])


@pytest.mark.parametrize("first", [TopBar, KeyBar, TabStrip])
async def test_news_that_comes_while_the_widgets_go_does_no_harm(
    first: type[Widget], dashboard: Running, reserve: Reserve
) -> None:
    amiss: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: amiss.append(context))
    async with dashboard((100, 30)) as pilot:
        app = app_of(pilot)
        reserve("agent-1", "src/a.py")
        await until(lambda: "agent-1" in screen_text(pilot))
        await app.screen.query(first).remove()
        assert app.live is not None
        app.live.swarm.apply(Batch(problems=[Problem("reservations/x.json", "no record")]), app.live.now())
        app._show_facts()
        app._tick()
        reserve("agent-2", "src/b.py")
        await until(lambda: live_of(pilot).swarm.count(Kind.RESERVATION) == 2)
        await pilot.pause()
        assert [each.message for each in app._notifications if "defect" in each.message] == []
    assert amiss == []


async def test_a_page_that_is_opened_while_its_widgets_go_does_no_harm(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    """As where someone leaves right behind the key that opens it."""
    async with dashboard((100, 30)) as pilot:
        app = app_of(pilot)
        reserve("agent-1", "src/a.py")
        await until(lambda: "agent-1" in screen_text(pilot))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, RecordView))
        page = app.screen
        assert isinstance(page, RecordView)
        await page.query(DetailPane).remove()
        page.attach(live_of(pilot), Pen(Repository(muse_root), "me", lambda _: None), "me")
        assert app.is_running
