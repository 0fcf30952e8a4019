"""Settings: flags before the environment, before the user's file, before the repository's own file.

Each place may set any of the same few keys; the first that does wins. A key that does not exist and a value that means
nothing are errors that name the place, so that a slip of the pen is never taken for silence.

Plain Python: settings are read before the first paint, which must not wait for anything heavy to be imported.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

from musetui.coordination.files import UnreadableError, read_regular
from musetui.durations import parse_duration
from musetui.errors import MuseTuiError, SettingsError
from musetui.records.liveness import SILENT_AFTER
from musetui.records.text import safe_text

ENVIRONMENT_PREFIX = "MUSETUI_"
DEBUG = "MUSETUI_DEBUG"
"""Not a setting: shows the traceback of a defect."""

REPOSITORY_TABLE = "musetui"
"""The table of `.muse/config.toml` that is ours."""

_FILE_LIMIT = 262_144
"""Bytes of a settings file; a long one has two KiB."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can choose.

    Attributes:
        repo: where to look for the repository; None for the current folder.
        read_only: whether nothing is ever written.
        theme: the name of the dashboard's theme; "" for the usual one.
        silent_after: the time without a sign of life after which a run is silent.
        poll: compare folders instead of asking the kernel, for network file systems.
        run_id: who writes, where a command or form is not told.
    """

    repo: Path | None = None
    read_only: bool = False
    theme: str = ""
    silent_after: timedelta = SILENT_AFTER
    poll: bool = False
    run_id: str = ""


KEYS = tuple(field.name for field in fields(Settings))


def load_settings(
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    *,
    user_file: Path | None = None,
    repository_file: Path | None = None,
) -> Settings:
    """Return the settings that hold.

    Args:
        flags: what the command line said; None stands for nothing said.
        environment: the environment variables.
        user_file: the user's `config.toml`; need not exist.
        repository_file: the repository's `.muse/config.toml`, of which only the table `[musetui]` counts. It cannot
            say where the repository is.

    Raises:
        SettingsError: if a place says something that means nothing.
    """
    chosen: dict[str, object] = {}
    if repository_file is not None:
        chosen |= _from_repository(repository_file)
    if user_file is not None:
        chosen |= _from_file(user_file)
    chosen |= _from_environment(environment)
    chosen |= {
        key: _value(key, value, f"--{key.replace('_', '-')}") for key, value in flags.items() if value is not None
    }
    if not chosen.get("run_id"):
        chosen["run_id"] = who_and_where(environment)
    return Settings(**chosen)  # type: ignore[arg-type]  # _value made each of its field's type


def user_settings_file() -> Path:
    """Return where the user's settings are kept; need not exist."""
    from platformdirs import user_config_path

    return user_config_path("musetui") / "config.toml"


def who_and_where(environment: Mapping[str, str]) -> str:
    """Return the run id of a person who gave none: `user@host`."""
    import socket

    user = next((environment[name] for name in ("LOGNAME", "USER", "USERNAME") if environment.get(name)), "")
    return f"{user or _user_of_process()}@{socket.gethostname().partition('.')[0] or 'localhost'}"


def _user_of_process() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run as a number that no file names
        return str(os.getuid())


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    chosen: dict[str, object] = {}
    if named := environment.get("MUSE_RUN_ID"):
        chosen["run_id"] = _value("run_id", named, "MUSE_RUN_ID")
    for name, text in environment.items():
        if not name.startswith(ENVIRONMENT_PREFIX) or name == DEBUG or not text:
            continue
        key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
        if key not in KEYS:
            raise SettingsError(
                _unknown(name, [f"{ENVIRONMENT_PREFIX}{each.upper()}" for each in KEYS], "the environment")
            )
        chosen[key] = _value(key, text, name)
    return chosen


def _from_file(path: Path) -> dict[str, object]:
    return _from_table(_read(path), str(path), KEYS)


def _from_repository(path: Path) -> dict[str, object]:
    table = _read(path).get(REPOSITORY_TABLE, {})
    place = f"[{REPOSITORY_TABLE}] in {path}"
    if not isinstance(table, dict):
        raise SettingsError(
            f"{place} is no table: write `[{REPOSITORY_TABLE}]` on a line of its own, and keys below it"
        )
    return _from_table(table, place, tuple(key for key in KEYS if key != "repo"))


def _from_table(table: Mapping[str, object], place: str, keys: tuple[str, ...]) -> dict[str, object]:
    for key in table:
        if key not in keys:
            raise SettingsError(_unknown(key, list(keys), place))
    return {key: _value(key, value, f"{key} in {place}") for key, value in table.items()}


def _read(path: Path) -> dict[str, object]:
    """Return what a TOML file says; nothing, if there is none."""
    try:
        # A link may stand for the user's own file, as managers of dotfiles make them, so it is followed here.
        data = read_regular(Path(os.path.realpath(path)), _FILE_LIMIT)
    except FileNotFoundError:
        return {}
    except UnreadableError as error:
        raise SettingsError(f"{safe_text(path)} cannot be read ({error}): mend or remove it") from None
    import tomllib

    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{safe_text(path)} is not TOML ({safe_text(error, 120)}): mend that line") from None


def _unknown(key: str, keys: list[str], place: str) -> str:
    near = get_close_matches(key, keys, 1, 0.5)
    advice = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(keys)}"
    return f"{safe_text(key, 60)} in {safe_text(place)} is no setting: {advice}"


_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")
_RUN_ID_LIMIT = 512


def _value(key: str, value: object, place: str) -> object:
    """Return *value* as the type of its setting, or raise what is wrong with it."""
    try:
        return _READERS[key](value)
    except ValueError as error:
        shown = "an empty text" if value == "" else safe_text(value if isinstance(value, str) else repr(value), 60)
        raise SettingsError(f"{safe_text(place)} is {shown}: {error}") from None


def _read_flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _TRUE + _FALSE:
        return value.strip().lower() in _TRUE
    raise ValueError("say true or false")


def _read_length(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("write a length of time like 45s, 90m or 1h30m")
    try:
        length = parse_duration(str(value))
    except MuseTuiError:
        raise ValueError("write a length of time like 45s, 90m or 1h30m") from None
    if length < timedelta(seconds=1):
        raise ValueError("it must be at least 1s")
    return length


def _read_line(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _RUN_ID_LIMIT or not value.isprintable():
        raise ValueError(f"write one line of text of at most {_RUN_ID_LIMIT} characters")
    return value.strip()


def _read_theme(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("write the name of a theme")
    return value.strip()


def _read_path(value: object) -> Path:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("write the path of a folder")
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError("there is no such home folder: write the path of a folder") from None


_READERS = {
    "repo": _read_path,
    "read_only": _read_flag,
    "theme": _read_theme,
    "silent_after": _read_length,
    "poll": _read_flag,
    "run_id": _read_line,
}
