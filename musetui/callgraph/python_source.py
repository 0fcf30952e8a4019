"""What a Python file defines, imports and calls, by the interpreter's own parser.

The tree is walked with a stack of our own, so that no depth of nesting can exhaust the interpreter's.
"""

import ast
import warnings
from collections.abc import Callable
from typing import Any

from musetui.callgraph.python_names import call_name, dotted, type_name, value_type
from musetui.callgraph.scopes import ELSEWHERE, OBJECT, Reading, Scope
from musetui.callgraph.shapes import STAR, Extraction, Role, SourceError

LANGUAGE = "python"


def extract_python(data: bytes) -> Extraction:
    """Return what the file of the bytes *data* says.

    Raises:
        SourceError: if it is not Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise SourceError("not Python") from None
    return _Walk().read(tree)


class _Walk:
    """One pass over a tree, in the order of the source."""

    def __init__(self) -> None:
        self._reading = Reading(LANGUAGE)
        self._stack: list[tuple[ast.AST, Scope]] = []

    def read(self, tree: ast.Module) -> Extraction:
        stack = self._stack
        self._descend(tree.body, self._reading.file)
        while stack:
            node, scope = stack.pop()
            visit = _VISITS.get(type(node))
            if visit is None:
                self._descend(_children(node), scope)
            else:
                visit(self, node, scope)
        return self._reading.extraction()

    def _descend(self, nodes: list[ast.AST] | list[ast.stmt] | list[ast.expr], scope: Scope) -> None:
        self._stack.extend([(node, scope) for node in reversed(nodes)])

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        inner = self._reading.define(scope, node.name, Role.FUNCTION, returns=type_name(node.returns) or "")
        decorators = [dotted(decorator) for decorator in node.decorator_list]
        self._arguments(node.args, inner, is_method=scope.is_class and ["staticmethod"] not in decorators)
        for decorator, parts in zip(node.decorator_list, decorators, strict=True):
            if parts and not isinstance(decorator, ast.Call):
                # What is wrapped around a function is called whenever the function is.
                self._reading.call(Scope(inner.symbol, scope), parts, decorator.lineno)
        self._descend(node.body, inner)
        self._descend([*node.decorator_list, *_defaults(node.args)], scope)

    def _arguments(self, arguments: ast.arguments, inner: Scope, *, is_method: bool = False) -> None:
        plain = [*arguments.posonlyargs, *arguments.args]
        if is_method and plain:
            inner.bind(plain.pop(0).arg, OBJECT)
        for argument in (*plain, *arguments.kwonlyargs):
            inner.bind(argument.arg, type_name(argument.annotation))
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                inner.bind(rest.arg, ELSEWHERE)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = tuple(".".join(parts) for base in node.bases if (parts := dotted(_unsubscripted(base))))
        inner = self._reading.define(scope, node.name, Role.CLASS, bases)
        for decorator in node.decorator_list:
            if (parts := dotted(decorator)) and not isinstance(decorator, ast.Call):
                self._reading.call(Scope(inner.symbol, scope), parts, decorator.lineno)
        self._descend(node.body, inner)
        self._descend([*node.decorator_list, *node.bases, *(each.value for each in node.keywords)], scope)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> None:
        inner = Scope(scope.symbol, scope)
        self._arguments(node.args, inner)
        self._descend([node.body], inner)
        self._descend(_defaults(node.args), scope)

    def _comprehension(self, node: ast.AST, scope: Scope) -> None:
        self._descend(_children(node), Scope(scope.symbol, scope))

    def _call(self, node: ast.Call, scope: Scope) -> None:
        parts, typed = call_name(node.func)
        if parts:
            self._reading.call(scope, parts, node.lineno, typed=typed)
        # The arguments may be very many: they go onto the stack as they are.
        self._descend([each.value for each in node.keywords], scope)
        self._descend(node.args, scope)
        if not isinstance(node.func, ast.Name):
            self._descend([node.func], scope)

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            if alias.asname:
                self._reading.take(scope, alias.asname, alias.name, "")
            else:
                head = alias.name.partition(".")[0]
                self._reading.take(scope, head, head, "")

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = "." * min(node.level, 64) + (node.module or "")
        for alias in node.names:
            if alias.name == STAR:
                self._reading.notes.take(scope.symbol, STAR, module, STAR)
            else:
                self._reading.take(scope, alias.asname or alias.name, module, alias.name)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._bind(target, value_type(node.value), node.value, scope)
        self._descend([node.value], scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        self._bind(node.target, type_name(node.annotation), None, scope)
        if node.value is not None:
            self._descend([node.value], scope)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> None:
        self._bind(node.target, value_type(node.value), node.value, scope)
        self._descend([node.value], scope)

    def _bind(self, target: ast.expr, meaning: str | None, value: ast.expr | None, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, meaning)
            if scope.is_class:
                scope.bind_attribute(target.id, meaning)
            return
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            owner = scope.class_around()
            if owner is not None and scope.meaning(target.value.id) == OBJECT:
                if isinstance(value, ast.Name):
                    self._reading.copy_attribute(owner, target.attr, scope, value.id)
                else:
                    owner.bind_attribute(target.attr, meaning)
                return
        self._descend([target], scope)

    def _name(self, node: ast.Name, scope: Scope) -> None:
        if not isinstance(node.ctx, ast.Load):
            scope.bind(node.id, None)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> None:
        self._stack.append((node.value, scope))

    def _leaf(self, node: ast.AST, scope: Scope) -> None:
        """Constants and the like have nothing within."""

    def _catch(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar, scope: Scope) -> None:
        if node.name is not None:
            scope.bind(node.name, None)
        self._descend(_children(node), scope)

    def _mapping(self, node: ast.MatchMapping, scope: Scope) -> None:
        if node.rest is not None:
            scope.bind(node.rest, None)
        self._descend(_children(node), scope)

    def _global(self, node: ast.Global, scope: Scope) -> None:
        for name in node.names:
            scope.redirected[name] = self._reading.file

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        for name in node.names:
            scope.redirected[name] = scope.parent or scope


def _children(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found.extend([each for each in value if isinstance(each, ast.AST)])
    return found


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [each for each in (*arguments.defaults, *arguments.kw_defaults) if each is not None]


def _unsubscripted(base: ast.expr) -> ast.expr:
    return base.value if isinstance(base, ast.Subscript) else base


_VISITS: dict[type[ast.AST], Callable[[_Walk, Any, Scope], None]] = {
    ast.FunctionDef: _Walk._function,
    ast.AsyncFunctionDef: _Walk._function,
    ast.ClassDef: _Walk._class,
    ast.Lambda: _Walk._lambda,
    ast.ListComp: _Walk._comprehension,
    ast.SetComp: _Walk._comprehension,
    ast.DictComp: _Walk._comprehension,
    ast.GeneratorExp: _Walk._comprehension,
    ast.Call: _Walk._call,
    ast.Import: _Walk._import,
    ast.ImportFrom: _Walk._import_from,
    ast.Assign: _Walk._assign,
    ast.AnnAssign: _Walk._annotated,
    ast.NamedExpr: _Walk._named,
    ast.Name: _Walk._name,
    ast.Attribute: _Walk._attribute,
    ast.Constant: _Walk._leaf,
    ast.Load: _Walk._leaf,
    ast.ExceptHandler: _Walk._catch,
    ast.MatchAs: _Walk._catch,
    ast.MatchStar: _Walk._catch,
    ast.MatchMapping: _Walk._mapping,
    ast.Global: _Walk._global,
    ast.Nonlocal: _Walk._nonlocal,
}
