"""The eight reasons, as plainly as they can be said: from the records alone, with no index and no memory."""

from datetime import datetime
from typing import cast

from musetui.forecast.cycles import cycles_in, strong_components
from musetui.forecast.stale import StaleKey, StaleReason
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.records.models import EARLIEST, Claim, Dependency, Intent
from musetui.swarm.picture import Swarm
from tests.swarm.scene import Disk


def stuck(swarm: Swarm, disk: Disk) -> set[StaleKey]:
    """Return everything in *swarm*, whose records lie on *disk*, that is stuck."""
    found: set[StaleKey] = set()
    now, limits = swarm.now, swarm.settings

    def note(reason: StaleReason, kind: Kind, record_id: str, circle: tuple[str, ...] = ()) -> None:
        found.add(StaleKey(reason, kind, record_id, circle))

    signs: dict[str, list[datetime]] = {}
    for run_id, moment in disk.signs(swarm):
        if moment <= now + limits.future_tolerance:
            signs.setdefault(run_id, []).append(moment)
    last = {run_id: max(moments) for run_id, moments in signs.items()}
    silent = {run_id for run_id, moment in last.items() if now - moment >= limits.silent_after}
    states = {held.record_id: held.lease.state(now) for held in swarm.reservations()}
    alive = {record_id for record_id, state in states.items() if state.is_held}

    for held in swarm.reservations():
        lease, name = held.lease, held.record_id
        if name in alive and held.run_id in silent:
            note(StaleReason.SILENT, Kind.RESERVATION, name)
        if name in alive and lease.expires_at - lease.created_at > limits.longest_lease:
            note(StaleReason.OVERLONG, Kind.RESERVATION, name)
        lately = now - lease.expires_at < limits.abandoned_within
        forsaken = lease.released_at is None and last.get(held.run_id, EARLIEST) <= lease.expires_at
        if states[name] is LeaseState.EXPIRED and lately and forsaken:
            note(StaleReason.ABANDONED, Kind.RESERVATION, name)
    for entity in swarm.entities(Kind.INTENT):
        named = cast("Intent", entity.record).reservation_id
        if named and named not in alive:
            note(StaleReason.ORPHAN_INTENT, Kind.INTENT, entity.record_id)
    waits = {
        entity.record_id: cast("Dependency", entity.record).depends_on for entity in swarm.entities(Kind.DEPENDENCY)
    }
    for name, others in waits.items():
        if name in alive and set(others) - alive:
            note(StaleReason.WAITS_ON_THE_DEAD, Kind.DEPENDENCY, name)
    graph = {name: [each for each in waits.get(name, ()) if each in alive] for name in alive}
    for component in strong_components(graph.keys(), graph.__getitem__):
        for cycle in cycles_in(component, graph.__getitem__):
            note(StaleReason.WAITS_IN_A_CIRCLE, Kind.DEPENDENCY, cycle[0], cycle)
    for kind in Kind:
        for entity in swarm.entities(kind):
            moment = entity.record.moment
            if moment is not None and moment - now > limits.future_tolerance:
                note(StaleReason.FROM_THE_FUTURE, kind, entity.record_id)
    for entity in swarm.entities(Kind.CLAIM):
        claims = [cast("Claim", sighting.record) for sighting in entity.sightings]
        in_force = [claim for claim in claims if claim.expires_at is None or claim.expires_at > now]
        if in_force:
            ghost = any(claim.claimer_run_id in silent for claim in in_force)
        else:
            ghost = swarm.entity(Kind.TASK, entity.record_id) is not None
        if ghost:
            note(StaleReason.CLAIMED_BY_A_GHOST, Kind.CLAIM, entity.record_id)
    return found
