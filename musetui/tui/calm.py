"""Calm: where nothing is to move, and on slow lines, what changed is kept until the second is over."""

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from musetui.tui.showing import Change


@runtime_checkable
class MayBeCalm(Protocol):
    """An app that a person may want to be calm."""

    is_calm: bool


def is_calm(app: Any) -> bool:
    """Return whether *app* is to be calm; one that knows of no such wish is not."""
    return isinstance(app, MayBeCalm) and app.is_calm


def merged(earlier: "Change", later: "Change") -> "Change":
    """Return what both of them say together. Neither is changed: other views are told of the same ones."""
    from musetui.forecast.conflict_delta import ConflictDelta
    from musetui.forecast.stale_delta import StaleDelta
    from musetui.swarm.delta import Delta
    from musetui.tui.showing import Change

    both = Change(Delta(), ConflictDelta(), earlier.runs | later.runs, StaleDelta())
    for change in (earlier, later):
        both.delta.merge(change.delta)
        both.conflicts.merge(change.conflicts)
        both.stale.merge(change.stale)
    return both
