"""Walking what tree-sitter parsed: what all such languages share, and tables for what they do not.

Imported only where tree-sitter is installed. As in Python's walk the stack is our own, and what a parser could not make
sense of is walked like the rest: half a file says more than none.
"""

import time
from dataclasses import dataclass, field
from typing import ClassVar

from tree_sitter import Language, Node, Parser

from musetui.callgraph.scopes import Reading, Scope
from musetui.callgraph.shapes import PARTS_LIMIT, SUPER, UNKNOWN, Extraction, SourceError

PARSE_SECONDS = 5.0
"""After which the parse of one file is given up; an ordinary megabyte takes a tenth of one."""

_STEPS = 4 * PARTS_LIMIT


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one language's tree is read.

    Attributes:
        names: nodes that are a name.
        members: nodes that are a part of something: the fields of the thing, and of the part's name.
        calls: nodes that are a call: the field of what is called.
        methods: nodes that are a call and name what is called themselves: the fields of the object, and of the name.
        made: nodes that make an object: the field of its class.
        wrappers: nodes around an expression that mean the same as it: its field, or "" for the first one within.
        type_wrappers: the same for types.
        literals: expressions whose methods are the language's own.
    """

    names: frozenset[str]
    members: dict[str, tuple[str, str]]
    calls: dict[str, str]
    methods: dict[str, tuple[str, str]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    wrappers: dict[str, str] = field(default_factory=dict)
    type_wrappers: dict[str, str] = field(default_factory=dict)
    literals: frozenset[str] = frozenset()


class GrammarWalk:
    """One pass over one file.

    Attributes:
        grammar: how the language is read.
        visits: the name of the method that looks at each kind of node; others are walked through.
        language: its name.
        reading: what was found so far.
    """

    grammar: ClassVar[Grammar]
    visits: ClassVar[dict[str, str]]

    def __init__(self, language: str) -> None:
        """Start to read a file of *language*."""
        self.language = language
        self.reading = Reading(language)
        self._owners: dict[str, Scope] = {}
        self._stack: list[tuple[Node, Scope]] = []

    def read(self, root: Node) -> Extraction:
        """Return what is found below *root*."""
        visits = {kind: getattr(self, name) for kind, name in self.visits.items()}
        stack = self._stack
        stack.append((root, self.reading.file))
        while stack:
            node, scope = stack.pop()
            visit = visits.get(node.type)
            if visit is None:
                self.descend(node, scope)
            else:
                visit(node, scope)
        return self.reading.extraction()

    def owner(self, name: str) -> Scope:
        """Return the scope of the class *name* of the file's level, for methods that are written outside of it."""
        if name not in self._owners:
            self._owners[name] = Scope(name, self.reading.file, is_class=True)
        return self._owners[name]

    def descend(self, node: Node | None, scope: Scope) -> None:
        """Walk what is within *node* later, in order."""
        if node is not None:
            self._stack.extend([(child, scope) for child in reversed(node.named_children)])

    def later(self, node: Node | None, scope: Scope) -> None:
        """Walk *node* itself later."""
        if node is not None:
            self._stack.append((node, scope))

    def call(self, node: Node, scope: Scope) -> None:
        """Note a call, and walk what is within."""
        parts, typed = self.named(*self.call_name(node), scope)
        if parts:
            self.reading.call(scope, parts, node.start_point[0] + 1, typed=typed)
        self.descend(node, scope)

    def named(self, parts: list[str], typed: bool, scope: Scope) -> tuple[list[str], bool]:
        """Return a call's name as all languages write it; the language's own way, where nothing else is said."""
        return parts, typed

    def unknown(self, pattern: Node | None, scope: Scope) -> None:
        """Bind every name in a pattern, of which nothing is known."""
        waiting = [pattern] if pattern is not None else []
        while waiting:
            node = waiting.pop()
            if node.type in ("identifier", "shorthand_property_identifier_pattern"):
                scope.bind(text(node), None)
            waiting.extend(node.named_children)

    def on_closure(self, node: Node, scope: Scope) -> None:
        """Walk a function without a name as part of what is around."""
        inner = Scope(scope.symbol, scope)
        self.unknown(node.child_by_field_name("parameters"), inner)
        self.later(node.child_by_field_name("body"), inner)

    def name_within(self, node: Node) -> list[str]:
        """Return the parts of a dotted name; nothing for any other expression."""
        parts, typed = self._parts(node)
        return [] if typed or not parts or parts[0] == UNKNOWN else parts

    def call_name(self, call: Node) -> tuple[list[str], bool]:
        """Return the parts of the name that a call calls, and whether all but the last tell of a type."""
        if call.type in self.grammar.methods:
            return self._parts(call)
        inner = call.child_by_field_name(self.grammar.calls.get(call.type) or self.grammar.made[call.type])
        if inner is None:
            return [], False
        if call.type in self.grammar.made:
            made = self.type_name(inner)
            return (made.split(".") if made else []), False
        return self._parts(inner)

    def _parts(self, node: Node | None) -> tuple[list[str], bool]:
        grammar = self.grammar
        parts: list[str] = []
        typed = False
        for _ in range(_STEPS):
            if node is None:
                break
            kind = node.type
            if kind in grammar.members:
                thing, part = grammar.members[kind]
                name = node.child_by_field_name(part)
                # A part may itself be dotted, or have types of its own: `a::b::<T>`.
                parts.extend(reversed(self.name_within(name)) if name is not None else [])
                node = node.child_by_field_name(thing)
                if node is None:
                    return parts[::-1], typed
            elif kind in grammar.methods:
                thing, part = grammar.methods[kind]
                typed = typed or bool(parts)
                parts.append(text(node.child_by_field_name(part)))
                node = node.child_by_field_name(thing)
                if node is None:
                    return parts[::-1], typed
            elif kind in grammar.names:
                return [text(node), *parts[::-1]], typed
            elif kind in grammar.wrappers:
                node = _within(node, grammar.wrappers[kind])
            elif kind in grammar.made:
                made = self.type_name(node.child_by_field_name(grammar.made[kind]))
                return ([*made.split("."), *parts[::-1]], True) if made and parts else ([], False)
            elif kind in grammar.calls and parts:
                typed = True
                node = node.child_by_field_name(grammar.calls[kind])
                if node is not None and node.type == SUPER:
                    return [SUPER, *parts[::-1]], False
            else:
                break
        if node is not None and node.type in grammar.literals:
            return [], False
        return [UNKNOWN, *parts[:1]], False

    def type_name(self, node: Node | None) -> str | None:
        """Return the dotted name of the type at *node*; None where it has none of its own."""
        for _ in range(_STEPS):
            if node is None or node.type not in self.grammar.type_wrappers:
                break
            node = _within(node, self.grammar.type_wrappers[node.type])
        parts = self.name_within(node) if node is not None else []
        return ".".join(parts) or None

    def value_type(self, node: Node | None) -> str | None:
        """Return what is known of the type of the value at *node*: the class it is made of, or what was called."""
        for _ in range(_STEPS):
            if node is None or node.type not in self.grammar.wrappers:
                break
            node = _within(node, self.grammar.wrappers[node.type])
        if node is None:
            return None
        if node.type in self.grammar.made:
            return self.type_name(node.child_by_field_name(self.grammar.made[node.type]))
        if node.type in self.grammar.calls or node.type in self.grammar.methods:
            parts, typed = self.call_name(node)
            return None if typed or not parts or parts[0] == UNKNOWN else ".".join(parts)
        return None


def _within(node: Node, name: str) -> Node | None:
    if name:
        return node.child_by_field_name(name)
    return next(iter(node.named_children), None)


def text(node: Node | None) -> str:
    """Return the text of *node*, or "" where there is none, or more than a name has."""
    if node is None or node.end_byte - node.start_byte > 2_048:
        return ""
    return (node.text or b"").decode(errors="replace").strip()


def unquoted(node: Node | None) -> str:
    """Return the text of a string."""
    return text(node).strip("\"'`<>")


def parse(language: Language, data: bytes) -> Node:
    """Return the root of the tree of *data*.

    Raises:
        SourceError: if it takes too long, or has no name or structure that the language knows.
    """
    ends_at = time.monotonic() + PARSE_SECONDS

    def is_late(_offset: int, _has_error: bool) -> bool:
        return time.monotonic() > ends_at

    def chunk(offset: int, _point: object) -> bytes:
        return data[offset : offset + 65_536]

    try:
        root = Parser(language).parse(chunk, progress_callback=is_late).root_node
    except ValueError:
        raise SourceError("takes too long") from None
    if root.type == "ERROR":
        raise SourceError("not of its language")
    return root
