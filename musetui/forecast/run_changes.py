"""Run changes: what one run does to which address, and since when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from musetui.forecast.conflict import Holder
from musetui.forecast.live_intents import Announced
from musetui.forecast.nesting import around
from musetui.forecast.rework import Change, change_of
from musetui.records.address import nest_key
from musetui.records.kinds import Kind
from musetui.records.models import Intent, Reservation
from musetui.swarm.picture import Swarm

ADDRESSES_LIMIT = 1_000
"""Addresses of one run up to which all it does counts, so that advice on one with more does not stop the screen."""


class RunChanges:
    """What one run changes: of several changes of one address the most drastic counts, and the earliest moment.

    Attributes:
        changes: what it does to each address, as nesting compares addresses.
        since: since when.
    """

    __slots__ = ("_inside", "changes", "since")

    def __init__(self, changes: dict[str, Change] | None = None, since: dict[str, datetime] | None = None) -> None:
        self.changes = changes or {}
        self.since = since or {}
        self._inside: dict[str, list[str]] | None = None

    def add(self, address: str, change: Change, since: datetime) -> None:
        """Take in a change of an *address*, as nesting compares it."""
        self._inside = None
        self.changes[address] = max(change, self.changes.get(address, change))
        self.since[address] = min(since, self.since.get(address, since))

    @property
    def inside(self) -> dict[str, list[str]]:
        """The addresses that it changes within each address around one of them."""
        if self._inside is None:
            inside = defaultdict[str, list[str]](list)
            for each in self.changes:
                for outer in around(each):
                    inside[outer].append(each)
            self._inside = dict(inside)
        return self._inside


def changes_of_run(swarm: Swarm, run_id: str, announced: Callable[[str], Announced | None]) -> RunChanges | None:
    """Return what a run holds and means to do; None if that is more than `ADDRESSES_LIMIT` addresses.

    Args:
        swarm: the picture.
        run_id: whose changes.
        announced: returns an intent by its id if it is live.
    """
    found = RunChanges()
    named = 0
    for record in _records(swarm, run_id, announced):
        named += len(record.addresses)
        if named > ADDRESSES_LIMIT:
            return None
        change, at = change_of(record.operation), record.created_at.astimezone(UTC)
        for address in map(nest_key, record.addresses):
            found.add(address, change, at)
    return found


def _records(swarm: Swarm, run_id: str, announced: Callable[[str], Announced | None]) -> Iterator[Reservation | Intent]:
    for intent_id in swarm.kind_of_run(Kind.INTENT, run_id):
        live = announced(intent_id)
        if live is not None:
            yield live.intent
    for reservation_id in swarm.held_of_run(run_id):
        held = swarm.reservation(reservation_id)
        if held is not None:
            yield held.reservation


def with_holders(
    changes: RunChanges | None, holders: Iterable[Holder], change_by: Callable[[Holder], Change]
) -> RunChanges:
    """Return what a run changes where *holders* of it are only thought of, and so not among its *changes*.

    Where it changes too much for all of it to count, *changes* is None, and what *holders* do is what counts.
    """
    more = holders if changes is None else [each for each in holders if not (each.reservation_id or each.intent_id)]
    if changes is not None and not more:
        return changes
    made = RunChanges() if changes is None else RunChanges(dict(changes.changes), dict(changes.since))
    for each in more:
        made.add(each.address, change_by(each), each.created_at)
    return made
