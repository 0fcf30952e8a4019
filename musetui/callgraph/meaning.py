"""The meaning of names: from a dotted name in one file to the definition it leads to, through imports and bases.

Where a step does not lead to exactly one thing, the name has no meaning: no edge is better than a wrong one. Each call
may take so many steps and no more, so that imports that go in circles or explode end.
"""

from collections.abc import Iterable

from musetui.callgraph.asking import Asking, Kind, Place
from musetui.callgraph.edges import INHERITED
from musetui.callgraph.family import Family
from musetui.callgraph.shapes import SELF, STAR, SUPER, Definition, Import, Role
from musetui.callgraph.tree import SourceFile

STEPS_LIMIT = 300
"""Lookups for one call; an ordinary one takes less than ten."""

SCOPES_LIMIT = 16
DEPTH_LIMIT = 40


class Meaning:
    """What names mean to one file."""

    def __init__(self, ask: Asking, family: Family, path: str, file: SourceFile) -> None:
        """Look at names from *file*, at *path*, by the rules of *family*, through *ask*."""
        self._ask = ask
        self._family = family
        self._path = path
        self._file = file
        self._steps = 0
        self._following: set[tuple[str, Import]] = set()
        self._heads: dict[tuple[str, str], Place | None] = {}
        self._modules: dict[tuple[str, str], Place | None] = {}

    def start(self) -> None:
        """Allow the steps of one more call."""
        self._steps = STEPS_LIMIT
        self._following.clear()

    def head(self, scope: str, name: str) -> Place | None:
        """Return what *name* at the head of a call, the first thing asked of it, means in the symbol *scope*."""
        if name in (SELF, SUPER):
            return None
        key = (scope, name)
        if key not in self._heads:
            self._heads[key] = self._in_scopes(self._path, scope, name) or self._family.around(
                self._ask, self._path, name
            )
        return self._heads[key]

    def class_around(self, path: str, scope: str) -> Place | None:
        """Return the nearest class around *scope* in *path*, itself counted."""
        for symbol in _chain(scope):
            definition = self._ask.definition(path, symbol) if symbol else None
            if definition is not None and definition.role is Role.CLASS:
                return Place(Kind.FILE, path, symbol)
        # A class whose methods are written elsewhere, as in Go, Rust and C++.
        owner = scope.partition(".")[0] if "." in scope else ""
        return Place(Kind.FILE, path, owner) if owner else None

    def member(self, place: Place, name: str) -> Place | None:
        """Return what *name* means within *place*."""
        self._steps -= 1
        if self._steps < 0 or len(self._following) > DEPTH_LIMIT:
            return None
        if place.symbol:
            return self._of_class(place, name)
        if place.kind is Kind.FILE:
            found = self._in_file(place.where, name)
        elif place.kind is Kind.PACKAGE:
            found = self._ask.only_member(place.where, name)
        else:
            found = None
        return found or self._family.inside(self._ask, place, name)

    def walk(self, place: Place | None, names: Iterable[str]) -> Place | None:
        """Return where *names* lead, one within the other, from *place*."""
        for name in names:
            if place is None:
                return None
            place = self.member(place, name)
        return place

    def definition(self, place: Place) -> Definition | None:
        """Return the definition at *place*; None for a module."""
        return self._ask.definition(place.where, place.symbol) if place.symbol else None

    def named_from(self, path: str, scope: str, dotted: str) -> Place | None:
        """Return what the dotted name means in the symbol *scope* of the file *path*, this or another one."""
        self._steps -= 1
        if self._steps < 0 or not dotted:
            return None
        head, *rest = dotted.split(".")
        place = self._in_scopes(path, scope, head) or self._family.around(self._ask, path, head)
        return self.walk(place, rest)

    def based_on(self, place: Place) -> Iterable[Place]:
        """Yield what the class at *place* is based on, in order."""
        for path in (place.where, *self._family.elsewhere(self._ask, place.where, place.symbol)):
            definition = self._ask.definition(path, place.symbol)
            for base in definition.bases[:SCOPES_LIMIT] if definition is not None else ():
                found = self.named_from(path, place.symbol.rpartition(".")[0], base)
                if found is not None and (found.where, found.symbol) != (place.where, place.symbol):
                    yield found._replace(certainty=place.certainty * found.certainty * INHERITED)

    def _of_class(self, place: Place, name: str) -> Place | None:
        symbol = f"{place.symbol}.{name}"
        if self._ask.definition(place.where, symbol) is not None:
            return place._replace(symbol=symbol)
        others = [
            path
            for path in self._family.elsewhere(self._ask, place.where, place.symbol)
            if (found := self._ask.definition(path, symbol)) is not None and found.role is Role.FUNCTION
        ]
        if others:
            return place._replace(where=others[0], symbol=symbol) if len(others) == 1 else None
        if self._ask.definition(place.where, place.symbol) is None:
            # The class itself is written elsewhere: in a header, or another file of the package.
            owner = self.named_from(place.where, "", place.symbol)
            return self.member(owner, name) if owner is not None and owner.where != place.where else None
        for base in self.based_on(place):
            inherited = self.member(base, name) if base.symbol else None
            if inherited is not None:
                return inherited
        return None

    def _in_scopes(self, path: str, scope: str, name: str) -> Place | None:
        """Return what *name* means in *path*, seen from the symbol *scope* outwards."""
        for around in _chain(scope):
            if not around:
                break
            definition = self._ask.definition(path, around)
            is_class = definition.role is Role.CLASS if definition is not None else self._family.members_in_scope
            if is_class and around != scope:
                # A class's own name means the class, not what makes its objects.
                if self._family.members_in_scope and name != around.rpartition(".")[2]:
                    found = self.member(Place(Kind.FILE, path, around), name)
                    if found is not None:
                        return found
                continue
            if self._ask.definition(path, f"{around}.{name}") is not None:
                return Place(Kind.FILE, path, f"{around}.{name}")
            if path == self._path:
                for each in self._file.inner_imports.get((around, name), ()):
                    if found := self._follow(path, each):
                        return found
        return self._in_file(path, name)

    def _in_file(self, path: str, name: str) -> Place | None:
        entry = self._ask.entry(path, name)
        if entry is not None:
            found = entry.definitions.get(name)
            if found is not None:
                return Place(Kind.FILE, path, name)
            for each in entry.imports:
                if place := self._follow(path, each):
                    return place
        if name == STAR or (self._family.hides_underscored and name.startswith("_")):
            return None
        stars = self._ask.entry(path, STAR)
        for each in stars.imports if stars is not None else ():
            if place := self._follow(path, each._replace(name=name, member=name)):
                return place
        return None

    def _module(self, path: str, name: str) -> Place | None:
        key = (path, name)
        if key not in self._modules:
            self._modules[key] = self._family.module(self._ask, path, name)
        return self._modules[key]

    def _follow(self, path: str, taken: Import) -> Place | None:
        """Return what an import in *path* leads to."""
        self._steps -= 1
        key = (path, taken)
        if self._steps < 0 or key in self._following or len(self._following) > DEPTH_LIMIT:
            return None
        self._following.add(key)
        try:
            if not taken.module:
                return self.named_from(path, taken.scope, taken.member) if taken.member != taken.name else None
            module = self._module(path, taken.module)
            if module is None or not taken.member:
                return module
            found = self.walk(module, taken.member.split("."))
            if found is None and taken.member == "default" and not module.symbol:
                return module  # a module without such an export is handed over whole
            return found
        finally:
            self._following.discard(key)


def _chain(scope: str) -> Iterable[str]:
    """Yield *scope* and the symbols around it, nearest first, and "" at last."""
    for _ in range(SCOPES_LIMIT):
        yield scope
        if not scope:
            return
        scope = scope.rpartition(".")[0]
