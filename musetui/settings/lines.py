"""On which line of a TOML file a key stands: what `tomllib` knows while it reads, and does not tell.

For text that `tomllib` takes. Knowing that the text is right, it is enough to tell apart headers, keys and the ends of
values; what a value means is not looked at.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping

from musetui.settings.tables import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]*")
"""A number, a date, true or false; space at its end is no matter."""


def key_lines(text: str) -> Mapping[Path, int]:
    """Return the line, 1 for the first, of each key, table and entry of an array that *text* says, by its path.

    Where a path is said in several places (`a.b = 1` and later `a.c = 2` both say `a`), the first one counts.

    Args:
        text: a whole TOML file, which `tomllib` has read without an error.
    """
    return _Scan(text).whole()


class _Scan:
    """One reading of a text, from its start to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._lines: dict[Path, int] = {}
        self._entries: dict[Path, int] = {}

    def whole(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip_blank():
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]`; return the path of what follows below it."""
        repeated = self._text.startswith("[[", self._at)
        self._at += 2 if repeated else 1
        names = list(self._names())
        path: Path = ()
        for place, name in enumerate(names, 1):
            path = (*path, name)
            self._note(path)
            if repeated and place == len(names):
                self._entries[path] = self._entries.get(path, -1) + 1
            if path in self._entries:
                # A name that stands for an array of tables means the last of them so far.
                path = (*path, self._entries[path])
                self._note(path)
        self._at += 2 if repeated else 1
        return path

    def _pair(self, table: Path) -> None:
        """Read `a.b = value`."""
        path = table
        for name in self._names():
            path = (*path, name)
            self._note(path)
        self._at += 1  # the =
        self._value(path)

    def _names(self) -> Iterator[str]:
        """Read the parts of a key, and what is blank around them."""
        while True:
            self._skip_blank()
            bare = _BARE.match(self._text, self._at)
            if bare is not None:
                self._at = bare.end()
                yield bare.group()
            else:
                yield self._quoted()
            self._skip_blank()
            if not self._text.startswith(".", self._at):
                return
            self._at += 1

    def _quoted(self) -> str:
        start = self._at
        self._skip_string()
        name: str = tomllib.loads(f"key = {self._text[start : self._at]}")["key"]
        return name

    def _value(self, path: Path) -> None:
        self._skip_blank()
        start = self._text[self._at]
        if start == "[":
            self._array(path)
        elif start == "{":
            self._at += 1
            while self._skip_blank() and self._text[self._at] != "}":
                if self._text[self._at] == ",":
                    self._at += 1
                else:
                    self._pair(path)
            self._at += 1
        elif start in "\"'":
            self._skip_string()
        else:
            self._at = _end(_PLAIN, self._text, self._at)

    def _array(self, path: Path) -> None:
        self._at += 1
        place = 0
        while self._skip_blank() and self._text[self._at] != "]":
            if self._text[self._at] == ",":
                self._at += 1
            else:
                entry = (*path, place)
                self._note(entry)
                self._value(entry)
                place += 1
        self._at += 1

    def _skip_string(self) -> None:
        self._at = _end(_STRING, self._text, self._at)

    def _skip_blank(self) -> bool:
        """Go on to what is neither blank nor a comment; return False at the end of the text."""
        self._at = _end(_BLANK, self._text, self._at)
        return self._at < len(self._text)

    def _note(self, path: Path) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        self._lines.setdefault(path, self._line)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    if found is None:
        raise ValueError("this is no text that tomllib takes")
    return found.end()
