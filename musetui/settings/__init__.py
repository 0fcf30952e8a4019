"""Settings: flags before the environment, before the user's file, before the repository's own file.

Each place may set any of the same few keys; the first that does wins. A key that does not exist and a value that means
nothing are errors that name the place, down to the line, so that a slip of the pen is never taken for silence.

Beside the plain settings there are tables, `[keys]` the first of them: each belongs to the room that it is about, which
says what may stand in it (`musetui.settings.tables`).

Plain Python: settings are read before the first paint, which must not wait for anything heavy to be imported.
"""

from musetui.settings.chosen import RECORDS_PATH, Settings
from musetui.settings.reading import (
    DEBUG,
    ENVIRONMENT_PREFIX,
    KEYS,
    Reading,
    load_settings,
    read_settings,
    user_settings_file,
    who_and_where,
)
from musetui.settings.values import NAME_LIMIT, is_hub_name

__all__ = [
    "DEBUG",
    "ENVIRONMENT_PREFIX",
    "KEYS",
    "NAME_LIMIT",
    "RECORDS_PATH",
    "Reading",
    "Settings",
    "is_hub_name",
    "load_settings",
    "read_settings",
    "user_settings_file",
    "who_and_where",
]
