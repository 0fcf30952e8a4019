"""What a JavaScript or TypeScript file defines, imports and calls."""

from tree_sitter import Node

from musetui.callgraph.grammar import Grammar, GrammarWalk, text, unquoted
from musetui.callgraph.scopes import ELSEWHERE, OBJECT, Scope
from musetui.callgraph.shapes import STAR, Role

DEFAULT = "default"

_NAMES = ("identifier", "type_identifier", "property_identifier", "private_property_identifier", "this", "super")
_FUNCTIONS = ("arrow_function", "function_expression", "generator_function", "function_declaration")


class EcmaWalk(GrammarWalk):
    """One pass over a file of JavaScript, TypeScript, or either with markup in it."""

    grammar = Grammar(
        names=frozenset(_NAMES),
        members={
            "member_expression": ("object", "property"),
            "nested_type_identifier": ("module", "name"),
            "nested_identifier": ("object", "property"),
        },
        calls={"call_expression": "function"},
        made={"new_expression": "constructor"},
        wrappers={
            "parenthesized_expression": "",
            "await_expression": "",
            "non_null_expression": "",
            "as_expression": "",
            "satisfies_expression": "",
        },
        type_wrappers={"type_annotation": "", "generic_type": "name", "parenthesized_type": "", "readonly_type": ""},
        literals=frozenset({"string", "template_string", "array", "object", "number", "regex"}),
    )
    visits = {
        "call_expression": "call",
        "new_expression": "call",
        "class_declaration": "on_class",
        "abstract_class_declaration": "on_class",
        "interface_declaration": "on_class",
        "class": "on_class",
        "function_declaration": "on_function",
        "generator_function_declaration": "on_function",
        "method_definition": "on_method",
        "abstract_method_signature": "on_signature",
        "method_signature": "on_signature",
        "arrow_function": "on_closure",
        "function_expression": "on_closure",
        "field_definition": "on_field",
        "public_field_definition": "on_field",
        "variable_declarator": "on_variable",
        "assignment_expression": "on_assignment",
        "pair": "on_pair",
        "import_statement": "on_import",
        "export_statement": "on_export",
        "internal_module": "on_namespace",
        "catch_clause": "on_catch",
        "for_in_statement": "on_loop",
    }

    def on_class(self, node: Node, scope: Scope) -> None:
        """Define a class with its bases."""
        name = text(node.child_by_field_name("name"))
        if not name:
            name = self._name_around(node)
        bases: list[str] = []
        for child in node.named_children:
            if child.type in ("class_heritage", "extends_type_clause"):
                inner = child.named_children
                extended = [each for each in inner if each.type == "extends_clause"] or [child]
                base = extended[0].child_by_field_name("value") or next(iter(extended[0].named_children), None)
                bases += [found] if (found := self.type_name(base)) else []
        inner_scope = self.reading.define(scope, name, Role.CLASS, tuple(bases)) if name else scope
        self.descend(node.child_by_field_name("body"), inner_scope)

    def _name_around(self, node: Node) -> str:
        around = node.parent
        return text(around.child_by_field_name("name")) if around and around.type == "variable_declarator" else ""

    def on_function(self, node: Node, scope: Scope) -> None:
        """Define a function."""
        self._function(node, scope, text(node.child_by_field_name("name")))

    def on_method(self, node: Node, scope: Scope) -> None:
        """Define a method; of an object that has no name, walk its body as part of what is around."""
        name = text(node.child_by_field_name("name"))
        if scope.is_class or scope is not self.reading.file:
            self._function(node, scope, name)
        else:
            self._closure(node, scope)

    def on_signature(self, node: Node, scope: Scope) -> None:
        """Note a method that others define."""
        name = text(node.child_by_field_name("name"))
        if name and scope.is_class:
            returns = self.type_name(node.child_by_field_name("return_type")) or ""
            self.reading.define(scope, name, Role.DECLARED, returns=returns)

    def _function(self, node: Node, scope: Scope, name: str) -> None:
        if not name:
            self._closure(node, scope)
            return
        returns = self.type_name(node.child_by_field_name("return_type")) or ""
        inner = self.reading.define(scope, name, Role.FUNCTION, returns="" if returns == "Promise" else returns)
        if scope.is_class:
            inner.bind("this", OBJECT)
        elif node.type != "arrow_function":
            inner.bind("this", None)
        self._body(node, inner)

    def on_closure(self, node: Node, scope: Scope) -> None:
        """Walk a function without a name as part of what is around."""
        self._closure(node, scope)

    def _closure(self, node: Node, scope: Scope) -> None:
        inner = Scope(scope.symbol, scope)
        if node.type != "arrow_function":
            inner.bind("this", None)
        self._body(node, inner)

    def _body(self, node: Node, inner: Scope) -> None:
        parameters = node.child_by_field_name("parameters")
        for each in parameters.named_children if parameters is not None else ():
            self._parameter(each, inner)
        if (only := node.child_by_field_name("parameter")) is not None:
            inner.bind(text(only), None)
        body = node.child_by_field_name("body")
        self.later(body, inner)

    def _parameter(self, node: Node, inner: Scope) -> None:
        name = node.child_by_field_name("pattern") or node.child_by_field_name("left") or node
        kind = self.type_name(node.child_by_field_name("type"))
        if name.type == "identifier":
            inner.bind(text(name), kind)
            owner = inner.parent
            if any(child.type == "accessibility_modifier" for child in node.children) and owner is not None:
                owner.bind_attribute(text(name), kind)
        else:
            self.unknown(name, inner)
        self.later(node.child_by_field_name("value") or node.child_by_field_name("right"), inner)

    def on_field(self, node: Node, scope: Scope) -> None:
        """Note a field: a function, or a value of a type."""
        name = text(node.child_by_field_name("name") or node.child_by_field_name("property"))
        value = node.child_by_field_name("value")
        if value is not None and value.type in _FUNCTIONS:
            self._function(value, scope, name)
            return
        scope.bind_attribute(name, self.type_name(node.child_by_field_name("type")) or self.value_type(value))
        self.later(value, scope)

    def on_variable(self, node: Node, scope: Scope) -> None:
        """Note a variable: a function, a class, a module, or a value of a type."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            return
        if value is not None and name.type == "identifier" and value.type in _FUNCTIONS:
            self._function(value, scope, text(name))
            return
        if value is not None and value.type == "class":
            self.on_class(value, scope)
            return
        module = self._required(value)
        if module:
            self._take_required(name, module, scope)
        elif name.type == "identifier":
            kind = self.type_name(node.child_by_field_name("type"))
            literal = value is not None and value.type in self.grammar.literals and value.type != "object"
            scope.bind(text(name), kind or (ELSEWHERE if literal else self.value_type(value)))
        else:
            self.unknown(name, scope)
        self.later(value, scope)

    def _required(self, value: Node | None) -> str:
        """Return the module in `require("it")`; "" for anything else."""
        if value is None or value.type != "call_expression" or text(value.child_by_field_name("function")) != "require":
            return ""
        arguments = value.child_by_field_name("arguments")
        return unquoted(next(iter(arguments.named_children), None)) if arguments is not None else ""

    def _take_required(self, name: Node, module: str, scope: Scope) -> None:
        if name.type == "identifier":
            self.reading.take(scope, text(name), module, DEFAULT)
            return
        for each in name.named_children:
            member = text(each.child_by_field_name("key")) or text(each)
            here = text(each.child_by_field_name("value")) or member
            self.reading.take(scope, here, module, member)

    def on_assignment(self, node: Node, scope: Scope) -> None:
        """Note what a module exports, and what `this` is given."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        parts = self.name_within(left) if left is not None else []
        if left is None or right is None or not parts:
            self.descend(node, scope)
            return
        exported = parts[-1] if parts[0] == "exports" or parts[:2] == ["module", "exports"] else ""
        if exported:
            self._export(DEFAULT if exported == "exports" else exported, right)
        if exported and right.type in _FUNCTIONS and exported != "exports":
            self._function(right, self.reading.file, exported)
            return
        if parts[0] == "this" and len(parts) == 2 and scope.meaning("this") == OBJECT:
            owner = scope.class_around()
            if owner is not None and right.type == "identifier":
                self.reading.copy_attribute(owner, parts[1], scope, text(right))
            elif owner is not None:
                owner.bind_attribute(parts[1], self.value_type(right))
        elif len(parts) == 1:
            scope.bind(parts[0], self.value_type(right))
        self.later(right, scope)

    def _export(self, name: str, value: Node) -> None:
        if value.type == "identifier":
            self.reading.notes.take("", name, "", text(value))
        elif value.type == "object" and name == DEFAULT:
            for each in value.named_children:
                key = text(each.child_by_field_name("key"))
                inner = each.child_by_field_name("value")
                if inner is not None and inner.type == "identifier" and key != text(inner):
                    self.reading.notes.take("", key, "", text(inner))

    def on_pair(self, node: Node, scope: Scope) -> None:
        """Walk a pair of an object; functions in it have no address of their own."""
        self.later(node.child_by_field_name("value"), scope)

    def on_import(self, node: Node, scope: Scope) -> None:
        """Note what is imported."""
        module = unquoted(node.child_by_field_name("source"))
        for clause in node.named_children:
            if clause.type == "import_require_clause":
                inner = unquoted(clause.child_by_field_name("source"))
                self.reading.take(scope, text(clause.named_children[0]), inner, DEFAULT)
            for each in clause.named_children if clause.type == "import_clause" else ():
                if each.type == "identifier":
                    self.reading.take(scope, text(each), module, DEFAULT)
                elif each.type == "namespace_import" and each.named_children:
                    self.reading.take(scope, text(each.named_children[0]), module, "")
                for name in each.named_children if each.type == "named_imports" else ():
                    member = text(name.child_by_field_name("name"))
                    here = text(name.child_by_field_name("alias")) or member
                    self.reading.take(scope, here, module, member)

    def on_export(self, node: Node, scope: Scope) -> None:
        """Note what is exported under another name, or from another module."""
        module = unquoted(node.child_by_field_name("source"))
        clauses = [child for child in node.named_children if child.type in ("export_clause", "namespace_export")]
        for clause in clauses:
            if clause.type == "namespace_export" and clause.named_children:
                self.reading.notes.take("", text(clause.named_children[0]), module, "")
            for each in clause.named_children if clause.type == "export_clause" else ():
                member = text(each.child_by_field_name("name"))
                name = text(each.child_by_field_name("alias")) or member
                if module or name != member:
                    self.reading.notes.take("", name, module, member)
        if module and not clauses:
            self.reading.notes.take("", STAR, module, STAR)
        if any(child.type == DEFAULT for child in node.children):
            what = node.child_by_field_name("declaration") or node.child_by_field_name("value")
            name = text(what.child_by_field_name("name")) if what is not None else ""
            if what is not None and what.type == "identifier":
                name = text(what)
            if name:
                self.reading.notes.take("", DEFAULT, "", name)
            elif what is not None and what.type in _FUNCTIONS:
                self._function(what, scope, DEFAULT)
                return
        self.descend(node, scope)

    def on_namespace(self, node: Node, scope: Scope) -> None:
        """Define a namespace as what holds its functions."""
        name = text(node.child_by_field_name("name"))
        inner = self.reading.define(scope, name, Role.MODULE) if name else scope
        self.descend(node.child_by_field_name("body"), inner)

    def on_catch(self, node: Node, scope: Scope) -> None:
        """Bind what is caught."""
        inner = Scope(scope.symbol, scope)
        self.unknown(node.child_by_field_name("parameter"), inner)
        self.later(node.child_by_field_name("body"), inner)

    def on_loop(self, node: Node, scope: Scope) -> None:
        """Bind the variable of a loop."""
        inner = Scope(scope.symbol, scope)
        self.unknown(node.child_by_field_name("left"), inner)
        self.later(node.child_by_field_name("right"), inner)
        self.later(node.child_by_field_name("body"), inner)
