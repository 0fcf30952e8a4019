"""The lists whose columns a person may choose: by the name of the list, the columns that it can show."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musetui.tui.presentation.cells import Column

LISTS: Mapping[str, tuple[str, str, str]] = {
    "local": ("reservations", "RESERVATION_COLUMNS", "reservations made here (dashboard)"),
    "remote": ("reservations", "RESERVATION_COLUMNS", "reservations of other machines (dashboard)"),
    "conflicts": ("conflicts", "CONFLICT_COLUMNS", "conflicts (dashboard)"),
    "intents": ("intents", "INTENT_COLUMNS", "intents (dashboard)"),
    "activity": ("activity", "ACTIVITY_COLUMNS", "what happened (dashboard)"),
    "agents": ("runs", "RUN_COLUMNS", "the agents' runs"),
    "files": ("files", "FILE_COLUMNS", "the tree of files"),
    "stale": ("stale", "STALE_COLUMNS", "what is stuck"),
    "order": ("plan", "BRANCH_COLUMNS", "branches in the merge plan"),
    "runs": ("plan", "RUN_COLUMNS", "runs on a branch in the merge plan"),
    "hotspots": ("plan", "HOTSPOT_COLUMNS", "hotspots in the merge plan"),
    "tasks": ("tasks", "TASK_COLUMNS", "tasks"),
    "waiting": ("waiting", "WAIT_COLUMNS", "who waits for whom (tasks)"),
    "problems": ("problems", "PROBLEM_COLUMNS", "what is no record"),
    "related": ("related", "RELATED_COLUMNS", "what relates to a record"),
    "life": ("run_life", "LIFE_COLUMNS", "the life of a run"),
}
"""Where the columns are (a module of the presentation, and their name there), and what the list shows."""


def columns_of(name: str) -> "Sequence[Column[Any]]":
    """Return the columns of the list *name*, in their usual order; imports what presents them."""
    module, constant, _ = LISTS[name]
    columns: Sequence[Column[Any]] = getattr(import_module(f"musetui.tui.presentation.{module}"), constant)
    return columns


def chosen_among(columns: "Sequence[Column[Any]]", chosen: object) -> "Sequence[Column[Any]]":
    """Return the columns of the keys *chosen*, in that order; all, if it names none of them.

    A choice that was kept may be of another version: what it names besides is passed over.
    """
    known = {column.key: column for column in columns}
    keys = [key for key in chosen if isinstance(key, str)] if isinstance(chosen, list | tuple) else []
    return [known[key] for key in dict.fromkeys(keys) if key in known] or columns
