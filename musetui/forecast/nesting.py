"""Nesting, one step at a time: from an address to the one right around it."""

from musetui.records.address import SYMBOL_MARK, ancestors, nest_key, parse_address

DEEPEST = 64
"""Levels of a path, and of a symbol, that nest. What lies deeper counts as lying right below, so that a hostile address
of a thousand parts costs no more than a deep one."""

_SURELY_SHALLOW = 2 * DEEPEST
"""Characters below which an address need not be asked how deep it is."""


def parent(address: str) -> str | None:
    """Return the nearest address around *address*, or None; both as `nest_key` writes them."""
    mark = address.find(SYMBOL_MARK)
    if mark < 0:
        cut = address.rfind("/")
        if cut < 0:
            return None
        odd = not 0 < cut < len(address) - 1 or address[cut - 1] == "/"
    elif (cut := address.rfind(".", mark + 2)) < 0:
        cut = mark
        odd = mark == 0 or address[mark - 1] == "/"
    else:
        odd = mark == 0 or address[mark - 1] == "/" or address[mark + 2] == "." or address[cut - 1] == "."
        odd = odd or cut == len(address) - 1
    if len(address) >= _SURELY_SHALLOW and _is_deep(address, mark):
        return _shallow(address, mark)
    if odd:
        # Empty parts, stray dots and slashes: let the rule itself decide.
        return next((around for around in ancestors(address) if nest_key(around) == around), None)
    return address[:cut]


def _is_deep(address: str, mark: int) -> bool:
    return address.count("/") > DEEPEST if mark < 0 else address.count(".", mark + 2) > DEEPEST


def _shallow(address: str, mark: int) -> str:
    if mark >= 0:
        return nest_key(parse_address(address).path)
    return nest_key("/".join(address.split("/")[:DEEPEST]))


def around(address: str) -> list[str]:
    """Return every address around *address*, nearest first."""
    found = []
    up = parent(address)
    while up is not None:
        found.append(up)
        up = parent(up)
    return found


def file_around(address: str) -> str | None:
    """Return the file that a symbol's address lies in, as `nest_key` writes it; None for a path, or without a path."""
    return next((up for up in around(address) if SYMBOL_MARK not in up), None) if SYMBOL_MARK in address else None
