"""The agents view: who needs a person stands first, rows follow what happens, and each opens the life of its run."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from musetui.coordination.writer import Writer
from musetui.tui.screens.agents import AgentsView
from musetui.tui.screens.confirm import Confirm
from musetui.tui.screens.record import RecordView
from musetui.tui.screens.run_life import RunView
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, screen_text

Reserve = Callable[..., str]


async def over(pilot: Pilot[int], screen: type) -> None:
    await until(lambda: isinstance(pilot.app.screen, screen), what=screen.__name__)
    await pilot.pause()


async def show(pilot: Pilot[int], rows: int) -> AgentsView:
    """Show the agents, and wait until there are so many."""
    await pilot.press("2")
    await over(pilot, AgentsView)
    view = pilot.app.screen
    assert isinstance(view, AgentsView)
    await until(lambda: view.live is not None and view.live.runs.is_whole and view.table.row_count == rows)
    await pilot.pause()
    return view


def line_of(pilot: Pilot[int], text: str) -> str:
    """Return the line of the screen with *text*; "" if there is none."""
    return next((line for line in screen_text(pilot).splitlines() if text in line), "")


async def test_who_needs_a_person_stands_first(dashboard: Running, reserve: Reserve, writer: Writer) -> None:
    now = datetime.now(UTC)
    long_ago = now - timedelta(minutes=50)
    reserve("lost", "src/lost.py", now=long_ago, branch="feature/lost")
    reserve("calm", "src/calm.py")
    reserve("one", "src/a.py::f")
    reserve("two", "src/a.py::f")
    writer.release(reserve("done", "src/done.py"), "done", now=now)
    gone = reserve("gone", "src/gone.py", now=now - timedelta(minutes=55))
    writer.release(gone, "gone", now=long_ago)
    async with dashboard() as pilot:
        view = await show(pilot, 6)
        assert view.table.border_title == "Agents 6"
        order = [view.table._order.at(index) for index in range(6)]
        assert order[0] == "lost"
        assert view.table.cursor_id == "lost"
        assert set(order[1:3]) == {"one", "two"}
        assert order[3:] == ["calm", "done", "gone"]
        assert "◌ silent" in line_of(pilot, "lost  ")
        assert "50m" in line_of(pilot, "lost  ")
        assert "feature/lost" in line_of(pilot, "lost  ")
        assert "● holding" in line_of(pilot, "calm  ")
        assert "▲ 1" in line_of(pilot, "one  ")
        assert "○ idle" in line_of(pilot, "done  ")
        assert "✕ gone quiet" in line_of(pilot, "gone  ")


async def test_rows_follow_what_happens(dashboard: Running, reserve: Reserve, writer: Writer) -> None:
    first = reserve("one", "src/a.py::f")
    async with dashboard() as pilot:
        view = await show(pilot, 1)
        assert "▲" not in line_of(pilot, "one  ")
        reserve("two", "src/a.py")
        await until(lambda: view.table.row_count == 2)
        # The conflict is told of by a record of the other run alone.
        await until(lambda: "◆ 1" in line_of(pilot, "one  "), what="the conflict")
        writer.release(first, "one", now=datetime.now(UTC))
        await until(lambda: "○ idle" in line_of(pilot, "one  "), what="the release")
        assert "◆" not in line_of(pilot, "two  ")


async def test_where_a_run_works_is_told(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reserve("home", "src/a.py")
    now = datetime.now(UTC)
    payload = {
        "reservation_id": "far-1",
        "run_id": "osaka",
        "addresses": ["src/b.py"],
        "created_at": now.isoformat(),
        "expires_at": (now + timedelta(hours=1)).isoformat(),
    }
    folder = muse_root / ".muse/coordination/remote/reservation"
    folder.mkdir(parents=True)
    envelope = {"id": 7, "kind": "reservation", "record_id": "far-1", "run_id": "osaka", "payload": payload}
    (folder / "far-1.json").write_text(json.dumps(envelope))
    async with dashboard() as pilot:
        await show(pilot, 2)
        assert "here" in line_of(pilot, "home  ")
        assert "⇣ hub" in line_of(pilot, "osaka  ")


async def test_enter_shows_the_life_of_a_run(dashboard: Running, reserve: Reserve, writer: Writer) -> None:
    now = datetime.now(UTC)
    kept = reserve("one", "src/a.py::f", now=now - timedelta(minutes=5))
    reserve("two", "src/a.py::f")
    old = reserve("one", "src/old.py", now=now - timedelta(minutes=9))
    writer.release(old, "one", now=now - timedelta(minutes=7))
    writer.intend(
        ["src/a.py::f"], "one", operation="rename", detail="to g", reservation_id=kept, branch="main", now=now
    )
    async with dashboard() as pilot:
        view = await show(pilot, 2)
        view.table.sort_by("run")
        await pilot.press("home", "enter")
        await over(pilot, RunView)
        life = pilot.app.screen.query_one("#related", RecordTable)
        words = [life._order.at(index)[1] for index in range(life.row_count)]
        assert words == [
            *("collides",) * words.count("collides"),
            "holds",
            "announces",
            "announced",
            "reserved",
            "released",
            "reserved",
        ]
        assert words.count("collides") >= 1
        text = screen_text(pilot)
        assert "─ Run ─" in text
        assert "1 reservation, 1 intent, 0 claims" in text
        # What happens to this run while it is looked at is shown.
        reserve("one", "src/new.py")
        await until(lambda: "src/new.py" in screen_text(pilot), what="the new reservation")
        # Each line can be opened.
        await pilot.press("end", "enter")
        await until(lambda: type(pilot.app.screen) is RecordView)
        await until(lambda: old in screen_text(pilot), what="the reservation")
        await pilot.press("escape", "escape")
        await over(pilot, AgentsView)


async def test_keys_that_write_act_on_a_reservation_of_the_life(dashboard: Running, reserve: Reserve) -> None:
    reservation_id = reserve("one", "src/a.py::f")
    async with dashboard() as pilot:
        await show(pilot, 1)
        await pilot.press("enter")
        await over(pilot, RunView)
        await pilot.press("home", "r")
        await over(pilot, Confirm)
        assert reservation_id in screen_text(pilot)


@pytest.mark.parametrize("size", [(160, 45), (80, 24), (40, 12)])
async def test_hostile_names_are_painted_as_text(dashboard: Running, muse_root: Path, size: tuple[int, int]) -> None:
    now = datetime.now(UTC)
    record = {
        "reservation_id": "r1",
        "run_id": "[/]evil\x1b[31m[@click=app.quit]x[/]",
        "branch": "[b\x1b]",
        "addresses": ["src/[/a].py::\x1bf"],
        "created_at": now.isoformat(),
        "expires_at": (now + timedelta(hours=1)).isoformat(),
    }
    folder = muse_root / ".muse/coordination/reservations"
    folder.mkdir(parents=True)
    (folder / "r1.json").write_text(json.dumps(record))
    async with dashboard(size=size) as pilot:
        await show(pilot, 1)
        assert "\x1b" not in screen_text(pilot)
        assert "[/]evil␛" in screen_text(pilot)
        await pilot.press("enter")
        await over(pilot, RunView)
        assert "\x1b" not in screen_text(pilot)
        assert "src/[/a].py" in screen_text(pilot)


async def test_a_run_that_has_gone_says_so(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reservation_id = reserve("one", "src/a.py::f")
    async with dashboard() as pilot:
        view = await show(pilot, 1)
        await pilot.press("enter")
        await over(pilot, RunView)
        (muse_root / ".muse/coordination/reservations" / f"{reservation_id}.json").unlink()
        await until(lambda: "no record names this run any more" in screen_text(pilot), what="that it has gone")
        await pilot.press("escape")
        await over(pilot, AgentsView)
        await until(lambda: view.table.row_count == 0)
        assert "No agents yet" in screen_text(pilot)
