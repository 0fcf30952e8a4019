"""A defect that cannot be outlived leaves the terminal as it was, a report without secrets, and a sentence."""

import sys
from pathlib import Path

import musetui
from tests.pty.terminal import Terminal

HERE = str(Path(musetui.__file__).parents[1])
SECRET = "q8Jd0sYc2Lk5Zr1Tn7Vb4Xw9Ha3Pf6Ge8Mi0Uo2Ds5"
BROKEN = f"""
import sys
from musetui.cli import main
from musetui.tui.app import MuseTui

def break_down(self):
    token = "{SECRET}"
    raise ValueError("lost \\x1b[31m" + token)

MuseTui.action_toggle_dark = break_down
sys.exit(main(["--debug-log", "debug.log"]))
"""


def test_a_crash_leaves_a_clean_terminal_a_report_and_a_sentence(muse_root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    command = [sys.executable, "-c", BROKEN]
    environment = {"MUSETUI_STATE": str(state), "PYTHONPATH": HERE}
    with Terminal(command, cwd=muse_root, env=environment, columns=300) as terminal:
        terminal.wait_for("Reservations")
        before = terminal.raw
        terminal.press("T")
        terminal.wait_for("musetui: ended by a defect of its own (ValueError: lost")
        assert terminal.wait_for_end() == 3
        (report,) = (state / "reports").iterdir()
        assert f"The report is in {report}: send it along." in terminal.text
        last = terminal.raw[len(before) :]
        for ended in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l"):
            assert ended in last
        assert b"\x1b[31m" not in last.rpartition(b"\x1b[?1049l")[2]
        assert "Traceback" not in terminal.text
    text = report.read_text()
    assert "break_down" in text
    assert "action toggle_dark" in text  # what was logged last
    assert SECRET not in text + (muse_root / "debug.log").read_text()
