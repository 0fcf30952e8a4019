"""What a Rust file defines, imports and calls. Methods are named after their type: `Server::new` is `Server.new`."""

from collections import deque

from tree_sitter import Node

from musetui.callgraph.grammar import Grammar, GrammarWalk, text
from musetui.callgraph.scopes import ELSEWHERE, OBJECT, Scope
from musetui.callgraph.shapes import IMPORTS_LIMIT, SELF, STAR, SUPER, Extraction, Role

PARENT = "^"
"""Stands for `super` at the head of a path: the module around the file's own."""

_THIS_CLASS = "Self"


class RustWalk(GrammarWalk):
    """One pass over a Rust file."""

    grammar = Grammar(
        names=frozenset({"identifier", "type_identifier", "field_identifier", "self", "super", "crate"}),
        members={
            "scoped_identifier": ("path", "name"),
            "scoped_type_identifier": ("path", "name"),
            "field_expression": ("value", "field"),
        },
        calls={"call_expression": "function"},
        made={"struct_expression": "name"},
        wrappers={
            "parenthesized_expression": "",
            "await_expression": "",
            "try_expression": "",
            "reference_expression": "value",
            "generic_function": "function",
        },
        type_wrappers={"reference_type": "type", "generic_type": "type", "generic_type_with_turbofish": "type"},
        literals=frozenset({"string_literal", "integer_literal", "array_expression"}),
    )
    visits = {
        "use_declaration": "on_use",
        "mod_item": "on_module",
        "struct_item": "on_type",
        "enum_item": "on_type",
        "union_item": "on_type",
        "trait_item": "on_trait",
        "impl_item": "on_impl",
        "function_item": "on_function",
        "function_signature_item": "on_function",
        "closure_expression": "on_closure",
        "let_declaration": "on_let",
        "for_expression": "on_pattern",
        "let_condition": "on_pattern",
        "match_arm": "on_pattern",
        "call_expression": "call",
        "struct_expression": "call",
        "macro_invocation": "on_macro",
    }

    def __init__(self, language: str) -> None:
        """Start to read a file of *language*."""
        super().__init__(language)
        self._traits: list[tuple[str, str]] = []

    def read(self, root: Node) -> Extraction:
        """Return what is found below *root*, each type based on the traits that it implements."""
        found = super().read(root)
        traits: dict[str, list[str]] = {}
        for symbol, trait in self._traits:
            traits.setdefault(symbol, []).append(trait)
        return found._replace(
            definitions=tuple(
                each._replace(bases=(*each.bases, *traits[each.symbol])) if each.symbol in traits else each
                for each in found.definitions
            )
        )

    def named(self, parts: list[str], typed: bool, scope: Scope) -> tuple[list[str], bool]:
        """Return a name that begins at the file's own module, the one around it, or the class around, as itself."""
        owner = scope.class_around()
        if parts[:1] == [_THIS_CLASS] and owner is not None:
            return [*owner.symbol.split("."), *parts[1:]], typed
        if parts[:1] == [SELF] and scope.meaning(SELF) != OBJECT:
            return parts[1:], typed
        if parts[:1] == [SUPER]:
            # Within a module of the file, what is around it is seen anyway.
            return (parts[1:] if self._is_inner(scope) else [PARENT, *parts[1:]]), typed
        return parts, typed

    def _is_inner(self, scope: Scope) -> bool:
        head = scope.symbol.partition(".")[0]
        return bool(head) and self.reading.notes.role_of(head) is Role.MODULE

    def on_use(self, node: Node, scope: Scope) -> None:
        """Note each name of a tree of imports."""
        waiting = deque([(node.child_by_field_name("argument"), list[str]())])
        for _ in range(IMPORTS_LIMIT):
            if not waiting:
                return
            each, prefix = waiting.popleft()
            if each is None:
                continue
            if each.type == "scoped_use_list":
                path = each.child_by_field_name("path")
                inner = [*prefix, *(self.name_within(path) if path is not None else [])]
                listed = each.child_by_field_name("list")
                waiting.extend((child, inner) for child in (listed.named_children if listed is not None else ()))
            elif each.type == "use_list":
                waiting.extend((child, prefix) for child in each.named_children)
            elif each.type == "use_wildcard":
                self._take(scope, [*prefix, *self.name_within(each.named_children[0])], STAR)
            elif each.type == "use_as_clause":
                path = each.child_by_field_name("path")
                parts = self.name_within(path) if path is not None else []
                self._take(scope, [*prefix, *parts], text(each.child_by_field_name("alias")))
            else:
                parts = [*prefix, *self.name_within(each)]
                self._take(scope, parts[:-1] if parts[-1:] == [SELF] else parts, "")

    def _take(self, scope: Scope, parts: list[str], name: str) -> None:
        parts, _ = self.named(parts, False, scope)
        if name == STAR and parts:
            self.reading.notes.take(scope.symbol, STAR, ".".join(parts), STAR)
        elif parts:
            self.reading.take(scope, name or parts[-1], ".".join(parts[:-1]), parts[-1])

    def on_module(self, node: Node, scope: Scope) -> None:
        """Define a module within the file; one in a file of its own is found by its name."""
        body = node.child_by_field_name("body")
        if body is not None:
            self.descend(body, self.reading.define(scope, text(node.child_by_field_name("name")), Role.MODULE))

    def on_type(self, node: Node, scope: Scope) -> None:
        """Define a type with the types of its fields."""
        name = text(node.child_by_field_name("name"))
        self.reading.define(scope, name, Role.CLASS)
        body = node.child_by_field_name("body")
        owner = self.owner(scope.inner(name))
        for each in body.named_children if body is not None else ():
            if each.type == "field_declaration":
                field, kind = each.child_by_field_name("name"), each.child_by_field_name("type")
                owner.bind_attribute(text(field), self.type_name(kind))

    def on_trait(self, node: Node, scope: Scope) -> None:
        """Define a trait, whose methods a type that implements it may inherit."""
        inner = self.reading.define(scope, text(node.child_by_field_name("name")), Role.CLASS)
        self.descend(node.child_by_field_name("body"), inner)

    def on_impl(self, node: Node, scope: Scope) -> None:
        """Walk methods as those of their type."""
        name = self.type_name(node.child_by_field_name("type"))
        if not name:
            return
        symbol = scope.inner(name.rpartition(".")[2])
        if trait := self.type_name(node.child_by_field_name("trait")):
            self._traits.append((symbol, trait))
        owner = self.owner(symbol)
        owner.parent = scope
        self.descend(node.child_by_field_name("body"), owner)

    def on_function(self, node: Node, scope: Scope) -> None:
        """Define a function or a method, or say that others do."""
        body = node.child_by_field_name("body")
        role = Role.FUNCTION if body is not None else Role.DECLARED
        returns = self.type_name(node.child_by_field_name("return_type")) or ""
        inner = self.reading.define(scope, text(node.child_by_field_name("name")), role, returns=returns)
        parameters = node.child_by_field_name("parameters")
        for each in parameters.named_children if parameters is not None else ():
            if each.type == "self_parameter":
                inner.bind(SELF, OBJECT)
            elif each.type == "parameter":
                self._bind(each.child_by_field_name("pattern"), each, inner)
        self.later(body, inner)

    def _bind(self, pattern: Node | None, node: Node, scope: Scope) -> None:
        """Bind the name, or the names, that *node* declares."""
        if pattern is not None and pattern.type == "mut_pattern":
            pattern = next(iter(each for each in pattern.named_children if each.type == "identifier"), pattern)
        if pattern is None or pattern.type != "identifier":
            self.unknown(pattern, scope)
            return
        value = node.child_by_field_name("value")
        found = self.type_name(node.child_by_field_name("type"))
        if value is not None and value.type in self.grammar.literals:
            found = found or ELSEWHERE
        found = found or self.value_type(value)
        if found and found.partition(".")[0] == _THIS_CLASS:
            found = ".".join(self.named(found.split("."), False, scope)[0])
        scope.bind(text(pattern), found)

    def on_let(self, node: Node, scope: Scope) -> None:
        """Bind a variable with its type."""
        self._bind(node.child_by_field_name("pattern"), node, scope)
        self.later(node.child_by_field_name("value"), scope)
        self.later(node.child_by_field_name("alternative"), scope)

    def on_pattern(self, node: Node, scope: Scope) -> None:
        """Bind what a pattern takes apart."""
        inner = Scope(scope.symbol, scope)
        pattern = node.child_by_field_name("pattern")
        for child in pattern.named_children if pattern is not None and pattern.type == "match_pattern" else [pattern]:
            if child is not None and child.type in ("identifier", "tuple_pattern", "ref_pattern", "mut_pattern"):
                self.unknown(child, inner)
            elif child is not None and child.type == "tuple_struct_pattern":
                for each in child.named_children[1:]:
                    self.unknown(each, inner)
        # A variable of a condition lives in the block beside it, which is part of what is around.
        if node.type == "let_condition":
            scope.names.update({name: None for name in inner.names if name not in scope.names})
        self.descend(node, inner)

    def on_macro(self, node: Node, scope: Scope) -> None:
        """Note what looks like a call among the words given to a macro: a name right before parentheses."""
        waiting = [child for child in node.named_children if child.type == "token_tree"]
        while waiting:
            tokens = waiting.pop().children
            for at, token in enumerate(tokens):
                if token.type == "token_tree":
                    waiting.append(token)
                    before = tokens[at - 1] if at else None
                    joined = at > 1 and tokens[at - 2].type in (".", "::", "!")
                    if before is not None and before.type == "identifier" and not joined and text(token)[:1] == "(":
                        self.reading.call(scope, [text(before)], before.start_point[0] + 1)
