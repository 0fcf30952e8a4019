"""Opening a file in the person's own editor, at a line, and coming back."""

import os

from textual.app import App, SuspendNotSupported

from musetui.coordination.source_place import SourcePlace
from musetui.editor import editor_command, run_editor
from musetui.errors import MuseTuiError


def edit(app: App[int], place: SourcePlace) -> str:
    """Hand the terminal to the editor until it ends; return "" or the sentence that says why that was not possible."""
    try:
        command = editor_command(os.environ, place)
        with app.suspend():
            # Nothing is painted meanwhile, and what happens on disk waits; it is taken in on the way back.
            return run_editor(command)
    except MuseTuiError as error:
        return str(error)
    except SuspendNotSupported:
        return "This terminal cannot be handed to an editor."
