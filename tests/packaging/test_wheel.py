"""The wheel, alone in an empty environment, has everything: commands, styles, and a demo that paints."""

import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import wait_until
from tests.pty.terminal import Terminal

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of an environment that has the built wheel, what it says it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    empty = folder / "empty"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(empty)], check=True)
    (wheel,) = folder.glob("musetui-*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(empty / "bin/python"), "--disable-pip-version-check"]
    options = ["--quiet", "--no-compile", "--no-deps", "--no-index"]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True, capture_output=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(empty)}))
    (told,) = packages.glob("musetui-*.dist-info")
    for needed in needed_by(Distribution.at(told)):
        lend(needed, packages)
    return empty / "bin"


def needed_by(wanted: Distribution) -> list[Distribution]:
    """Return what *wanted* says it needs, and what that needs, as it is installed here."""
    found: dict[str, Distribution] = {}
    asked = [(wanted, frozenset[str]())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while asked:
        from_, extras = asked.pop()
        for line in from_.requires or ():
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                continue
            step = (requirement.name, frozenset(requirement.extras))
            if step not in seen:
                seen.add(step)
                try:
                    found[requirement.name] = distribution(requirement.name)
                except PackageNotFoundError:
                    raise AssertionError(f"{line}, which {from_.name} needs, is not installed here") from None
                asked.append((found[requirement.name], step[1]))
    return list(found.values())


def lend(needed: Distribution, packages: Path) -> None:
    """Have the folder *packages* show the files of *needed*, by links to where they lie."""
    for top in {file.parts[0] for file in needed.files or () if file.parts[0] not in ("..", "__pycache__")}:
        link = packages / top
        if not link.exists():
            link.symlink_to(str(needed.locate_file(top)))


def test_it_has_its_styles(installed: Path) -> None:
    code = (
        "from importlib import import_module; from musetui.tui.app import MuseTui; "
        "from musetui.tui.screens.run_life import RunView; from musetui.tui.views import VIEWS; "
        "views = [getattr(import_module(f'musetui.tui.screens.{name}'), VIEWS[name]) for name in VIEWS]; "
        "print(*{path for each in (MuseTui, RunView, *views) for path in each.CSS_PATH}, sep='\\n')"
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
