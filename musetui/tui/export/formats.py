"""A sheet as text: JSON with everything as it is, CSV for spreadsheets, Markdown for a page. Pure, and hostile inside.

CSV follows what OWASP advises against formulas ("CSV Injection"): every cell stands in quotes, and a cell that begins
with `=`, `+`, `-` or `@`, or their wide forms, has a `'` before it, by which spreadsheets know text. Since a program
may take `;` for what parts cells, the same is done behind each `;` and `,`, and any quotes that follow. Tabs and line
ends, which could begin one too, are shown as signs (`safe_text`). What begins with a `'` of its own gets one more, so
that nothing is ambiguous: `unguarded` takes it all back.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from musetui.filters.fields import FieldKind
from musetui.forecast.plan_page import prose
from musetui.records.text import counted, safe_text
from musetui.tui.export.sheet import Sheet

SCHEMA_VERSION = 1

BETWEEN = " | "
"""Stands between several values in one cell of CSV: parts cells in no spreadsheet."""

_CELL_LIMIT = 32_000
"""Characters of a cell; spreadsheets take 32,767."""

_FORMULA = re.compile(r"""((?:^|[;,])[\s"]*)(?=['=+\-@\uff1d\uff0b\uff0d\uff20])""")
_GUARDED = re.compile(r"""((?:^|[;,])[\s"]*)'(?=['=+\-@\uff1d\uff0b\uff0d\uff20])""")


def as_json(sheet: Sheet) -> Iterator[str]:
    """Yield JSON, piece by piece: what it is, and an object a row. Pure ASCII, so that it acts on no terminal."""
    source = sheet.source
    head = {
        "schema_version": SCHEMA_VERSION,
        "list": source.title,
        "repository": source.repository,
        "at": source.at.isoformat(),
        "filter": source.filter,
        "sort": source.sort,
        "reverse": source.is_reversed,
        "total": len(sheet.rows),
    }
    yield json.dumps(head)[:-1] + ', "rows": ['
    for place, row in enumerate(sheet.rows):
        said = {name: plain(value, kind) for name, kind, value in zip(sheet.names, sheet.kinds, row, strict=True)}
        yield f"{',' if place else ''}\n{json.dumps(said)}"
    yield "\n]}\n"


def plain(value: Any, kind: FieldKind) -> Any:
    """Return what a field reads as JSON has it: moments as ISO 8601 in UTC, several texts as a list."""
    if value is None or isinstance(value, str):
        return value
    if kind in (FieldKind.AGE, FieldKind.LEFT):
        return datetime.fromtimestamp(value, UTC).isoformat()
    return value if isinstance(value, int | float) else [str(each) for each in value]


def as_csv(sheet: Sheet) -> Iterator[str]:
    """Yield CSV as RFC 4180 has it, but for line ends, which are those of Unix: the names, then a line a row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(sheet.names)
    for row in sheet.rows:
        writer.writerow([cell_of(plain(value, kind)) for kind, value in zip(sheet.kinds, row, strict=True)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def cell_of(value: Any) -> str:
    """Return a value of JSON as a cell of CSV."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)  # ours: a number below nought is no formula
    return guarded(safe_text(value if isinstance(value, str) else BETWEEN.join(value), _CELL_LIMIT))


def guarded(text: str) -> str:
    """Return *text* so that no spreadsheet takes it, or a part of it, for a formula."""
    return _FORMULA.sub(r"\1'", text)


def unguarded(cell: str) -> str:
    """Return the text of which `guarded` made *cell*."""
    return _GUARDED.sub(r"\1", cell)


def as_markdown(sheet: Sheet) -> Iterator[str]:
    """Yield a page of Markdown: what it is, and a table of what the list shows; nothing in it is markup of others."""
    source = sheet.source
    moment = f"{source.at.astimezone():%Y-%m-%d %H:%M}"
    told = f"{counted(len(sheet.rows), 'row')} of {prose(source.repository)}, {moment}"
    if source.filter:
        told += f", filtered by {prose(source.filter)}"
    yield f"# {prose(source.title)}\n\n{told}\n\n"
    yield f"| {' | '.join(map(prose, sheet.names))} |\n|{'---|' * len(sheet.names)}\n"
    for row in sheet.rows:
        yield f"| {' | '.join(prose(cell).strip() for cell in row)} |\n"
