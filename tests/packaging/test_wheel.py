"""The wheel, alone in an empty environment, has everything: commands, styles, and a demo that paints."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tests.pty.terminal import Terminal

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of an empty environment into which only the built wheel was installed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "empty")], check=True)
    (wheel,) = folder.glob("musetui-*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "empty/bin/python"), "--disable-pip-version-check"]
    options = ["--quiet", "--no-compile", "--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True, capture_output=True)
    return folder / "empty" / "bin"


def test_it_has_its_styles(installed: Path) -> None:
    code = (
        "from musetui.tui.app import MuseTui; from musetui.tui.screens.dashboard import Dashboard; "
        "print(*MuseTui.CSS_PATH, *Dashboard.CSS_PATH, sep='\\n')"
    )
    done = subprocess.run(
        [str(installed / "python"), "-c", code], capture_output=True, text=True, check=True, cwd=installed
    )
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert {path.name for path in paths} == {path.name for path in (ROOT / "tcss").glob("*.tcss")}
    for path in paths:
        assert path.is_relative_to(installed.parent)
        assert path.read_text() == (ROOT / "tcss" / path.name).read_text()


def test_it_tells_its_version(installed: Path) -> None:
    done = subprocess.run([str(installed / "musetui"), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("musetui ")


def test_its_demo_lives_and_cleans_up(installed: Path, tmp_path: Path) -> None:
    before = set(Path(tempfile.gettempdir()).glob("musetui-demo-*"))
    with Terminal([str(installed / "musetui"), "demo", "--agents", "8"], cwd=tmp_path) as terminal:
        terminal.wait_for("Reservations · local")
        terminal.wait_for("● active")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    wait_until(lambda: set(Path(tempfile.gettempdir()).glob("musetui-demo-*")) <= before, what="the clean-up")
