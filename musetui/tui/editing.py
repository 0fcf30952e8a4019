"""Opening a file in the person's own editor, at a line, and coming back."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

from musetui.coordination.source_place import SourcePlace
from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

_WITH_PLUS = ("vi", "vim", "nvim", "view", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "joe", "mg", "ed")
_WITH_COLON = ("hx", "helix", "zed", "subl")
_WITH_GOTO = ("code", "code-insiders", "codium", "cursor")


def editor_command(environment: Mapping[str, str], place: SourcePlace) -> list[str]:
    """Return the words that open *place*: those of `$VISUAL` or `$EDITOR`, else `vi`, and where to go.

    No shell reads them, and the path is absolute, so that nothing in its name means anything.

    Raises:
        MuseTuiError: if the variable cannot be read.
    """
    said = environment.get("VISUAL") or environment.get("EDITOR") or "vi"
    try:
        words = shlex.split(said)
    except ValueError:
        words = []
    if not words:
        raise MuseTuiError(f"$EDITOR cannot be read ({safe_text(said, 60)}): set it to a command")
    name, file = Path(words[0]).name, os.fspath(place.file)
    if name in _WITH_GOTO:
        return [*words, "--goto", f"{file}:{place.line}"]
    if name in _WITH_COLON:
        return [*words, f"{file}:{place.line}"]
    return [*words, *([f"+{place.line}"] if name in _WITH_PLUS else []), file]


def edit(app: App[int], place: SourcePlace) -> str:
    """Hand the terminal to the editor until it ends; return "" or the sentence that says why that was not possible."""
    try:
        command = editor_command(os.environ, place)
        with app.suspend():
            # Nothing is painted meanwhile, and what happens on disk waits; it is taken in on the way back.
            return _run(command)
    except MuseTuiError as error:
        return str(error)
    except SuspendNotSupported:
        return "This terminal cannot be handed to an editor."


def _run(command: list[str]) -> str:
    """As `edit`. Raises nothing: Textual takes the terminal back only from a block that ends well."""
    name = safe_text(command[0], 60)
    try:
        code = subprocess.run(command, check=False).returncode
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        return f"{name} cannot be started ({safe_text(said or 'the system refused', 60).lower()}): set $EDITOR"
    return f"{name} ended with {code}." if code else ""
