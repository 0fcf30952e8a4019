"""Each screen as a picture, over a scene of the simulation at a stopped clock.

A difference opens as `snapshot_report.html`; `make snapshots` accepts what is meant.
"""

import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from musetui.coordination.repository import Repository
from musetui.history.replay import open_replay
from musetui.settings import Settings
from musetui.simulation.scene import write_scene
from musetui.tui.app import MuseTui
from musetui.tui.screens.plan import PlanView
from screenshots.recorded import record_scene
from tests.conftest import until

NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a repository with the scene in it, and one file that is no record. No picture writes anything."""
    root = tmp_path_factory.mktemp("scene") / "orchard"
    repository = Repository(root)
    write_scene(repository, NOW)
    broken = root / ".muse/coordination/reservations/half-written.json"
    broken.write_text('{"reservation_id": "half')
    # A fresh half-written file is given a moment to be finished; this one is long abandoned.
    os.utime(broken, (NOW.timestamp(), NOW.timestamp()))
    return repository


def after(*keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """Return what waits for the whole picture and then presses *keys*."""

    async def press(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, MuseTui)
        await until(lambda: app.live is not None and app.live.status.settled and app.live.branch)
        await until(lambda: app.live is not None and app.live.swarm.counts().problems == 1)
        await pilot.pause(0.1)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.05)
            if key == "2":
                await until(lambda: app.live is not None and app.live.runs.is_whole)
                await pilot.pause(0.1)
            await until(lambda: not isinstance(app.screen, PlanView) or app.screen.is_settled)
            if app.current_mode == "timeline":
                await until(lambda: app.travel is not None and not app.travel.is_behind)
                await pilot.pause(0.1)
            await until(lambda: app.travel is None or app.travel.moment is None or has_arrived(app))
        await pilot.pause(0.1)

    return press


def has_arrived(app: MuseTui) -> bool:
    """Return whether the picture is that of the moment that was asked for."""
    return app.travel is not None and app.travel.past is not None and app.travel.past.is_there


FILTERS = {"reservations": {"soon": "state:held left:<15m", "colliding": "has:conflict"}, "any": {"sums": "billing"}}

SCREENS: dict[str, tuple[tuple[int, int], dict[str, object], Sequence[str]]] = {
    "dashboard": ((160, 45), {}, ()),
    "marked": ((160, 45), {}, ("space", "j", "j", "V", "j")),
    "marked_light": ((100, 30), {"theme": "musetui-light"}, ("asterisk",)),
    "release_marked": ((120, 40), {}, ("space", "j", "j", "V", "r")),
    "extend_marked_small": ((80, 24), {}, ("asterisk", "h")),
    "dashboard_small": ((80, 24), {}, ()),
    "dashboard_small_conflicts": ((80, 24), {}, ("tab", "tab")),
    "dashboard_light": ((160, 45), {"theme": "musetui-light"}, ("tab", "tab")),
    "dashboard_read_only": ((120, 36), {"read_only": True}, ()),
    "dashboard_zoomed": ((120, 36), {}, ("tab", "tab", "tab", "z")),
    "filter": ((120, 36), {"tables": {"filters": FILTERS}}, ("slash", *"run:agent-1* -state:expired ")),
    "filter_small_wrong": ((80, 24), {}, ("slash", *"agent stat:x")),
    "filter_kept": ((80, 24), {"tables": {"filters": FILTERS}}, ("slash", *"has:conflict", "enter")),
    "reserve_form": ((100, 36), {}, ("n", *"src/")),
    "reserve_form_small": ((80, 24), {}, ("n", *"src/")),
    "intent_form": ((80, 24), {}, ("i",)),
    "extend_form": ((80, 24), {}, ("h",)),
    "release": ((80, 24), {}, ("r",)),
    "record": ((120, 40), {}, ("tab", "tab", "enter")),
    "files": ((160, 45), {}, ("3",)),
    "files_small": ((80, 24), {}, ("3", "s", "down", "down")),
    "agents": ((160, 45), {}, ("2",)),
    "agents_small": ((80, 24), {}, ("2",)),
    "run": ((120, 40), {}, ("2", "enter")),
    "tasks": ((160, 45), {}, ("7",)),
    "tasks_small": ((80, 24), {}, ("7",)),
    "stale": ((160, 45), {}, ("4", "down")),
    "stale_small": ((80, 24), {}, ("4",)),
    "plan": ((160, 45), {}, ("5", "G", "k")),
    "plan_small": ((80, 24), {}, ("5", "G")),
    "plan_small_matrix": ((80, 24), {}, ("5", "G", "tab", "tab")),
    "plan_what_if": ((120, 36), {}, ("5", "G", "space")),
    "timeline": ((160, 45), {}, ("t", "shift+left", "shift+left")),
    "timeline_small": ((80, 24), {}, ("t", "left", "a")),
    "timeline_light": ((120, 36), {"theme": "musetui-light"}, ("t", "a", "a", "d", "left_square_bracket")),
    "past": ((160, 45), {}, ("t", "shift+left", "shift+left", "enter")),
    "past_small": ((80, 24), {}, ("t", "shift+left", "4")),
    "problems": ((100, 24), {}, ("8",)),
    "export_plan": ((120, 36), {"export_folder": Path("/exports")}, ("5", "e", "r")),
    "export_small": ((80, 24), {"export_folder": Path("/exports")}, ("4", "e", "c")),
    "compact": ((160, 45), {"density": "compact"}, ()),
    "compact_small": ((80, 24), {"density": "compact"}, ("4",)),
    "columns": ((120, 36), {}, ("c", "j", "space", "J")),
    "themes": ((120, 36), {}, ("ctrl+t", "j", "j")),
    "resized": ((160, 45), {}, (*[">"] * 4, *["tab"] * 4, *["+"] * 4)),
    "problems_small": ((80, 24), {}, ("8",)),
    "help": ((100, 44), {}, ("question_mark",)),
}


VIEWS = {
    "dashboard": (),
    "agents": ("2",),
    "files": ("3",),
    "stale": ("4",),
    "plan": ("5", "G"),
    "tasks": ("7",),
    "timeline": ("t", "shift+left"),
    "problems": ("8",),
    "past": ("t", "shift+left", "4"),
}
LOOKS: dict[str, tuple[dict[str, object], Sequence[str]]] = {
    "light": ({"theme": "musetui-light"}, ("agents", "files", "stale", "plan", "tasks", "problems")),
    "contrast": ({"theme": "musetui-contrast-dark"}, ("stale",)),
    "contrast_light": ({"theme": "musetui-contrast-light"}, ("dashboard",)),
    "colour_blind": ({"theme": "musetui-colour-blind-dark"}, ("plan",)),
    "colour_blind_light": ({"theme": "musetui-colour-blind-light"}, ("dashboard",)),
    "terminal": ({"theme": "musetui-terminal"}, ("dashboard",)),
    "ascii": ({"glyphs": "ascii"}, ("files", "stale")),
}
"""How else a view can look, and which views are looked at so."""

SCREENS |= {
    f"{view}_in_{look}": ((130, 40), settings, VIEWS[view])
    for look, (settings, views) in LOOKS.items()
    for view in views
}


@pytest.mark.parametrize("name", SCREENS)
def test_screen(name: str, scene: Repository, snap_compare: Callable[..., bool]) -> None:
    size, settings, keys = SCREENS[name]
    app = MuseTui(scene, Settings(run_id="you", **settings), clock=lambda: NOW)  # type: ignore[arg-type]
    assert snap_compare(app, terminal_size=size, run_before=after(*keys))


@pytest.mark.parametrize("view", VIEWS)
def test_screen_without_colour(
    view: str, scene: Repository, snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = MuseTui(scene, Settings(run_id="you"), clock=lambda: NOW)
    assert snap_compare(app, terminal_size=(120, 36), run_before=after(*VIEWS[view]))


@pytest.mark.parametrize(
    ("size", "settings", "keys"),
    [((160, 45), {}, ("t", "shift+left")), ((80, 24), {}, ()), ((100, 30), {"theme": "musetui-light"}, ("4",))],
    ids=["timeline", "small", "light"],
)
def test_replay(
    size: tuple[int, int],
    settings: dict[str, Any],
    keys: Sequence[str],
    scene: Repository,
    snap_compare: Callable[..., bool],
    tmp_path: Path,
) -> None:
    record_scene(scene, tmp_path / "day.jsonl", NOW)
    replay = open_replay(tmp_path / "day.jsonl")
    app = MuseTui(replay.repository, Settings(run_id="you", **settings), replay=replay)

    async def press(pilot: Pilot[int]) -> None:
        await until(lambda: app.live is not None and app.live.status.settled)
        await until(lambda: app.travel is not None and not app.travel.is_behind)
        await pilot.pause(0.1)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.1)
            await until(lambda: app.travel is None or app.travel.moment is None or has_arrived(app))
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=press)


def test_empty_screen(tmp_path: Path, snap_compare: Callable[..., bool]) -> None:
    root = tmp_path / "orchard"
    (root / ".muse").mkdir(parents=True)
    (root / ".muse/HEAD").write_text("ref: refs/heads/main\n")
    app = MuseTui(Repository(root), Settings(run_id="you"), clock=lambda: NOW)

    async def settled(pilot: Pilot[int]) -> None:
        await until(lambda: app.live is not None and app.live.status.settled and app.live.branch)
        await pilot.pause(0.2)

    assert snap_compare(app, terminal_size=(120, 36), run_before=settled)
