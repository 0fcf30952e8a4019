"""Filters of the settings that mean nothing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from musetui.errors import FilterError
from musetui.filters.parser import parse
from musetui.filters.saved import ANY, TABLE
from musetui.records.text import safe_text
from musetui.tui.vocabulary.every import lists

if TYPE_CHECKING:
    from musetui.settings import Settings


class FilterSlip(NamedTuple):
    """A filter that means nothing.

    Attributes:
        sort: what the rows are called that it is for.
        name: its name.
        sentence: what is wrong; it follows the name.
    """

    sort: str
    name: str
    sentence: str


def filter_slips(settings: "Settings") -> Iterator[FilterSlip]:
    """Yield the filters that mean nothing for the rows that they are for; of `any`, for no rows at all."""
    for sort, named in settings.of(TABLE).items():
        meant = [fields for fields in lists() if sort in (ANY, fields.name)]
        for name, text in named.items():
            errors: list[FilterError] = []
            for fields in meant:
                try:
                    parse(text, fields)
                except FilterError as error:
                    errors.append(error)
            if len(errors) == len(meant):
                yield FilterSlip(sort, name, f"is {safe_text(text, 60)}: {safe_text(errors[0], 300)}")
