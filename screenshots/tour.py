"""The tour: `musetui demo` in a real terminal, driven by keys, filmed. Run by `make tour`.

What the swarm does is told by its seed; when, by this machine, so two films differ in seconds here and there.
"""

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from screenshots.film import Frame, caption, cast, photograph, svg
from tests.pty.terminal import Terminal, musetui

HERE = Path(__file__).parent
COLUMNS, LINES = 120, 30
TITLE = "musetui demo: a swarm of agents, watched from a terminal"
LARGEST = 500_000
"""Bytes of a film: what a page loads without a thought."""

CALM = 0.25
"""Seconds without a byte after which a screen is whole; at most `PATIENCE` is waited for them."""

PATIENCE = 2.0


class Step(NamedTuple):
    """One thing that is shown.

    Attributes:
        told: what is seen, in a few words.
        keys: pressed before it is seen.
        wanted: what is on the screen then.
        seconds: how long it is shown.
        frames: how many pictures are taken meanwhile.
    """

    told: str
    keys: str = ""
    wanted: str = ""
    seconds: float = 3.0
    frames: int = 1


ESCAPE, TAB, ENTER = "\x1b", "\t", "\r"
SHIFT_LEFT, SHIFT_TAB = "\x1b[1;2D", "\x1b[Z"

STEPS = (
    Step(
        "musetui demo: 24 agents, here and on two other machines. Who holds what, and for how long",
        "",
        "Conflicts",
        4,
        2,
    ),
    Step("tab, tab, enter: a conflict whole. Who, where, since when, and what to do", TAB * 2 + ENTER, "do", 4),
    Step(
        "/ filters every list: only what is in a conflict, and runs out soon",
        ESCAPE + SHIFT_TAB * 2 + "/has:conflict left:<20m",
        "",
        3,
    ),
    Step("2: the agents' runs. Who is silent, who collides with whom", ESCAPE * 2 + "2", "Agents"),
    Step("3: the files. Where it is hot, down to the symbol", "3", "Files"),
    Step("4: what is stuck, whose it is, and the command that ends it (y copies it)", "4", "Stale"),
    Step("5: the merge plan. The order that costs least rework, and why", "5", "Order"),
    Step("7: tasks. Open, claimed, claimed twice; who waits for whom", "7", "Tasks"),
    Step("t: the timeline. Who held what when, and who collided", "t", "Timeline", 4),
    Step("shift+left: back in time. Nothing is guessed: what cannot be known is said", SHIFT_LEFT * 4, "moment"),
    Step("space: what happened is played, up to 600 times as fast", "> ", "playing", 4, 5),
    Step("enter: every view at that moment, clearly marked, read-only", " " + ENTER, "«", 4),
    Step("esc: now again. r releases, after a question; nothing is written by one key", ESCAPE + "r", "Release", 3),
    Step("? shows the keys of where one is; all of them can be others", ESCAPE + "?", "", 3),
)


def film(terminal: Terminal) -> list[Frame]:
    """Do every step, and return what was seen."""
    frames: list[Frame] = []
    for step in STEPS:
        for key in _keys(step.keys):
            terminal.press(key)
            _until_calm(terminal)
        if step.wanted:
            terminal.wait_for(step.wanted)
        _until_calm(terminal)
        for number in range(step.frames):
            if number:
                _watch(terminal, step.seconds / step.frames)
            lines = (*photograph(terminal.screen), caption(step.told, COLUMNS))
            frames.append(Frame(lines, step.seconds / step.frames))
    return frames


def _keys(keys: str) -> list[str]:
    """Part *keys*, of which some are sequences that belong together."""
    parted: list[str] = []
    while keys:
        key = next((each for each in (SHIFT_LEFT, SHIFT_TAB) if keys.startswith(each)), keys[0])
        parted.append(key)
        keys = keys[len(key) :]
    return parted


def _until_calm(terminal: Terminal) -> None:
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        seen = len(terminal.raw)
        terminal.read(CALM)
        if len(terminal.raw) == seen:
            return


def _watch(terminal: Terminal, seconds: float) -> None:
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        terminal.read(0.05)


def main() -> None:
    """Film the demo, and write both films."""
    with tempfile.TemporaryDirectory() as home:
        homes = dict.fromkeys(("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), home)
        demo = musetui("demo", "--seed", "7", "--theme", "musetui-dark")
        with Terminal(demo, Path(home), COLUMNS, LINES, {**homes, "TZ": "UTC"}) as terminal:
            terminal.wait_for("agent-")
            _watch(terminal, 6.0)  # until the hub has told of the other machines
            frames = film(terminal)
            terminal.press(ESCAPE)
            _until_calm(terminal)  # together the two would be another key
            terminal.press("q")
            terminal.wait_for_end()
    for name, text in (("tour.svg", svg(frames, COLUMNS, TITLE)), ("tour.cast", cast(frames, COLUMNS, TITLE))):
        size = len(text.encode())
        assert size <= LARGEST, f"{name} has {size:,} bytes"
        assert str(Path.home()) not in text
        (HERE / name).write_text(text)
        print(f"screenshots/{name}: {size:,} bytes, {sum(frame.seconds for frame in frames):g} s")


if __name__ == "__main__":
    main()
