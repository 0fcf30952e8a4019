"""A disk that does not answer, as a file system far away may: keys are answered, the header says so, and it passes."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination import ledger
from musetui.coordination.repository import Repository
from musetui.tui import app as dashboards
from musetui.tui import live
from tests.conftest import until
from tests.pty.terminal import Terminal
from tests.pty.test_terminal import is_clean
from tests.tui.conftest import Running, dashboard, reserve, screen_text, writer

__all__ = ["dashboard", "reserve", "writer"]

STUCK = """
import sys, threading
from pathlib import Path
from musetui.coordination.repository import Repository
from musetui.settings import Settings
from musetui.tui.run import run_dashboard

Repository.branch = lambda self: threading.Event().wait()
sys.exit(run_dashboard(Repository(Path(sys.argv[1])), Settings(calls=False, state=Path(sys.argv[1]) / "state")))
"""


class Far:
    """A disk that can be told not to answer."""

    def __init__(self) -> None:
        self._answers = threading.Event()
        self._answers.set()
        self.asked = 0

    def hang(self) -> None:
        """Answer no more."""
        self.asked = 0
        self._answers.clear()

    def answer(self) -> None:
        """Answer again, those too who have waited."""
        self._answers.set()

    def behind(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return *function*, on this disk."""

        def call(*args: Any, **options: Any) -> Any:
            self.asked += 1
            self._answers.wait(60)
            return function(*args, **options)

        return call


@pytest.fixture(autouse=True)
def _a_state_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def far() -> Iterator[Far]:
    disk = Far()
    yield disk
    disk.answer()


async def test_the_header_says_for_how_long_the_disk_has_not_answered_and_keys_are_answered(
    dashboard: Running, reserve: Callable[..., str], far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SILENT_AFTER", 1)
    monkeypatch.setattr(ledger, "open_folder", far.behind(ledger.open_folder))
    async with dashboard() as pilot:
        reserve("agent-1", "src/a.py")
        await until(lambda: "agent-1" in screen_text(pilot))
        far.hang()
        reserve("agent-2", "src/b.py")
        await until(lambda: "the disk has not answered for" in screen_text(pilot), what="the header")
        await pilot.press("2")
        await until(lambda: pilot.app.current_mode == "agents")
        assert "agent-1" in screen_text(pilot), "what was read is still shown"
        far.answer()
        await until(lambda: "agent-2" in screen_text(pilot) and "live" in screen_text(pilot), what="the news")
        assert "has not answered" not in screen_text(pilot)


async def test_a_look_at_the_branch_that_takes_its_time_holds_up_no_key_and_is_the_only_one(
    dashboard: Running, far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboards, "BRANCH_EVERY", 0.05)
    monkeypatch.setattr(Repository, "branch", far.behind(Repository.branch))
    async with dashboard() as pilot:
        await until(lambda: far.asked > 2)
        far.hang()
        await until(lambda: far.asked, what="a look")
        for view, key in (("agents", "2"), ("stale", "4"), ("dashboard", "1")):
            await pilot.press(key)
            await until(lambda view=view: pilot.app.current_mode == view)  # type: ignore[misc]
        assert far.asked == 1
        far.answer()
        await until(lambda: far.asked > 2, what="the next looks")


def test_who_leaves_is_not_held_up_by_a_disk_that_does_not_answer(muse_root: Path) -> None:
    source = Path(__file__).parents[2]
    with Terminal([sys.executable, "-c", STUCK, str(muse_root)], cwd=source, env=dict(os.environ)) as terminal:
        terminal.wait_for("No reservations yet")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert is_clean(terminal)
        assert b"the disk does not answer" in terminal.raw
