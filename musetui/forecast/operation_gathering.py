"""Gathering an operation conflict: who does what to the thing, and to what is within it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from musetui.forecast.conflict import HOLDERS_LIMIT, Conflict, ConflictKey, Holder
from musetui.forecast.holders import by_start, listed, second_run_at
from musetui.forecast.live_intents import branch_of
from musetui.forecast.nest import Nest
from musetui.forecast.operation_conflicts import OperationConflicts
from musetui.forecast.operation_wording import describe_operations
from musetui.forecast.operations import STRONG, Clash, deed_of, kind_of
from musetui.forecast.places import Place, in_rows
from musetui.forecast.run_counts import join
from musetui.swarm.picture import Swarm

_SIDE_LIMIT = HOLDERS_LIMIT // 2
"""Of those whose operation clashes, and of those with whom it does."""


class OperationGathering:
    """Finds what is told about an operation conflict."""

    def __init__(
        self, swarm: Swarm, nest: Nest, operations: OperationConflicts, advise: Callable[[Conflict], str]
    ) -> None:
        self._swarm = swarm
        self._nest = nest
        self._operations = operations
        self._advise = advise

    def conflict(self, key: ConflictKey, newcomers: Sequence[Holder] = ()) -> Conflict | None:
        """Return the conflict, *newcomers* (of one run) counted in, or None if nothing clashes."""
        sides = self._sides(key.address, newcomers)
        if sides is None:
            return None
        found, strong, edits, complete = sides
        met = sorted(_telling(edits, beside=strong), key=by_start)
        holders = sorted(strong + met, key=by_start)
        return Conflict(
            key=key,
            confidence=found.confidence,
            since=_since(strong, edits),
            holders=tuple(holders),
            complete=complete,
            addresses=(key.address, *sorted({each.address for each in holders} - {key.address})),
            runs=tuple(dict.fromkeys(each.run_id for each in holders)),
            branches=tuple(dict.fromkeys(each.branch for each in holders if each.branch)),
            sources=tuple(sorted({each.source for each in holders})),
            description=describe_operations(key.address, found, strong, met, complete=complete),
            advise=self._advise,
        )

    def since(self, address: str) -> datetime | None:
        """Return the moment from which there was the conflict at *address*, or None if nothing clashes."""
        sides = self._sides(address, ())
        return None if sides is None else _since(sides[1], sides[2])

    def _sides(
        self, address: str, newcomers: Sequence[Holder]
    ) -> tuple[Clash, list[Holder], list[Holder], bool] | None:
        """Return the clash, whose operation clashes, earliest first, with whom it may, and whether these are all."""
        here = [*self._at(address), *(each for each in newcomers if each.address == address)]
        new_within = [each for each in newcomers if each.address != address]
        found = self._clash(address, here, new_within) if newcomers else self._operations.clash(address)
        if found is None:
            return None
        strong, all_strong = listed([each for each in here if kind_of(each.operation) in STRONG], _SIDE_LIMIT)
        # Who does the one strong thing there is clashes with nobody of its own.
        strong_runs = {each.run_id for each in strong}
        alone = next(iter(strong_runs)) if len(strong_runs) == 1 else None
        edits = [each for each in here if kind_of(each.operation) not in STRONG and each.run_id != alone]
        within, all_within = self._within(address, alone)
        edits, all_edits = listed([*edits, *within, *new_within], _SIDE_LIMIT)
        return found, sorted(strong, key=by_start), edits, all_strong and all_within and all_edits

    def _clash(self, address: str, here: Sequence[Holder], new_within: Sequence[Holder]) -> Clash | None:
        place = Place(in_rows((each.run_id, deed_of(each.operation)) for each in here))
        return place.worst(join(self._operations.within(address), new_within[0].run_id if new_within else None))

    def _within(self, address: str, unless: str | None) -> tuple[list[Holder], bool]:
        """Return who changes something within *address*, but for the run *unless*, and whether these are all."""
        found: list[Holder] = []
        seen: set[str] = set()
        for nest in (self._nest, self._operations.announced):
            for place in nest.within(address, unless):
                if place in seen:
                    continue
                if len(found) > _SIDE_LIMIT:
                    return found, False
                seen.add(place)
                found += [each for each in self._at(place) if each.run_id != unless]
        return found, True

    def _at(self, address: str) -> list[Holder]:
        """Return who changes exactly *address*; one who holds it and announces the same counts once."""
        found: dict[tuple[str, str], Holder] = {}
        for reservation_id in self._swarm.at_address(address):
            held = self._swarm.reservation(reservation_id)
            if held is None:
                continue
            record = held.reservation
            since, operation = record.created_at.astimezone(UTC), record.operation or ""
            holder = Holder(record.run_id, record.branch, reservation_id, address, held.source, since, operation)
            _keep(found, holder)
        for intent_id in self._swarm.intents_at(address):
            live = self._operations.intents.get(intent_id)
            if live is None:
                continue
            intent = live.intent
            _keep(
                found,
                Holder(
                    run_id=intent.run_id,
                    branch=branch_of(self._swarm, intent),
                    reservation_id=intent.reservation_id,
                    address=address,
                    source=live.source,
                    created_at=intent.created_at.astimezone(UTC),
                    operation=intent.operation,
                    intent_id=intent_id,
                ),
            )
        return list(found.values())


def _since(strong: Sequence[Holder], edits: Sequence[Holder]) -> datetime:
    """Return the moment from which there were two runs and a strong deed; of those that are *strong* earliest first.

    A hold counts from its start, whenever it is said what it is for.
    """
    return max(second_run_at(sorted([*strong, *edits], key=by_start)), strong[0].created_at)


def _keep(found: dict[tuple[str, str], Holder], holder: Holder) -> None:
    same = holder.run_id, deed_of(holder.operation)
    if same not in found or by_start(holder) < by_start(found[same]):
        found[same] = holder


def _telling(edits: Sequence[Holder], beside: Sequence[Holder]) -> list[Holder]:
    """Return *edits* without holds that name no operation, where the run says in another one or *beside* what for."""
    said = {(each.run_id, each.address) for each in (*edits, *beside) if each.operation}
    return [each for each in edits if each.operation or (each.run_id, each.address) not in said]
