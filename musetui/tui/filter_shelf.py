"""The shelf of filters: those saved by name, and those used last, by what their rows are called."""

from collections.abc import Callable, Mapping
from typing import Any

from musetui.errors import FilterError
from musetui.filters.fields import Fields
from musetui.filters.parser import parse
from musetui.filters.saved import ANY, LONGEST, NAME_LIMIT, is_name

REMEMBERED = 50
"""Filters of one sort of rows that can be recalled."""

SAVED = 20
"""Filters of one sort of rows that can be saved: their tabs take a line, and each is counted."""

Named = dict[str, dict[str, str]]
"""By what rows are called, and by the name of the filter: what it looks for."""

Touched = dict[str, dict[str, str | None]]
"""The same of filters that were saved or removed (None)."""


class FilterShelf:
    """What the dashboard remembers of filters.

    Args:
        settled: those that the settings name; they can be replaced here, but come again with the next start.
    """

    def __init__(self, settled: Mapping[str, Mapping[str, str]]) -> None:
        self._settled = settled
        self.saved: Named = {}
        self.used: dict[str, list[str]] = {}
        self._touched: Touched = {}
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call *listener* when something was saved, removed or used; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def put(self, saved: Named, used: dict[str, list[str]]) -> None:
        """Take what was remembered from another time, below what there is already."""
        self.saved = {name: {**saved.get(name, {}), **self.saved.get(name, {})} for name in {*saved, *self.saved}}
        self.used = {name: [*used.get(name, []), *self.used.get(name, [])] for name in {*used, *self.used}}
        self._tell()

    def of(self, fields: Fields[Any]) -> dict[str, str]:
        """Return the saved filters that mean something for rows with *fields*, by name."""
        found: dict[str, str] = {}
        for source in (self._settled, self.saved):
            for sort in (ANY, fields.name):
                found.update(source.get(sort, {}))
        return {name: text for name, text in found.items() if text and _means_something(text, fields)}

    def keep(self, fields: Fields[Any], name: str, text: str) -> str:
        """Save a filter by name, or remove the one of that name where *text* is ""; return why not, or ""."""
        if not is_name(name):
            return f"a name has 1 to {NAME_LIMIT} characters"
        mine = self.saved.setdefault(fields.name, {})
        if text and name not in mine and len(mine) >= SAVED:
            return f"there are {SAVED} already: remove one first"
        # One that the settings name is hidden by an empty one.
        mine[name] = text
        if not text and not any(name in self._settled.get(sort, {}) for sort in (ANY, fields.name)):
            del mine[name]
        self._touched.setdefault(fields.name, {})[name] = mine.get(name)
        self._tell()
        return ""

    def use(self, fields: Fields[Any], text: str) -> None:
        """Remember that a filter was used."""
        used = self.used.setdefault(fields.name, [])
        if text in used:
            used.remove(text)
        used.append(text)
        del used[:-REMEMBERED]
        self._tell()

    @property
    def is_touched(self) -> bool:
        """Whether `take_touched` would return anything."""
        return bool(self._touched)

    def take_touched(self) -> Touched:
        """Return what was saved, or removed (None), since this was last asked."""
        touched, self._touched = self._touched, {}
        return touched

    def give_back(self, touched: Touched) -> None:
        """Have `take_touched` return *touched*, too, the next time: it could not be kept."""
        self._touched = {
            sort: {**touched.get(sort, {}), **self._touched.get(sort, {})} for sort in {*touched, *self._touched}
        }

    def history(self, fields: Fields[Any]) -> tuple[str, ...]:
        """Return the filters that were used, the last one last."""
        return tuple(self.used.get(fields.name, ()))

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _means_something(text: str, fields: Fields[Any]) -> bool:
    try:
        parse(text, fields)
    except FilterError:
        return False
    return len(text) <= LONGEST
