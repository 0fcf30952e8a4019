"""All settings described, from what reads them: as a JSON schema, as a file to begin with, and as pages of the docs."""

import json
import textwrap
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

from musetui.settings.plain import SETTINGS
from musetui.settings.reading import ENVIRONMENT_PREFIX
from musetui.settings.tables import Setting, Table, all_tables

_WIDTH = 100
"""Characters of a line of comment."""


def json_schema() -> dict[str, Any]:
    """Return what may stand in the user's settings file, as JSON Schema (draft 2020-12)."""
    properties = {setting.name: _property(setting) for setting in SETTINGS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The settings of musetui",
        "type": "object",
        "additionalProperties": False,
        "properties": {**properties, **{table.name: _table_schema(table) for table in all_tables()}},
    }


def schema_text() -> str:
    """Return the JSON schema as the text of a file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _property(setting: Setting) -> dict[str, Any]:
    described = {**setting.value.schema, "description": sentence(setting)}
    return {**described, "default": tomllib.loads(f"usual = {setting.usual}")["usual"]} if setting.usual else described


def _table_schema(table: Table[Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    if table.settings:
        schema["properties"] = {setting.name: _property(setting) for setting in table.settings}
    schema["additionalProperties"] = _property(table.any_name) if table.any_name is not None else False
    if required := [setting.name for setting in table.settings if setting.required]:
        schema["required"] = required
    described = {"type": "array", "items": schema} if table.repeated else schema
    return {"description": table.means, **described}


def sentence(setting: Setting) -> str:
    """Return what a setting means, as a sentence."""
    return f"{setting.means[0].upper()}{setting.means[1:]}."


def first_file() -> str:
    """Return a settings file that says nothing yet, and explains all that it might say."""
    lines = [
        "# Settings of musetui. A line that begins with # says nothing: take the # away, and change what follows.",
        "# `musetui config check` finds slips, `musetui config show` tells what holds and why.",
    ]
    for setting in SETTINGS:
        lines += ["", *_comment(sentence(setting)), f"# {setting.name} = {setting.usual or setting.example}"]
    for table in all_tables():
        lines += ["", "", *_comment(table.means), f"# {table.header}"]
        lines += [f"# {line}".rstrip() for line in table.example.splitlines()]
    return "\n".join([*lines, ""])


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def plain_table() -> str:
    """Return the plain settings as a table of Markdown."""
    lines = ["| setting | environment | means | usually |", "|---|---|---|---|"]
    for setting in SETTINGS:
        usual = f"`{setting.usual}`" if setting.usual else ""
        own = " (never from a repository)" if setting.personal else ""
        variable = f"{ENVIRONMENT_PREFIX}{setting.name.upper()}"
        lines.append(f"| `{setting.name}` | `{variable}` | {setting.means}{own} | {usual} |")
    return "\n".join(lines)


def tables_text() -> str:
    """Return the tables as sections of Markdown."""
    return "\n\n".join("\n".join(_section(table)).rstrip() for table in all_tables())


def _section(table: Table[Any]) -> Iterator[str]:
    yield from (f"### `{table.header}`", "", *textwrap.wrap(table.means, 118, break_on_hyphens=False), "")
    if table.example:
        yield from ("```toml", table.header, table.example.rstrip(), "```", "")
    settings = [*table.settings, *([table.any_name] if table.any_name is not None else [])]
    if settings:
        yield from _rows(settings)


def _rows(settings: Iterable[Setting]) -> Iterator[str]:
    yield from ("| key | means | usually |", "|---|---|---|")
    for setting in settings:
        needed = " (needed)" if setting.required else ""
        yield f"| `{setting.name}` | {setting.means}{needed} | {f'`{setting.usual}`' if setting.usual else ''} |"
