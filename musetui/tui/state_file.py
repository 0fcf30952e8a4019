"""Files that the dashboard keeps something in from one start to the next: a memory each, and no truth."""

import json
from collections.abc import Callable
from pathlib import Path

from musetui.coordination.files import RefusedError, UnreadableError, plain_reason, read_regular
from musetui.errors import MuseTuiError
from musetui.placing import opened, remove_leftovers, replace_file, take_turns
from musetui.records.text import safe_text

_FILE_LIMIT = 1_048_576
_MODE = 0o600
_OTHERS_TAKE = 1.0
"""Seconds; a change takes some thousandths, so whoever takes longer has been stopped."""


def state_folder(state: Path | None) -> Path:
    """Return the folder that such files lie in: *state*, or else the user's own."""
    if state is None:
        from platformdirs import user_state_path

        state = user_state_path("musetui")
    return state


def reports_folder(state: Path | None) -> Path:
    """Return the folder that reports about defects lie in: below *state*, or else below the user's own."""
    return state_folder(state) / "reports"


def read_state(path: Path) -> dict[str, object]:
    """Return what is kept at *path*: nothing, if there is none, or it was damaged; that is forgotten, and no error."""
    try:
        return _known(path, "")
    except MuseTuiError:
        return {}


def change_state(path: Path, change: Callable[[dict[str, object]], dict[str, object]], what: str) -> None:
    """Keep at *path* what *change* makes of what is kept there; it blocks for as long as the disk takes.

    Args:
        change: given what is kept, returns what is to be; another dashboard changes it before or after, not meanwhile.
        what: what is kept there, for a sentence: `filters`.

    Raises:
        MuseTuiError: if the disk refuses. What it does not show is not written over.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened(path.parent) as folder:
            take_turns(folder, _OTHERS_TAKE)
            data = json.dumps(change(_known(path, what)), indent=1).encode()
            remove_leftovers(folder)
            replace_file(folder, path.name, data, durable=True, mode=_MODE)
    except OSError as error:
        where = safe_text(path, 200)
        raise MuseTuiError(f"{what} cannot be kept in {where} ({plain_reason(error)}): make room there") from None


def _known(path: Path, what: str) -> dict[str, object]:
    try:
        whole = json.loads(read_regular(path, _FILE_LIMIT))
    except RefusedError as error:
        where = safe_text(path, 200)
        raise MuseTuiError(f"{what} cannot be kept in {where}, which cannot be read ({error}): see to it") from None
    except (FileNotFoundError, UnreadableError, ValueError, RecursionError):
        return {}
    return whole if isinstance(whole, dict) else {}
