"""`musetui config`: what holds and where it was said, what is wrong with it, the file itself, and its JSON schema."""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from musetui.cli.failures import EXIT_FINE, EXIT_USER, CommandError
from musetui.cli.output import say, say_json, say_table
from musetui.cli.theme_names import theme_problem
from musetui.cli.workspace import find_workplace, read_inside, read_outside
from musetui.durations import format_duration
from musetui.errors import RepositoryError
from musetui.filters.saved import TABLE
from musetui.records.text import counted, safe_text
from musetui.settings import KEYS, Reading, user_settings_file
from musetui.settings.sources import Origin, Problem, dotted
from musetui.settings.tables import Path as Where


def run_config_show(args: Namespace) -> int:
    """Print each setting that holds, and where it was said."""
    reading = read_everywhere(args)
    entries = [(where, value, reading.origins.get(where)) for where, value in _in_force(reading).items()]
    if args.as_json:
        say_json(
            {
                "settings": [
                    {"name": dotted(where), "path": list(where), "value": value, "from": _origin(origin)}
                    for where, value, origin in entries
                ],
                "files": _files(reading),
                "problems": len(reading.problems),
            }
        )
    else:
        rows = [[dotted(where), _shown(value), str(origin or "usual")] for where, value, origin in entries]
        say_table(("setting", "value", "from"), rows)
        say()
        for file in reading.files:
            say(f"{safe_text(file.path)}{'' if file.exists else ' (not there)'}")
    if reading.problems:
        print(f"musetui: {_count(reading)}: `musetui config check` lists what is wrong", file=sys.stderr)
    return EXIT_USER if reading.problems else EXIT_FINE


def run_config_check(args: Namespace) -> int:
    """Print all that is wrong with the settings, each with its place; fail if there is anything."""
    return _check(args)


def _check(args: Namespace) -> int:
    reading = read_everywhere(args)
    if args.as_json:
        problems = [_as_json(problem) for problem in reading.problems]
        say_json({"ok": not problems, "files": _files(reading), "problems": problems})
    else:
        for problem in reading.problems:
            say(str(problem))
        if not reading.problems:
            files = [str(file.path) for file in reading.files if file.exists]
            say(f"Nothing is wrong with {' and '.join([*files, 'the environment'])}.")
    return EXIT_USER if reading.problems else EXIT_FINE


def run_config_edit(args: Namespace) -> int:
    """Open the user's settings file in the person's editor, and check it afterwards."""
    from musetui.coordination.source_place import SourcePlace
    from musetui.editor import editor_command, run_editor

    path = user_settings_file()
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise CommandError(f"there is no terminal for an editor here: edit {safe_text(path)} yourself", "no_terminal")
    make_first_file(path)
    if went_wrong := run_editor(editor_command(os.environ, SourcePlace(path, _first_line(args)))):
        raise CommandError(went_wrong.rstrip("."), "no_editor")
    return _check(args)


def make_first_file(path: Path) -> None:
    """Make a settings file that explains every setting, whole or not at all, if there is none.

    Raises:
        CommandError: if the disk refuses.
    """
    from musetui.placing import create_file, opened, remove_leftovers
    from musetui.settings.describe import first_file

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened(path.parent) as folder:
            remove_leftovers(folder)
            with suppress(FileExistsError):
                create_file(folder, path.name, first_file().encode(), durable=True)
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        raise CommandError(f"{safe_text(path)} cannot be made ({reason}): make it yourself", "not_written") from None


def run_config_schema(args: Namespace) -> int:
    """Print the JSON schema of the user's settings file."""
    from musetui.settings.describe import json_schema

    say_json(json_schema())
    return EXIT_FINE


def read_everywhere(args: Namespace) -> Reading:
    """Read every place, in the repository if there is one; what is wrong is kept, not raised."""
    reading = read_outside(args)
    try:
        repository = find_workplace(reading.settings)
    except RepositoryError:
        pass
    else:
        reading = read_inside(args, repository)
    if (problem := theme_problem(reading)) is not None:
        reading.problems.append(problem)
    reading.problems += _filter_problems(reading)
    return reading


def _filter_problems(reading: Reading) -> list[Problem]:
    """Return what is wrong with the filters that are saved there, which only what knows all lists can tell."""
    if not reading.settings.of(TABLE):
        return []
    from musetui.tui.vocabulary.slips import filter_slips

    found = []
    for slip in filter_slips(reading.settings):
        where = (TABLE.name, slip.sort, slip.name)
        origin = reading.origins[where[:2]]
        found.append(Problem(origin._replace(path=where), dotted(where), slip.sentence))
    return found


def _first_line(args: Namespace) -> int:
    """Return the line of the first mistake in the user's file; the first line, if there is none."""
    path = user_settings_file()
    problems = read_outside(args).problems
    lines = [each.line for each in problems if each.origin.file is not None and each.origin.file.path == path]
    return next(filter(None, lines), 1)


def _in_force(reading: Reading) -> Mapping[Where, object]:
    """Return the value of every plain setting, and of what the tables say, by its path; plain enough for JSON."""
    plain: dict[Where, object] = {(key,): _plain(getattr(reading.settings, key)) for key in KEYS}
    said = {where: _plain(origin.written) for where, origin in reading.origins.items() if len(where) > 1}
    return plain | said


def _plain(value: object) -> Any:
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _shown(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)


def _origin(origin: Origin | None) -> dict[str, object]:
    if origin is None:
        return {"kind": "usual", "name": None, "file": None, "line": None}
    file = str(origin.file.path) if origin.file is not None else None
    return {"kind": origin.kind, "name": origin.name or None, "file": file, "line": origin.line or None}


def _files(reading: Reading) -> list[dict[str, object]]:
    return [{"path": str(file.path), "exists": file.exists} for file in reading.files]


def _as_json(problem: Problem) -> dict[str, object]:
    origin = _origin(problem.origin)
    return {
        **{key: origin[key] for key in ("kind", "name", "file")},
        "line": problem.line or None,
        "key": problem.key or None,
        "problem": problem.sentence,
        "nearest": problem.near or None,
        "text": str(problem),
    }


def _count(reading: Reading) -> str:
    return f"{counted(len(reading.problems), 'mistake')} in the settings"
