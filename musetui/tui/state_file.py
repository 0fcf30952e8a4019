"""Files that the dashboard keeps something in from one start to the next: a memory each, and no truth."""

import json
import os
from pathlib import Path

from musetui.coordination.files import UnreadableError, plain_reason, read_regular
from musetui.errors import MuseTuiError
from musetui.placing import remove_leftovers, replace_file
from musetui.records.text import safe_text

_FILE_LIMIT = 1_048_576
_MODE = 0o600


def state_folder(state: Path | None) -> Path:
    """Return the folder that such files lie in: *state*, or else the user's own."""
    if state is None:
        from platformdirs import user_state_path

        state = user_state_path("musetui")
    return state


def read_state(path: Path) -> dict[str, object]:
    """Return what is kept at *path*: nothing, if there is none, or it was damaged; that is forgotten, and no error."""
    try:
        whole = json.loads(read_regular(path, _FILE_LIMIT))
    except (FileNotFoundError, UnreadableError, ValueError, RecursionError):
        return {}
    return whole if isinstance(whole, dict) else {}


def write_state(path: Path, whole: dict[str, object], what: str) -> None:
    """Keep *whole* at *path*, in place of what was there; it blocks for as long as the disk takes.

    Args:
        what: what is kept there, for a sentence: `filters`.

    Raises:
        MuseTuiError: if the disk refuses.
    """
    data = json.dumps(whole, indent=1).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            remove_leftovers(folder)
            replace_file(folder, path.name, data, durable=True, mode=_MODE)
        finally:
            os.close(folder)
    except OSError as error:
        where = safe_text(path, 200)
        raise MuseTuiError(f"{what} cannot be kept in {where} ({plain_reason(error)}): make room there") from None
