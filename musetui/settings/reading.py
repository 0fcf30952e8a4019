"""Reading the settings: every place is heard, the highest last, and what is wrong anywhere is kept with its place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from musetui.errors import SettingsError
from musetui.settings.chosen import Settings
from musetui.settings.plain import BY_NAME
from musetui.settings.sources import Origin, Problem, SettingsFile, dotted, read_file
from musetui.settings.tables import (
    HIDDEN,
    ROOMS,
    Complain,
    Path,
    Slip,
    Table,
    read_entries,
    table_named,
    unknown,
    wrong,
)

ENVIRONMENT_PREFIX = "MUSETUI_"
DEBUG = "MUSETUI_DEBUG"
"""Not a setting: shows the traceback of a defect."""

REPOSITORY_TABLE = "musetui"
"""The table of `.muse/config.toml` that is ours."""

HUB_TABLE = "hub"
"""Muse's own table there, of which we read what is about meeting a hub."""

_OF_HUB = {"url": "hub", "owner": "owner", "slug": "slug", "records_path": "records_path"}
"""Keys of Muse's table, and the settings that they are."""

_NOT_HERE = "is for a person's own settings, not for a repository's: take it out"

FIRM = ("flag", "environment")
"""The places that speak for this one start."""

KEYS = tuple(BY_NAME)


@dataclass(slots=True)
class Reading:
    """What the places said.

    Attributes:
        settings: what holds, what is wrong left out.
        origins: where each value that was said comes from, by its path: the plain settings by their names alone.
        problems: what is wrong, in the order in which it was read.
        files: those that were looked for, the repository's first.
    """

    settings: Settings
    origins: dict[Path, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: list[SettingsFile] = field(default_factory=list)

    def checked(self) -> Settings:
        """Return what holds.

        Raises:
            SettingsError: if anything is wrong; it tells the first of it.
        """
        if self.problems:
            more = len(self.problems) - 1
            rest = f" (and {more} more: `musetui config check` lists them)" if more else ""
            raise SettingsError(f"{self.problems[0]}{rest}")
        return self.settings


def load_settings(
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    *,
    user_file: FilePath | None = None,
    repository_file: FilePath | None = None,
) -> Settings:
    """Return the settings that hold. The arguments are those of `read_settings`.

    Raises:
        SettingsError: if a place says something that means nothing.
    """
    return read_settings(flags, environment, user_file=user_file, repository_file=repository_file).checked()


def read_settings(
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    *,
    user_file: FilePath | None = None,
    repository_file: FilePath | None = None,
) -> Reading:
    """Return the settings that hold, where each comes from, and all that is wrong.

    Args:
        flags: what the command line said; None stands for nothing said.
        environment: the environment variables.
        user_file: the user's `config.toml`; need not exist.
        repository_file: the repository's `.muse/config.toml`, of which the table `[musetui]` counts, and below it
            what Muse's own table `[hub]` says of the hub. It cannot say where the repository is, nor, as it may come
            from anybody, which key signs, where files are kept, or what a person's keys do.
    """
    hearing = _Hearing()
    if repository_file is not None:
        hearing.hear_repository(repository_file)
    if user_file is not None:
        hearing.hear_user(user_file)
    hearing.hear_environment(environment)
    for key, value in flags.items():
        if value is not None:
            hearing.take(key, value, Origin("flag", f"--{key.replace('_', '-')}"))
    return hearing.settled(environment)


def user_settings_file() -> FilePath:
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


class _Hearing:
    """The places, one after the other: what they said so far."""

    def __init__(self) -> None:
        self._chosen: dict[str, Any] = {}
        self._entries: dict[str, list[tuple[dict[str, Any], dict[str, Origin]]]] = {}
        self._spoilt: set[str] = set()
        self._reading = Reading(Settings())

    def hear_repository(self, path: FilePath) -> None:
        file = self._read(path)
        said = file.whole.get(HUB_TABLE)
        if isinstance(said, dict):
            # It is Muse's to judge, so what is no text there is passed over.
            for name, key in _OF_HUB.items():
                if isinstance(said.get(name), str) and said[name]:
                    self.take(key, said[name], Origin("file", file=file, path=(HUB_TABLE, name)))
        ours = file.whole.get(REPOSITORY_TABLE, {})
        if isinstance(ours, dict):
            self._hear_table(file, ours, (REPOSITORY_TABLE,), is_personal=False)
        else:
            advice = f"write `[{REPOSITORY_TABLE}]` on a line of its own, and settings below it"
            self._complain(file, (), Slip((REPOSITORY_TABLE,), f"is no table: {advice}"))

    def hear_user(self, path: FilePath) -> None:
        file = self._read(path)
        self._hear_table(file, file.whole, (), is_personal=True)

    def hear_environment(self, environment: Mapping[str, str]) -> None:
        if named := environment.get("MUSE_RUN_ID"):
            self.take("run_id", named, Origin("environment", "MUSE_RUN_ID"))
        for name, text in environment.items():
            if not name.startswith(ENVIRONMENT_PREFIX) or name == DEBUG or not text:
                continue
            key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
            if key in BY_NAME:
                self.take(key, text, Origin("environment", name))
            else:
                slip = unknown((name,), [f"{ENVIRONMENT_PREFIX}{each.upper()}" for each in KEYS])
                said = f"in the environment {slip.sentence}"
                self._reading.problems.append(Problem(Origin("environment", name), name, said, slip.near))

    def take(self, key: str, written: object, origin: Origin) -> None:
        """Take what a place says of a plain setting."""
        try:
            self._chosen[key] = BY_NAME[key].value.read(written)
        except ValueError as error:
            named = dotted(origin.path) or origin.name
            self._reading.problems.append(Problem(origin, named, wrong(written, error)))
        else:
            self._reading.origins[key,] = origin._replace(written=written)

    def settled(self, environment: Mapping[str, str]) -> Reading:
        """Return what came of it."""
        if not self._chosen.get("run_id"):
            self._chosen["run_id"] = who_and_where(environment)
        tables = [table_named(name) for name in self._entries]
        made = {table.name: self._make(table) for table in tables}
        origins = self._reading.origins
        firm = frozenset(name for name in self._chosen if (name,) in origins and origins[name,].kind in FIRM)
        self._reading.settings = settings = Settings(**self._chosen, firm=firm, tables=made)
        for table in tables:
            if table.agree is not None and not self._spoilt:
                table.agree(made[table.name], settings.of, self._complaining(table))
        return self._reading

    def _read(self, path: FilePath) -> SettingsFile:
        file, problem = read_file(path)
        self._reading.files.append(file)
        if problem is not None:
            self._reading.problems.append(problem)
        return file

    def _hear_table(self, file: SettingsFile, said: Mapping[str, object], path: Path, *, is_personal: bool) -> None:
        for key, written in said.items():
            here = (*path, key)
            if key in BY_NAME:
                if BY_NAME[key].personal and not is_personal:
                    self._complain(file, path, Slip((key,), _NOT_HERE))
                else:
                    self.take(key, written, Origin("file", file=file, path=here))
            elif key in ROOMS:
                table = table_named(key)
                if table.personal and not is_personal:
                    self._complain(file, path, Slip((key,), _NOT_HERE))
                else:
                    self._hear_room(file, table, written, here)
            else:
                self._complain(file, path, unknown((key,), [*KEYS, *ROOMS]))

    def _hear_room(self, file: SettingsFile, table: Table[Any], written: Any, path: Path) -> None:
        entries, slips = read_entries(table, written, KEYS)
        for slip in slips:
            self._complain(file, path, slip)
            self._spoilt.add(table.name)
        for place, entry in enumerate(entries):
            inner = (*path, place) if table.repeated else path
            said = written[place] if table.repeated else written
            secret = {setting.name for setting in table.settings if setting.value.secret}
            places = {
                key: Origin("file", file=file, path=(*inner, key), written=HIDDEN if key in secret else said[key])
                for key in entry
            }
            places[""] = Origin("file", file=file, path=inner)
            heard = self._entries.setdefault(table.name, [])
            if table.repeated or not heard:
                heard.append((entry, places))
            else:
                # The user's own file comes after the repository's, and wins key by key.
                heard[0][0].update(entry)
                heard[0][1].update(places)

    def _make(self, table: Table[Any]) -> object:
        heard = self._entries[table.name]
        for place, (entry, places) in enumerate(heard):
            before = (table.name, place) if table.repeated else (table.name,)
            self._reading.origins.update({(*before, key): places[key] for key in entry})
        if table.name in self._spoilt:
            return table.usual  # what is left of it would be half of what was meant
        return table.make([entry for entry, _ in heard] if table.repeated else heard[0][0], self._complaining(table))

    def _complaining(self, table: Table[Any]) -> Complain:
        """Return what takes a complaint about what *table* says."""
        heard = self._entries[table.name]

        def complain(path: Path, sentence: str) -> None:
            place, inner = (int(path[0]), path[1:]) if table.repeated else (0, path)
            places = heard[place][1]
            origin = places.get(str(inner[0]) if inner else "", places[""])
            self._reading.problems.append(Problem(origin, dotted(origin.path), sentence))

        return complain

    def _complain(self, file: SettingsFile, path: Path, slip: Slip) -> None:
        where = (*path, *slip.path)
        problem = Problem(Origin("file", file=file, path=where), dotted(where), slip.sentence, slip.near)
        self._reading.problems.append(problem)
