"""Signs in ASCII: for every sign that is painted, in every view."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

import musetui.tui
from musetui.coordination.repository import Repository
from musetui.settings import Settings
from musetui.simulation.scene import write_scene
from musetui.tui.app import MuseTui
from musetui.tui.bars import BARS
from musetui.tui.plain_signs import _TABLE, TWINS, has_signs
from musetui.tui.presentation.glyphs import LANE, RISKS, STATES
from tests.conftest import until
from tests.tui.conftest import screen_text

NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)
TUI = Path(musetui.tui.__file__ or "").parent
NEVER_PAINTED = {"cell_text.py"}
"""Names characters that are taken out."""

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def signs_in(path: Path) -> Iterator[str]:
    """Yield what the texts of a module hold beyond ASCII; comments and docstrings are no texts."""
    tree = ast.parse(path.read_text())
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield from (char for char in node.value if not char.isascii())


@pytest.mark.parametrize("path", sorted(TUI.rglob("*.py")), ids=lambda path: path.name)
def test_every_sign_has_a_twin(path: Path) -> None:
    if path.name not in NEVER_PAINTED:
        assert set(signs_in(path)) <= set(TWINS)


def test_a_twin_takes_as_many_cells() -> None:
    for sign, twin in {**{chr(code): twin for code, twin in _TABLE.items()}, **TWINS}.items():
        assert twin.isascii()
        assert len(twin) == cell_len(sign), sign


def test_what_must_be_told_apart_is_told_apart() -> None:
    for signs in (
        [sign for sign, _ in STATES.values()],
        [sign for sign, _ in RISKS.values()],
        list(BARS),
        list("░▒▓█·"),
        list({sign for name, (sign, _) in LANE.items() if name != "nothing"}),
    ):
        assert len({TWINS[sign] for sign in signs}) == len(signs)


@pytest.mark.parametrize(
    ("glyphs", "environment", "has"),
    [
        ("ascii", {"LANG": "en_GB.UTF-8"}, False),
        ("unicode", {"LANG": "C", "TERM": "linux"}, True),
        ("auto", {"LANG": "en_GB.UTF-8", "TERM": "xterm"}, True),
        ("auto", {"LANG": "C.utf8"}, True),
        ("auto", {"LANG": "de_DE.UTF-8@euro"}, True),
        ("auto", {"LANG": "en_GB.UTF-8", "TERM": "linux"}, False),
        ("auto", {"LANG": "en_GB.UTF-8", "LC_ALL": "C"}, False),
        ("auto", {"LANG": "en_GB.UTF-8", "LC_ALL": "", "LC_CTYPE": "de_DE.ISO-8859-1"}, False),
        ("auto", {"LANG": "de_DE"}, False),
        ("auto", {}, True),
        ("auto", {"TEXTUAL_DRIVER": "of:a:page", "LANG": "C"}, True),
    ],
)
def test_a_terminal_gets_the_signs_it_can_show(glyphs: str, environment: dict[str, str], has: bool) -> None:
    assert has_signs(glyphs, environment) is has


KEYS = (
    "2",
    "3",
    "4",
    "5",
    "7",
    "8",
    "1",
    "z",
    "z",
    "asterisk",
    "r",
    "escape",
    "n",
    "escape",
    "question_mark",
    "escape",
)


@pytest.mark.parametrize("size", [(120, 40)], ids=str)
async def test_every_view_is_painted_in_ascii(tmp_path: Path, size: tuple[int, int]) -> None:
    root = tmp_path / "orchard"
    write_scene(Repository(root), NOW)
    app = MuseTui(Repository(root), Settings(run_id="you", glyphs="ascii", calls=False), clock=lambda: NOW)
    async with app.run_test(size=size) as pilot:
        assert screen_text(pilot).isascii(), "the frames of the first paint"
        await until(lambda: app.live is not None and app.live.status.settled and app.live.branch)
        for key in (*KEYS, "ctrl+p", "escape", "ctrl+t", "escape", "slash", "tab"):
            await pilot.press(key)
            await pilot.pause()
            text = screen_text(pilot)
            assert text.isascii(), f"{key}: {[line for line in text.splitlines() if not line.isascii()][:1]}"
        assert "O active" in text
