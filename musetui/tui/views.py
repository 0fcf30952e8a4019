"""The views by name, each imported when it is first shown, so that the first paint waits for none of them."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from musetui.tui.clock import Clock

if TYPE_CHECKING:
    from musetui.tui.screens.record import RecordView
    from musetui.tui.screens.view import View
    from musetui.tui.subject import Subject

VIEWS = {
    "dashboard": "Dashboard",
    "agents": "AgentsView",
    "files": "FilesView",
    "stale": "StaleView",
    "plan": "PlanView",
    "tasks": "TasksView",
    "timeline": "TimelineView",
    "problems": "ProblemsView",
}
"""The class of each view; it lies in the module of the view's name, in `musetui.tui.screens`."""


def make_view(name: str, read_only: str, clock: Clock) -> "View":
    """Return the view of that name, new.

    Raises:
        KeyError: if there is none.
    """
    module = import_module(f"musetui.tui.screens.{name}")
    return cast("View", getattr(module, VIEWS[name])(read_only, clock))


def make_record_view(subject: "Subject", read_only: str, clock: Clock) -> "RecordView":
    """Return what shows one subject whole: of a run its life, of all else the record and what relates to it."""
    from musetui.tui.screens.record import RecordView
    from musetui.tui.screens.run_life import RunView
    from musetui.tui.subject import SubjectKind

    return (RunView if subject.kind is SubjectKind.RUN else RecordView)(subject, read_only, clock)
