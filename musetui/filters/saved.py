"""The settings' table `[filters]`: filters by name, by the sort of rows that they are for."""

from collections.abc import Mapping
from typing import Any

from musetui.settings.tables import Complain, Setting, Table
from musetui.settings.values import Value

ANY = "any"
"""Filters that are offered wherever they mean something."""

SORTS = {
    ANY: "filters for all rows for which they mean something",
    "reservations": "filters for reservations",
    "conflicts": "filters for conflicts",
    "intents": "filters for intents",
    "activity": "filters for what happened",
    "agents": "filters for agents' runs",
    "files": "filters for the tree of files",
    "stale": "filters for what is stuck",
    "branches": "filters for the branches of the merge plan",
    "branch-runs": "filters for the runs on a branch of the merge plan",
    "hotspots": "filters for the hotspots of the merge plan",
    "tasks": "filters for tasks",
    "waits": "filters for who waits for whom",
    "lanes": "filters for the lanes of the timeline",
    "problems": "filters for what on disk is no record",
    "life": "filters for the life of a run",
    "related": "filters for what relates to a record",
}
"""What rows are called, and what the documentation says of it."""

NAME_LIMIT = 24
"""Characters of the name of a saved filter."""

LONGEST = 1_000
"""Characters of a filter; a line on a screen has a tenth of that."""

Named = Mapping[str, Mapping[str, str]]
"""By what rows are called, and by the name of the filter: what it looks for."""


def is_name(text: object) -> bool:
    """Return whether a filter can be saved under the name *text*."""
    return isinstance(text, str) and 0 < len(text) <= NAME_LIMIT and text.isprintable() and text == text.strip()


def _read(written: object) -> dict[str, str]:
    if not isinstance(written, dict):
        raise ValueError('write names and a filter for each, such as { mine = "run:agent-4*" }')
    for name, text in written.items():
        if not is_name(name):
            raise ValueError(f"give each filter a name of 1 to {NAME_LIMIT} characters, without space around it")
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or not text.isprintable():
            raise ValueError(f"write a filter of at most {LONGEST:,} characters for {name}")
    return written


NAMED = Value(
    _read,
    {
        "type": "object",
        "propertyNames": {"minLength": 1, "maxLength": NAME_LIMIT},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": LONGEST},
    },
)


def _make(values: dict[str, Any], _complain: Complain) -> Named:
    return values


TABLE: Table[Named] = Table(
    name="filters",
    means="Filters that are saved by name: tabs above the lists that they are for. docs/filters.md has the language.",
    usual={},
    make=_make,
    settings=tuple(Setting(name, NAMED, means) for name, means in SORTS.items()),
    noun="sort of rows",
    nouns="sorts of rows",
    example='reservations = { mine = "run:agent-4*" }\nany = { billing = "addr:billing" }',
)
