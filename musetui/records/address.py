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
        path: the path before the mark, without a slash at its end; "" where the text has none.
        symbol: the dotted symbol after the mark, or "" for a whole path.
    """

    path: str
    symbol: str

    @property
    def scope(self) -> Scope:
        """Whether the address is a whole path or a symbol in one."""
        return Scope.SYMBOL if self.symbol else Scope.PATH

    def __str__(self) -> str:
        return f"{self.path}{SYMBOL_MARK}{self.symbol}" if self.symbol else self.path


def parse_address(text: str) -> Address:
    """Take *text* apart. Any text is an address: agents write them, and Muse compares them by exact text."""
    path, _, symbol = text.partition(SYMBOL_MARK)
    return Address(path.rstrip("/") or path[:1], symbol.strip("."))


def nest_key(text: str) -> str:
    """Return the form in which nesting compares *text*: a slash or a dot at an end does not matter."""
    return str(parse_address(text)) if text.endswith(("/", ".", SYMBOL_MARK)) else text


@lru_cache(maxsize=65_536)
def ancestors(text: str) -> tuple[str, ...]:
    """Return every address that holds *text*, nearest first, itself left out.

    `src/a.py::C.m` gives `("src/a.py::C", "src/a.py", "src")`. At most 64 are given, so that a hostile address
    of a thousand dots costs no more than a deep one.
    """
    address = parse_address(text)
    held_by: list[str] = []
    if address.symbol:
        head, dot, _ = address.symbol.rpartition(".")
        while dot and len(held_by) < _DEEPEST:
            if head:
                held_by.append(f"{address.path}{SYMBOL_MARK}{head}")
            head, dot, _ = head.rpartition(".")
        held_by.append(address.path)
    head, slash, _ = address.path.rpartition("/")
    while slash and head and len(held_by) < _DEEPEST:
        held_by.append(head)
        head, slash, _ = head.rpartition("/")
    return tuple(held_by)


_DEEPEST = 64


def contains(outer: str, inner: str) -> bool:
    """Return True if *outer* holds *inner*, and is not the same address."""
    return nest_key(outer) in ancestors(nest_key(inner))
