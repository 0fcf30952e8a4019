"""The page for a review: written where a person finds it, the same as the command prints it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from musetui.cli import main
from musetui.errors import MuseTuiError
from musetui.tui.page_file import write_page
from tests.conftest import until
from tests.tui.conftest import Running
from tests.tui.test_plan_view import Reserve, meet, order_of

NOON = datetime(2026, 3, 18, 12, 30, 5, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home without downloads, of which nobody's settings say where they are."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(home / "Downloads"))
    return home


async def test_the_page_is_that_of_the_command_and_its_place_is_told(
    dashboard: Running, reserve: Reserve, muse_root: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meet(reserve)
    downloads = home / "Downloads"
    downloads.mkdir()
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        await pilot.press("e")
        await until(lambda: any("merge-plan-" in each.message for each in pilot.app._notifications))
        [page] = downloads.iterdir()
        assert any(str(page) in each.message for each in pilot.app._notifications)
    capsys.readouterr()
    assert main(["plan", "--markdown", "--repo", str(muse_root)]) == 0
    assert page.read_text() == capsys.readouterr().out


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no folder that takes no file, even of root")
async def test_a_page_that_cannot_be_written_is_told(
    dashboard: Running, reserve: Reserve, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(reserve)
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", "/proc")
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        await pilot.press("e")
        await until(lambda: any("cannot be written in /proc" in each.message for each in pilot.app._notifications))


def test_without_downloads_it_is_the_home_folder_and_nothing_is_replaced(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = write_page("one", "merge-plan", NOON)
    second = write_page("two", "merge-plan", NOON)
    assert first.parent == second.parent == home
    assert first.name.startswith("merge-plan-2026-03-1")
    assert (first.read_text(), second.read_text()) == ("one", "two")


def test_a_folder_that_takes_no_file_is_told_in_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "Downloads").mkdir()
    with pytest.raises(MuseTuiError, match="name another one"):
        write_page("one", "x" * 300, NOON)
