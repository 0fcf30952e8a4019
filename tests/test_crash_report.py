"""Reports about defects: they tell where, nothing secret, and nothing that acts on a terminal."""

from datetime import UTC, datetime
from pathlib import Path

from musetui.crash_report import KEPT, report_lines, write_report

SECRET = "q8Jd0sYc2Lk5Zr1Tn7Vb4Xw9Ha3Pf6Ge8Mi0Uo2Ds5"


def defect(message: str = "lost") -> ValueError:
    """Return an error as it comes from a function that knows a secret, and from another one within."""
    token = SECRET

    def within() -> None:
        raise KeyError(f"sig={token!r}")

    try:
        try:
            within()
        except KeyError as error:
            raise ValueError(message) from error
    except ValueError as error:
        return error


def test_it_tells_where_and_in_which_versions(tmp_path: Path) -> None:
    report = write_report(defect(), tmp_path / "reports", ["a line that was logged"])
    assert report is not None
    text = report.read_text()
    assert "in within" in text
    assert "KeyError" in text
    assert "ValueError: lost" in text
    assert "textual 8" in text
    assert "Python 3" in text
    assert text.endswith("logged last:\na line that was logged\n")


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    report = write_report(defect(f"token={SECRET}"), tmp_path, [f"Authorization: {SECRET}"])
    assert report is not None
    assert SECRET not in report.read_text()


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    report = write_report(defect(), tmp_path / "reports")
    assert report is not None
    assert report.stat().st_mode & 0o777 == 0o600
    assert report.parent.stat().st_mode & 0o777 == 0o700


def test_hostile_text_is_text() -> None:
    lines = report_lines(defect("\x1b[31mred\u202e\r\n\x07"), datetime.now(UTC))
    assert all(line.isprintable() for line in lines)
    assert any("red" in line for line in lines)


def test_a_recursion_without_end_is_cut(tmp_path: Path) -> None:
    def deeper(number: int) -> int:
        return deeper(number + 1) + 1

    error: BaseException | None = None
    for _ in range(60):
        cause = error
        try:
            deeper(0)
        except RecursionError as found:
            found.__cause__ = cause
            error = found
    assert error is not None
    assert len(report_lines(error, datetime.now(UTC))) < 2_100


def test_the_oldest_go(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        (tmp_path / f"20200101T00{number:04}Z-1.txt").write_text("")
    (tmp_path / "other.txt").write_text("mine")
    report = write_report(defect(), tmp_path)
    assert report is not None
    assert report.exists()
    assert len(list(tmp_path.glob("*Z-*.txt"))) == KEPT
    assert (tmp_path / "other.txt").exists()


def test_where_none_can_be_written_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert write_report(defect(), tmp_path / "file") is None
