"""Parties: which runs take part in a conflict, told without gathering who holds what there, and since when."""

from collections.abc import Iterable

from musetui.forecast.blast_radius import BlastRadius
from musetui.forecast.conflict import HOLDERS_LIMIT, ConflictKey, ConflictType
from musetui.forecast.double_claims import DoubleClaims
from musetui.forecast.nest import Nest
from musetui.forecast.operation_conflicts import OperationConflicts

_SIDE_LIMIT = HOLDERS_LIMIT // 2
"""Runs counted on the one side and on the other, each once a place: beyond, no conflict lists its holders either."""


class Parties:
    """Finds the runs of a conflict by way of the counts that are kept anyway."""

    def __init__(self, nest: Nest, operations: OperationConflicts, radius: BlastRadius, claims: DoubleClaims) -> None:
        self._nest = nest
        self._operations = operations
        self._radius = radius
        self._claims = claims

    def of(self, key: ConflictKey) -> set[str]:
        """Return the runs that take part in a conflict that there is.

        Of two sides everybody takes part: where two runs meet, each run on either side meets one of the two.
        """
        address = key.address
        match key.conflict_type:
            case ConflictType.ADDRESS_OVERLAP:
                return self._nest.runs_at(address)
            case ConflictType.OPERATION_CONFLICT:
                return self._clashing(address)
            case ConflictType.CONTAINMENT_OVERLAP:
                outer = self._nest.runs_at(address)
                return outer | _within(self._nest, address, _only(outer))
            case ConflictType.BLAST_RADIUS_OVERLAP:
                reached = (place for place, _ in self._radius.met(address))
                return self._nest.runs_at(address) | _counted(self._nest, reached)
            case ConflictType.DOUBLE_CLAIM:
                return self._claims.runs(address)

    def _clashing(self, address: str) -> set[str]:
        announced = self._operations.announced
        # Who does the one strong thing there is counted there, and need not be looked for within.
        alone = _only(self._operations.strong_runs(address))
        return {
            *self._nest.runs_at(address),
            *announced.runs_at(address),
            *_within(self._nest, address, alone),
            *_within(announced, address, alone),
        }


def _within(nest: Nest, address: str, unless: str | None) -> set[str]:
    """Return the runs that have a part within *address*; where the run *unless* is alone, it may be left out."""
    if nest.below(address) is None:
        return set()
    return _counted(nest, nest.within(address, unless))


def _counted(nest: Nest, places: Iterable[str]) -> set[str]:
    found: set[str] = set()
    count = 0
    for place in places:
        there = nest.runs_at(place)
        found |= there
        count += len(there)
        if count >= _SIDE_LIMIT:
            break
    return found


def _only(runs: set[str]) -> str | None:
    return next(iter(runs)) if len(runs) == 1 else None
