"""What is known of one source file: what it defines, what it imports, and what it calls.

Symbols are written as in addresses: `Invoice`, `Invoice.total`, `outer.inner`. A file's own level is the symbol "".
All of it is as written in the file; which definition a name means is worked out later, from all files together.
"""

from enum import StrEnum
from typing import NamedTuple

EXTRACTOR_VERSION = 1
"""To be raised whenever an extractor finds something else in the same file: what was remembered is then of no use."""

FILE_LIMIT = 1_048_576
"""Bytes of one source file. What is larger was made by a program, and no agent reserves a symbol in it."""

DEFINITIONS_LIMIT = 5_000
IMPORTS_LIMIT = 2_000
CALLS_LIMIT = 20_000
"""Of one file; what is beyond is left out, and said to be."""

LINES_LIMIT = 32
"""Lines remembered of one caller's calls of one name."""

SYMBOL_LIMIT = 512
"""Characters of a symbol or of a dotted name, as of an address in a record."""

PARTS_LIMIT = 12
"""Parts of a dotted name."""

SELF = "self"
"""The head of a name that is looked up in the class around: Python's `self` and `cls`, others' `this`."""

SUPER = "super"
"""The head of a name that is looked up in what the class around is based on."""

UNKNOWN = "?"
"""The head of a name of which only the last part is known: a call on a value of which nothing is known."""

STAR = "*"
"""The name of an import of all there is."""


class Role(StrEnum):
    """What a definition is."""

    CLASS = "class"
    FUNCTION = "function"
    MODULE = "module"
    """A part of a file with names of its own, which what is within it sees: a namespace."""
    DECLARED = "declared"
    """A promise that a function is defined in another file, as in a C header. No call leads to it."""


class Definition(NamedTuple):
    """One symbol of a file.

    Attributes:
        symbol: its name, with those around it.
        role: what it is.
        bases: the dotted names of what a class is based on, as written.
        returns: the dotted name of the type a function returns, as written; "" where it is not said.
    """

    symbol: str
    role: Role
    bases: tuple[str, ...] = ()
    returns: str = ""


class Import(NamedTuple):
    """One name that means something of another file.

    Attributes:
        scope: the function it is imported in; "" for the file's level.
        name: the name as used here; `STAR` for all names of the module.
        module: the module as written; "" for this file itself, where `name` is another word for `member`.
        member: the dotted name in the module; "" for the module itself.
    """

    scope: str
    name: str
    module: str
    member: str


class Call(NamedTuple):
    """What one symbol calls under one name.

    Attributes:
        caller: the symbol the calls stand in; "" for the file's level.
        callee: the dotted name called; its head may be `SELF`, `SUPER` or `UNKNOWN`.
        typed: whether all but the last part name not a thing that has the last part, but a value's type, or a function
            that returned the value.
        lines: where, counted from 1, in order.
    """

    caller: str
    callee: str
    typed: bool
    lines: tuple[int, ...]


class Extraction(NamedTuple):
    """One source file.

    Attributes:
        language: as `musetui.callgraph.languages` names it.
        package: what the file says it belongs to, in languages where it does; "" elsewhere.
        definitions: at most one of a symbol.
        imports: what it takes from others.
        calls: at most one of a caller, a callee and `typed`.
        cut: whether there was more than is kept.
    """

    language: str
    package: str = ""
    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    calls: tuple[Call, ...] = ()
    cut: bool = False


class SourceError(Exception):
    """A source file that says nothing: binary, or not in its language. Never leaves this package."""
