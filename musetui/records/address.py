"""Addresses: what an agent names when it says what it will touch, and how addresses nest.

An address is a path, or a path and a symbol: `src/billing.py`, `src/billing.py::Invoice`,
`src/billing.py::Invoice.total`. A folder holds its files, a file its symbols, a class its methods. Muse itself
compares addresses by exact text; nesting is what lets musetui see a collision between a file and a method in it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

SYMBOL_MARK = "::"


class Scope(StrEnum):
    """How much an address covers."""

    PATH = "path"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart.

    Attributes:
        path: the path before the mark, as a rule without a slash at its end; "" where the text has none.
        symbol: the dotted symbol after the mark, or "" for a whole path.
    """

    path: str
    symbol: str

    @property
    def scope(self) -> Scope:
        """Whether the address is a whole path or a symbol in one."""
        return Scope.SYMBOL if self.symbol else Scope.PATH

    def __str__(self) -> str:
        return _joined(self.path, self.symbol)


def parse_address(text: str) -> Address:
    """Take *text* apart. Any text is an address: agents write them, and Muse compares them by exact text."""
    return Address(*_parts(text))


def nest_key(text: str) -> str:
    """Return the form in which nesting compares *text*.

    A slash or a dot at an end does not matter, nor does a step that leads nowhere: `./src//a.py` is `src/a.py`. Two
    dots are left alone, for what they lead to is for a disk to say.
    """
    if text.endswith(("/", ".", SYMBOL_MARK)) or "./" in text or "//" in text or "/::" in text or "::." in text:
        return _joined(*_parts(text))
    return text


def ancestors(text: str) -> tuple[str, ...]:
    """Return every address that holds *text*, nearest first, itself left out, each as `nest_key` has it.

    `src/a.py::C.m` gives `("src/a.py::C", "src/a.py", "src")`. At most 32 symbols and 32 paths are given, so that
    a hostile address of a thousand dots costs no more than a deep one, and is still held by its file.
    """
    return _remembered(text) if len(text) <= _REMEMBERED_LENGTH else _walk(text)


def contains(outer: str, inner: str) -> bool:
    """Return True if *outer* holds *inner*, and is not the same address."""
    return nest_key(outer) in ancestors(nest_key(inner))


_DEEPEST = 32
_REMEMBERED_LENGTH = 256
"""Longer addresses are no one's habit, and 64 ancestors of each would be a way to fill the memory."""


def _parts(text: str) -> tuple[str, str]:
    path, _, symbol = text.partition(SYMBOL_MARK)
    if "./" in path or "//" in path:
        path = _without_idle_steps(path)
    # A path such as `a:/` keeps its slash: without it, its colon and the mark could not be told apart.
    if path.endswith("/") and not path.rstrip("/").endswith(":"):
        path = path.rstrip("/") or "/"
    return path, symbol.strip(".")


def _without_idle_steps(path: str) -> str:
    steps = [step for step in path.split("/") if step not in ("", ".")]
    start, end = "/" if path.startswith("/") else "", "/" if path.endswith("/") else ""
    return f"{start}{'/'.join(steps)}{end if steps else ''}" or path


def _joined(path: str, symbol: str) -> str:
    return f"{path}{SYMBOL_MARK}{symbol}" if symbol else path


def _walk(text: str) -> tuple[str, ...]:
    path, symbol = _parts(text)
    held_by: list[str] = []
    if symbol:
        head = symbol.rpartition(".")[0].rstrip(".")
        while head and len(held_by) < _DEEPEST:
            held_by.append(f"{path}{SYMBOL_MARK}{head}")
            head = head.rpartition(".")[0].rstrip(".")
        if path:
            held_by.append(path)
    room = len(held_by) + _DEEPEST - 1
    head = path.rpartition("/")[0].rstrip("/")
    while head and len(held_by) < room:
        held_by.append(head)
        head = head.rpartition("/")[0].rstrip("/")
    return tuple(held_by)


_remembered = lru_cache(maxsize=8_192)(_walk)
