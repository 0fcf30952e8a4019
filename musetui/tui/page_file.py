"""A page of text in a file of its own, where a person finds it: the disk part of an export."""

from datetime import datetime
from pathlib import Path

from platformdirs import user_downloads_path

from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

_MOST_NAMES = 100
"""Names that are tried: so many pages in one second nobody saves."""


def write_page(text: str, name: str, moment: datetime) -> Path:
    """Write *text* to a new file, and return where: among the downloads, or in the home folder if there are none.

    Never in the present folder, which as a rule is the work tree. It blocks for as long as the disk takes, and never
    replaces a file.

    Args:
        text: the page.
        name: what the file's name begins with; *moment* follows.
        moment: when it is (aware); shown in the person's own time.

    Raises:
        MuseTuiError: if the disk refuses.
    """
    downloads = user_downloads_path()
    folder = downloads if downloads.is_dir() else Path.home()
    stem = f"{name}-{moment.astimezone():%Y-%m-%d-%H%M%S}"
    for number in range(1, _MOST_NAMES + 1):
        path = folder / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        except OSError as error:
            raise _refusal(folder, error.strerror or error) from None
        return path
    raise _refusal(folder, f"{stem}.md and {_MOST_NAMES - 1} more are there already")


def _refusal(folder: Path, reason: object) -> MuseTuiError:
    shown = safe_text(reason, 120)
    return MuseTuiError(
        f"the page cannot be written in {safe_text(folder, 200)} ({shown}): name another one in XDG_DOWNLOAD_DIR"
    )
