"""Where settings come from, down to the line: for errors that a person can go to, and for `musetui config show`."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import NamedTuple

from musetui.coordination.files import UnreadableError, read_regular
from musetui.records.text import safe_text
from musetui.settings.tables import Path

_FILE_LIMIT = 262_144
"""Bytes of a settings file; a long one has two KiB."""

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
"""How `tomllib` says where a text stops being TOML."""


@dataclass(slots=True)
class SettingsFile:
    """A settings file as it was read.

    Attributes:
        path: where it is; need not exist.
        text: what was read, "" if nothing was.
        whole: what that says.
        exists: whether there is one.
    """

    path: FilePath
    text: str = ""
    whole: Mapping[str, object] = field(default_factory=dict)
    exists: bool = False
    _lines: Mapping[Path, int] | None = None

    def line_of(self, path: Path) -> int:
        """Return the line on which *path* stands, or what leads to it; 0 if that is unknown."""
        if self._lines is None:
            from musetui.settings.lines import key_lines

            try:
                self._lines = key_lines(self.text) if self.whole else {}
            except RecursionError:  # nested as deep as tomllib just bears
                self._lines = {}
        return next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), 0)


class Origin(NamedTuple):
    """Where a value comes from.

    Attributes:
        kind: `flag`, `environment` or `file`.
        name: the flag or the variable; "" for a file.
        file: the file, or None.
        path: where in the file.
        written: what was said there.
    """

    kind: str
    name: str = ""
    file: SettingsFile | None = None
    path: Path = ()
    written: object = None

    @property
    def line(self) -> int:
        """The line in its file, or 0."""
        return self.file.line_of(self.path) if self.file is not None else 0

    def __str__(self) -> str:
        return self.name if self.file is None else _place(self.file, self.line)


class Problem(NamedTuple):
    """What is wrong with a setting.

    Attributes:
        origin: where it was said.
        key: what was said: names with dots between; "" where the file as a whole is meant.
        sentence: what is wrong and what to do; it follows the key's name.
        near: the nearest name that would be right, or "".
        at: the line, where it is known without the key's.
    """

    origin: Origin
    key: str
    sentence: str
    near: str = ""
    at: int = 0

    @property
    def line(self) -> int:
        """The line in the file, or 0."""
        return self.at or self.origin.line

    def __str__(self) -> str:
        """Say where it is, what is wrong, and what to do, on one safe line."""
        if self.origin.file is None:
            return f"{safe_text(self.origin.name, 80)} {self.sentence}"
        place = _place(self.origin.file, self.line)
        return f"{place}: {safe_text(self.key, 80)} {self.sentence}" if self.key else f"{place}: {self.sentence}"


def dotted(path: Path) -> str:
    """Return the names of *path* with dots between; places in arrays are left out."""
    return ".".join(name for name in path if isinstance(name, str))


def read_file(path: FilePath) -> tuple[SettingsFile, Problem | None]:
    """Return what a TOML file says, and what is wrong with it as a whole; nothing, if there is none."""
    read = SettingsFile(path)
    try:
        # A link may stand for the user's own file, as managers of dotfiles make them, so it is followed here.
        data = read_regular(FilePath(os.path.realpath(path)), _FILE_LIMIT)
    except FileNotFoundError:
        return read, None
    except UnreadableError as error:
        read.exists = True
        return read, Problem(Origin("file", file=read), "", f"it cannot be read ({error}): mend or remove it")
    read.exists = True
    import tomllib

    try:
        read.text = data.decode()
        read.whole = tomllib.loads(read.text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return read, Problem(Origin("file", file=read), "", "this is not UTF-8: save the file as that", at=line)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = safe_text(error, 200)
        where = _WHERE.search(said)
        reason = said[: where.start()] if where else said
        line = int(where[1]) if where and where[1] else read.text.rstrip().count("\n") + 1
        return read, Problem(Origin("file", file=read), "", f"this is not TOML ({reason}): mend that line", at=line)
    return read, None


def _place(file: SettingsFile, line: int) -> str:
    return f"{safe_text(file.path)}:{line}" if line else safe_text(file.path)
