"""Since when something is stuck, as far as the records tell."""

from datetime import UTC, datetime
from typing import cast

from musetui.coordination.batch import Sighting
from musetui.forecast.stale import StaleKey, StaleReason
from musetui.records.kinds import Kind
from musetui.records.models import EARLIEST, AnyRecord, Claim, Dependency, Intent
from musetui.swarm.claims import Claimed
from musetui.swarm.entity import Held
from musetui.swarm.picture import Swarm


def stale_since(swarm: Swarm, key: StaleKey) -> datetime:
    """Return the moment at which a finding became one (aware, UTC); of what is from the future, that moment."""
    return _moment(swarm, key).astimezone(UTC)


def ghost_of(swarm: Swarm, claimed: Claimed) -> Sighting:
    """Return the claim that makes a ghost of its run: that of a silent run, or of what ran out the last to do so."""
    silent = (each for each in claimed.in_force if swarm.is_silent(each.record.holder))
    return next(silent, None) or max(
        claimed.sightings, key=lambda each: cast("Claim", each.record).expires_at or EARLIEST
    )


def is_held(swarm: Swarm, reservation_id: str) -> bool:
    """Return whether a reservation is known and its addresses are taken."""
    held = swarm.reservation(reservation_id)
    return held is not None and held.is_held


def _moment(swarm: Swarm, key: StaleKey) -> datetime:
    match key.reason:
        case StaleReason.WAITS_IN_A_CIRCLE:
            return max(_waits_since(swarm, each) for each in key.circle)
        case StaleReason.WAITS_ON_THE_DEAD:
            ends = [
                _over_since(swarm, each)
                for each in swarm.depends_on(key.record_id)
                if each and not is_held(swarm, each)
            ]
            return max(_waits_since(swarm, key.record_id), min(ends, default=EARLIEST))
        case StaleReason.ORPHAN_INTENT:
            intent = cast("Intent | None", _record(swarm, key))
            return EARLIEST if intent is None else max(intent.created_at, _over_since(swarm, intent.reservation_id))
        case StaleReason.FROM_THE_FUTURE:
            record = _record(swarm, key)
            return (None if record is None else record.moment) or EARLIEST
        case StaleReason.CLAIMED_BY_A_GHOST:
            claimed = swarm.claimed(key.record_id)
            return EARLIEST if claimed is None else _ghost_since(swarm, claimed)
    held = swarm.reservation(key.record_id)
    if held is None:
        return EARLIEST
    if key.reason is StaleReason.ABANDONED:
        return held.lease.expires_at
    return _silent_since(swarm, held.run_id) if key.reason is StaleReason.SILENT else _overlong_since(swarm, held)


def _record(swarm: Swarm, key: StaleKey) -> AnyRecord | None:
    entity = swarm.entity(key.kind, key.record_id)
    return None if entity is None else entity.record


def _silent_since(swarm: Swarm, run_id: str) -> datetime:
    last = swarm.last_sign(run_id)
    return EARLIEST if last is None else last + swarm.settings.silent_after


def _overlong_since(swarm: Swarm, held: Held) -> datetime:
    """Return when it was made, or when the heart beat that made it too long."""
    made, longest = held.reservation.created_at, swarm.settings.longest_lease
    if held.reservation.expires_at - made <= longest:
        for beat in held.heartbeats:
            if beat.extended_expires_at is not None and beat.extended_expires_at - made > longest:
                return beat.last_beat_at or made
    return made


def _waits_since(swarm: Swarm, reservation_id: str) -> datetime:
    """Return since when a reservation waits for what it waits for."""
    entity, held = swarm.entity(Kind.DEPENDENCY, reservation_id), swarm.reservation(reservation_id)
    told = cast("Dependency", entity.record).created_at if entity is not None else None
    made = held.reservation.created_at if held is not None else EARLIEST
    return made if told is None else max(told, made)


def _over_since(swarm: Swarm, reservation_id: str) -> datetime:
    """Return when a reservation ended; of one of which nothing is known, the earliest moment there is."""
    return swarm.over_since(reservation_id) or EARLIEST


def _ghost_since(swarm: Swarm, claimed: Claimed) -> datetime:
    claim = cast("Claim", ghost_of(swarm, claimed).record)
    if not claimed.in_force:
        return claim.expires_at or EARLIEST
    return max(_silent_since(swarm, claim.claimer_run_id), claim.claimed_at or EARLIEST)
