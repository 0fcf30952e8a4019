"""A dashboard over a real repository, with a real watcher, run headless."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.settings import Settings
from musetui.tui.app import MuseTui
from musetui.tui.live import Live
from musetui.tui.screens.view import View
from tests.conftest import until

Running = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


@pytest.fixture(autouse=True)
def _a_state_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered from one test to another."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def writer(muse_root: Path) -> Writer:
    """Return a writer into the repository, as an agent has one."""
    return Writer(Repository(muse_root), durable=False)


@pytest.fixture
def reserve(writer: Writer) -> Callable[..., str]:
    """Return what reserves as an agent would, and gives the reservation's id."""

    def reserve(run_id: str, *addresses: str, **options: Any) -> str:
        options = {"ttl": timedelta(hours=1), "operation": "modify", "branch": "main", **options}
        now = options.pop("now", datetime.now(UTC))
        return writer.reserve(addresses, run_id, now=now, **options).reservation_id

    return reserve


@pytest.fixture
def dashboard(muse_root: Path) -> Running:
    """Return what runs the dashboard until all that is on disk has been read and shown."""

    @asynccontextmanager
    async def running(
        size: tuple[int, int] = (160, 45), first_filter: str = "", **settings: Any
    ) -> AsyncIterator[Pilot[int]]:
        # Sources are read by a process of its own, which few tests are about.
        settings = {"calls": False, **settings}
        app = MuseTui(Repository(muse_root), Settings(run_id="tester", **settings), first_filter=first_filter)
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(lambda: app.live is not None and app.live.status.settled, what="the first reading")
            await pilot.pause()
            yield pilot

    return running


@pytest.fixture
def starting(muse_root: Path) -> Running:
    """Return what runs the dashboard, and gives it from its very first moment."""

    @asynccontextmanager
    async def running(size: tuple[int, int] = (160, 45), **settings: Any) -> AsyncIterator[Pilot[int]]:
        settings = {"calls": False, **settings}
        async with MuseTui(Repository(muse_root), Settings(run_id="tester", **settings)).run_test(size=size) as pilot:
            yield pilot

    return running


def app_of(pilot: Pilot[int]) -> MuseTui:
    """Return the app as what it is: Textual knows it as any app."""
    assert isinstance(pilot.app, MuseTui)
    return pilot.app


def view_of(pilot: Pilot[int]) -> View:
    """Return the view that is shown."""
    assert isinstance(pilot.app.screen, View)
    return pilot.app.screen


def live_of(pilot: Pilot[int]) -> Live:
    """Return the live picture, which is there once `dashboard` gave the pilot."""
    live = app_of(pilot).live
    assert live is not None
    return live


def screen_text(pilot: Pilot[int]) -> str:
    """Return what is on the screen, as lines of text."""
    width, height = pilot.app.size
    grid = [[" "] * width for _ in range(height)]
    strips = pilot.app.screen._compositor.render_strips()
    for y, strip in enumerate(strips[:height]):
        grid[y] = list(strip.text.ljust(width))
    return "\n".join("".join(line).rstrip() for line in grid)


def place_of(pilot: Pilot[int], words: str) -> tuple[int, int]:
    """Return where *words* begin on the screen: the cell and the line."""
    for y, line in enumerate(screen_text(pilot).split("\n")):
        if words in line:
            return cell_len(line[: line.index(words)]), y
    raise AssertionError(f"{words!r} is not on the screen")
