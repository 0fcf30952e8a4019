"""Ripples: findings whose severity a step may have changed although nothing about them differs themselves.

A finding is worse while others wait for it or are in conflict with it, so what one run does can change how bad another
one's is. `StaleIndex.update` does not name such findings; a list that is sorted by severity must look at them anew.
"""

from collections.abc import Iterator

from musetui.forecast.conflict import ConflictKey, ConflictType
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import BASE_SEVERITY, Severity, StaleKey, StaleReason
from musetui.forecast.stale_index import StaleIndex
from musetui.records.kinds import Kind
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm

_ABOUT_RESERVATIONS = tuple(
    (reason, Kind.DEPENDENCY if reason is StaleReason.WAITS_ON_THE_DEAD else Kind.RESERVATION)
    for reason, base in BASE_SEVERITY.items()
    if base is not Severity.HIGH and reason not in (StaleReason.ORPHAN_INTENT, StaleReason.CLAIMED_BY_A_GHOST)
)
"""The reasons that are worse where others wait or collide, each with the kind of record in its key."""


def ripples(
    delta: Delta, found: ConflictDelta, swarm: Swarm, conflicts: ConflictIndex, stale: StaleIndex
) -> set[StaleKey]:
    """Return the findings to look at anew after a step, beside those that the index named itself.

    Every finding that is worse now is among them. One that is less bad now may not be, where a conflict between nested
    addresses ended or a dependency was removed: it seems worse than it is until it is seen and looked at anew.

    Costs what the step has of reservations, dependencies and conflicts, and these of holders.

    Args:
        delta: what differs in the swarm; the three others have followed it.
        found: what differs among the conflicts.
    """
    if not len(stale):
        return set()
    concerned = delta.touched(Kind.RESERVATION) | delta.touched(Kind.DEPENDENCY)
    for reservation_id in tuple(concerned):
        concerned.update(swarm.depends_on(reservation_id))
    for key in found.appeared | found.changed:
        concerned.update(_holders(key, conflicts))
    for key in found.left:
        if key.conflict_type is not ConflictType.DOUBLE_CLAIM:
            concerned.update(swarm.at_address(key.address))
    if len(concerned) * len(_ABOUT_RESERVATIONS) > len(stale):
        # Of a hot symbol there are more holders than things that are stuck.
        return {key for key in stale.unranked() if key.record_id in concerned}
    each_reason = (StaleKey(reason, kind, each) for each in concerned for reason, kind in _ABOUT_RESERVATIONS)
    return {key for key in each_reason if key in stale}


def _holders(key: ConflictKey, conflicts: ConflictIndex) -> Iterator[str]:
    """Yield the reservations that take part in a conflict, themselves or by an intent on them."""
    conflict = conflicts.conflict(key)
    for holder in conflict.holders if conflict is not None else ():
        if holder.reservation_id:
            yield holder.reservation_id
