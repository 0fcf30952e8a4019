"""The folder that exports go to: the one of the settings, or else the current one."""

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from musetui.settings import Settings

Folder: TypeAlias = Path
"""What screens call it, which touch no disk themselves."""


def export_folder(settings: "Settings | None") -> Folder:
    """Return the folder, as an absolute path."""
    chosen = settings.export_folder if settings is not None else None
    return chosen.absolute() if chosen is not None else Path.cwd()
