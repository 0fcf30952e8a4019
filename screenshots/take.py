"""Take the screenshots: the real app over a scene that the simulation writes, at a stopped clock.

Run by `make screenshots`, which also puts into the pages what is made from the code.
"""

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from musetui.coordination.repository import Repository
from musetui.history.replay import open_replay
from musetui.settings import Settings
from musetui.simulation.scene import write_scene
from musetui.tui.app import MuseTui
from screenshots import pages
from screenshots.recorded import record_scene

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)
FONTS = '"Fira Code", "DejaVu Sans Mono", Menlo, Consolas, monospace'

CELL = 12.2
"""Width of a cell in Textual's pictures."""

LEADING = re.compile(
    r'(<text [^>]*?x=")([\d.]+)("[^>]*?textLength=")([\d.]+)("[^>]*>)((?:&#160;)+)(?=[^&<]|&(?!#160;))'
)

CHOSEN = {"local": ["run", "state", "left", "address"], "conflicts": ["risk", "kind", "who", "address"]}
"""Columns that somebody may choose."""

SHOTS: tuple[tuple[str, tuple[int, int], Mapping[str, Any], Sequence[str]], ...] = (
    ("dashboard-160x45", (160, 45), {}, ()),
    ("dashboard-80x24", (80, 24), {}, ()),
    ("dashboard-light", (160, 45), {"theme": "musetui-light"}, ("tab", "tab", "down")),
    ("reserve-form", (160, 45), {}, ("n", *"src/billing/invoice.py", "tab")),
    ("release", (120, 36), {}, ("r",)),
    ("record", (160, 45), {}, ("tab", "tab", "enter")),
    ("agents", (160, 45), {}, ("2",)),
    ("files", (160, 45), {}, ("3",)),
    ("stale", (160, 45), {}, ("4", "down")),
    ("plan", (160, 45), {}, ("5", "G", "k")),
    ("tasks", (160, 45), {}, ("7",)),
    ("timeline", (160, 45), {}, ("t", "shift+left", "shift+left")),
    ("past", (160, 45), {}, ("t", "shift+left", "shift+left", "enter")),
    ("help", (120, 50), {}, ("question_mark",)),
    ("looks-contrast", (130, 36), {"theme": "musetui-contrast-dark"}, ()),
    ("looks-colour-blind", (130, 36), {"theme": "musetui-colour-blind-dark"}, ("5", "G", "k")),
    ("looks-ascii", (130, 36), {"glyphs": "ascii"}, ()),
    ("looks-compact", (130, 36), {"density": "compact", "tables": {"columns": CHOSEN}}, ()),
)
"""Name, size in cells, settings, and the keys pressed before the picture is taken."""


async def until(condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds; fail after 20 seconds."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("the app did not come up")


def stand_alone(svg: str) -> str:
    """Return a picture that needs no fonts from elsewhere, and looks the same in every renderer."""
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'font-family: (?:"Fira Code"|Fira Code, monospace)', f"font-family: {FONTS}", svg)
    svg = LEADING.sub(_indented, svg)
    # The named fonts are a little narrower than a cell at 20 px; a renderer without textLength would show gaps.
    svg = svg.replace("font-size: 20px", "font-size: 20.27px")
    return re.sub(r"terminal-\d+", "terminal", svg)


def _indented(found: re.Match[str]) -> str:
    """Move a text right by the spaces at its start, which some renderers drop."""
    head, x, between, length, close, spaces = found.groups()
    by = spaces.count("&#160;") * CELL
    return f"{head}{float(x) + by:g}{between}{float(length) - by:g}{close}"


def has_arrived(app: MuseTui) -> bool:
    """Return whether the moment that was asked for is shown, and the timeline knows all there is to know."""
    travel = app.travel
    if travel is None:
        return True
    if app.current_mode == "timeline" and travel.is_behind:
        return False
    return travel.moment is None or (travel.past is not None and travel.past.is_there)


def dashboard(root: Path, settings: Mapping[str, Any]) -> MuseTui:
    """Return the app over the repository at *root*."""
    return MuseTui(Repository(root), Settings(run_id="you", **settings), clock=lambda: NOW)


async def take(app: MuseTui, name: str, size: tuple[int, int], keys: Sequence[str]) -> None:
    """Run *app*, press *keys*, and write `<name>.svg`."""
    async with app.run_test(size=size) as pilot:
        await until(lambda: app.live is not None and app.live.status.settled)
        await until(lambda: app.replay is not None or (app.live is not None and bool(app.live.branch)))
        await pilot.pause(0.2)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.05)
            await until(lambda: has_arrived(app))
        await pilot.pause(0.3)
        svg = app.export_screenshot(title="musetui")
    (HERE / f"{name}.svg").write_text(stand_alone(svg))
    print(f"screenshots/{name}.svg")


def put_problems(root: Path) -> None:
    """Put files that are no records into the repository at *root*."""
    folder = root / ".muse/coordination"
    for path, text in (
        ("reservations/half-written.json", '{"reservation_id": "half'),
        ("claims/notes.json", '["not", "a", "claim"]'),
        ("intents/0b7c.json", '{"intent_id": "0b7c", "run_id": 7}'),
    ):
        (folder / path).write_text(text)
        # A fresh half-written file is given a moment to be finished; these are long abandoned.
        os.utime(folder / path, (NOW.timestamp(), NOW.timestamp()))


def main() -> None:
    """Take every picture."""
    os.environ.pop("NO_COLOR", None)
    os.environ["TZ"] = "UTC"
    os.environ["LC_ALL"] = "C.UTF-8"
    time.tzset()
    pages.main()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")  # what was chosen elsewhere is not for pictures
        root = Path(folder) / "orchard"
        write_scene(Repository(root), NOW)
        for name, size, settings, keys in SHOTS:
            asyncio.run(take(dashboard(root, settings), name, size, keys))
        record_scene(Repository(root), Path(folder) / "orchard.jsonl", NOW)
        replay = open_replay(Path(folder) / "orchard.jsonl")
        app = MuseTui(replay.repository, Settings(run_id="you"), replay=replay)
        asyncio.run(take(app, "replay", (160, 45), ("t", "shift+left", "shift+left")))
        put_problems(root)
        asyncio.run(take(dashboard(root, {}), "problems", (120, 24), ("8",)))


if __name__ == "__main__":
    main()
