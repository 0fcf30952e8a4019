"""The layers hold: imports point downwards, screens touch neither disk nor network, and commands start light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("textual", "rich", "httpx", "pydantic", "watchdog")
WORLDLY = {"os", "io", "pathlib", "shutil", "socket", "ssl", "subprocess", "tempfile", "httpx", "urllib", "watchdog"}
"""What reaches disk or network; no widget or screen may import it."""


def loaded(statement: str) -> set[str]:
    """Return the top-level packages that *statement* loads in a fresh interpreter."""
    code = f"{statement}\nimport sys\nprint(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_imports_point_downwards() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports"))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "room",
    ["records", "coordination", "callgraph", "swarm", "forecast", "filters", "history", "hub", "simulation", "bus"],
)
def test_nothing_below_the_tui_loads_textual(room: str) -> None:
    modules = [f"musetui.{room}.{path.stem}" for path in (ROOT / "musetui" / room).glob("[a-z]*.py")]
    assert modules
    # httpx itself loads rich where it is installed, for a command of its own.
    drawing = {"textual"} if room == "hub" else {"textual", "rich"}
    assert not loaded("import " + ", ".join(modules)) & drawing


def test_the_command_line_starts_light() -> None:
    assert not loaded("import musetui.cli") & set(HEAVY)


def test_the_demo_gets_going_light() -> None:
    heavy = {"textual", "rich", "httpx", "pydantic", "sqlalchemy", "cryptography", "uvicorn", "starlette", "asyncio"}
    assert not loaded("import musetui.simulation.demo") & heavy


def test_the_swarm_sets_its_scene_before_the_hub_is_loaded() -> None:
    assert not loaded("import musetui.simulation.__main__") & {"httpx", "sqlalchemy", "uvicorn", "starlette"}


def test_the_app_can_paint_before_records_are_loaded() -> None:
    assert not loaded("import musetui.tui.app") & {"pydantic", "watchdog", "httpx", "orjson"}


@pytest.mark.parametrize("folder", ["widgets", "screens", "presentation"])
def test_screens_touch_neither_disk_nor_network(folder: str) -> None:
    for path in (ROOT / "musetui" / "tui" / folder).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {name.partition(".")[0] for name in names} & WORLDLY, f"{path.name} reaches out"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "open", f"{path.name} opens a file"
