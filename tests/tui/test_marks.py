"""Marks: set by key and mouse, seen by a sign, kept by record, and what is done to all that are marked at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from musetui.coordination.writer import Writer
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.widgets.marked_table import MarkedTable
from musetui.tui.widgets.marks import Marks
from tests.conftest import until
from tests.tui.conftest import Running, screen_text, view_of

Reserve = Callable[..., str]


def table_of(pilot: Pilot[int], name: str = "local") -> MarkedTable[Any]:
    assert isinstance(pilot.app.screen, Dashboard)
    table = pilot.app.screen.table(name)
    assert isinstance(table, MarkedTable)
    return table


def runs_marked(pilot: Pilot[int], name: str = "local") -> list[str]:
    """Return the runs of the marked reservations, in the order of the list."""
    return [held.reservation.run_id for held in view_of(pilot).marked()]


async def settled(pilot: Pilot[int], rows: int, name: str = "local") -> MarkedTable[Any]:
    table = table_of(pilot, name)
    await until(lambda: table.row_count == rows, what=f"{rows} rows")
    await pilot.press("s", "home")  # by run, and from the top
    await until(lambda: table.sorting[0] == "run", what="the order")
    return table


@pytest.fixture
def five(reserve: Reserve) -> list[str]:
    """Reserve for five runs, and return the ids."""
    return [reserve(f"agent-{number}", f"src/{number}.py") for number in range(5)]


def test_marks_by_themselves() -> None:
    marks, heard = Marks(), list[int]()
    end = marks.on_change(lambda: heard.append(len(marks)))
    marks.toggle("a")
    marks.add(["b", "a"])
    marks.add(["b"])
    marks.drop(["x"])
    assert list(marks) == ["a", "b"]
    marks.toggle("a")
    assert marks.anchor == "a"
    marks.clear()
    end()
    marks.toggle("c")
    assert heard == [1, 2, 1, 0]


async def test_marked_by_key_and_seen_by_a_sign(dashboard: Running, five: list[str]) -> None:
    async with dashboard() as pilot:
        await settled(pilot, 5)
        await pilot.press("space", "j", "j", "V")
        await pilot.pause()
        assert runs_marked(pilot) == ["agent-0", "agent-1", "agent-2"]
        lines = screen_text(pilot).splitlines()
        assert [line[1:3] for line in lines if "agent-" in line][:5] == [" *", " *", "▌*", "  ", "  "]
        assert "3 marked" in screen_text(pilot)
        await pilot.press("space")
        assert runs_marked(pilot) == ["agent-0", "agent-1"]
        await pilot.press("shift+down", "shift+down")
        assert runs_marked(pilot) == [f"agent-{number}" for number in range(5)]
        await pilot.press("backslash")
        await pilot.pause()
        assert runs_marked(pilot) == []
        assert "marked" not in screen_text(pilot).splitlines()[2]
        await pilot.press("asterisk")
        assert len(runs_marked(pilot)) == 5
        await pilot.press("backslash", "end", "shift+up")
        assert runs_marked(pilot) == ["agent-3", "agent-4"]


async def test_marked_by_mouse(dashboard: Running, five: list[str]) -> None:
    async with dashboard() as pilot:
        table = await settled(pilot, 5)
        await pilot.click(table, offset=(1, 3))  # in front of the second row
        assert runs_marked(pilot) == ["agent-1"]
        await pilot.click(table, offset=(20, 5), control=True)
        assert runs_marked(pilot) == ["agent-1", "agent-3"]
        await pilot.click(table, offset=(20, 6), shift=True)
        assert runs_marked(pilot) == ["agent-1", "agent-3", "agent-4"]
        await pilot.click(table, offset=(20, 2))
        assert runs_marked(pilot) == ["agent-1", "agent-3", "agent-4"]
        assert table.cursor_id == five[0]
        await pilot.click(table, offset=(1, 3))
        assert runs_marked(pilot) == ["agent-3", "agent-4"]
        await pilot.click(table, offset=(1, 1))  # the line of titles
        assert runs_marked(pilot) == ["agent-3", "agent-4"]


async def test_marks_stay_on_their_records(
    dashboard: Running, five: list[str], reserve: Reserve, muse_root: Path
) -> None:
    async with dashboard() as pilot:
        table = await settled(pilot, 5)
        await pilot.press("j", "space", "j", "space", "S")
        reserve("agent-00", "src/00.py")
        await until(lambda: table.row_count == 6, what="one more")
        assert set(runs_marked(pilot)) == {"agent-1", "agent-2"}
        await pilot.press("slash", *"run:agent-4", "enter")
        await until(lambda: table.row_count == 1, what="the filter")
        assert set(runs_marked(pilot)) == {"agent-1", "agent-2"}
        await pilot.press("asterisk", "escape")
        await until(lambda: table.row_count == 6, what="all rows")
        assert set(runs_marked(pilot)) == {"agent-1", "agent-2", "agent-4"}
        (muse_root / ".muse" / "coordination" / "reservations" / f"{five[1]}.json").unlink()
        await until(lambda: table.row_count == 5, what="one less")
        assert set(runs_marked(pilot)) == {"agent-2", "agent-4"}
        assert len(table.marks) == 2


async def test_a_mark_moves_over_with_its_record(dashboard: Running, muse_root: Path, reserve: Reserve) -> None:
    folder = muse_root / ".muse" / "coordination"
    reservation_id = reserve("agent-9", "src/a.py")
    local, remote = folder / "reservations" / f"{reservation_id}.json", folder / "remote" / "reservation"
    remote.mkdir(parents=True)
    payload = local.read_text()
    wire = '{"kind": "reservation", "record_id": "%s", "run_id": "agent-9", "payload": %s, "id": 1}'
    (remote / f"{reservation_id}.json").write_text(wire % (reservation_id, payload))
    local.unlink()
    async with dashboard() as pilot:
        await until(lambda: table_of(pilot, "remote").row_count == 1, what="the remote one")
        await pilot.press("tab", "space")
        await until(lambda: runs_marked(pilot) == ["agent-9"], what="the mark")
        local.write_text(payload)
        await until(lambda: table_of(pilot).row_count == 1, what="the local one")
        await pilot.press("shift+tab")
        assert runs_marked(pilot) == ["agent-9"]
        await until(lambda: "1 marked" in screen_text(pilot), what="the count")


async def test_where_nothing_can_be_marked_the_keys_do_nothing(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    reserve("agent-2", "src/a.py")
    async with dashboard() as pilot:
        await until(lambda: table_of(pilot).row_count == 2, what="the rows")
        assert "space mark" in screen_text(pilot).splitlines()[-1]
        await pilot.press("space", "tab", "tab")
        await until(lambda: "space mark" not in screen_text(pilot).splitlines()[-1], what="the other footer")
        await pilot.press("space", "asterisk", "r")
        await until(lambda: "release is off" in screen_text(pilot), what="why it is off")


def released(root: Path) -> set[str]:
    return {path.stem for path in (root / ".muse" / "coordination" / "releases").glob("*.json")}


async def test_all_that_are_marked_are_released_after_one_question(
    dashboard: Running, five: list[str], muse_root: Path
) -> None:
    async with dashboard() as pilot:
        await settled(pilot, 5)
        await pilot.press("space", "j", "j", "V", "r")
        await until(lambda: "Release 3 reservations?" in screen_text(pilot), what="the question")
        text = screen_text(pilot)
        for number in range(3):
            assert f"agent-{number} on main · src/{number}.py" in text
        assert "agent-3 on main · src/3.py" not in text
        await pilot.pause()
        await pilot.press("y")
        await until(lambda: released(muse_root) == set(five[:3]), what="the releases")
        await until(lambda: "Released 3 reservations" in screen_text(pilot), what="the word")
        await until(lambda: runs_marked(pilot) == [], what="no marks")


async def test_a_no_leaves_all_and_the_marks_as_they_were(dashboard: Running, five: list[str], muse_root: Path) -> None:
    async with dashboard() as pilot:
        await settled(pilot, 5)
        await pilot.press("asterisk", "r")
        await until(lambda: "Release 5 reservations?" in screen_text(pilot), what="the question")
        await pilot.press("n")
        await until(lambda: "Release 5" not in screen_text(pilot), what="its end")
        assert released(muse_root) == set()
        assert len(runs_marked(pilot)) == 5


async def test_what_failed_is_told_with_its_reason_and_stays_marked(
    dashboard: Running, five: list[str], muse_root: Path, writer: Writer
) -> None:
    async with dashboard() as pilot:
        table = await settled(pilot, 5)
        await pilot.press("space", "j", "space", "r")
        await until(lambda: "Release 2 reservations?" in screen_text(pilot), what="the question")
        writer.release(five[0], "agent-0", now=datetime.now(UTC))  # by its holder, while the person reads
        await pilot.pause()
        await pilot.press("y")
        await until(lambda: "Not all of it was done" in screen_text(pilot), what="the truth")
        text = " ".join(screen_text(pilot).replace("│", " ").split())
        assert "Released 1 reservation. This one was not, and is as it was:" in text
        assert "agent-0 on main · src/0.py: it was released meanwhile, by somebody else" in text
        assert released(muse_root) == set(five[:2])
        await pilot.press("escape")
        assert list(table.marks) == [five[0]]


async def test_what_is_released_already_is_left_alone(
    dashboard: Running, five: list[str], muse_root: Path, writer: Writer
) -> None:
    writer.release(five[1], "agent-1", now=datetime.now(UTC))
    async with dashboard() as pilot:
        await settled(pilot, 5)
        await pilot.press("asterisk", "r")
        await until(lambda: "Release 4 reservations?" in screen_text(pilot), what="the question")
        assert "1 more marked: released already, and left alone." in screen_text(pilot)
        await pilot.press("escape", "backslash", "j", "space", "r")
        await until(lambda: "Nothing to release" in screen_text(pilot), what="the refusal")
        await pilot.press("h")
        await until(lambda: "Nothing to extend" in screen_text(pilot), what="the other one")


async def test_a_long_list_is_cut_and_scrolls(dashboard: Running, reserve: Reserve) -> None:
    for number in range(203):
        reserve(f"agent-{number:03}", f"src/{number}.py")
    async with dashboard(size=(100, 30)) as pilot:
        await settled(pilot, 203)
        await pilot.press("asterisk", "r")
        await until(lambda: "Release 203 reservations?" in screen_text(pilot), what="the question")
        assert "agent-000 on main" in screen_text(pilot)
        await pilot.press("end")
        await until(lambda: "… and 3 more" in screen_text(pilot), what="the end of the list")
        assert "agent-199 on main" in screen_text(pilot)
        await pilot.press("pageup", "k", "home", "j")
        await until(lambda: "agent-001 on main" in screen_text(pilot), what="its beginning")
        assert "Release (y)" in screen_text(pilot)


async def test_all_that_are_marked_are_extended_by_one_form(
    dashboard: Running, five: list[str], muse_root: Path
) -> None:
    async with dashboard() as pilot:
        await settled(pilot, 5)
        await pilot.press("space", "j", "space", "h")
        await until(lambda: "Extend 2 leases?" in screen_text(pilot), what="the form")
        text = screen_text(pilot)
        assert "agent-0 on main · src/0.py" in text
        assert "✓ the first ends at" in text
        assert "✓ the last at" in text
        await pilot.press("ctrl+s")
        beats = muse_root / ".muse" / "coordination" / "heartbeats"
        await until(lambda: {path.stem for path in beats.glob("*.json")} == set(five[:2]), what="the heartbeats")
        await until(lambda: "Extended 2 reservations" in screen_text(pilot), what="the word")
        await until(lambda: runs_marked(pilot) == [], what="no marks")


async def test_what_is_stuck_is_marked_and_released_in_its_view(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    ids = {reserve(f"agent-{number}", f"src/{number}.py", ttl=timedelta(hours=5), now=long_ago) for number in range(3)}
    async with dashboard() as pilot:
        await pilot.press("4")
        await until(lambda: screen_text(pilot).count("silent") >= 3, what="the findings")
        await pilot.press("asterisk", "r")
        await until(lambda: "Release 3 reservations?" in screen_text(pilot), what="the question")
        await pilot.pause()
        await pilot.press("y")
        await until(lambda: released(muse_root) == ids, what="the releases")


async def test_read_only_marks_but_writes_nothing(dashboard: Running, five: list[str], muse_root: Path) -> None:
    async with dashboard(read_only=True) as pilot:
        await settled(pilot, 5)
        await pilot.press("asterisk", "r")
        await until(lambda: "release is off: musetui was started with --read-only." in screen_text(pilot), what="why")
        assert len(runs_marked(pilot)) == 5
        assert released(muse_root) == set()
