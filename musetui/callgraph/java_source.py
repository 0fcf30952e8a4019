"""What a Java file defines, imports and calls."""

from tree_sitter import Node

from musetui.callgraph.grammar import Grammar, GrammarWalk, text
from musetui.callgraph.scopes import ELSEWHERE, OBJECT, Scope
from musetui.callgraph.shapes import STAR, Role


class JavaWalk(GrammarWalk):
    """One pass over a Java file."""

    grammar = Grammar(
        names=frozenset({"identifier", "type_identifier", "this", "super"}),
        members={"field_access": ("object", "field"), "scoped_identifier": ("scope", "name")},
        calls={},
        methods={"method_invocation": ("object", "name")},
        made={"object_creation_expression": "type"},
        wrappers={"parenthesized_expression": "", "cast_expression": "value"},
        type_wrappers={"generic_type": "", "annotated_type": ""},
        literals=frozenset({"string_literal", "decimal_integer_literal", "array_creation_expression"}),
    )
    visits = {
        "package_declaration": "on_package",
        "import_declaration": "on_import",
        "class_declaration": "on_class",
        "interface_declaration": "on_class",
        "enum_declaration": "on_class",
        "record_declaration": "on_class",
        "method_declaration": "on_method",
        "constructor_declaration": "on_method",
        "compact_constructor_declaration": "on_method",
        "field_declaration": "on_variables",
        "local_variable_declaration": "on_variables",
        "lambda_expression": "on_closure",
        "enhanced_for_statement": "on_loop",
        "catch_clause": "on_catch",
        "resource": "on_resource",
        "method_invocation": "call",
        "object_creation_expression": "call",
    }

    def on_package(self, node: Node, scope: Scope) -> None:
        """Note the package."""
        self.reading.notes.package = ".".join(self.name_within(node.named_children[-1])) if node.named_children else ""

    def on_import(self, node: Node, scope: Scope) -> None:
        """Note what is imported."""
        named = [child for child in node.named_children if child.type in ("identifier", "scoped_identifier")]
        parts = self.name_within(named[0]) if named else []
        if any(child.type == "asterisk" for child in node.named_children):
            self.reading.notes.take("", STAR, ".".join(parts), STAR)
        elif len(parts) > 1:
            is_static = any(child.type == "static" for child in node.children)
            cut = -2 if is_static and len(parts) > 2 else -1
            self.reading.take(scope, parts[-1], ".".join(parts[:cut]), ".".join(parts[cut:]))

    def on_class(self, node: Node, scope: Scope) -> None:
        """Define a class, an interface, an enumeration or a record, whose members are seen from within."""
        bases: list[str] = []
        for child in node.named_children:
            if child.type in ("superclass", "super_interfaces", "extends_interfaces"):
                listed = child.named_children
                if listed and listed[0].type == "type_list":
                    listed = listed[0].named_children
                bases += [found for each in listed if (found := self.type_name(each))]
        name = text(node.child_by_field_name("name"))
        inner = self.reading.define(scope, name, Role.CLASS, tuple(bases))
        inner.is_open = True
        if node.type == "record_declaration":
            self._parameters(node, inner)
        self.descend(node.child_by_field_name("body"), inner)

    def on_method(self, node: Node, scope: Scope) -> None:
        """Define a method, or say that others do."""
        body = node.child_by_field_name("body")
        role = Role.FUNCTION if body is not None else Role.DECLARED
        returns = self.type_name(node.child_by_field_name("type")) or ""
        inner = self.reading.define(scope, text(node.child_by_field_name("name")), role, returns=returns)
        inner.bind("this", OBJECT)
        self._parameters(node, inner)
        self.later(body, inner)

    def _parameters(self, node: Node, inner: Scope) -> None:
        listed = node.child_by_field_name("parameters")
        for each in listed.named_children if listed is not None else ():
            if (name := each.child_by_field_name("name")) is not None:
                inner.bind(text(name), self.type_name(each.child_by_field_name("type")) or ELSEWHERE)
            else:
                self.unknown(each, inner)

    def on_variables(self, node: Node, scope: Scope) -> None:
        """Note fields or variables with their type."""
        found = self.type_name(node.child_by_field_name("type"))
        for each in node.children_by_field_name("declarator"):
            value = each.child_by_field_name("value")
            meaning = self.value_type(value) if found == "var" else found or ELSEWHERE
            scope.bind(text(each.child_by_field_name("name")), meaning)
            if scope.is_class:
                scope.bind_attribute(text(each.child_by_field_name("name")), meaning)
            self.later(value, scope)

    def on_loop(self, node: Node, scope: Scope) -> None:
        """Bind the variable of a loop."""
        inner = Scope(scope.symbol, scope)
        found = self.type_name(node.child_by_field_name("type"))
        inner.bind(text(node.child_by_field_name("name")), None if found == "var" else found)
        self.later(node.child_by_field_name("value"), scope)
        self.later(node.child_by_field_name("body"), inner)

    def on_catch(self, node: Node, scope: Scope) -> None:
        """Bind what is caught."""
        inner = Scope(scope.symbol, scope)
        for child in node.named_children:
            if child.type == "catch_formal_parameter":
                self.unknown(child.child_by_field_name("name"), inner)
        self.later(node.child_by_field_name("body"), inner)

    def on_resource(self, node: Node, scope: Scope) -> None:
        """Bind a resource with its type."""
        found = self.type_name(node.child_by_field_name("type"))
        value = node.child_by_field_name("value")
        if (name := node.child_by_field_name("name")) is not None:
            scope.bind(text(name), self.value_type(value) if found == "var" else found)
        self.later(value, scope)
