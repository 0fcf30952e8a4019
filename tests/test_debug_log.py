"""The debug log: lines without secrets in a file of one's own, whatever is logged and whatever lies there."""

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from musetui import debug_log
from musetui.debug_log import begin_debug_log, last_lines
from musetui.errors import MuseTuiError

SECRET = "q8Jd0sYc2Lk5Zr1Tn7Vb4Xw9Ha3Pf6Ge8Mi0Uo2Ds5"
LOG = logging.getLogger("musetui.test")


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    names = ("musetui", "asyncio", "watchdog")
    before = [(name, logging.getLogger(name).level, logging.getLogger(name).propagate) for name in names]
    yield
    for name, level, propagate in before:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = propagate
        for handler in [each for each in logger.handlers if isinstance(each, logging.FileHandler)]:
            logger.removeHandler(handler)
            handler.close()


def test_what_is_done_is_a_line(tmp_path: Path) -> None:
    file = tmp_path / "log"
    begin_debug_log(file, ["status", "--json"])
    LOG.debug("a batch of %d", 7)
    first, second = file.read_text().splitlines()
    assert first.endswith("musetui status --json")
    assert second.endswith("DEBUG   MainThread musetui.test: a batch of 7")
    assert last_lines()[-1] == second
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_secret_and_nothing_that_acts_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "log"
    begin_debug_log(file, ["sync", "pull", "--hub", f"https://me:{SECRET}@hub.example.com"])
    LOG.info("sig=%s \x1b[31m\u202e\nsecond line", SECRET)
    try:
        raise ValueError(f"\x1b]0;title\x07 password={SECRET}")
    except ValueError:
        LOG.exception("lost")
    text = file.read_text()
    assert SECRET not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "  | second line" in text
    assert "  | Traceback" in text


def test_what_is_there_stays_and_is_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("before\n")
    file.chmod(0o644)
    begin_debug_log(file, [])
    assert file.read_text().startswith("before\n")
    assert file.stat().st_mode & 0o777 == 0o600


def test_it_is_begun_anew_when_it_is_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug_log, "LARGEST", 2_000)
    file = tmp_path / "log"
    begin_debug_log(file, [])
    for number in range(200):
        LOG.debug("line %d", number)
    assert {path.name for path in tmp_path.iterdir()} == {"log", "log.1"}
    assert all(path.stat().st_size <= 2_000 for path in tmp_path.iterdir())
    assert "line 199" in file.read_text()


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "nowhere", "nul"])
def test_what_is_no_file_of_ones_own_is_refused(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "log"
    target = tmp_path / "target"
    target.write_text("")
    if kind == "folder":
        file.mkdir()
    elif kind == "link":
        file.symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "nowhere":
        file = tmp_path / "not" / "there"
    else:
        file = tmp_path / "a\0b"
    with pytest.raises(MuseTuiError, match="cannot be written"):
        begin_debug_log(file, [])
    assert target.read_text() == ""


def test_a_disk_that_fills_up_disturbs_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin_debug_log(tmp_path / "log", [])
    (handler,) = (each for each in logging.getLogger("musetui").handlers if isinstance(each, logging.FileHandler))
    with Path("/dev/full").open("w", buffering=1) as full:
        before = handler.setStream(full)
        LOG.debug("lost")
        handler.stream = before
        assert capsys.readouterr() == ("", "")
        with suppress(OSError):
            full.close()
