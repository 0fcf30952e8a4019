"""Where exports go: the name that is proposed, the folder, and a file that is whole and never in another's place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from musetui.errors import MuseTuiError
from musetui.settings import Settings
from musetui.tui.export.file import place_of, proposed, write_new
from musetui.tui.export.folder import export_folder

NOON = datetime(2026, 11, 25, 22, 30, 5, tzinfo=UTC)


def test_the_name_tells_what_and_when_in_the_persons_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    local = NOON.astimezone()
    assert proposed("stale", NOON, "csv") == f"musetui-stale-{local:%Y-%m-%dT%H%M}.csv"


@pytest.mark.parametrize(
    ("typed", "path"),
    [("a.csv", "/here/a.csv"), (" b/a.csv ", "/here/b/a.csv"), ("/x/a", "/x/a"), ("~/a", "/home/me/a")],
)
def test_a_name_is_in_the_folder_unless_it_says_another(typed: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert place_of(typed, Path("/here")) == Path(path)


@pytest.mark.parametrize("typed", ["", "  ", "a/", "a\x1b[2J", "~nobody-of-that-name/a"])
def test_what_is_no_name(typed: str) -> None:
    with pytest.raises(MuseTuiError):
        place_of(typed, Path("/here"))


def test_nothing_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.csv"
    assert write_new(path, b"one", may_number=False) == path
    with pytest.raises(MuseTuiError, match=r"there is a a\.tar\.csv in .* already: give it another name"):
        write_new(path, b"two", may_number=False)
    assert write_new(path, b"two", may_number=True).name == "a.tar-2.csv"
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert write_new(tmp_path / "link", b"three", may_number=True).name == "link-2"
    assert not (tmp_path / "elsewhere").exists()
    found = {each.name: each.read_bytes() for each in tmp_path.iterdir() if not each.is_symlink()}
    assert found == {"a.tar.csv": b"one", "a.tar-2.csv": b"two", "link-2": b"three"}


def test_a_folder_that_is_none_and_one_that_takes_nothing(tmp_path: Path) -> None:
    with pytest.raises(MuseTuiError, match="is no folder to write to \\(no such file or directory\\)"):
        write_new(tmp_path / "gone" / "a", b"", may_number=True)
    with pytest.raises(MuseTuiError, match="cannot be written in"):
        write_new(tmp_path / ("x" * 300), b"", may_number=True)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_that_of_the_settings_or_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert export_folder(Settings()) == tmp_path
    assert export_folder(None) == tmp_path
    assert export_folder(Settings(export_folder=Path("sub"))) == tmp_path / "sub"
