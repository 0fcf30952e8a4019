"""Stuck: the records that are stuck for one reason, kept by id, for there may be as many as there are records."""

from collections.abc import Collection, Iterable, Iterator, Set

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.records.kinds import Kind


class Stuck(Collection[StaleKey]):
    """The findings of one reason about records of some kinds."""

    def __init__(self, reason: StaleReason, *kinds: Kind) -> None:
        self._reason = reason
        self._ids: dict[Kind, set[str]] = {kind: set() for kind in kinds}

    def fill(self, kind: Kind, ids: Iterable[str]) -> None:
        """Take records in that are stuck to begin with."""
        self._ids[kind].update(ids)

    def ids(self, kind: Kind) -> Set[str]:
        """Return the records of one kind that are stuck: a live view."""
        return self._ids[kind]

    def compare(self, kind: Kind, looked_at: Set[str], stuck: Set[str], told: StaleDelta) -> None:
        """Take in that of the records *looked_at* those among *stuck* are stuck now, and note what that changes.

        Costs little for what neither was stuck nor is.
        """
        ids = self._ids[kind]
        before, now = ids & looked_at, stuck & looked_at
        for part, those in ((told.appeared, now - before), (told.changed, now & before), (told.left, before - now)):
            part.update([StaleKey(self._reason, kind, each) for each in those])
        ids -= before - now
        ids |= now

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, StaleKey) or key.reason is not self._reason or key.circle:
            return False
        return key.record_id in self._ids.get(key.kind, ())

    def __iter__(self) -> Iterator[StaleKey]:
        return (StaleKey(self._reason, kind, each) for kind, ids in self._ids.items() for each in ids)

    def __len__(self) -> int:
        return sum(map(len, self._ids.values()))
