"""Filters from one start to the next: read at the beginning, and written whenever something was saved or used."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.errors import MuseTuiError
from musetui.filters.saved import TABLE
from musetui.tui.filter_shelf import FilterShelf
from musetui.tui.shelf_file import Kept, read_shelf, shelf_file, write_shelf
from musetui.tui.vocabulary.slips import filter_slips

if TYPE_CHECKING:
    from musetui.settings import Settings


class FiltersKept:
    """The shelf, and the file behind it.

    Args:
        settings: which filters are there from the start, where files are kept, and whether anything is written.
        say: tells the person a sentence, and whether it is good news.
    """

    def __init__(self, settings: "Settings", say: Callable[[str, bool], None]) -> None:
        self.shelf = FilterShelf(settings.of(TABLE))
        self._settings = settings
        self._say = say
        self._file: Path = shelf_file(settings.state)
        self._is_dirty = asyncio.Event()

    async def run(self) -> None:
        """Read what was kept, then write whatever changes; until cancelled."""
        kept = await asyncio.to_thread(read_shelf, self._file)
        self.shelf.put(kept.saved, kept.used)
        self.shelf.on_change(self._is_dirty.set)
        for slip in filter_slips(self._settings):
            self._say(f"filters.{slip.sort}.{slip.name} {slip.sentence}", False)
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
