"""The stale view: what is stuck stands there, the worst first, follows what others do, and can be acted on at once."""

import json
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from musetui.coordination.writer import Writer
from musetui.tui.screens import stale as stale_screen
from musetui.tui.screens.confirm import Confirm
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.extend import ExtendForm
from musetui.tui.screens.record import RecordView
from musetui.tui.screens.stale import StaleView
from tests.conftest import until
from tests.tui.conftest import Running, screen_text

Reserve = Callable[..., str]
LEASE = {"ttl": timedelta(hours=4)}


def ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


async def show(pilot: Pilot[int], rows: int) -> StaleView:
    """Show what is stuck, and wait until there is so much of it."""
    await pilot.press("4")
    await until(lambda: isinstance(pilot.app.screen, StaleView), what="the view")
    view = pilot.app.screen
    assert isinstance(view, StaleView)
    await until(lambda: view.table.row_count == rows, what=f"{rows} rows")
    await pilot.pause()
    return view


async def over(pilot: Pilot[int], screen: type) -> None:
    await until(lambda: isinstance(pilot.app.screen, screen), what=screen.__name__)
    await pilot.pause()


async def on_screen(pilot: Pilot[int], text: str) -> None:
    await until(lambda: text in screen_text(pilot), what=f"{text!r} on the screen")


def rows_of(pilot: Pilot[int]) -> list[str]:
    """Return the lines of the list, without its header and its frame."""
    lines = screen_text(pilot).splitlines()
    first = next(place for place, line in enumerate(lines) if "level" in line) + 1
    last = next(place for place, line in enumerate(lines) if place > first and line.startswith("╰"))
    return [line.strip("│ ▌") for line in lines[first:last] if line.strip("│ ▌")]


@pytest.fixture
def three(reserve: Reserve, writer: Writer) -> dict[str, str]:
    """Have a silent run, an intent whose reservation was released, and two that wait for each other."""
    silent = reserve("lost", "src/lost.py::f", now=ago(80), branch="feature/lost", **LEASE)
    done = reserve("tidy", "src/done.py", **LEASE)
    intent = writer.intend(
        ["src/done.py"], "tidy", operation="rename", detail="", branch="main", reservation_id=done, now=ago(2)
    )
    writer.release(done, "tidy", now=ago(1))
    first, second = reserve("ann", "src/a.py", now=ago(5), **LEASE), reserve("bob", "src/b.py", now=ago(4), **LEASE)
    writer.depend(first, [second], "ann", now=ago(3))
    writer.depend(second, [first], "bob", now=ago(3))
    return {"silent": silent, "intent": intent.intent_id, "first": first, "second": second}


async def test_the_worst_finding_and_its_owner_stand_in_the_first_row(
    dashboard: Running, three: dict[str, str]
) -> None:
    async with dashboard(size=(80, 24)) as pilot:
        # The orphan intent is in nobody's way, and not counted.
        await on_screen(pilot, " 2 stale ")
        footer = screen_text(pilot).splitlines()[-1]
        assert all(
            key in footer
            for key in ("n new", "r release", "h extend", "P push", "[1] 2 3 4 5 t 7 8", ": more", "? help", "q quit")
        )
        await show(pilot, 3)
        assert "Stale 3 · 2 medium or worse" in screen_text(pilot)
        worst, middle, least = rows_of(pilot)
        for text in ("▲ high", "waits in a circle", "bob", "src/b.py"):
            assert text in worst
        for text in ("◆ medium", "silent", "lost", "src/lost.py::f", "1h05"):
            assert text in middle
        for text in ("▽ low", "orphan intent", "tidy", "src/done.py"):
            assert text in least
        text = screen_text(pilot)
        assert "bob on main, last heard of 3m ago" in text
        assert "musetui release" in text


async def test_on_a_large_screen_it_says_where_and_on_which_branch(dashboard: Running, three: dict[str, str]) -> None:
    async with dashboard() as pilot:
        await show(pilot, 3)
        await pilot.press("down")
        assert "feature/lost" in rows_of(pilot)[1]
        assert rows_of(pilot)[1].endswith("here")
        await on_screen(pilot, "it is held, and its run shows no sign of life")
        assert "lost on feature/lost, last heard of 1h20 ago" in screen_text(pilot)
        await pilot.press("up")
        await on_screen(pilot, "nobody in it can go on")
        for name in ("first", "second"):
            assert three[name] in screen_text(pilot)


async def test_to_release_what_is_stuck_takes_it_away(
    dashboard: Running, three: dict[str, str], muse_root: Path
) -> None:
    async with dashboard() as pilot:
        view = await show(pilot, 3)
        await pilot.press("r")
        await over(pilot, Confirm)
        assert three["second"] in screen_text(pilot)
        await pilot.press("y")
        # The circle is broken, and what is left waits for what has ended.
        await until(lambda: (muse_root / f".muse/coordination/releases/{three['second']}.json").exists())
        await over(pilot, StaleView)
        await until(lambda: not any("circle" in row for row in rows_of(pilot)))
        assert "low     waits on the dead" in rows_of(pilot)[2]
        assert view.table.row_count == 3


async def test_to_release_a_silent_one_empties_the_view_and_the_release_says_why(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    lost = reserve("lost", "src/lost.py::f", now=ago(80), **LEASE)
    async with dashboard() as pilot:
        view = await show(pilot, 1)
        await pilot.press("r")
        await over(pilot, Confirm)
        await on_screen(pilot, "why          stale: silent for 1h5m")
        await pilot.press("y")
        release = muse_root / f".muse/coordination/releases/{lost}.json"
        await until(release.exists, what="the release")
        assert json.loads(release.read_text())["reason"].startswith("stale: silent for 1h5m")
        await until(lambda: view.table.row_count == 0, what="the row to go")
        await on_screen(pilot, "Nothing is stuck")
        await on_screen(pilot, "0 stale")


async def test_of_several_each_release_says_why(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    lost = reserve("lost", "src/lost.py::f", now=ago(80), **LEASE)
    left = reserve("left", "src/left.py", now=ago(200), ttl=timedelta(hours=1))
    folder = muse_root / ".muse/coordination/releases"
    async with dashboard() as pilot:
        await show(pilot, 2)
        await pilot.press("asterisk", "r")
        await on_screen(pilot, "Each says why it was released")
        await pilot.press("y")
        await until(lambda: all((folder / f"{each}.json").exists() for each in (lost, left)), what="both releases")
    reasons = [json.loads((folder / f"{each}.json").read_text())["reason"] for each in (lost, left)]
    assert [reason.partition("m")[0] for reason in reasons] == ["stale: silent for 1h5", "stale: expired 2h20"]


async def test_to_extend_acts_on_its_reservation(dashboard: Running, three: dict[str, str], muse_root: Path) -> None:
    async with dashboard() as pilot:
        await show(pilot, 3)
        await pilot.press("down", "h")
        await over(pilot, ExtendForm)
        await pilot.press("ctrl+s")
        await until(lambda: (muse_root / f".muse/coordination/heartbeats/{three['silent']}.json").exists())


async def test_copying_gives_the_command_and_the_owner(
    dashboard: Running, three: dict[str, str], muse_root: Path
) -> None:
    async with dashboard() as pilot:
        await show(pilot, 3)
        await pilot.press("down", "y")
        owner, _, command = pilot.app.clipboard.partition("; ")
        words = ["musetui", "release", three["silent"], "--repo", str(muse_root), "--reason", "silent"]
        assert sorted(shlex.split(command)) == sorted(words)
        assert owner == ": lost"
        await pilot.press("down", "y")
        assert pilot.app.clipboard == f"tidy {three['intent']}"


async def test_enter_opens_the_record_it_is_about(dashboard: Running, three: dict[str, str]) -> None:
    async with dashboard() as pilot:
        await show(pilot, 3)
        for key, text in (("up", three["second"]), ("down", three["silent"]), ("down", three["intent"])):
            await pilot.press(key, "enter")
            await over(pilot, RecordView)
            await on_screen(pilot, text)
            await pilot.press("escape")
            await over(pilot, StaleView)
        await pilot.press("escape")
        await over(pilot, Dashboard)


async def test_it_gets_worse_and_better_with_what_others_do(
    dashboard: Running, reserve: Reserve, writer: Writer
) -> None:
    reserve("gone", "src/gone.py", now=ago(90), **LEASE)
    reserve("lost", "src/lost.py::f", now=ago(80), **LEASE)
    async with dashboard() as pilot:
        await show(pilot, 2)
        assert "gone" in rows_of(pilot)[0]
        # Nothing about the silent reservation differs, and yet it stands first now.
        other = reserve("eager", "src/lost.py", **LEASE)
        await until(lambda: "▲ high" in rows_of(pilot)[0] and "lost" in rows_of(pilot)[0], what="the worse one first")
        writer.release(other, "eager", now=datetime.now(UTC))
        await until(lambda: all("◆ medium" in row for row in rows_of(pilot)), what="the end of the conflict")
        assert "gone" in rows_of(pilot)[0]


async def test_a_run_that_is_heard_of_leaves_and_one_that_falls_silent_comes(
    dashboard: Running, reserve: Reserve, writer: Writer, muse_root: Path
) -> None:
    held = reserve("lost", "src/lost.py", now=ago(80), **LEASE)
    async with dashboard() as pilot:
        view = await show(pilot, 1)
        reserve("next", "src/next.py", now=datetime.now(UTC) - timedelta(minutes=15, seconds=-1), **LEASE)
        writer.beat(held, "lost", now=datetime.now(UTC))
        await until(lambda: [row and row.run_id for row in map(view.row_of, view.table._order)] == ["next"])


async def test_many_come_in_slices_and_all_are_there(
    dashboard: Running, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(130):
        reserve(f"lost-{number:03}", f"src/m{number}.py", now=ago(120 - number / 10), **LEASE)
    reserve("lost-050", "src/m51.py", now=ago(119), **LEASE)
    monkeypatch.setattr(stale_screen, "_SLICE", 0.0)
    async with dashboard() as pilot:
        await show(pilot, 131)
        assert "▲ high" in rows_of(pilot)[0]
        assert "▌ ▲ high" in screen_text(pilot)
        assert "Reading" not in screen_text(pilot)


async def test_hostile_names_are_shown_and_copied_and_not_obeyed(
    dashboard: Running, muse_root: Path, reserve: Reserve
) -> None:
    evil = "x\n[@click=app.quit]a[/]$(reboot); '`\x1b]0;t\x07"
    held = reserve("lost", "src/lost.py", now=ago(80), **LEASE)
    path = muse_root / f".muse/coordination/reservations/{held}.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "run_id": evil, "branch": evil, "addresses": [evil]}))
    async with dashboard() as pilot:
        await show(pilot, 1)
        assert "x␊[@click=app.quit]" in screen_text(pilot)
        assert "\x1b" not in screen_text(pilot)
        await pilot.press("y")
        copied = pilot.app.clipboard
        assert copied.isprintable()
        nothing, owner, *command = shlex.split(copied, comments=False)
        assert nothing == ":"
        assert owner.startswith("x␊[@click=app.quit]a[/]$(reboot); '`")
        assert command[:2] == ["musetui", "release"]


async def test_read_only_leaves_it_to_look_at(dashboard: Running, three: dict[str, str]) -> None:
    async with dashboard(read_only=True) as pilot:
        await show(pilot, 3)
        assert "(r) release" in screen_text(pilot)
        await pilot.press("r")
        await on_screen(pilot, "release is off")


@pytest.mark.parametrize("rows", [4, 30])
async def test_a_note_never_hides_the_row_under_the_cursor(dashboard: Running, reserve: Reserve, rows: int) -> None:
    for number in range(rows):
        reserve(f"run-{number:02}", f"src/{number:02}.py", now=ago(200 - number), ttl=timedelta(hours=1))
    async with dashboard(size=(80, 16)) as pilot:
        await show(pilot, rows)
        for key in ("G", "g"):
            await pilot.press(key)
            line = next(line for line in screen_text(pilot).splitlines() if "▌" in line)
            for number in range(3):
                pilot.app.notify(f"note {number}", markup=False)
            await on_screen(pilot, "note 2")
            assert line in screen_text(pilot).splitlines()
            pilot.app.clear_notifications()
            await until(lambda: "note" not in screen_text(pilot), what="the end of the notes")
