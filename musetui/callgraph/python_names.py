"""Names in Python's tree: what an expression calls, and which type an annotation or a value tells of."""

import ast

from musetui.callgraph.scopes import ELSEWHERE, NOTHING
from musetui.callgraph.shapes import PARTS_LIMIT, SUPER, UNKNOWN

_STEPS = 2 * PARTS_LIMIT

_WRAPPERS = {"Optional", "Annotated", "Final", "ClassVar", "Type", "type", "Required", "NotRequired", "ReadOnly"}
"""What an annotation may put around a type whose methods are then called all the same."""

_LITERALS = (
    ast.Constant,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.Tuple,
    ast.JoinedStr,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.GeneratorExp,
)


def dotted(node: ast.expr) -> list[str]:
    """Return the parts of `a.b.c`; nothing for any other expression."""
    parts: list[str] = []
    for _ in range(_STEPS):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Name):
            parts.append(node.id)
            return parts[::-1]
        else:
            break
    return []


def call_name(node: ast.expr) -> tuple[list[str], bool]:
    """Return the parts of the name that is called, and whether all but the last tell of a type.

    `make(x).total` is `make.total` by way of a type. What cannot be followed has `UNKNOWN` as its head, and
    what is no one's in the tree, such as a method of a literal, no parts.
    """
    parts: list[str] = []
    typed = False
    for _ in range(_STEPS):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Name):
            parts.append(node.id)
            return parts[::-1], typed
        elif isinstance(node, ast.Await):
            node = node.value
        elif isinstance(node, ast.Call) and parts:
            if isinstance(node.func, ast.Name) and node.func.id == SUPER:
                return [SUPER, *parts[::-1]], typed
            typed = True
            node = node.func
        else:
            break
    return ([] if isinstance(node, _LITERALS) else [UNKNOWN, *parts[:1]]), False


def type_name(node: ast.expr | None) -> str | None:
    """Return the dotted name of the type that an annotation names; None where it names none, or several."""
    for _ in range(_STEPS):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = _quoted(node.value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [side for side in (node.left, node.right) if not _is_none(side)]
            node = sides[0] if len(sides) == 1 else None
        elif isinstance(node, ast.Subscript):
            parts = dotted(node.value)
            if not parts or parts[-1] not in _WRAPPERS:
                return ".".join(parts) or None
            node = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        else:
            break
    return ".".join(dotted(node)) or None if node is not None else None


def value_type(node: ast.expr) -> str | None:
    """Return what is known of the type of a value: the dotted name that was called to get it, or a mark."""
    for _ in range(_STEPS):
        if not isinstance(node, ast.Await):
            break
        node = node.value
    if isinstance(node, ast.Call):
        return ".".join(dotted(node.func)) or None
    if _is_none(node):
        return NOTHING
    return ELSEWHERE if isinstance(node, _LITERALS) else None


def _quoted(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body if len(text) <= 200 else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
