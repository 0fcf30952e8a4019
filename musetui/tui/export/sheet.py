"""What a list shows, taken out of it: all rows that its filter shows, in its order, a slice at a time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from musetui.filters.fields import Field, FieldKind
from musetui.tui.presentation.cells import Column
from musetui.tui.soon import PAUSE, soon
from musetui.tui.widgets.record_table import RecordTable

_SLICE = 0.006
"""Seconds of reading rows in one turn of the loop: keys are answered in between."""

_AT_ONCE = 16
"""Rows that are read before the clock is looked at."""

_NAMES = {FieldKind.AGE: "since", FieldKind.LEFT: "until"}
"""What fields of time are called where not how long it is stands there, but the moment."""


class Source(NamedTuple):
    """Where rows come from.

    Attributes:
        title: what the list is called: our own words.
        repository: the repository's name.
        at: the moment (aware).
        filter: what the list is filtered by, or "".
        sort: the key of the column by which it is sorted.
        is_reversed: whether the order is the other way round.
    """

    title: str
    repository: str
    at: datetime
    filter: str = ""
    sort: str = ""
    is_reversed: bool = False


@dataclass(slots=True)
class Sheet:
    """Rows with their fields, as the filters name them, or with their columns, as the list shows them.

    Attributes:
        source: where they come from.
        names: what the fields are called, or the titles of the columns.
        kinds: of what kind each field is; none for columns.
        rows: a tuple of values each: of a field what it reads, of a column its text.
    """

    source: Source
    names: tuple[str, ...]
    kinds: tuple[FieldKind, ...] = ()
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def exported_fields(table: RecordTable[Any]) -> list[Field[Any]]:
    """Return the fields of the rows of a list that are exported: all but those that say another one in other words."""
    return [each for each in table.fields.fields if not each.implied]


def name_of(each: Field[Any]) -> str:
    """Return what a field is called in an export: of a length of time its unit, of a moment not how long it is."""
    if each.kind is FieldKind.LENGTH:
        return f"{each.name}_seconds"
    return _NAMES.get(each.kind, each.name)


def _read(each: Field[Any], row: Any) -> Any:
    if each.kind is not FieldKind.WORD:
        value = each.read(row)
        return value if value is None or isinstance(value, str | int | float) else tuple(value)
    words = each.texts(row)
    return (*words, *(word for word, test in each.tests.items() if test(row))) if each.tests else words


async def fields_of(table: RecordTable[Any], source: Source, tell: Callable[[int, int], None]) -> Sheet:
    """Return all rows that a list shows, with their fields; *tell* is called with how many of how many there are."""
    fields = exported_fields(table)
    sheet = Sheet(source, tuple(map(name_of, fields)), tuple(each.kind for each in fields))
    await _fill(sheet, table, lambda row: tuple(_read(each, row) for each in fields), tell)
    return sheet


async def columns_of(table: RecordTable[Any], source: Source, tell: Callable[[int, int], None]) -> Sheet:
    """Return all rows that a list shows, with the texts of the columns that were chosen for it."""
    columns = table.shown_columns  # chosen and put in order by the person; also those for which there is no room
    sheet = Sheet(source, tuple(column.title or column.key for column in columns))
    await _fill(sheet, table, lambda row: tuple(_text(column, row, source.at) for column in columns), tell)
    return sheet


def _text(column: Column[Any], row: Any, now: datetime) -> str:
    return "".join(span.text for span in column.cell(row, now))


async def settled(table: RecordTable[Any]) -> None:
    """Wait until every row is in its place, and the filter has judged it."""
    done = asyncio.Event()

    def look() -> None:
        if table.is_ordering or table.is_sifting:
            soon(table, look)
        else:
            done.set()

    look()
    await done.wait()


async def _fill(
    sheet: Sheet,
    table: RecordTable[Any],
    values: Callable[[Any], tuple[Any, ...]],
    tell: Callable[[int, int], None],
) -> None:
    ids = table.shown()
    ends_at = time.perf_counter() + _SLICE
    for start in range(0, len(ids), _AT_ONCE):
        for row_id in ids[start : start + _AT_ONCE]:
            row = table.row(row_id)
            if row is not None:  # else it has gone meanwhile
                sheet.rows.append(values(row))
        if time.perf_counter() > ends_at:
            tell(len(sheet.rows), len(ids))
            await asyncio.sleep(PAUSE)
            ends_at = time.perf_counter() + _SLICE
