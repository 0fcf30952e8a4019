"""What a command prints: lines of safe text, tables that line up, or one JSON object; always UTF-8."""

import json
import os
import select
import sys
import unicodedata
from collections.abc import Sequence
from contextlib import suppress

from musetui.errors import MuseTuiError
from musetui.records.text import safe_text


class OutputError(MuseTuiError):
    """What was printed went nowhere."""


def say(line: str = "") -> None:
    """Print one line, made safe.

    Raises:
        BrokenPipeError: if nobody reads any more.
        OutputError: if it cannot be written.
    """
    _write(safe_text(line, _LINE_LIMIT) + "\n")


def say_json(value: object) -> None:
    """Print *value* as JSON. It is pure ASCII: nothing in it acts on a terminal, and nothing is lost. Else as `say`."""
    _write(json.dumps(value, indent=2) + "\n")


def say_json_line(value: object) -> None:
    """Print *value* as JSON on one line, for what goes on and on. Else as `say_json`."""
    _write(json.dumps(value) + "\n")


def is_read() -> bool:
    """Return False once nobody can read what is printed any more, as when `| head` has ended."""
    try:
        stdout = sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):  # closed, or a test's own
        return True
    hangup = select.poll()
    hangup.register(stdout, 0)
    return not any(what & (select.POLLERR | select.POLLNVAL) for _, what in hangup.poll(0))


def say_table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
    """Print *rows* in columns as wide as they must be, below *titles* if there are any.

    The columns *numbers* stand to the right. Else as `say`.
    """
    lines = (titles, *rows) if titles else rows
    safe = [[safe_text(cell, _CELL_LIMIT) for cell in line] for line in lines]
    widths = [max(map(cells_of, column)) for column in zip(*safe, strict=True)]
    for row in safe:
        line = "  ".join(
            _padded(cell, width, to_right=place in numbers)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        say(line.rstrip())


def cells_of(text: str) -> int:
    """Return how many cells of a terminal *text* takes: characters of East Asia take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def flush() -> None:
    """Have everything printed so far written. Else as `say`."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _no_output(error) from None


def give_up() -> None:
    """Keep the interpreter from failing once more, loudly, when it flushes at its end what nobody takes."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def speak_utf8() -> None:
    """Write UTF-8 whatever the locale says: names and addresses are not ASCII, and a crash would help nobody."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # closed, or a test's own
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


_CELL_LIMIT = 200
_LINE_LIMIT = 4_000
"""Characters of one cell, and of one line; what is longer is cut, and ends in `…`."""


def _padded(cell: str, width: int, *, to_right: bool) -> str:
    space = " " * (width - cells_of(cell))
    return space + cell if to_right else cell + space


def _write(text: str) -> None:
    try:
        print(text, end="")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _no_output(error) from None


def _no_output(error: OSError) -> OutputError:
    return OutputError(
        f"the output cannot be written ({(error.strerror or 'no reason given').lower()}): send it elsewhere"
    )
