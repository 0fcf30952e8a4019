"""The files view as a person meets it: a tree that follows what agents do, and folds as it is told."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from musetui.coordination.writer import Writer
from musetui.tui.screens import files
from musetui.tui.screens.confirm import Confirm
from musetui.tui.screens.files import FIRST_ROWS, FilesView
from musetui.tui.screens.record import RecordView
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, screen_text

Reserve = Callable[..., str]


def rows(pilot: Pilot[int]) -> list[str]:
    """Return the addresses of the rows, from the top."""
    screen = pilot.app.screen
    assert isinstance(screen, FilesView)
    return [str(row_id) for row_id in screen.table._order]


def cursor(pilot: Pilot[int]) -> object:
    screen = pilot.app.screen
    assert isinstance(screen, FilesView)
    return screen.table.cursor_id


async def show(pilot: Pilot[int], *expected: str) -> None:
    """Go to the view and wait for its rows."""
    await pilot.press("3")
    await until(lambda: isinstance(pilot.app.screen, FilesView) and pilot.app.screen.is_showing, what="the view")
    await until(lambda: not expected or rows(pilot) == list(expected), what="the rows")
    await pilot.pause()


async def test_it_follows_what_agents_do(dashboard: Running, reserve: Reserve, writer: Writer) -> None:
    async with dashboard() as pilot:
        await show(pilot)
        assert "Nothing is held" in screen_text(pilot)
        held = reserve("agent-1", "src/a.py::C.m")
        tree = ["src", "src/a.py", "src/a.py::C", "src/a.py::C.m"]
        await until(lambda: rows(pilot) == tree)
        assert "│ │ │ · m" in screen_text(pilot)
        reserve("agent-2", "src/a.py::C.m")
        await until(lambda: "▲ 1" in screen_text(pilot) and "agent-1, agent-2" not in screen_text(pilot))
        await until(lambda: "agent-1 +1" in screen_text(pilot))
        writer.release(held, "agent-1", now=datetime.now(UTC))
        await until(lambda: "▲ 1" not in screen_text(pilot).split("Detail")[0])
        assert rows(pilot) == tree


async def test_folding(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "docs/x.md", "src/a.py::f", "src/b.py")
    async with dashboard() as pilot:
        whole = ["docs", "docs/x.md", "src", "src/a.py", "src/a.py::f", "src/b.py"]
        await show(pilot, *whole)
        await pilot.press("down", "down", "left")
        assert rows(pilot) == whole[:3]
        await pilot.press("right")
        assert rows(pilot) == whole
        await pilot.press("right", "right")
        assert cursor(pilot) == "src/a.py::f"
        await pilot.press("left")
        assert cursor(pilot) == "src/a.py"
        await pilot.press("space")
        assert rows(pilot) == [row for row in whole if row != "src/a.py::f"]
        await pilot.press("C")
        assert rows(pilot) == ["docs", "src"]
        assert cursor(pilot) == "src"
        await pilot.press("enter")
        assert "src/a.py" in rows(pilot)
        assert "src/a.py::f" not in rows(pilot)
        await pilot.press("E")
        assert rows(pilot) == whole
        assert cursor(pilot) == "src"


async def test_what_a_person_closed_stays_closed(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard() as pilot:
        await show(pilot, "src", "src/a.py", "src/a.py::f")
        await pilot.press("C")
        reserve("agent-2", "lib/z.py")
        await until(lambda: rows(pilot) == ["lib", "src"])
        reserve("agent-2", "src/a.py::g")
        await until(lambda: "agent-1 +1" in screen_text(pilot))
        assert rows(pilot) == ["lib", "src"]


async def test_a_level_is_sorted_below_what_is_around_it(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "a/x.py", "b/x.py", "b/y.py")
    for run in ("agent-1", "agent-2", "agent-3"):
        reserve(run, "b/z.py")
    async with dashboard() as pilot:
        await show(pilot, "a", "a/x.py", "b", "b/x.py", "b/y.py", "b/z.py")
        await pilot.press("S")
        assert rows(pilot) == ["b", "b/z.py", "b/y.py", "b/x.py", "a", "a/x.py"]
        await pilot.press("s")
        assert rows(pilot) == ["b", "b/z.py", "b/x.py", "b/y.py", "a", "a/x.py"]
        for n in range(20):
            reserve(f"late-{n}", "a/x.py")
        await until(lambda: rows(pilot)[:2] == ["a", "a/x.py"])
        assert rows(pilot)[2:] == ["b", "b/z.py", "b/x.py", "b/y.py"]


async def test_the_hottest_places_are_open_of_many(dashboard: Running, reserve: Reserve) -> None:
    for n in range(8):
        reserve("agent-1", *(f"p{n}/f{m}.py" for m in range(12)))
    reserve("agent-2", "p5/f3.py::deep.er")
    async with dashboard() as pilot:
        await show(pilot)
        await until(lambda: "p5/f3.py::deep.er" in rows(pilot))
        assert len(rows(pilot)) <= FIRST_ROWS
        await pilot.press("E")
        assert len(rows(pilot)) == 8 * 13 + 2


async def test_enter_opens_what_the_row_stands_for(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    reserve("agent-2", "src/a.py::f")
    async with dashboard() as pilot:
        await show(pilot, "src", "src/a.py", "src/a.py::f")
        await until(lambda: "◆ 1" in screen_text(pilot))
        await pilot.press("down", "enter")
        await until(lambda: isinstance(pilot.app.screen, RecordView))
        await until(lambda: "containment_overlap" in screen_text(pilot))
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, FilesView))
        await pilot.press("down", "y")
        await until(lambda: pilot.app.clipboard == "src/a.py::f")
        await pilot.press("enter")
        await until(lambda: isinstance(pilot.app.screen, RecordView))
        await until(lambda: "Reservation" in screen_text(pilot) and "agent-2" in screen_text(pilot))


async def test_keys_that_write_act_on_the_only_holder(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    reserve("agent-2", "src/a.py::f")
    async with dashboard() as pilot:
        await show(pilot, "src", "src/a.py", "src/a.py::f")
        await pilot.press("r")
        await until(lambda: "Select a reservation first" in screen_text(pilot))
        await pilot.press("down", "r")
        await until(lambda: isinstance(pilot.app.screen, Confirm))
        await until(lambda: "agent-1" in screen_text(pilot))


async def test_what_is_only_announced_or_ended_is_there_too(
    dashboard: Running, reserve: Reserve, writer: Writer
) -> None:
    now = datetime.now(UTC)
    writer.intend(("lib/new.py",), "agent-7", operation="move", branch="main", now=now)
    reserve("agent-8", "lib/old.py", ttl=timedelta(minutes=1), now=now - timedelta(minutes=5))
    reserve("agent-8", "lib/older.py", ttl=timedelta(minutes=1), now=now - timedelta(minutes=50))
    async with dashboard() as pilot:
        await show(pilot, "lib", "lib/new.py", "lib/old.py")
        text = screen_text(pilot)
        assert "→ agent-7" in text
        assert "→ move" in text
        assert "ended lately" in text
        await pilot.press("down", "enter")
        await until(lambda: isinstance(pilot.app.screen, RecordView))
        await until(lambda: "Intent" in screen_text(pilot))


async def test_hostile_names_are_painted_as_text(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    names = ("[red]x[/]", "src/[@click=app.quit]go[/]", "src/\x1b[31mred::\u202eevil", "/".join("d" * 90))
    path = muse_root / ".muse/coordination/reservations" / f"{reserve('agent-1', 'src/a.py')}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "addresses": names}))
    async with dashboard() as pilot:
        await show(pilot)
        await pilot.press("E", "G")
        await pilot.pause()
        assert "[@click=app.quit]go[/]" in screen_text(pilot)
        assert "\x1b" not in screen_text(pilot)
        assert "\u202e" not in screen_text(pilot)


async def test_a_filter_opens_the_tree_and_keeps_what_is_around_a_find(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/api/cursor.py::Cursor.encode", "src/api/cursor.py::Cursor.decode", "docs/x.md")
    reserve("agent-2", "src/web/app.ts")
    async with dashboard() as pilot:
        await show(pilot)
        await until(lambda: "docs" in rows(pilot))
        await pilot.press("C")
        assert rows(pilot) == ["docs", "src"]
        await pilot.press("slash", *"decode", "enter")
        found = ["src", "src/api", "src/api/cursor.py", "src/api/cursor.py::Cursor"]
        await until(lambda: rows(pilot) == [*found, "src/api/cursor.py::Cursor.decode"])
        reserve("agent-3", "src/web/decode.ts")
        await until(lambda: rows(pilot)[-2:] == ["src/web", "src/web/decode.ts"])
        await pilot.press("escape")
        await until(lambda: rows(pilot) == ["docs", "src"], what="the tree as it was")


async def test_what_a_closed_folder_holds_is_found_in_it(
    dashboard: Running, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "EXACT_ROWS", 0)
    reserve("agent-1", "src/a.py")
    reserve("agent-2", "docs/x.md")
    async with dashboard() as pilot:
        await show(pilot)
        await until(lambda: "docs" in rows(pilot))
        await pilot.press("C", "slash", *"run:agent-1", "enter")
        await until(lambda: rows(pilot) == ["src"])
        reserve("agent-1", "docs/y.md")
        await until(lambda: rows(pilot) == ["docs", "src"])


async def test_a_filter_sees_who_goes_from_what_a_closed_folder_holds(
    dashboard: Running, reserve: Reserve, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "EXACT_ROWS", 0)
    held = reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        await show(pilot)
        await until(lambda: "src" in rows(pilot))
        await pilot.press("C")
        table = pilot.app.screen.query_one(RecordTable)
        table.filter_by("nobody")  # so that all there is has been looked through
        table.filter_by("agent-1")
        assert rows(pilot) == ["src"]
        writer.release(held, "agent-1", now=datetime.now(UTC))
        await until(lambda: rows(pilot) == [])
