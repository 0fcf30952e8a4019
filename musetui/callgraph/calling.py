"""From the calls of one file to its edges."""

from musetui.callgraph.asking import Asking, Kind, Place
from musetui.callgraph.edges import GUESSED, TYPED, Edge
from musetui.callgraph.family import Family
from musetui.callgraph.meaning import Meaning
from musetui.callgraph.shapes import LINES_LIMIT, SELF, SUPER, UNKNOWN, Call, Role
from musetui.callgraph.tree import SourceFile, family_of
from musetui.records.address import SYMBOL_MARK


def edges_of(ask: Asking, family: Family, path: str, file: SourceFile) -> dict[tuple[str, str], Edge]:
    """Return the edges of the calls in *file*, at *path*, by their ends."""
    calling = _Calling(ask, family, path, file)
    found: dict[tuple[str, str], Edge] = {}
    for call in file.extraction.calls:
        caller = _address(path, call.caller)
        for place in calling.called(call):
            callee = _address(place.where, place.symbol)
            if caller == callee:
                continue
            ends, certainty, lines = (caller, callee), round(place.certainty, 4), call.lines
            if (known := found.get(ends)) is not None:
                certainty = max(certainty, known.certainty)
                lines = tuple(sorted({*lines, *known.lines})[:LINES_LIMIT])
            found[ends] = Edge(caller, callee, certainty, lines)
    return found


def _address(path: str, symbol: str) -> str:
    return f"{path}{SYMBOL_MARK}{symbol}" if symbol else path


class _Calling:
    def __init__(self, ask: Asking, family: Family, path: str, file: SourceFile) -> None:
        self._ask = ask
        self._family = family
        self._path = path
        self._language = family_of(file.extraction.language)
        self._meaning = Meaning(ask, family, path, file)

    def called(self, call: Call) -> list[Place]:
        """Return what a call leads to: a function; or a class, and what of it runs when one is made."""
        self._meaning.start()
        head, *rest = call.callee.split(".")
        if head == UNKNOWN:
            return self._guessed(rest[-1]) if rest else []
        place = self._found(call, head, rest)
        if place is None:
            return []
        if not place.symbol and place.kind is Kind.FILE:
            place = self._meaning.member(place, "default")
        definition = self._meaning.definition(place) if place is not None else None
        if place is not None and definition is not None and definition.role is Role.DECLARED:
            place = self._family.defined(self._ask, place)
            definition = self._meaning.definition(place) if place is not None else None
        if place is None or definition is None or definition.role not in (Role.CLASS, Role.FUNCTION):
            return []
        if definition.role is not Role.CLASS:
            return [place]
        return [place, *self._made(place)]

    def _found(self, call: Call, head: str, rest: list[str]) -> Place | None:
        if head in (SELF, SUPER):
            owner = self._meaning.class_around(self._path, call.caller)
            if owner is None or not rest:
                return None
            if head == SUPER:
                return self._of_bases(owner, rest)
            place: Place | None = owner
        else:
            place = self._meaning.head(call.caller, head)
        for name in rest:
            if place is None:
                return None
            place = self._meaning.member(self._value(place) if call.typed else place, name)
        if place is not None and call.typed:
            return place._replace(certainty=place.certainty * TYPED)
        return place

    def _of_bases(self, owner: Place, rest: list[str]) -> Place | None:
        for base in self._meaning.based_on(owner):
            if place := self._meaning.walk(base, rest):
                return place
        return None

    def _value(self, place: Place) -> Place:
        """Return the class of what a call of *place* gives; the place itself where it is no function that says so."""
        definition = self._meaning.definition(place)
        if definition is None or definition.role is Role.CLASS or not definition.returns:
            return place
        around = place.symbol.rpartition(".")[0]
        if definition.returns.rpartition(".")[2] in ("Self", "this"):
            value = self._meaning.class_around(place.where, around)
        else:
            value = self._meaning.named_from(place.where, around, definition.returns)
        return value._replace(certainty=place.certainty * value.certainty) if value is not None else place

    def _made(self, place: Place) -> list[Place]:
        own = place.symbol.rpartition(".")[2]
        found = []
        for name in self._family.constructors:
            made = self._meaning.member(place, own if name == "." else name)
            definition = self._meaning.definition(made) if made is not None else None
            if made is not None and definition is not None and definition.role is Role.DECLARED:
                made = self._family.defined(self._ask, made)
            found += [made] if made is not None else []
        return found

    def _guessed(self, name: str) -> list[Place]:
        """Return the only method of that name in the tree, if it is one that nothing outside of the tree has, too."""
        if name in self._family.common or name.startswith("__"):
            return []
        methods = [(path, symbol) for path, symbol in self._ask.called(self._language, name) if "." in symbol]
        return [Place(Kind.FILE, *methods[0], GUESSED)] if len(methods) == 1 else []
