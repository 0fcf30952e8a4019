"""Filters from one start to the next: read at the beginning, and written whenever something was saved or used."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.errors import MuseTuiError
from musetui.filters.saved import TABLE
from musetui.tui.filter_shelf import FilterShelf
from musetui.tui.keeping import keep
from musetui.tui.shelf_file import read_shelf, shelf_file, write_shelf
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
        if self.shelf.is_touched:
            self._is_dirty.set()  # something was saved while this was read
        for slip in filter_slips(self._settings):
            self._say(f"filters.{slip.sort}.{slip.name} {slip.sentence}", False)
        if not self._settings.read_only:
            await keep(self._is_dirty, self._write, self._say)

    async def _write(self) -> None:
        touched = self.shelf.take_touched()
        used = {sort: list(texts) for sort, texts in self.shelf.used.items()}
        try:
            await asyncio.to_thread(write_shelf, self._file, touched, used)
        except MuseTuiError:
            self.shelf.give_back(touched)
            raise
