"""Choices of looks from one start to the next: written whenever something was chosen."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from musetui.errors import MuseTuiError
from musetui.tui.keeping import keep
from musetui.tui.looks import Chosen, Looks, choices_of
from musetui.tui.state_file import change_state


async def keep_looks(looks: Looks, path: Path, say: Callable[[str, bool], None]) -> None:
    """Write to *path* whatever is chosen, until cancelled.

    Args:
        say: tells the person a sentence, and whether it is good news.
    """
    is_dirty = asyncio.Event()
    is_dirty.set()  # something may have been chosen before this began
    end = looks.on_change(lambda _: is_dirty.set())

    async def write() -> None:
        if touched := looks.take_touched():
            try:
                await asyncio.to_thread(write_choices, path, touched)
            except MuseTuiError:
                looks.give_back(touched)
                raise

    try:
        await keep(is_dirty, write, say)
    finally:
        end()


def write_choices(path: Path, touched: Mapping[str, Chosen | None]) -> None:
    """Keep what was *touched*, or drop it (None), beside what else is kept at *path*: another dashboard may have.

    Raises:
        MuseTuiError: if the disk refuses.
    """

    def changed(whole: dict[str, object]) -> dict[str, object]:
        kept: dict[str, Chosen | None] = {**choices_of(whole), **touched}
        return {name: chosen._asdict() for name, chosen in kept.items() if chosen is not None}

    change_state(path, changed, "looks")
