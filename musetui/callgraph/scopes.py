"""Scopes of one file: what a name at the head of a call stands for where the call is written.

A name may be defined or imported there, be the object a method works on, or be a variable; of a variable the type may
be known. Calls are looked up when the whole file has been read, as a name can be bound below its use.
"""

from typing import NamedTuple

from musetui.callgraph.notes import Notes
from musetui.callgraph.shapes import SELF, UNKNOWN, Extraction, Role

KEPT = "\0kept"
"""Means what is defined or imported under that name."""

OBJECT = "\0object"
"""Means the object, or the class, that a method works on."""

NOTHING = "\0nothing"
"""A variable of which an assignment says nothing: it was set to none, or declared alone."""

ELSEWHERE = "\0elsewhere"
"""A variable whose methods are no one's in the tree, such as a literal list."""

CHAIN_LIMIT = 64
"""Scopes that are asked for a name, and that a symbol is nested in."""


class Scope:
    """A file, a class, a function, or a part of one with names of its own.

    Attributes:
        symbol: the symbol it belongs to; "" for the file.
        is_class: whether it is a class.
        is_open: whether its names are seen from within; at first not so in a class.
        parent: the scope around it.
        names: what each name bound here stands for: one of the marks above, the dotted name of a type, or None where
            nothing is known.
        attributes: the same for the attributes of a class's objects.
    """

    __slots__ = ("attributes", "is_class", "is_open", "names", "parent", "redirected", "symbol")

    def __init__(self, symbol: str, parent: "Scope | None", *, is_class: bool = False) -> None:
        self.symbol = symbol
        self.parent = parent
        self.is_class = is_class
        self.is_open = not is_class
        self.names: dict[str, str | None] = {}
        self.attributes: dict[str, str | None] = {}
        self.redirected: dict[str, Scope] = {}

    def bind(self, name: str, meaning: str | None) -> None:
        """Note that *name* stands for *meaning* here."""
        _agree((self.redirected.get(name) or self).names, name, meaning)

    def bind_attribute(self, name: str, meaning: str | None) -> None:
        """Note that the attribute *name* of objects of this class stands for *meaning*."""
        _agree(self.attributes, name, meaning)

    def inner(self, name: str) -> str:
        """Return the symbol of what is defined as *name* here."""
        return f"{self.symbol}.{name}" if self.symbol else name

    def class_around(self) -> "Scope | None":
        """Return the nearest class, this scope included."""
        scope: Scope | None = self
        for _ in range(CHAIN_LIMIT):
            if scope is None or scope.is_class:
                return scope
            scope = scope.parent
        return None

    def meaning(self, name: str) -> str | None:
        """Return what *name* stands for, seen from here; `KEPT` where no scope binds it."""
        scope: Scope | None = self
        for _ in range(CHAIN_LIMIT):
            if scope is None:
                return KEPT
            if name in scope.names and (scope is self or scope.is_open):
                return scope.names[name]
            scope = scope.parent
        return None


def _agree(known: dict[str, str | None], name: str, meaning: str | None) -> None:
    before = known.get(name, NOTHING)
    if before == NOTHING or meaning in (KEPT, OBJECT):
        known[name] = meaning
    elif before not in (KEPT, OBJECT, meaning) and meaning != NOTHING:
        known[name] = None


class _Written(NamedTuple):
    scope: Scope
    parts: list[str]
    line: int
    typed: bool


class Reading:
    """One file while it is read: its notes, and the calls that are to be looked up at its end."""

    def __init__(self, language: str) -> None:
        """Start to read a file in *language*."""
        self.notes = Notes(language)
        self.file = Scope("", None)
        self._calls: list[_Written] = []
        self._copied: list[tuple[Scope, str, Scope, str]] = []

    def define(self, scope: Scope, name: str, role: Role, bases: tuple[str, ...] = (), returns: str = "") -> Scope:
        """Note a definition in *scope*, and return the scope of what is within."""
        scope.bind(name, KEPT)
        symbol = scope.inner(name)
        self.notes.define(symbol, role, bases, returns)
        return Scope(symbol, scope, is_class=role is Role.CLASS)

    def take(self, scope: Scope, name: str, module: str, member: str) -> None:
        """Note an import in *scope*."""
        scope.bind(name, KEPT)
        self.notes.take(scope.symbol, name, module, member)

    def call(self, scope: Scope, parts: list[str], line: int, *, typed: bool = False) -> None:
        """Note a call in *scope*, as written."""
        self._calls.append(_Written(scope, parts, line, typed))

    def copy_attribute(self, owner: Scope, attribute: str, scope: Scope, name: str) -> None:
        """Note that an attribute of *owner* is set to the variable *name* of *scope*."""
        self._copied.append((owner, attribute, scope, name))

    def extraction(self) -> Extraction:
        """Look up what was called, and return all that was found."""
        for owner, attribute, scope, name in self._copied:
            meaning = scope.meaning(name)
            owner.bind_attribute(attribute, None if meaning in (KEPT, OBJECT) else meaning)
        for scope, parts, line, typed in self._calls:
            found = _looked_up(scope, parts, typed)
            if found is not None:
                self.notes.call(scope.symbol, found[0], line, typed=found[1])
        return self.notes.extraction()


def _looked_up(scope: Scope, parts: list[str], typed: bool) -> tuple[list[str], bool] | None:
    """Return the call's name as it is to be resolved, and whether through a type; None where nothing is called."""
    for _ in range(_VARIABLES_LIMIT):
        if parts[0] == UNKNOWN:
            return [UNKNOWN, parts[-1]], False
        meaning, rest = scope.meaning(parts[0]), parts[1:]
        if meaning == KEPT:
            return parts, typed
        if meaning == OBJECT:
            owner = scope.class_around()
            if not rest or owner is None:
                return None
            if len(rest) == 1 or owner.names.get(rest[0]) == KEPT or (typed and rest[0] not in owner.attributes):
                return [SELF, *rest], typed
            meaning, rest = owner.attributes.get(rest[0]), rest[1:]
        if meaning == ELSEWHERE or not rest:
            return None
        if meaning is None or meaning == NOTHING or (len(rest) > 1 and not typed):
            return [UNKNOWN, rest[-1]], False
        parts, typed = [*meaning.split("."), *rest], True
    return None


_VARIABLES_LIMIT = 4
"""Variables in a row, each of which has its type from a call on the next."""
