"""`musetui replay`: shows a recording that was made elsewhere."""

import gc
import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.cli.dashboard import checked_filter, first_view, has_terminal
from musetui.cli.failures import CommandError, UsageError
from musetui.cli.theme_names import check_theme
from musetui.cli.workspace import read_outside
from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.history.replay import Replay

LARGE = 20_000_000
"""Bytes from which on reading takes a second or more, and is told of."""


def run_replay(args: Namespace) -> int:
    """Show the dashboard on a recording until the person or a signal ends it; return the exit code."""
    for option, value in (("--repo", args.repo), ("--recording", args.recording)):
        if value is not None:
            raise UsageError(f"a recording is all that `musetui replay` shows: leave {option} out")
    first_filter = checked_filter(args)
    reading = read_outside(args)
    settings = reading.checked()
    check_theme(reading)
    gc.disable()  # as for the dashboard
    path: Path = args.recording_file
    if has_terminal() and _size(path) >= LARGE:
        print(f"reading {safe_text(path, 300)} …", file=sys.stderr)
    from musetui.history.replay import open_replay

    replay = open_replay(path)
    at = _moment(args.at, replay)
    if not has_terminal():
        raise CommandError("a recording is to be looked at: start it in a terminal", "no_terminal")
    from musetui.tui import run

    return run.run_dashboard(
        replay.repository, settings, first_filter, at=at, first_view=first_view(args), replay=replay
    )


def _moment(text: str | None, replay: "Replay") -> datetime | None:
    """Return the moment that is asked about, which is seen from the end of the recording; None for that end.

    A time without a day is one at which somebody recorded, the last if there are several.
    """
    if text is None:
        return None
    from musetui.typed_moments import names_no_day, parse_moment

    ends = replay.ends
    try:
        moment = parse_moment(text, ends)
    except MuseTuiError as error:
        raise UsageError(f"argument --at: {error} (the recording ends {_shown(ends)})") from None
    # Nobody types fractions of a second: the one in which it begins is named whole.
    begins = replay.begins.replace(microsecond=0)
    first = min((replay.known.trail.begins or begins).replace(microsecond=0), begins)
    said = safe_text(text, 40)
    if moment < first:
        told = f"{_shown(first)} to {_shown(ends)}"
        raise UsageError(f"argument --at: {said!r} lies outside the recording, which tells of {told}")
    if moment < begins and names_no_day(text):
        recorded = f"{_shown(begins)} to {_shown(ends)}"
        raise UsageError(f"argument --at: {said!r} is at no time of the recording, {recorded}: say the day as well")
    return moment


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):  # which opening it will tell of
        return 0
