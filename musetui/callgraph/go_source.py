"""What a Go file defines, imports and calls. Methods are named after their type: `Server.Start`."""

import re

from tree_sitter import Node

from musetui.callgraph.grammar import Grammar, GrammarWalk, text, unquoted
from musetui.callgraph.scopes import OBJECT, Scope
from musetui.callgraph.shapes import STAR, Role


class GoWalk(GrammarWalk):
    """One pass over a Go file."""

    grammar = Grammar(
        names=frozenset({"identifier", "type_identifier", "field_identifier", "package_identifier"}),
        members={"selector_expression": ("operand", "field"), "qualified_type": ("package", "name")},
        calls={"call_expression": "function"},
        made={"composite_literal": "type"},
        wrappers={"parenthesized_expression": "", "unary_expression": "operand"},
        type_wrappers={"pointer_type": "", "generic_type": "type", "parenthesized_type": "", "parameter_list": ""}
        | {"parameter_declaration": "type"},
    )
    visits = {
        "package_clause": "on_package",
        "import_spec": "on_import",
        "type_spec": "on_type",
        "function_declaration": "on_function",
        "method_declaration": "on_method",
        "func_literal": "on_closure",
        "call_expression": "call",
        "composite_literal": "call",
        "short_var_declaration": "on_assignment",
        "assignment_statement": "on_assignment",
        "var_spec": "on_variable",
        "const_spec": "on_variable",
        "range_clause": "on_range",
    }

    def on_package(self, node: Node, scope: Scope) -> None:
        """Note the package."""
        self.reading.notes.package = text(next(iter(node.named_children), None))

    def on_import(self, node: Node, scope: Scope) -> None:
        """Note an import under its own name, or the last part of its path that is no version."""
        path = unquoted(node.child_by_field_name("path"))
        name = text(node.child_by_field_name("name"))
        steps = [step for step in path.split("/") if not re.fullmatch(r"v\d+", step)]
        if name == ".":
            self.reading.notes.take("", STAR, path, STAR)
        elif name != "_" and steps:
            self.reading.take(scope, name or steps[-1], path, "")

    def on_type(self, node: Node, scope: Scope) -> None:
        """Define a type, with what is embedded in it and what its fields are."""
        name, kind = text(node.child_by_field_name("name")), node.child_by_field_name("type")
        bases: list[str] = []
        members: list[Node] = []
        if kind is not None and kind.type == "struct_type":
            members = [field for each in kind.named_children for field in each.named_children]
        elif kind is not None and kind.type == "interface_type":
            members = kind.named_children
        fields: list[tuple[str, str | None]] = []
        for member in members:
            names = member.children_by_field_name("name")
            found = self.type_name(member.child_by_field_name("type"))
            fields += [(text(each), found) for each in names]
            if member.type == "field_declaration" and not names and found:
                bases.append(found)
                fields.append((found.rpartition(".")[2], found))
        self.reading.define(scope, name, Role.CLASS, tuple(bases))
        owner = self.owner(name) if scope is self.reading.file else Scope(scope.inner(name), scope, is_class=True)
        for each, found in fields:
            owner.bind_attribute(each, found)

    def on_function(self, node: Node, scope: Scope) -> None:
        """Define a function."""
        returns = self.type_name(node.child_by_field_name("result")) or ""
        name = text(node.child_by_field_name("name"))
        # Any number of functions are called `init` or `_`, and nobody can call them.
        inner = self.reading.define(scope, name, Role.FUNCTION, returns=returns)
        self._body(node, inner)

    def on_method(self, node: Node, scope: Scope) -> None:
        """Define a method of its receiver's type."""
        receiver = node.child_by_field_name("receiver")
        declared = next(iter(receiver.named_children), None) if receiver is not None else None
        owner = self.type_name(declared)
        if declared is None or not owner:
            return
        returns = self.type_name(node.child_by_field_name("result")) or ""
        inner = self.reading.define(
            self.owner(owner), text(node.child_by_field_name("name")), Role.FUNCTION, returns=returns
        )
        if name := text(declared.child_by_field_name("name")):
            inner.bind(name, OBJECT)
        self._body(node, inner)

    def on_closure(self, node: Node, scope: Scope) -> None:
        """Walk a function without a name as part of what is around."""
        self._body(node, Scope(scope.symbol, scope))

    def _body(self, node: Node, inner: Scope) -> None:
        for part in ("parameters", "result"):
            listed = node.child_by_field_name(part)
            for each in listed.named_children if listed is not None and listed.type == "parameter_list" else ():
                found = self.type_name(each.child_by_field_name("type"))
                for name in each.children_by_field_name("name"):
                    inner.bind(text(name), found if each.type == "parameter_declaration" else None)
        self.later(node.child_by_field_name("body"), inner)

    def on_variable(self, node: Node, scope: Scope) -> None:
        """Note variables, of the type that is said or that their values have."""
        found = self.type_name(node.child_by_field_name("type"))
        names = node.children_by_field_name("name")
        values = node.child_by_field_name("value")
        given = values.named_children if values is not None else []
        for at, name in enumerate(names):
            value = given[at] if len(given) == len(names) or (at == 0 and given) else None
            scope.bind(text(name), found or self.value_type(value))
        self.later(values, scope)

    def on_assignment(self, node: Node, scope: Scope) -> None:
        """Note what variables are set to; of several results, the first is what a function is known to give."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        given = right.named_children if right is not None else []
        names = left.named_children if left is not None else []
        for at, name in enumerate(names):
            if name.type != "identifier":
                self.later(name, scope)
                continue
            value = given[at] if len(given) == len(names) or (at == 0 and given) else None
            if node.type == "short_var_declaration" or text(name) in scope.names:
                scope.bind(text(name), self.value_type(value))
        self.later(right, scope)

    def on_range(self, node: Node, scope: Scope) -> None:
        """Bind the variables of a loop."""
        self.unknown(node.child_by_field_name("left"), scope)
        self.later(node.child_by_field_name("right"), scope)
