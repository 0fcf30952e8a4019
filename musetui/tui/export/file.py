"""The disk part of an export: where it goes, and that it is there whole or not at all, in the place of nothing."""

import os
import re
from datetime import datetime
from pathlib import Path

from musetui.errors import MuseTuiError
from musetui.placing import create_file, remove_leftovers
from musetui.records.text import safe_text

_MOST_NAMES = 100
"""Names that are tried for a file whose name nobody chose."""


def proposed(what: str, moment: datetime, ending: str) -> str:
    """Return a name for a file: `musetui-stale-2026-11-25T2230.csv`, in the person's own time."""
    return f"musetui-{what}-{moment.astimezone():%Y-%m-%dT%H%M}.{ending}"


def place_of(typed: str, folder: Path) -> Path:
    """Return the file that is meant by *typed*: in *folder*, if it does not say another one. Touches no disk.

    Raises:
        MuseTuiError: if it is no name of a file; one sentence.
    """
    text = typed.strip()
    if not text or text.endswith("/") or not text.isprintable():
        raise MuseTuiError("Write the name of a file.")
    try:
        return folder / Path(text).expanduser()
    except RuntimeError:
        raise MuseTuiError("There is no such home folder.") from None


def write_new(path: Path, data: bytes, *, may_number: bool) -> Path:
    """Write *data* to a new file, all at once, and return where. It blocks for as long as the disk takes.

    Args:
        path: the file.
        data: what it holds.
        may_number: whether, if there is one of that name, another name may be taken: `…-2.csv`.

    Raises:
        MuseTuiError: if there is a file of that name, or the disk refuses; one sentence, safe text.
    """
    shown = safe_text(path.parent, 200)
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise MuseTuiError(f"{shown} is no folder to write to ({_reason(error)})") from None
    try:
        remove_leftovers(folder)
        for number in range(1, _MOST_NAMES + 1 if may_number else 2):
            name = path.name if number == 1 else re.sub(r"(\.[^.]*)?$", rf"-{number}\1", path.name, count=1)
            try:
                create_file(folder, name, data, durable=True)
            except FileExistsError:
                continue
            return path.with_name(name)
    except OSError as error:
        raise MuseTuiError(f"{safe_text(path.name, 100)} cannot be written in {shown} ({_reason(error)})") from None
    finally:
        os.close(folder)
    raise MuseTuiError(f"there is a {safe_text(path.name, 100)} in {shown} already: give it another name")


def _reason(error: OSError) -> str:
    return safe_text((error.strerror or "the system refused").lower(), 80)
