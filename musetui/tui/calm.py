"""Calm: where nothing is to move, on slow lines and out of sight, what changed is kept until it is to be shown."""

from collections.abc import Collection
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


def held_with(held: "Change | None", later: "Change") -> "Change":
    """Return *held*, which has taken *later* in; where none is, one of its own: other views are told of the same."""
    from musetui.forecast.conflict_delta import ConflictDelta
    from musetui.forecast.stale_delta import StaleDelta
    from musetui.swarm.delta import Delta
    from musetui.tui.showing import Change

    if held is None:
        held = Change(Delta(), ConflictDelta(), set(), StaleDelta())
    held.delta.merge(later.delta)
    held.conflicts.merge(later.conflicts)
    held.stale.merge(later.stale)
    held.runs.update(later.runs)
    return held


def weight(change: "Change") -> int:
    """Return how many things *change* names."""
    delta = change.delta
    named: list[Collection[object]] = [change.conflicts.appeared, change.conflicts.changed, change.conflicts.left]
    named += [change.stale.appeared, change.stale.changed, change.stale.left, change.runs]
    for of_kind in (delta.appeared, delta.changed, delta.left):
        named += of_kind.values()
    return sum(map(len, named))
