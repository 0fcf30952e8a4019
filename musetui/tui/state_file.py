"""Files that the dashboard keeps something in from one start to the next: a memory each, and no truth."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from musetui.coordination.files import UnreadableError, plain_reason, read_regular
from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

_FILE_LIMIT = 1_048_576


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
    text = json.dumps(whole, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        where = safe_text(path, 200)
        raise MuseTuiError(f"{what} cannot be kept in {where} ({plain_reason(error)}): make room there") from None
