"""Views that nobody looks at paint nothing, and are right as soon as they are seen again."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from musetui.coordination.batch import FOLDERS
from musetui.coordination.writer import Writer
from musetui.tui.screens import files as files_screen
from musetui.tui.screens import view as view_screen
from musetui.tui.screens.view import View
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, app_of, live_of, screen_text, view_of

KEYS = {"dashboard": "1", "agents": "2", "files": "3", "stale": "4", "plan": "5", "tasks": "7", "problems": "8"}
TOLD = {"dashboard": "agent-5", "agents": "agent-5", "files": "5.py", "plan": "feature/5", "problems": "bad.json"}
ELSEWHERE = {name: "8" if name != "problems" else "1" for name in KEYS}
FEW, MANY = 10_000, 2


@pytest.mark.parametrize(
    ("name", "limit"), [*((name, MANY) for name in KEYS), *((name, FEW) for name in ("dashboard", "agents", "files"))]
)
async def test_a_view_is_right_when_it_is_seen_again(
    dashboard: Running,
    reserve: Callable[..., str],
    writer: Writer,
    muse_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    limit: int,
) -> None:
    monkeypatch.setattr(view_screen, "_HELD_LIMIT", limit)
    monkeypatch.setattr(files_screen, "WAITING_LIMIT", limit)
    for number in range(3):
        reserve(f"agent-{number}", f"src/{number}.py", "src/shared.py")
    async with dashboard() as pilot:
        await pilot.press(KEYS[name])
        await until(lambda: app_of(pilot).current_mode == name)
        await pilot.pause()
        view, painted = view_of(pilot), []
        paint, whole = view.paint, view.show_whole
        view.paint = lambda change: (painted.append("some"), paint(change))[1]  # type: ignore[method-assign]
        view.show_whole = lambda: (painted.append("all"), whole())[1]  # type: ignore[method-assign]
        await pilot.press(ELSEWHERE[name])
        await until(lambda: app_of(pilot).current_mode != name)
        painted.clear()
        made = [
            reserve(f"agent-{number}", f"src/{number}.py", "src/shared.py", branch=f"feature/{number}")
            for number in range(3, 6)
        ]
        writer.release(made[0], "agent-3", now=datetime.now(UTC))
        for folder in list(FOLDERS)[:3]:
            (muse_root / ".muse" / "coordination" / folder).mkdir(parents=True, exist_ok=True)
            (muse_root / ".muse" / "coordination" / folder / "bad.json").write_text("{")
        counts = live_of(pilot).swarm.counts
        await until(lambda: (counts().active, counts().problems) == (5, 3), what="all of it")
        await until(lambda: not live_of(pilot)._has_news)
        assert not painted or name == "plan"
        await pilot.press(KEYS[name])
        await until(lambda: view_of(pilot) is view)
        if (told := TOLD.get(name)) is not None:
            await until(lambda: told in screen_text(pilot), what=told)
        await pilot.pause()
        as_followed = rows_of(view)
        view.show_whole()  # from nothing it comes to the same
        await until(lambda: rows_of(view) == as_followed, what="the same rows")


def rows_of(view: View) -> list[list[str]]:
    return [sorted(map(str, table.shown())) for table in view.query(RecordTable)]
