"""The file that the shelf of filters is kept in, from one start to the next."""

from pathlib import Path
from typing import NamedTuple

from musetui.filters.saved import LONGEST, is_name
from musetui.tui.filter_shelf import REMEMBERED, SAVED, Named, Touched
from musetui.tui.state_file import change_state, read_state, state_folder

_SORTS_LIMIT = 64
"""Sorts of rows that are read; the dashboard has a quarter of that."""


class Kept(NamedTuple):
    """What is kept.

    Attributes:
        saved: the filters saved by name, by what rows are called.
        used: those used last, the last one last, by the same.
    """

    saved: Named
    used: dict[str, list[str]]


def shelf_file(state: Path | None) -> Path:
    """Return where filters are kept: in the folder *state*, or else the user's own."""
    return state_folder(state) / "filters.json"


def read_shelf(path: Path) -> Kept:
    """Return what is kept at *path*, as far as it can be understood: nothing, if there is none.

    It is a memory and no truth: what was damaged is forgotten, and no error.
    """
    return _kept(read_state(path))


def _kept(whole: dict[str, object]) -> Kept:
    saved, used = whole.get("saved"), whole.get("used")
    return Kept(
        {sort: _texts_by_name(found) for sort, found in _by_sort(saved).items() if isinstance(found, dict)},
        {sort: _texts(found)[-REMEMBERED:] for sort, found in _by_sort(used).items() if isinstance(found, list)},
    )


def _by_sort(found: object) -> dict[str, object]:
    items = list(found.items())[:_SORTS_LIMIT] if isinstance(found, dict) else []
    return {sort: each for sort, each in items if isinstance(sort, str)}


def _texts(found: list[object]) -> list[str]:
    return [text for text in found if isinstance(text, str) and len(text) <= LONGEST]


def _texts_by_name(found: dict[object, object]) -> dict[str, str]:
    items = [(name, text) for name, text in found.items() if isinstance(name, str) and is_name(name)]
    return {name: text for name, text in items[:SAVED] if isinstance(text, str) and len(text) <= LONGEST}


def write_shelf(path: Path, touched: Touched, used: dict[str, list[str]]) -> None:
    """Keep at *path* what was *touched*, beside what else is kept there: another dashboard may have saved it.

    It blocks for as long as the disk takes.

    Args:
        touched: filters that were saved, or removed (None).
        used: all that were used here, the last one last.

    Raises:
        MuseTuiError: if the disk refuses.
    """

    def changed(whole: dict[str, object]) -> dict[str, object]:
        kept = _kept(whole)
        saved: Named = {}
        for sort in {**kept.saved, **touched}:
            named = {**kept.saved.get(sort, {}), **touched.get(sort, {})}
            saved[sort] = {name: text for name, text in named.items() if text is not None}
        last = {}
        for sort in {**kept.used, **used}:
            ours = used.get(sort, [])
            theirs = [text for text in kept.used.get(sort, []) if text not in ours]
            last[sort] = [*theirs, *ours][-REMEMBERED:]
        return {"saved": saved, "used": last}

    change_state(path, changed, "filters")
