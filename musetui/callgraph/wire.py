"""Extractions and edges as JSON, for a pipe and for a cache. What is read back is checked, whoever wrote it."""

from collections.abc import Iterable
from typing import Any

import orjson

from musetui.callgraph.edges import Edge, GraphChange
from musetui.callgraph.shapes import (
    CALLS_LIMIT,
    DEFINITIONS_LIMIT,
    IMPORTS_LIMIT,
    LINES_LIMIT,
    SYMBOL_LIMIT,
    Call,
    Definition,
    Extraction,
    Import,
    Role,
)

_ADDRESS_LIMIT = 2 * SYMBOL_LIMIT + 2
_LINE_LIMIT = 1 << 31


class WireError(ValueError):
    """What was read is not what is written here."""


def pack_extraction(extraction: Extraction) -> bytes:
    """Return *extraction* as JSON."""
    language, package, definitions, imports, calls, cut = extraction
    return orjson.dumps(
        [
            language,
            package,
            [[symbol, role.value, bases, returns] for symbol, role, bases, returns in definitions],
            [tuple(each) for each in imports],
            [tuple(each) for each in calls],
            cut,
        ]
    )


def unpack_extraction(data: bytes) -> Extraction:
    """Return the extraction that `pack_extraction` wrote.

    Raises:
        WireError: if it is not one.
    """
    try:
        language, package, definitions, imports, calls, cut = _list(orjson.loads(data))
        if max(len(definitions) - DEFINITIONS_LIMIT, len(imports) - IMPORTS_LIMIT, len(calls) - CALLS_LIMIT) > 0:
            raise WireError("more than is ever written")
        return Extraction(
            _text(language),
            _text(package),
            tuple([_definition(*each) for each in definitions]),
            tuple([_import(*each) for each in imports]),
            tuple([_call(*each) for each in calls]),
            cut is True,
        )
    except (ValueError, TypeError) as error:
        raise WireError(str(error)) from None


def _definition(symbol: object, role: object, bases: Iterable[object], returns: object) -> Definition:
    return Definition(_text(symbol), Role(_text(role)), tuple([_text(base) for base in bases]), _text(returns))


def _import(scope: object, name: object, module: object, member: object) -> Import:
    return Import(_text(scope), _text(name), _text(module), _text(member))


def _call(caller: object, callee: object, typed: object, lines: Iterable[object]) -> Call:
    return Call(_text(caller), _text(callee), typed is True, _lines(lines))


def pack_change(change: GraphChange) -> list[Any]:
    """Return *change* as plain lists."""
    return [[tuple(edge) for edge in change.put], change.dropped]


def unpack_change(content: Any) -> GraphChange:
    """Return the change that `pack_change` made into lists.

    Raises:
        WireError: if it is not one.
    """
    try:
        put, dropped = _list(content)
        return GraphChange(
            tuple([_edge(*_list(each)) for each in _list(put)]), tuple([_ends(*_list(each)) for each in _list(dropped)])
        )
    except (ValueError, TypeError) as error:
        raise WireError(str(error)) from None


def _edge(caller: object, callee: object, certainty: object, lines: Iterable[object]) -> Edge:
    if not isinstance(certainty, float) or not 0 <= certainty <= 1:
        raise WireError("a certainty is a number from 0 to 1")
    return Edge(_text(caller), _text(callee), certainty, _lines(lines))


def _ends(caller: object, callee: object) -> tuple[str, str]:
    return _text(caller), _text(callee)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise WireError("a list is a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _ADDRESS_LIMIT:
        raise WireError("a name is a text")
    return value


def _lines(values: Iterable[object]) -> tuple[int, ...]:
    lines = tuple([value for value in values if type(value) is int and 0 < value < _LINE_LIMIT])
    if not 0 < len(_list(values)) == len(lines) <= LINES_LIMIT:
        raise WireError("there are lines, and not very many")
    return lines
