"""The first paint waits for no import that it does not need."""

import json
import sys
from pathlib import Path

from tests.pty.terminal import Terminal

ONLY_LATER = (
    *("musetui.tui.collecting", "musetui.tui.hub_status", "musetui.tui.palette", "musetui.tui.live"),
    *("musetui.tui.own.command", "musetui.tui.own.settings", "musetui.tui.own.running", "musetui.tui.pen"),
    *("musetui.tui.screens.view", "musetui.tui.screens.dashboard", "musetui.tui.widgets.record_table"),
    *("musetui.swarm", "musetui.forecast", "musetui.history", "musetui.hub", "musetui.callgraph", "musetui.alerts"),
    *("musetui.records.models", "musetui.coordination.feed", "musetui.tui.subject", "musetui.tui.presentation.cells"),
    *("watchdog", "httpx", "httpx2", "pydantic", "msgspec", "orjson", "sortedcontainers", "hmac", "hashlib"),
)
"""What must not have been imported by then; each takes some milliseconds, and all of them a fifth of a second."""


def test_what_the_first_paint_does_not_need_is_imported_after_it(muse_root: Path, tmp_path: Path) -> None:
    imported = tmp_path / "imported.json"
    code = f"""
import json, sys
from pathlib import Path
from musetui.tui.app import MuseTui

async def painted(app):
    Path({str(imported)!r}).write_text(json.dumps([*sys.modules]))
    app.exit()

MuseTui._begin = painted
from musetui.cli import main
sys.argv = ["musetui", "--repo", {str(muse_root)!r}]
main()
"""
    with Terminal([sys.executable, "-c", code], cwd=Path.cwd(), env={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for_end(20.0)
    modules = set(json.loads(imported.read_text()))
    assert "musetui.tui.screens.opening" in modules
    early = [name for name in ONLY_LATER if name in modules]
    assert not early
