"""The sheet on which an extractor writes down what it finds in one file: without doubles, and within the limits."""

from musetui.callgraph.shapes import (
    CALLS_LIMIT,
    DEFINITIONS_LIMIT,
    IMPORTS_LIMIT,
    LINES_LIMIT,
    PARTS_LIMIT,
    SYMBOL_LIMIT,
    UNKNOWN,
    Call,
    Definition,
    Extraction,
    Import,
    Role,
)


class Notes:
    """What was found so far in one file."""

    def __init__(self, language: str) -> None:
        """Start a sheet for a file in *language*."""
        self._language = language
        self._definitions: dict[str, Definition] = {}
        self._imports: dict[Import, None] = {}
        self._calls: dict[tuple[str, str, bool], list[int]] = {}
        self._called = 0
        self._cut = False
        self.package = ""

    def define(self, symbol: str, role: Role, bases: tuple[str, ...] = (), returns: str = "") -> None:
        """Note a definition. Of several of one symbol a class counts before a function, and the first of a kind."""
        if len(symbol) > SYMBOL_LIMIT or (
            symbol not in self._definitions and len(self._definitions) >= DEFINITIONS_LIMIT
        ):
            self._cut = True
            return
        known = self._definitions.get(symbol)
        if known is None or _RANK[role] < _RANK[known.role]:
            self._definitions[symbol] = Definition(symbol, role, bases, returns)

    def role_of(self, symbol: str) -> Role | None:
        """Return what *symbol* was noted to be."""
        known = self._definitions.get(symbol)
        return known.role if known is not None else None

    def take(self, scope: str, name: str, module: str, member: str) -> None:
        """Note an import."""
        if len(self._imports) >= IMPORTS_LIMIT or len(module) + len(member) + len(name) > SYMBOL_LIMIT:
            self._cut = True
            return
        self._imports[Import(scope, name, module, member)] = None

    def call(self, caller: str, parts: list[str], line: int, *, typed: bool = False) -> None:
        """Note a call, or nothing where its name is not known."""
        if not parts or parts == [UNKNOWN]:
            return
        callee = ".".join(parts)
        if len(parts) > PARTS_LIMIT or len(callee) > SYMBOL_LIMIT or self._called >= CALLS_LIMIT:
            self._cut = True
            return
        self._called += 1
        self._calls.setdefault((caller, callee, typed), []).append(line)

    def extraction(self) -> Extraction:
        """Return all that was noted."""
        calls = (
            Call(caller, callee, typed, tuple(sorted(set(lines))[:LINES_LIMIT]))
            for (caller, callee, typed), lines in self._calls.items()
        )
        return Extraction(
            self._language,
            self.package,
            tuple(self._definitions.values()),
            tuple(self._imports),
            tuple(calls),
            self._cut,
        )


_RANK = {Role.CLASS: 0, Role.MODULE: 0, Role.FUNCTION: 1, Role.DECLARED: 2}
