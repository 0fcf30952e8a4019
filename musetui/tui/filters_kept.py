"""Filters from one start to the next: read at the beginning, and written whenever something was saved or used."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.errors import FilterError, MuseTuiError
from musetui.filters.parser import parse
from musetui.records.text import safe_text
from musetui.tui.filter_shelf import ANY, FilterShelf
from musetui.tui.shelf_file import Kept, read_shelf, shelf_file, write_shelf
from musetui.tui.vocabulary.every import lists

if TYPE_CHECKING:
    from musetui.settings import Settings


class FiltersKept:
    """The shelf, and the file behind it.

    Args:
        settings: which filters are there from the start, where files are kept, and whether anything is written.
        say: tells the person a sentence, and whether it is good news.
    """

    def __init__(self, settings: "Settings", say: Callable[[str, bool], None]) -> None:
        self.shelf = FilterShelf(settings.filters)
        self._settings = settings
        self._say = say
        self._file: Path = shelf_file(settings.state)
        self._is_dirty = asyncio.Event()

    async def run(self) -> None:
        """Read what was kept, then write whatever changes; until cancelled."""
        kept = await asyncio.to_thread(read_shelf, self._file)
        self.shelf.put(kept.saved, kept.used)
        self.shelf.on_change(self._is_dirty.set)
        for sentence in problems(self._settings):
            self._say(sentence, False)
        while not self._settings.read_only:
            await self._is_dirty.wait()
            self._is_dirty.clear()
            whole = Kept(
                {sort: dict(named) for sort, named in self.shelf.saved.items()},
                {sort: list(used) for sort, used in self.shelf.used.items()},
            )
            try:
                await asyncio.to_thread(write_shelf, self._file, whole)
            except MuseTuiError as error:
                self._say(str(error), False)


def problems(settings: "Settings") -> list[str]:
    """Return a sentence for each filter of the settings that means nothing."""
    every = lists()
    found = []
    for sort, named in settings.filters.items():
        meant = [fields for fields in every if sort in (ANY, fields.name)]
        for name, text in named.items():
            errors = []
            for fields in meant:
                try:
                    parse(text, fields)
                except FilterError as error:
                    errors.append(str(error))
            if len(errors) == len(meant):
                where = f"{safe_text(name, 40)} below [filters.{sort}]"
                found.append(f"{where} is {safe_text(text, 60)}: {safe_text(errors[0], 200)}")
    return found
