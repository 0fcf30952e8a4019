"""What a C or C++ file defines, includes and calls. Methods are named after their class; namespaces are left out."""

from tree_sitter import Node

from musetui.callgraph.grammar import Grammar, GrammarWalk, text, unquoted
from musetui.callgraph.scopes import ELSEWHERE, OBJECT, Scope
from musetui.callgraph.shapes import STAR, Role

NAMESPACE = "."
"""The module that a namespace is: the file's own level, as namespaces are no part of a symbol."""

_DECLARATORS = frozenset(
    {"pointer_declarator", "reference_declarator", "array_declarator", "init_declarator", "parenthesized_declarator"}
)
_STEPS = 16


class CWalk(GrammarWalk):
    """One pass over a file of C or C++."""

    grammar = Grammar(
        names=frozenset(
            {"identifier", "type_identifier", "field_identifier", "namespace_identifier", "this", "destructor_name"}
        ),
        members={"field_expression": ("argument", "field"), "qualified_identifier": ("scope", "name")},
        calls={"call_expression": "function"},
        made={"new_expression": "type"},
        wrappers={
            "parenthesized_expression": "",
            "pointer_expression": "argument",
            "template_function": "name",
            "template_method": "name",
            "template_type": "name",
        },
        type_wrappers={"template_type": "name", "struct_specifier": "name", "class_specifier": "name"},
        literals=frozenset({"string_literal", "number_literal"}),
    )
    visits = {
        "preproc_include": "on_include",
        "namespace_definition": "on_namespace",
        "class_specifier": "on_class",
        "struct_specifier": "on_class",
        "union_specifier": "on_class",
        "function_definition": "on_function",
        "declaration": "on_declaration",
        "field_declaration": "on_declaration",
        "lambda_expression": "on_lambda",
        "for_range_loop": "on_loop",
        "preproc_function_def": "on_macro",
        "call_expression": "call",
        "new_expression": "call",
    }

    def __init__(self, language: str) -> None:
        """Start to read a file of *language*."""
        super().__init__(language)
        self._namespaces: set[str] = set()

    def on_include(self, node: Node, scope: Scope) -> None:
        """Note that all of another file is seen here."""
        path = node.child_by_field_name("path")
        is_own = path is not None and (path.type == "string_literal" or "/" in text(path))
        if is_own:
            self.reading.notes.take("", STAR, unquoted(path), STAR)

    def on_namespace(self, node: Node, scope: Scope) -> None:
        """Walk a namespace as the file's own level, which its name means."""
        name = node.child_by_field_name("name")
        for each in self.name_within(name) if name is not None else ():
            self._namespaces.add(each)
            self.reading.take(self.reading.file, each, NAMESPACE, "")
        self.descend(node.child_by_field_name("body"), scope)

    def on_class(self, node: Node, scope: Scope) -> None:
        """Define a class with its bases, whose members are seen from within."""
        name, body = self.type_name(node.child_by_field_name("name")), node.child_by_field_name("body")
        if body is None:
            return
        if not name:
            self.descend(body, scope)
            return
        bases = [
            found
            for child in node.named_children
            if child.type == "base_class_clause"
            for each in child.named_children
            if (found := self.type_name(each))
        ]
        name = name.rpartition(".")[2]
        symbol = scope.inner(name)
        self.reading.define(scope, name, Role.CLASS, tuple(bases))
        inner = self.owner(symbol)
        inner.parent, inner.is_open = scope, True
        self.descend(body, inner)

    def on_function(self, node: Node, scope: Scope) -> None:
        """Define a function, or a method of the class that its name names."""
        declarator = self._function(node.child_by_field_name("declarator"))
        body = node.child_by_field_name("body")
        if declarator is None:
            self.descend(body, scope)
            return
        inner = self._define(declarator, node, scope, Role.FUNCTION if body is not None else Role.DECLARED)
        for child in node.named_children:
            if child.type == "field_initializer_list":
                self.descend(child, inner)
        self.later(body, inner)

    def _define(self, declarator: Node, node: Node, scope: Scope, role: Role) -> Scope:
        name = declarator.child_by_field_name("declarator")
        parts = [each for each in (self.name_within(name) if name is not None else []) if each not in self._namespaces]
        if len(parts) > 1:
            scope = self.owner(parts[-2])
            scope.is_open = True
        returns = self.type_name(node.child_by_field_name("type")) or ""
        # A class of C++ and what makes its objects share a name; of a function in a function nothing is known.
        inner = self.reading.define(scope, parts[-1] if parts else "", role, returns=returns)
        if scope.is_class:
            inner.bind("this", OBJECT)
        parameters = declarator.child_by_field_name("parameters")
        for each in parameters.named_children if parameters is not None else ():
            self._bind(each, inner)
        return inner

    def _function(self, node: Node | None) -> Node | None:
        """Return the declarator of a function within *node*, or None if it declares none."""
        for _ in range(_STEPS):
            if node is None or node.type == "function_declarator":
                break
            # `int (*call)(int)` is a variable.
            if node.type not in ("pointer_declarator", "reference_declarator"):
                return None
            node = node.child_by_field_name("declarator") or next(iter(node.named_children), None)
        inner = node.child_by_field_name("declarator") if node is not None else None
        return node if inner is not None and inner.type != "parenthesized_declarator" else None

    def on_declaration(self, node: Node, scope: Scope) -> None:
        """Note variables, fields, and functions that others define."""
        for declarator in node.children_by_field_name("declarator"):
            function = self._function(declarator)
            if function is not None and scope.symbol and not scope.is_class:
                self._bind(node, scope)  # `Store s(x);` within a function may look like one
            elif function is not None:
                self._define(function, node, scope, Role.DECLARED)
        if not any(self._function(each) for each in node.children_by_field_name("declarator")):
            self._bind(node, scope)
        self.descend(node, scope)

    def _bind(self, node: Node, scope: Scope) -> None:
        """Bind the names that *node* declares, with their type."""
        kind = node.child_by_field_name("type")
        for declarator in node.children_by_field_name("declarator"):
            value = declarator.child_by_field_name("value")
            name: Node | None = declarator
            for _ in range(_STEPS):
                if name is None or name.type not in _DECLARATORS | {"function_declarator"}:
                    break
                name = name.child_by_field_name("declarator") or next(iter(name.named_children), None)
            if kind is not None and kind.type == "placeholder_type_specifier":
                found = self.value_type(value)
            elif kind is not None and kind.type in ("primitive_type", "sized_type_specifier"):
                found = ELSEWHERE
            else:
                found = self.type_name(kind)
            if name is not None and name.type in ("identifier", "field_identifier"):
                scope.bind(text(name), found)
                if scope.is_class:
                    scope.bind_attribute(text(name), found)

    def on_lambda(self, node: Node, scope: Scope) -> None:
        """Walk a function without a name as part of what is around."""
        inner = Scope(scope.symbol, scope)
        declarator = node.child_by_field_name("declarator")
        parameters = declarator.child_by_field_name("parameters") if declarator is not None else None
        for each in parameters.named_children if parameters is not None else ():
            self._bind(each, inner)
        self.later(node.child_by_field_name("body"), inner)

    def on_loop(self, node: Node, scope: Scope) -> None:
        """Bind the variable of a loop."""
        inner = Scope(scope.symbol, scope)
        self._bind(node, inner)
        self.later(node.child_by_field_name("right"), scope)
        self.later(node.child_by_field_name("body"), inner)

    def on_macro(self, node: Node, scope: Scope) -> None:
        """Note that a name is a macro: what it does is not known, and no function of that name is called by it."""
        scope.bind(text(node.child_by_field_name("name")), None)
