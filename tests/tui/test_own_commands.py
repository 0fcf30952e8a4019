"""Commands of a person's own in the dashboard: real programs, run by key and palette, shown, asked about, ended."""

import json
import shlex
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from musetui.settings import read_settings
from musetui.tui.screens.confirm import Confirm
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.printing import PrintingScreen
from musetui.tui.screens.view import View
from musetui.tui.widgets.text_pane import TextPane
from tests.conftest import until
from tests.tui.conftest import Running, app_of, place_of, screen_text
from tests.tui.test_plan_view import meet, order_of

Reserve = Callable[..., str]

SHOW = [sys.executable, "-c", "import sys; print(*map(ascii, sys.argv[1:]), sep=chr(10))"]


def own(tmp_path: Path, *commands: dict[str, Any]) -> dict[str, Any]:
    """Return what to run the dashboard with for it to have these commands."""
    lines = []
    for place, command in enumerate(commands):
        lines.append("[[commands]]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in {"name": f"own {place}", **command}.items()]
    file = tmp_path / "own.toml"
    file.write_text("\n".join(lines))
    reading = read_settings({}, {}, user_file=file)
    assert not reading.problems
    return {"tables": reading.settings.tables}


async def pane_of(pilot: Pilot[int]) -> PrintingScreen:
    await until(lambda: isinstance(pilot.app.screen, PrintingScreen), what="the pane")
    pane = pilot.app.screen
    assert isinstance(pane, PrintingScreen)
    return pane


async def printed(pilot: Pilot[int]) -> list[str]:
    """Return what the pane shows when all has been printed."""
    pane = await pane_of(pilot)
    await until(lambda: pane._run.is_over, what="the end of the program")
    await pilot.pause()
    return [said.text for said in pane._run.printed.lines]


def notes(pilot: Pilot[int]) -> list[str]:
    return [note.message for note in pilot.app._notifications]


async def on_row(pilot: Pilot[int], rows: int = 1) -> None:
    assert isinstance(pilot.app.screen, Dashboard)
    table = pilot.app.screen.table("local")
    await until(lambda: table.row_count == rows, what="the rows")
    await pilot.press("home")
    await pilot.pause()


async def test_a_key_runs_it_and_a_pane_shows_what_it_prints(
    dashboard: Running, reserve: Reserve, tmp_path: Path, muse_root: Path
) -> None:
    code = (
        "import os, sys, json; print(os.getcwd()); print(json.load(sys.stdin)['run_id']); "
        "print('\\x1b[31mred', *sys.argv[1:]); sys.exit(3)"
    )
    command = {"key": "b", "command": [sys.executable, "-c", code, "--", "{run}", "{address}"], "does": "Look it up"}
    reserve("ann", "src/a.py::f")
    async with dashboard(**own(tmp_path, command)) as pilot:
        await on_row(pilot)
        assert "b own 0" in screen_text(pilot).splitlines()[-1]
        await pilot.press("b")
        lines = await printed(pilot)
        assert lines[0].startswith("$ ")
        assert lines[1:4] == [str(muse_root.resolve()), "ann", "␛[31mred -- ann src/a.py::f"]
        assert lines[4].startswith("— ended with 3 after ")
        text = screen_text(pilot)
        assert "␛[31mred -- ann src/a.py::f" in text
        assert text.count("ended with 3 after ") == 2  # below what was printed, and in the frame
        await pilot.press("y")
        await pilot.pause()
        assert pilot.app.clipboard == "\n".join(lines[1:4])
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the way back")


async def test_it_is_in_the_help_and_in_the_palette(dashboard: Running, reserve: Reserve, tmp_path: Path) -> None:
    commands = (
        {"key": "b", "command": [*SHOW, "{run}"], "name": "blame"},
        {"command": [*SHOW, "{repo}"], "name": "[red]where", "does": "Tell where"},
        {"command": [*SHOW, "{title}"], "name": "of tasks", "key": "w"},
    )
    reserve("ann", "src/a.py")
    async with dashboard(**own(tmp_path, *commands)) as pilot:
        await on_row(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        help_text = screen_text(pilot)
        assert "Commands of my own" in help_text
        assert "of tasks" not in help_text
        await pilot.press("escape")
        offered = {each.title: each for each in pilot.app.get_system_commands(pilot.app.screen)}
        assert offered["[red]where"].help == "Tell where"
        assert offered["blame"].help.endswith("(b)")
        assert "of tasks" not in offered
        await pilot.press("colon", *"where", "down", "enter")
        assert (await printed(pilot))[1] == ascii(str(app_of(pilot).repository.root))


async def test_what_is_selected_decides_and_why_not_is_told(
    dashboard: Running, reserve: Reserve, tmp_path: Path
) -> None:
    commands = (
        {"key": "b", "command": [*SHOW, "{run}"], "on": "run"},
        {"key": "w", "command": [*SHOW, "x"], "views": "stale"},
        {"key": "comma", "command": [*SHOW, "{branch}"]},
    )
    reserve("ann", "src/a.py", branch="")
    async with dashboard(**own(tmp_path, *commands)) as pilot:
        await on_row(pilot)
        await pilot.press("b", "w", "comma")
        await until(lambda: len(notes(pilot)) == 3, what="three notes")
        assert notes(pilot) == [
            "own 0 is off: It is for a run, and this is a reservation.",
            "own 1 is off: It is for stale alone.",
            "own 2 was not run. reservation of ann: src/a.py: it has no {branch}.",
        ]
        await pilot.press("2")
        screen = pilot.app.screen
        assert isinstance(screen, View)
        await until(lambda: screen.selected() is not None, what="a run")
        await pilot.press("b")
        assert (await printed(pilot))[1] == "'ann'"


async def test_a_branch_of_the_merge_plan(dashboard: Running, reserve: Reserve, tmp_path: Path) -> None:
    meet(reserve)
    async with dashboard(**own(tmp_path, {"key": "b", "command": [*SHOW, "{branch}"], "views": "plan"})) as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        first = order_of(pilot)[0]
        await pilot.press("b")
        assert (await printed(pilot))[1] == ascii(first)


async def test_it_asks_first_and_shows_exactly_what_will_run(
    dashboard: Running, reserve: Reserve, tmp_path: Path, writer: Any
) -> None:
    hostile = "$(touch owned); 'x'"
    command = {"key": "b", "command": [*SHOW, "--", "{run}"], "dangerous": True, "output": "toast"}
    reserve(hostile, "src/a.py")
    async with dashboard(**own(tmp_path, command)) as pilot:
        await on_row(pilot)
        await pilot.press("b")
        await until(lambda: isinstance(pilot.app.screen, Confirm), what="the question")
        await pilot.pause()
        asked = "".join(str(each.render()) for each in pilot.app.screen.query("Static"))
        quoted = """'$(touch owned); '"'"'x'"'"''"""
        assert f"-- {quoted.removesuffix(chr(39) * 2)}" in asked
        await pilot.press("n")
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the way back")
        assert notes(pilot) == []
        await pilot.press("b")
        await until(lambda: isinstance(pilot.app.screen, Confirm), what="the question")
        await pilot.pause()
        await pilot.press("y")
        await until(lambda: notes(pilot), what="the note")
        assert notes(pilot) == [f"own 0: '--'\n{hostile!a}"]


async def test_read_only_refuses_what_is_dangerous(dashboard: Running, reserve: Reserve, tmp_path: Path) -> None:
    commands = (
        {"key": "b", "command": [*SHOW, "{run}"], "dangerous": True},
        {"key": "w", "command": [*SHOW, "{run}"]},
    )
    reserve("ann", "src/a.py")
    async with dashboard(**own(tmp_path, *commands), read_only=True) as pilot:
        await on_row(pilot)
        await pilot.press("b")
        await until(lambda: notes(pilot), what="the note")
        assert "own 0 is off: musetui was started with --read-only." in notes(pilot)
        await pilot.app.run_action("own_command(0)")
        assert isinstance(pilot.app.screen, Dashboard)
        await pilot.press("w")
        assert (await printed(pilot))[1] == "'ann'"


async def test_once_for_each_that_is_marked_after_one_question(
    dashboard: Running, reserve: Reserve, tmp_path: Path
) -> None:
    for run in ("ann", "-rf", "eve"):
        reserve(run, f"src/{run}.py")
    async with dashboard(**own(tmp_path, {"key": "b", "command": [*SHOW, "{run}"]})) as pilot:
        await on_row(pilot, 3)
        await pilot.press("asterisk", "b")
        await until(lambda: isinstance(pilot.app.screen, Confirm), what="the question")
        await pilot.pause()
        asked = "".join(str(each.render()) for each in pilot.app.screen.query("Static"))
        assert "Not these:" in asked
        assert "would be taken for an option" in asked
        await pilot.press("y")
        lines = await printed(pilot)
        assert {line for line in lines if not line.startswith(("$", "—"))} == {"'ann'", "'eve'"}
        assert "2 records done" in screen_text(pilot)


@pytest.mark.parametrize("key", ["escape", "x"])
async def test_a_key_ends_what_runs_with_all_it_started(
    dashboard: Running, reserve: Reserve, tmp_path: Path, key: str
) -> None:
    lock = tmp_path / "lock"
    script = f"echo begun; flock -s {shlex.quote(str(lock))} sleep 300; true"
    reserve("ann", "src/a.py")
    async with dashboard(**own(tmp_path, {"key": "b", "command": ["sh", "-c", script, "{run}"]})) as pilot:
        await on_row(pilot)
        await pilot.press("b")
        pane = await pane_of(pilot)
        await until(lambda: pane._run.printed.first() == "begun" and lock.exists(), what="the beginning")
        await pilot.press("enter", key)
        assert (await printed(pilot))[-1] == "— ended by you"
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the way back")
    assert await free(lock)


async def free(lock: Path) -> bool:
    """Return whether nobody holds *lock* any more."""
    import asyncio

    checked = await asyncio.create_subprocess_exec("flock", "-w", "10", str(lock), "true")
    return await checked.wait() == 0


async def test_leaving_ends_what_runs_and_the_palette_does(
    dashboard: Running, reserve: Reserve, tmp_path: Path
) -> None:
    locks = [tmp_path / "one", tmp_path / "two"]
    commands = [
        {"key": key, "output": "none", "command": ["sh", "-c", f"flock -s {shlex.quote(str(lock))} sleep 300"]}
        for key, lock in zip("bw", locks, strict=True)
    ]
    async with dashboard(**own(tmp_path, *commands)) as pilot:
        await pilot.press("b", "w")
        await until(lambda: all(lock.exists() for lock in locks), what="both")
        offered = {each.title: each.callback for each in pilot.app.get_system_commands(pilot.app.screen)}
        offered["End own 0"]()
        assert await free(locks[0])
        await until(lambda: len(list(app_of(pilot).own_commands.stopping())) == 1, what="one")
    assert await free(locks[1])
    assert notes(pilot) == []


async def test_its_time_is_over(dashboard: Running, tmp_path: Path) -> None:
    command = {"key": "b", "command": ["sh", "-c", "echo begun; sleep 300"], "timeout": "1s", "output": "none"}
    async with dashboard(**own(tmp_path, command)) as pilot:
        await pilot.press("b")
        await until(lambda: notes(pilot), what="the note")
        assert notes(pilot) == ["own 0: took more than 1 s, and was ended\nbegun"]


async def test_a_program_that_is_not_there_and_one_that_says_nothing(dashboard: Running, tmp_path: Path) -> None:
    commands = (
        {"key": "b", "command": "/no/such/program x", "output": "none"},
        {"key": "w", "command": "true", "output": "toast"},
        {"key": "comma", "command": "true", "output": "none"},
    )
    async with dashboard(**own(tmp_path, *commands)) as pilot:
        await pilot.press("comma", "b")
        await until(lambda: len(notes(pilot)) == 1, what="the note")
        assert notes(pilot)[0] == "own 0: /no/such/program cannot be started (no such file or directory)"
        await pilot.press("w")
        await until(lambda: len(notes(pilot)) == 2, what="the other note")
        assert notes(pilot)[1].startswith("own 1: ended with 0 after ")


async def test_a_long_output_scrolls_and_follows_its_end(dashboard: Running, tmp_path: Path) -> None:
    code = "for n in range(20000): print(n, 'x' * 300)"
    async with dashboard(
        size=(80, 24), **own(tmp_path, {"key": "b", "command": [sys.executable, "-c", code]})
    ) as pilot:
        await pilot.press("b")
        assert (await printed(pilot))[1001] == "… 10,000 lines are left out here"
        pane = pilot.app.screen.query_one(TextPane)
        await until(lambda: pane.max_scroll_y > 9_000, what="its height")
        assert "0 xxx" in screen_text(pilot)
        await pilot.press("G")
        await until(lambda: pane.scroll_offset.y == pane.max_scroll_y, what="the end")
        await pilot.pause()
        assert "19999 xxx" in screen_text(pilot)
        await pilot.press("g", "l", "l")
        await until(lambda: pane.scroll_offset.x > 0 and pane.scroll_offset.y == 0, what="the way right")


async def test_the_terminal_is_handed_over(
    dashboard: Running, reserve: Reserve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    code = "import sys, os; open(sys.argv[1], 'w').write(os.getcwd() + ' ' + sys.argv[2]); sys.exit(int(sys.argv[3]))"
    commands = [
        {"key": key, "output": "terminal", "command": [sys.executable, "-c", code, str(told), "{run}", exit_code]}
        for key, exit_code in (("b", "0"), ("w", "5"))
    ]
    reserve("ann", "src/a.py")
    async with dashboard(**own(tmp_path, *commands)) as pilot:
        await on_row(pilot)
        await pilot.press("b")
        await until(lambda: notes(pilot), what="a note: headless, there is no terminal")
        assert "This terminal cannot be handed over" in notes(pilot)[0]
        from contextlib import nullcontext

        monkeypatch.setattr(pilot.app, "suspend", nullcontext)
        await pilot.press("b")
        await until(told.exists, what="the program")
        assert told.read_text() == f"{app_of(pilot).repository.root.resolve()} ann"
        await pilot.press("w")
        await until(lambda: len(notes(pilot)) == 2, what="the other note")
        assert notes(pilot)[1].endswith("ended with 5.")


async def test_a_page_of_a_record_and_a_click_on_the_footer(
    dashboard: Running, reserve: Reserve, tmp_path: Path
) -> None:
    reserve("ann", "src/a.py", now=datetime.now(UTC))
    async with dashboard(**own(tmp_path, {"key": "b", "command": [*SHOW, "{run}"]})) as pilot:
        await on_row(pilot)
        await pilot.press("enter")
        await until(lambda: not isinstance(pilot.app.screen, Dashboard), what="the page")
        await pilot.pause()
        last = screen_text(pilot).splitlines()[-1]
        await pilot.click("KeyBar", offset=(last.index("own 0"), 0))
        assert (await printed(pilot))[1] == "'ann'"


async def test_the_pane_is_closed_with_the_mouse_and_a_click_beside_ends_nothing(
    dashboard: Running, tmp_path: Path
) -> None:
    code = f"import os, time\nwhile not os.path.exists({str(tmp_path / 'go')!r}): time.sleep(0.01)"
    async with dashboard(**own(tmp_path, {"key": "b", "command": [sys.executable, "-c", code]})) as pilot:
        await pilot.press("b")
        pane = await pane_of(pilot)
        await until(lambda: "esc ends it" in screen_text(pilot), what="what the pane says")
        await pilot.click(offset=(0, 0))
        await pilot.pause()
        assert pilot.app.screen is pane
        assert not pane._run.was_stopped
        (tmp_path / "go").touch()
        await until(lambda: "esc closes" in screen_text(pilot), what="the end of the program")
        await pilot.click(offset=place_of(pilot, "esc closes"))
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the dashboard")
        await pilot.press("b")
        await until(lambda: "esc closes" in screen_text(pilot), what="the end of another one")
        await pilot.click(offset=(0, 0))
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the dashboard again")
