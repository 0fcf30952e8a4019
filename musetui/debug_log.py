"""The debug log: what musetui does, a line each, for a person who looks for what went wrong. Nothing secret is in it.

Modules log below `musetui`; until a log is begun, that costs a look at a level. Keys and texts that a person types are
never logged, nor what records say.
"""

import errno
import logging
import os
import platform
import shlex
import stat
from collections import deque
from collections.abc import Sequence
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from musetui import __version__
from musetui.coordination.files import plain_reason
from musetui.errors import MuseTuiError
from musetui.records.text import safe_text
from musetui.redaction import redacted

LARGEST = 10_000_000
"""Bytes after which a log is begun anew; the one before stays beside it, as `.1`."""

_LINE = 2_000
_TAIL = 200
"""Characters of a line, and lines that a crash report repeats."""

_last: deque[str] = deque(maxlen=_TAIL)


class _Lines(logging.Formatter):
    """One line a message, safe to print; a traceback has lines of its own, with a bar before each."""

    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        head, _, rest = super().format(record).partition("\n")
        lines = [head, *(f"  | {line}" for line in rest.splitlines())]
        return "\n".join(safe_text(line, _LINE) for line in redacted("\n".join(lines)).splitlines())


class _File(RotatingFileHandler):
    """A file that only this user can read, and no link to another; what cannot be written is let go."""

    def _open(self) -> TextIOWrapper:
        # A named pipe without a reader is refused, and does not hold the writer.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        handle = os.open(self.baseFilename, flags, 0o600)
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            os.close(handle)
            raise OSError(errno.EPERM, "no plain file of this user's")
        os.fchmod(handle, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        _last.append(self.format(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Say nothing: there is a screen where it would be said."""


def begin_debug_log(file: Path, words: Sequence[str]) -> None:
    """Log to *file* from now on, that musetui was started with *words* first; what the file holds stays.

    Raises:
        MuseTuiError: if it cannot be written.
    """
    try:
        handler = _File(file, maxBytes=LARGEST, backupCount=1, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = plain_reason(error) if isinstance(error, OSError) else "its name means nothing"
        raise MuseTuiError(f"the debug log {safe_text(file, 200)} cannot be written ({reason}): name another") from None
    handler.setFormatter(_Lines("%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"))
    for name, level in (("musetui", logging.DEBUG), ("asyncio", logging.WARNING), ("watchdog", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.addHandler(handler)
        logger.propagate = False
    on = f"Python {platform.python_version()} on {platform.system()}"
    logging.getLogger("musetui").info("musetui %s, %s: %s", __version__, on, shlex.join(("musetui", *words)))


def last_lines() -> tuple[str, ...]:
    """Return what was logged last."""
    return tuple(_last)
