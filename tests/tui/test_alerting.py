"""Alerts in the dashboard: a storm is one toast, a lost hub is told of, a desktop notice comes when nobody looks."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from musetui.alerts.rule import Rule
from musetui.coordination.writer import Writer
from musetui.news.kinds import NewsKind
from tests.conftest import until
from tests.pty.terminal import Terminal, musetui
from tests.tui.conftest import Running, screen_text

Reserve = Callable[..., str]
CONFLICT = frozenset({NewsKind.CONFLICT})


def toasts(pilot: Pilot[int]) -> list[tuple[str, str]]:
    """Return the title and text of each toast there was."""
    return [(each.title, each.message) for each in pilot.app._notifications]


def rules(*rules: Rule) -> dict[str, Any]:
    return {"tables": {"alerts": rules}, "calls": False}


async def test_a_storm_is_one_toast_and_hostile_names_are_shown_as_text(
    dashboard: Running, reserve: Reserve, writer: Writer
) -> None:
    reserve("agent-1", "src")
    reserve("agent-0", "lib/x.py")
    reserve("agent-1", "lib/x.py")
    storm = Rule(CONFLICT, risk=("high",), address="src/*")
    async with dashboard(**rules(storm, Rule(frozenset({NewsKind.TASK}), name="[/]"))) as pilot:
        for number in range(40):
            reserve("agent-1", f"src/{number}.py")
            reserve("agent-2", f"src/{number}.py")
        writer.task("[/red][@click=app.quit]x[/]", "q", "[/]", now=datetime.now(UTC))
        await until(lambda: len(toasts(pilot)) == 2, what="the toasts")
        said = dict(toasts(pilot))
        assert said["40 new high-risk conflicts"].startswith("the first: 2 runs hold src/")
        assert said["[/]"].startswith("New task: [/] queued ")
        await until(lambda: "[/red][@click=app.quit]x[/]" in screen_text(pilot), what="the toast on the screen")


async def test_a_command_that_fails_is_told_of(dashboard: Running, reserve: Reserve, tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = ("sh", "-c", 'echo "$ALERT_TEXT" > "$1"; echo no channel; exit 7', "-", str(told))
    async with dashboard(**rules(Rule(frozenset({NewsKind.RESERVED}), ways=(), command=program))) as pilot:
        reserve("agent-1", "src/a.py")
        await until(lambda: toasts(pilot), what="the complaint")
        ((_, text),) = toasts(pilot)
        assert text == "The alert 'New reservation' did not get through: sh ended with 7 and said 'no channel'."
        assert told.read_text() == "New reservation: agent-1 reserved src/a.py (modify, 1h)\n"


def test_a_desktop_notice_comes_when_nobody_looks(muse_root: Path, tmp_path: Path, reserve: Reserve) -> None:
    file = tmp_path / "musetui" / "config.toml"
    file.parent.mkdir()
    file.write_text('[[alerts]]\non = "reserved"\nwhat = ["bell", "osc777"]\n')
    env = {"XDG_CONFIG_HOME": str(tmp_path), "MUSETUI_CALLS": "0", "TMUX": "", "STY": ""}
    with Terminal(musetui("--repo", str(muse_root)), cwd=Path(__file__).parents[2], env=env) as terminal:
        terminal.wait_for("No reservations yet")
        terminal.press("\x1b[I")  # the terminal has the focus
        terminal.press("8")
        terminal.wait_for("Problems")
        heard = terminal.raw.count(b"\x07")
        reserve("agent-1", "src/a.py")
        _read_until(terminal, lambda: terminal.raw.count(b"\x07") > heard)
        assert b"\x1b]777" not in terminal.raw
        terminal.press("\x1b[O")
        terminal.press("1")
        terminal.wait_for("agent-1")
        reserve("agent-2", "src/b.py", ttl=timedelta(hours=2))
        said = b"agent-2 reserved src/b.py (modify, 2h)"
        notice = b"\x07\x1b]777;notify;musetui: New reservation;" + said + b"\x07"
        _read_until(terminal, lambda: notice in terminal.raw)


def _read_until(terminal: Terminal, condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 20
    while not condition():
        found = re.findall(rb".{30}\x1b]777[^\x07]*", terminal.raw, re.S)
        assert time.monotonic() < ends_at, f"waited in vain; the notices are {found}"
        assert terminal.read()
