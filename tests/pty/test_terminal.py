"""musetui in a real terminal: it shows what another process writes, and leaves the terminal clean however it ends."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tests.pty.terminal import Terminal, musetui

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"
STOPS_MOUSE = b"\x1b[?1000l"


def is_clean(terminal: Terminal) -> bool:
    """Return True if what was painted last put the terminal back as it was."""
    return all(
        terminal.raw.rfind(end) > terminal.raw.rfind(start)
        for start, end in (
            (b"\x1b[?1049h", LEAVES_ALTERNATE_SCREEN),
            (b"\x1b[?25l", SHOWS_CURSOR),
            (b"\x1b[?1000h", STOPS_MOUSE),
        )
    )


def reserve_elsewhere(root: Path, run_id: str, address: str = "src/api.py::handler", ttl: str = "1h") -> None:
    """Reserve from another process, as an agent does."""
    options = ["--run-id", run_id, "--ttl", ttl]
    subprocess.run(
        [sys.executable, "-m", "musetui", "--repo", str(root), "reserve", address, *options],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
    )


def test_a_record_of_another_process_appears(muse_root: Path) -> None:
    with Terminal(musetui("--repo", str(muse_root)), cwd=Path(__file__).parents[2]) as terminal:
        terminal.wait_for("No reservations yet")
        reserve_elsewhere(muse_root, "agent-77")
        terminal.wait_for("agent-77")
        terminal.wait_for("src/api.py::handler")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert is_clean(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_the_terminal_clean(muse_root: Path, number: signal.Signals) -> None:
    with Terminal(musetui("--repo", str(muse_root)), cwd=Path(__file__).parents[2]) as terminal:
        terminal.wait_for("No reservations yet")
        os.kill(terminal.process.pid, number)
        assert terminal.wait_for_end() == 128 + number
        assert is_clean(terminal)


def test_ctrl_c_leaves_the_terminal_clean(muse_root: Path) -> None:
    with Terminal(musetui("--repo", str(muse_root)), cwd=Path(__file__).parents[2]) as terminal:
        terminal.wait_for("No reservations yet")
        terminal.press("\x03")
        assert terminal.wait_for_end() == 0
        assert is_clean(terminal)


def test_a_closed_terminal_ends_it(muse_root: Path) -> None:
    terminal = Terminal(musetui("--repo", str(muse_root)), cwd=Path(__file__).parents[2])
    terminal.wait_for("No reservations yet")
    os.close(terminal.process.fd)
    terminal.process.fd = os.open(os.devnull, os.O_RDONLY)
    wait_until(lambda: not terminal.process.isalive(), what="the end of the process")


def test_a_terminal_closed_while_it_is_painted_ends_it_too(muse_root: Path) -> None:
    terminal = Terminal(musetui("--repo", str(muse_root)), cwd=Path(__file__).parents[2])
    terminal.wait_for("No reservations yet")
    os.kill(terminal.process.pid, signal.SIGSTOP)
    folder = muse_root / ".muse/coordination/reservations"
    folder.mkdir(parents=True)
    moments = {"created_at": "2026-03-18T12:00:00Z", "expires_at": "2099-03-18T12:00:00Z"}
    for number in range(50):
        record = {"reservation_id": f"r{number}", "run_id": "ann", "addresses": ["a"], **moments}
        (folder / f"r{number}.json").write_text(json.dumps(record))
    os.close(terminal.process.fd)
    terminal.process.fd = os.open(os.devnull, os.O_RDONLY)
    os.kill(terminal.process.pid, signal.SIGCONT)
    wait_until(lambda: not terminal.process.isalive(), what="the end of the process")


def test_no_color_paints_no_color(muse_root: Path) -> None:
    command = musetui("--repo", str(muse_root))
    with Terminal(command, cwd=Path(__file__).parents[2], env={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("No reservations yet")
        reserve_elsewhere(muse_root, "agent-77")
        terminal.wait_for("● active")
        assert not re.search(rb"\x1b\[[0-9;]*(?:[34]8;[25];|\b[39][1-7]m|\b4[1-7]m)", terminal.raw)


def test_a_small_terminal_is_usable(muse_root: Path) -> None:
    reserve_elsewhere(muse_root, "agent-77")
    with Terminal(musetui("--repo", str(muse_root)), Path(__file__).parents[2], columns=80, lines=24) as terminal:
        terminal.wait_for("[Local 1]")
        terminal.wait_for("agent-77")
        terminal.press("\t")
        terminal.wait_for("[Remote 0]")
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_keys_that_come_in_one_packet_act_on_the_record_they_lead_to(muse_root: Path) -> None:
    for number in range(3):
        reserve_elsewhere(muse_root, f"agent-{number}", f"src/{number}.py::f", f"{number + 1}h")
    with Terminal(musetui("--repo", str(muse_root)), cwd=Path(__file__).parents[2]) as terminal:
        terminal.wait_for("agent-2")
        terminal.wait_for("◉ live")
        terminal.press("gjry")
        terminal.wait_for("Release this reservation?")
        terminal.wait_for("addresses    src/1.py::f")
        assert not list((muse_root / ".muse" / "coordination").glob("releases/*"))


def test_what_is_typed_ahead_of_a_form_is_in_it(muse_root: Path) -> None:
    with Terminal(musetui("--repo", str(muse_root)), cwd=Path(__file__).parents[2]) as terminal:
        terminal.wait_for("◉ live")
        terminal.press("nsrc/a1.py\rsrc/b1.py\rsrc/c1.py")
        terminal.wait_for("src/c1.py")
        terminal.wait_for("+ src/a1.py")
        terminal.wait_for("+ src/b1.py")


def test_who_comes_back_from_the_shell_sees_all_at_once(muse_root: Path) -> None:
    with Terminal(musetui(), cwd=muse_root) as terminal:
        terminal.wait_for("No reservations yet")
        terminal.press("\x1a")
        status = Path(f"/proc/{terminal.process.pid}/stat")
        wait_until(lambda: terminal.read() and status.read_text().rpartition(")")[2].split()[0] == "T", what="a stop")
        terminal.forget()  # the shell has the screen meanwhile
        terminal.process.kill(signal.SIGCONT)
        terminal.wait_for("No reservations yet")
        terminal.wait_for("Activity")
