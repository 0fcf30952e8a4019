"""The documentation's tables of fields, as Markdown, made from the fields themselves."""

from collections.abc import Iterable
from typing import Any

from musetui.filters.fields import COMPARED, Field, FieldKind, Fields
from musetui.tui.vocabulary.every import commands, lists

TITLES = {
    "reservations": "Reservations: both panes, `musetui list reservation`",
    "conflicts": "Conflicts: the pane, `musetui conflicts`, `musetui check`",
    "intents": "Intents: the pane, `musetui list intent`",
    "activity": "Activity: the pane",
    "agents": "Agents: the view `2`",
    "files": "Files: the view `3`",
    "stale": "What is stuck: the view `4`, `musetui stale`, `musetui check`",
    "branches": "Branches: the order of the view `5`, `musetui plan`",
    "branch-runs": "The runs on a branch: the view `5`",
    "hotspots": "Hotspots: the view `5`",
    "tasks": "Tasks: the view `7`",
    "waits": "Who waits for whom: the view `7`",
    "lanes": "The timeline: the view `6`",
    "problems": "Problems: the view `8`",
    "life": "The life of a run: enter on an agent",
    "related": "What relates to a record: enter on a record",
    "records": "Other records: `musetui list` of releases, heartbeats, dependencies, tasks and claims",
    "news": "News: `musetui watch`",
}


def fields_tables() -> str:
    """Return a table of fields for each sort of rows."""
    return "\n\n".join(_table(fields) for fields in (*lists(), *commands()))


def _table(fields: Fields[Any]) -> str:
    lines = [f"### {TITLES[fields.name]}", "", "| field | is | compared with |", "|---|---|---|"]
    lines += [f"| {_names(each)} | {each.help} | {_values(each)} |" for each in fields.fields]
    return "\n".join(lines)


def _names(field: Field[Any]) -> str:
    return _codes((field.name, *field.aliases))


def _values(field: Field[Any]) -> str:
    if field.kind is FieldKind.WORD:
        return _codes(field.values)
    if field.kind in COMPARED:
        return "a number" if field.kind is FieldKind.NUMBER else "a length of time"
    return "text"


def _codes(texts: Iterable[str]) -> str:
    return " ".join(f"`{text}`" for text in texts)
