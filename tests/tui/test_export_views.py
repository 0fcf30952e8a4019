"""Export from every view in every format, by keys: what is written is what is shown, all of it, in its order."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from musetui.cli import main
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.tui.actions import BY_NAME
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.export_form import ExportForm
from musetui.tui.screens.view import View
from musetui.tui.views import VIEWS
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, screen_text
from tests.tui.test_plan_view import meet, order_of

Reserve = Callable[..., str]
KEYS = {name: BY_NAME[f"show_{name}"].keys[0] for name in VIEWS}
FORMATS = {"json": "j", "csv": "c", "md": "m", "svg": "s"}


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a folder that exports go to."""
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def notes(pilot: Pilot[int]) -> list[str]:
    return [note.message for note in pilot.app._notifications]


async def opened(pilot: Pilot[int]) -> ExportForm:
    await pilot.press("e")
    await until(lambda: isinstance(pilot.app.screen, ExportForm) and pilot.app.screen.query(Input), what="the form")
    await pilot.pause()
    form = pilot.app.screen
    assert isinstance(form, ExportForm)
    return form


async def exported(pilot: Pilot[int], folder: Path, *keys: str) -> Path:
    """Press `e` and *keys*, and return the file that comes of it."""
    before = set(folder.iterdir())
    await opened(pilot)
    await pilot.press(*keys, "enter")
    await until(lambda: set(folder.iterdir()) - before and isinstance(pilot.app.screen, View), what="the file")
    [made] = set(folder.iterdir()) - before
    await until(lambda: any(str(made) in note for note in notes(pilot)), what="the note")
    return made


def hostile(muse_root: Path, reservation_id: str, *addresses: str) -> None:
    """Have a reservation name addresses that no writer of ours would write."""
    file = muse_root / ".muse" / "coordination" / "reservations" / f"{reservation_id}.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"addresses": addresses}))


def peopled(muse_root: Path, reserve: Reserve) -> None:
    """Have something to show in every view."""
    meet(reserve)
    old = datetime.now(UTC) - timedelta(hours=3)
    made = reserve("=cmd|' /C calc'!A0", "src/older.py", now=old, ttl=timedelta(hours=9))
    folder = muse_root / ".muse" / "coordination"
    hostile(muse_root, made, "src/\x1b[31mold|er.py")
    (folder / "tasks").mkdir(exist_ok=True)
    (folder / "tasks" / "t1.json").write_text(json.dumps({"task_id": "t1", "title": "Split"}))
    (folder / "reservations" / "bad.json").write_text("{")


@pytest.mark.parametrize("view", VIEWS)
async def test_each_view_in_each_format(
    view: str, dashboard: Running, reserve: Reserve, muse_root: Path, exports: Path
) -> None:
    peopled(muse_root, reserve)
    async with dashboard() as pilot:
        await pilot.press(KEYS[view])
        screen = pilot.app.screen
        assert isinstance(screen, View)
        await until(lambda: (table := screen.filtered_table()) is not None and table.row_count, what="rows")
        table = screen.filtered_table()
        assert table is not None
        files = {ending: await exported(pilot, exports, key) for ending, key in FORMATS.items()}
        shown = table.shown()
    assert all(path.suffix == f".{ending}" for ending, path in files.items())
    said = json.loads(files["json"].read_text())
    assert (said["total"], len(said["rows"])) == (len(shown), len(shown))
    names, *rows = csv.reader(files["csv"].open())
    assert names == list(said["rows"][0])
    assert len(rows) == len(shown)
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)
    markdown = files["md"].read_text()
    assert len([line for line in markdown.splitlines() if line.startswith("|")]) == len(shown) + 2
    for path in files.values():
        assert "\x1b" not in path.read_text()
    assert ElementTree.parse(files["svg"]).getroot().tag.endswith("svg")
    assert "Export" not in files["svg"].read_text()


async def test_filter_and_order_hold_and_fields_are_raw(
    dashboard: Running, reserve: Reserve, exports: Path, muse_root: Path
) -> None:
    for number in range(30):
        made_id = reserve(f"agent-{number:02}", f"src/{number}.py::f")
        hostile(muse_root, made_id, f"src/{number}.py::f", "src/\x1b[31m.py")
    async with dashboard(size=(80, 24)) as pilot:
        assert isinstance(pilot.app.screen, Dashboard)
        table = pilot.app.screen.table("local")
        await until(lambda: table.row_count == 30, what="rows")
        await pilot.press("slash", *"run:agent-1*", "enter", "s", "S")
        await until(lambda: table.row_count == 10 and table.sorting == ("run", True), what="the filter")
        made = await exported(pilot, exports, "j")
    assert made.name.startswith("musetui-reservations-local-")
    said = json.loads(made.read_text())
    assert (said["filter"], said["sort"], said["reverse"], said["total"]) == ("run:agent-1*", "run", True, 10)
    assert [row["run"] for row in said["rows"]] == [f"agent-{number}" for number in range(19, 9, -1)]
    first = said["rows"][0]
    assert first["addr"] == ["src/19.py::f", "src/\x1b[31m.py"]
    assert len(first["id"]) == 36
    assert first["ttl_seconds"] == 3600
    since, until_ = datetime.fromisoformat(first["since"]), datetime.fromisoformat(first["until"])
    assert until_ - since == timedelta(hours=1)
    assert first["state"] == ["active", "held"]


async def test_it_is_copied(dashboard: Running, reserve: Reserve, exports: Path) -> None:
    reserve("ann", "src/a.py")
    async with dashboard() as pilot:
        await until(lambda: "ann" in screen_text(pilot))
        await opened(pilot)
        await pilot.press("c", "ctrl+y")
        await until(lambda: notes(pilot), what="the note")
        assert notes(pilot) == ["Copied 1 row as CSV"]
        assert '"ann"' in pilot.app.clipboard
        assert list(exports.iterdir()) == []


async def test_nothing_is_replaced_and_the_form_stays(dashboard: Running, reserve: Reserve, exports: Path) -> None:
    reserve("ann", "src/a.py")
    (exports / "mine.csv").write_text("dear to me")
    async with dashboard() as pilot:
        await until(lambda: "ann" in screen_text(pilot))
        form = await opened(pilot)
        await pilot.press("tab")
        form.query_one(Input).value = "mine.json"
        await pilot.press("shift+tab", "c")
        assert form.query_one(Input).value == "mine.csv"
        await pilot.press("enter")
        await until(lambda: "already" in str(form.query_one("#forecast", Static).render()), what="the refusal")
        assert pilot.app.screen is form
        form.query_one(Input).value = "no/such/folder.csv"
        await pilot.press("enter")
        await until(lambda: "is no folder" in str(form.query_one("#forecast", Static).render()), what="the refusal")
        form.query_one(Input).value = ""
        await pilot.press("enter")
        assert "Write the name of a file." in str(form.query_one("#forecast", Static).render())
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the way back")
        assert [each.read_text() for each in exports.iterdir()] == ["dear to me"]
        # A name that nobody chose gets a number.
        first = await exported(pilot, exports, "c")
        second = await exported(pilot, exports, "c")
        assert second.name == f"{first.stem}-2.csv" or second.name > first.name


async def test_the_folder_of_the_settings_and_the_mouse(
    dashboard: Running, reserve: Reserve, exports: Path, tmp_path: Path
) -> None:
    reserve("ann", "src/a.py")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    async with dashboard(export_folder=folder, read_only=True) as pilot:
        await until(lambda: "ann" in screen_text(pilot))
        await opened(pilot)
        assert str(folder) in screen_text(pilot)
        await pilot.click("#write")
        await until(lambda: list(folder.iterdir()), what="the file")
        assert list(exports.iterdir()) == []


async def test_the_page_for_a_review_is_that_of_the_command(
    dashboard: Running, reserve: Reserve, muse_root: Path, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        page = await exported(pilot, exports, "r")
    capsys.readouterr()
    assert main(["plan", "--markdown", "--repo", str(muse_root)]) == 0
    assert page.read_text() == capsys.readouterr().out
    assert page.name.startswith("musetui-review-")


async def test_a_great_many_rows_come_in_slices_and_whoever_gives_up_gets_no_file(
    dashboard: Running, muse_root: Path, exports: Path
) -> None:
    writer = Writer(Repository(muse_root), durable=False)
    now = datetime.now(UTC)
    for number in range(1_500):
        hour = timedelta(hours=1)
        writer.reserve([f"src/{number}.py"], f"run-{number}", ttl=hour, operation="modify", branch="main", now=now)
    async with dashboard() as pilot:
        assert isinstance(pilot.app.screen, Dashboard)
        table: RecordTable[object] = pilot.app.screen.table("local")
        await until(lambda: table.row_count == 1_500, what="rows")
        form = await opened(pilot)
        told: list[str] = []
        tell = form._tell
        form._tell = lambda text: (told.append(text), tell(text))[1]  # type: ignore[method-assign]
        await pilot.press("enter")
        await until(lambda: list(exports.iterdir()), what="the file")
        assert any(text.startswith("Reading ") for text in told)
        assert "Writing 1,500 rows…" in told
        [made] = exports.iterdir()
        assert len(json.loads(made.read_text())["rows"]) == 1_500
        await opened(pilot)
        await pilot.press("enter", "escape")
        await until(lambda: isinstance(pilot.app.screen, Dashboard), what="the way back")
    assert len(list(exports.iterdir())) <= 2
