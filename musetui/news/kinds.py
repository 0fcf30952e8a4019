"""The kinds of news, by the names that people choose them by."""

from collections.abc import Iterable
from enum import StrEnum


class NewsKind(StrEnum):
    """What happened; the value is the name in JSON, in settings and on the command line."""

    CONFLICT = "conflict"
    CONFLICT_CHANGED = "conflict_changed"
    CONFLICT_ENDED = "conflict_ended"
    STALE = "stale"
    STALE_ENDED = "stale_ended"
    RESERVED = "reserved"
    RELEASED = "released"
    EXPIRED = "expired"
    EXTENDED = "extended"
    BEAT = "beat"
    INTENT = "intent"
    TASK = "task"
    CLAIM = "claim"
    WAITS = "waits"
    CHANGED = "changed"
    REMOVED = "removed"
    SILENT = "silent"
    RETURNED = "returned"
    PROBLEM = "problem"
    PROBLEM_SOLVED = "problem_solved"
    HUB_AWAY = "hub_away"
    HUB_BACK = "hub_back"
    PUSHED = "pushed"
    PULLED = "pulled"

    @property
    def words(self) -> str:
        """The kind as people read it: `conflict ended`."""
        return self.value.replace("_", " ")


GROUPS: dict[str, tuple[NewsKind, ...]] = {
    "hub": (NewsKind.HUB_AWAY, NewsKind.HUB_BACK, NewsKind.PUSHED, NewsKind.PULLED),
}
"""Names for several kinds at once."""

USUAL: frozenset[NewsKind] = frozenset(NewsKind) - {NewsKind.BEAT}
"""What is told where nobody chooses: a heartbeat that extends nothing says only that all is as it was."""

ENDINGS: dict[NewsKind, NewsKind] = {
    NewsKind.CONFLICT_ENDED: NewsKind.CONFLICT,
    NewsKind.STALE_ENDED: NewsKind.STALE,
    NewsKind.PROBLEM_SOLVED: NewsKind.PROBLEM,
    NewsKind.RETURNED: NewsKind.SILENT,
    NewsKind.HUB_BACK: NewsKind.HUB_AWAY,
}
"""The kinds that end a state, each with the one that begins it. Of all other kinds nothing ends."""

LASTING: frozenset[NewsKind] = frozenset(ENDINGS.values())
"""The kinds that begin a state."""

NAMES: tuple[str, ...] = (*NewsKind, *GROUPS)
"""Every name that `kinds_of` takes."""


def kinds_of(names: Iterable[str]) -> frozenset[NewsKind]:
    """Return the kinds that *names*, each one of `NAMES`, stand for.

    Raises:
        ValueError: if one stands for none.
    """
    return frozenset(kind for name in names for kind in GROUPS.get(name) or (NewsKind(name),))
