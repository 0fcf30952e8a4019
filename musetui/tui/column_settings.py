"""The table `[columns]` of the settings: which columns a list shows, and in which order."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from musetui.settings.tables import Complain, Setting, Table
from musetui.settings.values import Value
from musetui.tui.column_lists import LISTS, columns_of

Chosen = Mapping[str, list[str]]
"""By the name of the list: the keys of its columns, in their order."""


def _names(list_name: str) -> list[str]:
    return [column.key for column in columns_of(list_name)]


def _read(list_name: str, names: list[str], written: object) -> list[str]:
    if not isinstance(written, list) or not written:
        raise ValueError(f'write names of columns like ["{names[0]}", "{names[1]}"]')
    for each in written:
        if each not in names:
            near = get_close_matches(str(each).lower(), names, 1, 0.5)
            advice = f"did you mean {near[0]}?" if near else f"they are {', '.join(names)}"
            shown = str(each)[:40] if str(each).isprintable() else "that"
            raise ValueError(f"{shown} is no column of {list_name}: {advice}")
        if written.count(each) > 1:
            raise ValueError(f"name {each} once")
    return written


def _setting(list_name: str) -> Setting:
    names = _names(list_name)
    kind = Value(
        lambda written: _read(list_name, names, written),
        {"type": "array", "items": {"enum": names}, "minItems": 1, "uniqueItems": True},
    )
    usual = ", ".join(f'"{name}"' for name in names)
    return Setting(list_name, kind, LISTS[list_name][2], f"[{usual}]")


def _make(values: dict[str, Any], _complain: Complain) -> Chosen:
    return values


TABLE: Table[Chosen] = Table(
    name="columns",
    means=(
        "Which columns a list shows, and in which order; `c` on a list chooses them too, and what was chosen there "
        "since holds. Where there is little room, the least important still give way."
    ),
    usual={},
    make=_make,
    settings=tuple(_setting(name) for name in LISTS),
    noun="list",
    nouns="lists",
    example='local = ["state", "run", "address", "left"]',
)
