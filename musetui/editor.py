"""The person's own editor: the words that start it at a line of a file, and how it went."""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

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


def run_editor(command: Sequence[str]) -> str:
    """Let the editor have the terminal until it ends; return "" or the sentence that says what went wrong.

    Raises nothing: Textual takes the terminal back only from a block that ends well.
    """
    name = safe_text(command[0], 60)
    try:
        code = subprocess.run(command, check=False).returncode
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        reason = safe_text(said or "the system refused", 60).lower()
        return f"{name} cannot be started ({reason}): set $EDITOR to a command"
    return f"{name} ended with {code}." if code else ""
