"""How a command fails: an exit code, and one sentence that says what to do, as text or as JSON."""

import os
import sys
from typing import TYPE_CHECKING

from musetui.cli.output import say_json
from musetui.errors import (
    EXIT_DEFECT,
    BusError,
    HubError,
    MuseCommandError,
    MuseTuiError,
    NoHubError,
    RecordError,
    RecordExistsError,
    RecordingError,
    RepositoryError,
    SettingsError,
    UnknownNameError,
)
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from pathlib import Path

EXIT_FINE = 0
EXIT_USER = 1
EXIT_NO_REPOSITORY = 2
EXIT_INTERRUPTED = 130
EXIT_PIPE = 141
"""The last two are what a shell reports for SIGINT and SIGPIPE."""


class CommandError(MuseTuiError):
    """A command cannot do what it was asked.

    Attributes:
        status: one word for programs, as `status` in the JSON of an error.
    """

    def __init__(self, sentence: str, status: str) -> None:
        super().__init__(sentence)
        self.status = status


class UsageError(CommandError):
    """The words of the command line mean nothing."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, "bad_args")


class FilterUsageError(UsageError):
    """The filter of the command line means nothing.

    Attributes:
        excerpt: the filter, and a line with carets below what is wrong.
    """

    def __init__(self, sentence: str, excerpt: tuple[str, str]) -> None:
        super().__init__(sentence)
        self.excerpt = excerpt


def status_of(error: MuseTuiError) -> str:
    """Return the one word for programs that goes with *error*."""
    if isinstance(error, CommandError):
        return error.status
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), "error")


_STATUSES: tuple[tuple[type[MuseTuiError], str], ...] = (
    (BusError, "hub_not_served"),
    (UnknownNameError, "unknown_name"),
    (MuseCommandError, "no_answer_from_muse"),
    (RecordingError, "bad_recording"),
    (RepositoryError, "not_a_repository"),
    (SettingsError, "bad_settings"),
    (RecordExistsError, "exists"),
    (RecordError, "not_written"),
    (NoHubError, "no_hub_url"),
    (HubError, "hub_error"),
)


def report_error(error: MuseTuiError, *, as_json: bool) -> int:
    """Tell *error*, and return the exit code that goes with it."""
    if isinstance(error, FilterUsageError) and not as_json:
        for line in error.excerpt:
            print(f"  {safe_text(line)}", file=sys.stderr)
    _tell(safe_text(error), status_of(error), as_json=as_json)
    return EXIT_NO_REPOSITORY if isinstance(error, RepositoryError) else EXIT_USER


def report_defect(error: Exception, *, as_json: bool) -> int:
    """Tell an error that should not have been possible, with its traceback where asked for; return the exit code."""
    from musetui.settings import DEBUG

    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    report = _written(error)
    where = f"send {safe_text(report, 300)} along" if report else f"set {DEBUG}=1 to see where"
    sentence = f"a defect of musetui ({safe_text(said, 200)}): please report it, and {where}"
    if os.environ.get(DEBUG):
        import traceback

        # A traceback quotes what was read; line by line it is still made safe.
        for line in "".join(traceback.format_exception(error)).splitlines():
            print(safe_text(line), file=sys.stderr)
    _tell(sentence, "defect", as_json=as_json)
    return EXIT_DEFECT


def _written(error: Exception) -> "Path | None":
    """Write a report about a defect, where one can be written."""
    import logging
    from pathlib import Path

    from musetui.crash_report import write_report
    from musetui.settings.reading import ENVIRONMENT_PREFIX
    from musetui.tui.state_file import reports_folder

    logging.getLogger("musetui").critical("a defect", exc_info=error)
    # Where the settings say, but they may be what is wrong.
    state = os.environ.get(f"{ENVIRONMENT_PREFIX}STATE")
    return write_report(error, reports_folder(Path(state) if state else None))


def _tell(sentence: str, status: str, *, as_json: bool) -> None:
    if as_json:
        say_json({"error": sentence, "status": status})
    else:
        print(f"musetui: {sentence}", file=sys.stderr)
