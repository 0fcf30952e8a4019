"""Gathering: from a conflict's key to all that is told about it. Done when someone looks, never on an event."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime

from musetui.forecast.blast_gathering import gather_blast
from musetui.forecast.blast_radius import BlastRadius
from musetui.forecast.conflict import (
    HOLDERS_LIMIT,
    Conflict,
    ConflictKey,
    ConflictType,
    Holder,
    containment_confidence,
)
from musetui.forecast.double_claims import DoubleClaims
from musetui.forecast.holders import by_start, listed, second_run_at
from musetui.forecast.nest import Nest
from musetui.forecast.operation_conflicts import OperationConflicts
from musetui.forecast.operation_gathering import OperationGathering
from musetui.forecast.run_counts import Several, join
from musetui.forecast.wording import describe, foretell
from musetui.swarm.picture import Swarm


class Gathering:
    """Finds the holders of a conflict in a swarm, by way of its nest, its clashes, its calls, or its double claims."""

    def __init__(
        self,
        swarm: Swarm,
        nest: Nest,
        operations: OperationConflicts,
        radius: BlastRadius,
        claims: DoubleClaims,
        advise: Callable[[Conflict], str],
    ) -> None:
        self._swarm = swarm
        self._nest = nest
        self._operations = operations
        self._radius = radius
        self._clashes = OperationGathering(swarm, nest, operations, advise)
        self._claims = claims
        self._advise = advise

    def confidence(self, key: ConflictKey, files: Collection[str] = ()) -> float:
        """Return how likely the conflict is to hurt, 0 to 1; *files* are known to be files beside those held."""
        if key.conflict_type is ConflictType.OPERATION_CONFLICT:
            clash = self._operations.clash(key.address)
            return 0.0 if clash is None else clash.confidence
        if key.conflict_type is ConflictType.BLAST_RADIUS_OVERLAP:
            return self._radius.confidence(key.address)
        if key.conflict_type is not ConflictType.CONTAINMENT_OVERLAP:
            return 1.0
        is_file = key.address in files or self._nest.has_symbols(key.address)
        return containment_confidence(key.address, is_file=is_file)

    def conflict(
        self, key: ConflictKey, newcomers: Sequence[Holder] = (), files: Collection[str] = ()
    ) -> Conflict | None:
        """Return the conflict, *newcomers* counted in, or None if no two runs collide.

        Args:
            key: what to look for.
            newcomers: holds of one run that are only thought of.
            files: addresses that what is only thought of shows to be files, and no folders.
        """
        if key.conflict_type is ConflictType.DOUBLE_CLAIM:
            return self._claims.conflict(key)
        if key.conflict_type is ConflictType.OPERATION_CONFLICT:
            return self._clashes.conflict(key, newcomers)
        if key.conflict_type is ConflictType.BLAST_RADIUS_OVERLAP:
            return gather_blast(key, self._radius, lambda address, limit: self._at(address, None, limit), self._advise)
        if key.conflict_type is ConflictType.ADDRESS_OVERLAP:
            outer, complete = self._at(key.address, None, HOLDERS_LIMIT)
            outer = sorted([*outer, *newcomers], key=by_start)
            inner: list[Holder] = []
        else:
            outer, inner, complete = self._nested(key.address, newcomers)
        holders = sorted(outer + inner, key=by_start)
        runs = tuple(dict.fromkeys(holder.run_id for holder in holders))
        if len(runs) < 2:
            return None
        return Conflict(
            key=key,
            confidence=self.confidence(key, files),
            since=_since(holders, outer, inner),
            holders=tuple(holders),
            complete=complete,
            addresses=(key.address, *sorted({holder.address for holder in inner})),
            runs=runs,
            branches=tuple(dict.fromkeys(holder.branch for holder in holders if holder.branch)),
            sources=tuple(sorted({holder.source for holder in holders})),
            description=(
                foretell(key.address, outer, inner, newcomers)
                if newcomers
                else describe(key.address, outer, inner, complete=complete)
            ),
            advise=self._advise,
        )

    def since(self, key: ConflictKey) -> datetime | None:
        """Return the moment from which there was the conflict (in UTC), or None if no two runs collide.

        A list is sorted by it, and most of what there is besides is never looked at.
        """
        if key.conflict_type is ConflictType.ADDRESS_OVERLAP:
            return self._second_run_at(key.address)
        if key.conflict_type is ConflictType.OPERATION_CONFLICT:
            return self._clashes.since(key.address)
        if key.conflict_type is ConflictType.CONTAINMENT_OVERLAP:
            outer, inner, _ = self._nested(key.address, ())
            holders = sorted(outer + inner, key=by_start)
            return _since(holders, outer, inner) if len({holder.run_id for holder in holders}) > 1 else None
        conflict = self.conflict(key)
        return None if conflict is None else conflict.since

    def _second_run_at(self, address: str) -> datetime | None:
        """Return the moment from which two runs held exactly *address* (in UTC), or None if no two do."""
        begun: dict[str, datetime] = {}
        for reservation_id in self._swarm.at_address(address):
            held = self._swarm.reservation(reservation_id)
            if held is not None:
                record = held.reservation
                run_id, at = record.run_id, record.created_at
                if run_id not in begun or at < begun[run_id]:
                    begun[run_id] = at
        return sorted(begun.values())[1].astimezone(UTC) if len(begun) > 1 else None

    def _nested(self, address: str, newcomers: Sequence[Holder]) -> tuple[list[Holder], list[Holder], bool]:
        """Return who holds *address*, who holds what is within, both earliest first, and whether these are all."""
        new_outer = [holder for holder in newcomers if holder.address == address]
        new_inner = [holder for holder in newcomers if holder.address != address]
        outer_runs = join(self._nest.at(address), new_outer[0].run_id if new_outer else None)
        inner_runs = join(self._nest.below(address), new_inner[0].run_id if new_inner else None)
        # Who holds the one side alone collides with nothing of its own on the other: spare the walk to it.
        sole_outer = None if outer_runs is Several.RUNS else outer_runs
        sole_inner = None if inner_runs is Several.RUNS else inner_runs
        outer, complete = self._at(address, sole_inner, HOLDERS_LIMIT // 2)
        inner: list[Holder] = []
        for place in self._nest.within(address, sole_outer):
            if len(inner) >= HOLDERS_LIMIT // 2:
                complete = False
                inner.extend(self._stranger(address, inner))
                break
            found, whole = self._at(place, sole_outer, HOLDERS_LIMIT // 2)
            inner.extend(found)
            complete = complete and whole
        outer, inner = _colliding(outer + new_outer, inner + new_inner)
        return sorted(outer, key=by_start), sorted(inner, key=by_start), complete

    def _stranger(self, address: str, listed: Sequence[Holder]) -> list[Holder]:
        """Return a holder within *address* of another run, if all that are listed are of one."""
        runs = {holder.run_id for holder in listed}
        for run_id in runs if len(runs) == 1 else ():
            for place in self._nest.within(address, run_id):
                return self._at(place, run_id, 1)[0]
        return []

    def _at(self, address: str, unless: str | None, limit: int) -> tuple[list[Holder], bool]:
        """Return the holders of exactly *address* but for the run *unless*, and whether these are all."""
        found = []
        for reservation_id in self._swarm.at_address(address):
            held = self._swarm.reservation(reservation_id)
            if held is None or held.run_id == unless:
                continue
            record = held.reservation
            # In UTC, so that a long list is sorted by quick comparisons.
            since = record.created_at.astimezone(UTC)
            found.append(Holder(record.run_id, record.branch, reservation_id, address, held.source, since))
        return listed(found, limit)


def _colliding(outer: Sequence[Holder], inner: Sequence[Holder]) -> tuple[list[Holder], list[Holder]]:
    """Return those of either side that meet another run on the other side."""
    outer_runs, inner_runs = ({holder.run_id for holder in side} for side in (outer, inner))
    return (
        [holder for holder in outer if inner_runs and inner_runs != {holder.run_id}],
        [holder for holder in inner if outer_runs and outer_runs != {holder.run_id}],
    )


def _since(holders: Sequence[Holder], outer: Sequence[Holder], inner: Sequence[Holder]) -> datetime:
    """Return the moment from which there were two runs, and somebody on each side; all earliest first."""
    joined = second_run_at(holders)
    return max(joined, outer[0].created_at, inner[0].created_at) if inner else joined
