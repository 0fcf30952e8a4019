"""Occurrences: what happened, as little of it as is cheap to note by the thousand."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from musetui.forecast.conflict import Risk
from musetui.news.kinds import NewsKind
from musetui.swarm.activity import Event


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happened. All text is hostile until it is told.

    Attributes:
        kind: what happened.
        at: when; of a record's doing by the record, else when it was noticed here (aware).
        key: which state begins, changes or ends: a conflict's or a finding's key, a problem's path, a silent run's id,
            or "" for the hub; None for what is no state.
        event: what the picture's activity has of it, where a record or a run tells of it.
        risk: of a conflict: how bad it is, or was before it ended.
        was: of a conflict that was there before: how bad it was then.
        text: why a problem is one, why the hub is away; "" for all else.
        is_initial: whether it was so before anybody looked.
    """

    kind: NewsKind
    at: datetime
    key: Hashable = None
    event: Event | None = None
    risk: Risk | None = None
    was: Risk | None = None
    text: str = ""
    is_initial: bool = False
