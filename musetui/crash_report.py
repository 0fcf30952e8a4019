"""What is kept of a defect for whoever mends it: where it happened and in which versions, and no secret.

A report quotes no variables: what they hold may be anybody's. Its lines went through redaction and are safe to print.
"""

import os
import platform
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from musetui import __version__
from musetui.debug_log import last_lines
from musetui.records.text import safe_text
from musetui.redaction import redacted

KEPT = 20
"""Reports that stay; with each new one the oldest beyond go."""

_LINES = 2_000
_LINE = 500
"""Lines of a report, and characters of a line."""


def write_report(error: BaseException, folder: Path, tail: Iterable[str] | None = None) -> Path | None:
    """Write a report about *error* into *folder*, which only this user can read; it blocks for as long as a disk takes.

    Args:
        error: the defect.
        folder: where reports are kept; it is made if it is not there.
        tail: what was logged last; None for what the debug log says.

    Returns:
        The file; None if it cannot be written: a second trouble must not hide the first.
    """
    now = datetime.now(UTC)
    text = "\n".join(report_lines(error, now, last_lines() if tail is None else tail)) + "\n"
    file = folder / f"{now:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}.txt"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        _remove_oldest(folder)
        return file
    return None


def report_lines(error: BaseException, now: datetime, tail: Iterable[str] = ()) -> list[str]:
    """Return the lines of a report about *error*, each safe to print."""
    words = " ".join(["musetui", *sys.argv[1:]])
    head = (
        f"musetui {__version__}, {now:%Y-%m-%d %H:%M:%S} UTC",
        f"Python {platform.python_version()} on {platform.system()} {platform.release()} {platform.machine()}",
        *_versions(),
        f"started as: {words}",
        "",
    )
    trace = "".join(traceback.format_exception(error)).splitlines()
    if len(trace) > _LINES:  # a recursion without end: where it began, and where it ended
        trace = [*trace[: _LINES // 2], f"({len(trace) - _LINES:,} lines left out)", *trace[-_LINES // 2 :]]
    logged = list(tail)
    more = ("", "logged last:", *logged) if logged else ()
    # Keys have lines of their own, so that the whole is looked at before its lines.
    whole = redacted("\n".join((*head, *trace, *more)))
    return [safe_text(line, _LINE) for line in whole.splitlines()]


def _versions() -> list[str]:
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("textual", "rich", "pydantic", "watchdog", "httpx"):
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return [", ".join(found)]


def _remove_oldest(folder: Path) -> None:
    reports = sorted(path for path in folder.glob("*Z-*.txt") if not path.is_symlink())
    for path in reports[:-KEPT]:
        with suppress(OSError):
            path.unlink()
