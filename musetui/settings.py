"""Settings: flags before the environment, before the user's file, before the repository's own file.

Each place may set any of the same few keys; the first that does wins. A key that does not exist and a value that means
nothing are errors that name the place, so that a slip of the pen is never taken for silence.

Plain Python: settings are read before the first paint, which must not wait for anything heavy to be imported.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

from musetui.coordination.files import UnreadableError, read_regular
from musetui.durations import parse_duration
from musetui.errors import MuseTuiError, SettingsError
from musetui.records.liveness import ABANDONED_WITHIN, FUTURE_TOLERANCE, LONGEST_LEASE, SILENT_AFTER
from musetui.records.text import safe_text

ENVIRONMENT_PREFIX = "MUSETUI_"
DEBUG = "MUSETUI_DEBUG"
"""Not a setting: shows the traceback of a defect."""

REPOSITORY_TABLE = "musetui"
"""The table of `.muse/config.toml` that is ours."""

HUB_TABLE = "hub"
"""Muse's own table there, of which we read what is about meeting a hub."""

RECORDS_PATH = "/api/v1/repos/{owner}/{slug}/coordination/records"
"""Where a hub takes and gives records, below its address."""

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
        longest_lease: the length from which on a lease is overlong.
        future_tolerance: how far ahead of the clock a record may be dated.
        abandoned_within: for how long what ran out and was never released is looked at.
        poll: compare folders instead of asking the kernel, for network file systems.
        calls: whether sources are read for who calls what another one changes.
        run_id: who writes, where a command or form is not told.
        hub: the hub's address; "" for none.
        owner: whose repository it is at the hub; "" for the identity's own.
        slug: the repository's name at the hub; "" for its folder's.
        records_path: where at the hub records are, with `{owner}` and `{slug}` in it.
        identity: the file that says who one is at which hub; None for `~/.muse/identity.toml`.
        key: the file of the private key; None for the one that the identity names.
        auto_push: whether the dashboard pushes local changes without being asked.
        state: the folder where it is remembered what a hub has, and which filters were used; None for the user's own.
        filters: filters by name, by the sort of rows that they are for.
    """

    repo: Path | None = None
    read_only: bool = False
    theme: str = ""
    silent_after: timedelta = SILENT_AFTER
    longest_lease: timedelta = LONGEST_LEASE
    future_tolerance: timedelta = FUTURE_TOLERANCE
    abandoned_within: timedelta = ABANDONED_WITHIN
    poll: bool = False
    calls: bool = True
    run_id: str = ""
    hub: str = ""
    owner: str = ""
    slug: str = ""
    records_path: str = RECORDS_PATH
    identity: Path | None = None
    key: Path | None = None
    auto_push: bool = False
    state: Path | None = None
    filters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


KEYS = tuple(each.name for each in fields(Settings))


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
        repository_file: the repository's `.muse/config.toml`, of which the table `[musetui]` counts, and below it
            what Muse's own table `[hub]` says of the hub. It cannot say where the repository is, nor, as it may come
            from anybody, which key signs and where files are kept.

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
    whole = _read(path)
    table = whole.get(REPOSITORY_TABLE, {})
    place = f"[{REPOSITORY_TABLE}] in {path}"
    if not isinstance(table, dict):
        raise SettingsError(
            f"{place} is no table: write `[{REPOSITORY_TABLE}]` on a line of its own, and keys below it"
        )
    ours = _from_table(table, place, tuple(key for key in KEYS if key not in _PERSONAL))
    return _from_hub_table(whole.get(HUB_TABLE), path) | ours


_PERSONAL = ("repo", "identity", "key", "auto_push", "state", "filters")
"""What a repository's own file has no say in."""

_OF_HUB = {"url": "hub", "owner": "owner", "slug": "slug", "records_path": "records_path"}
"""Keys of Muse's table, and the settings that they are."""


def _from_hub_table(table: object, path: Path) -> dict[str, object]:
    """Return what Muse's own table says. It is Muse's to judge, so what is no text there is passed over."""
    if not isinstance(table, dict):
        return {}
    said = {key: table[name] for name, key in _OF_HUB.items() if isinstance(table.get(name), str) and table[name]}
    return {key: _value(key, value, f"{key} in [{HUB_TABLE}] in {path}") for key, value in said.items()}


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


_HUB_LIMIT = 2_048
"""Characters of an address, as browsers take them."""

NAME_LIMIT = 256
"""Characters of an owner's or a repository's name at a hub, as Muse takes them."""


def _read_hub(value: object) -> str:
    if not isinstance(value, str) or len(value) > _HUB_LIMIT or not value.isprintable():
        raise ValueError("write the address of a hub, such as https://musehub.ai")
    return value.strip()


def _read_name(value: object) -> str:
    if not isinstance(value, str) or not is_hub_name(value):
        raise ValueError(f"write a name of 1 to {NAME_LIMIT} characters, without a slash")
    return value


def is_hub_name(text: str) -> bool:
    """Return True if *text* can be an owner's or a repository's name: one step of a path, and nothing that moves."""
    return 0 < len(text) <= NAME_LIMIT and text.isprintable() and "/" not in text and text not in (".", "..")


def _read_records_path(value: object) -> str:
    if not isinstance(value, str) or len(value) > _HUB_LIMIT or not _RECORDS_PATH.fullmatch(value):
        raise ValueError(f"write a path with {{owner}} and {{slug}} in it, such as {RECORDS_PATH}")
    if any(step in (".", "..") for step in value.split("/")):
        raise ValueError("leave out the steps . and ..")
    return value


_RECORDS_PATH = re.compile(r"(?=.*\{owner\})(?=.*\{slug\})/(?:[A-Za-z0-9._~/-]|\{owner\}|\{slug\})*")


def _read_theme(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("write the name of a theme")
    return value.strip()


def _read_path(value: object) -> Path:
    return _path(value, "folder")


def _read_file(value: object) -> Path:
    return _path(value, "file")


def _path(value: object, what: str) -> Path:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"write the path of a {what}")
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError(f"there is no such home folder: write the path of a {what}") from None


FILTER_SORTS = (
    *("any", "reservations", "conflicts", "intents", "activity", "agents", "files", "stale"),
    *("branches", "branch-runs", "hotspots", "tasks", "waits", "problems", "life", "related"),
)
"""Sorts of rows that filters can be for; `any` is for all that one means something for."""

_FILTER_LIMIT = 1_000
_FILTER_NAME_LIMIT = 24


def _read_filters(value: object) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict):
        raise ValueError("write a table, such as [filters.reservations], and below it a name and a filter")
    for sort, named in value.items():
        if sort not in FILTER_SORTS:
            near = get_close_matches(str(sort), FILTER_SORTS, 1, 0.5)
            advice = f"did you mean {near[0]}?" if near else f"use one of {', '.join(FILTER_SORTS)}"
            raise ValueError(f"there are no rows called {safe_text(sort, 40)}: {advice}")
        if not isinstance(named, dict) or not all(map(_is_filter, named.items())):
            raise ValueError(
                f"below [filters.{sort}], write names of 1 to {_FILTER_NAME_LIMIT} characters, and a filter for each"
            )
    return value


def _is_filter(item: tuple[object, object]) -> bool:
    name, text = item
    is_name = isinstance(name, str) and name.isprintable() and 0 < len(name.strip()) <= _FILTER_NAME_LIMIT
    return is_name and isinstance(text, str) and 0 < len(text) <= _FILTER_LIMIT


_READERS = {
    "repo": _read_path,
    "read_only": _read_flag,
    "theme": _read_theme,
    "silent_after": _read_length,
    "longest_lease": _read_length,
    "future_tolerance": _read_length,
    "abandoned_within": _read_length,
    "poll": _read_flag,
    "calls": _read_flag,
    "run_id": _read_line,
    "hub": _read_hub,
    "owner": _read_name,
    "slug": _read_name,
    "records_path": _read_records_path,
    "identity": _read_file,
    "key": _read_file,
    "auto_push": _read_flag,
    "state": _read_path,
    "filters": _read_filters,
}
