"""Gathering what is told of something stuck, from its key. Done when someone looks, never on an event."""

from datetime import datetime
from itertools import islice
from typing import NamedTuple, cast

from musetui.coordination.batch import Source
from musetui.forecast import stale_wording as wording
from musetui.forecast.conflict import ConflictKey, ConflictType
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale import BASE_SEVERITY, Severity, StaleFinding, StaleKey, StaleReason
from musetui.forecast.stale_since import ghost_of, is_held, stale_since
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.records.models import Claim, Intent, Reservation, Task
from musetui.swarm.entity import Held
from musetui.swarm.picture import Swarm

WAITERS_ASKED = 1_000
"""Of those who wait for a reservation, how many are asked whether they still hold what they wait with."""


class _Told(NamedTuple):
    """What a finding tells beside what all tell."""

    record_id: str
    run_id: str
    branch: str
    addresses: tuple[str, ...]
    source: Source
    suggestion: str
    command: tuple[str, ...] = ()


class StaleGathering:
    """Finds out what there is to tell of a finding. Everything is as of the swarm's moment.

    Args:
        swarm: the picture.
        conflicts: the forecast of the same swarm; None where nobody asks about conflicts.
    """

    def __init__(self, swarm: Swarm, conflicts: ConflictIndex | None) -> None:
        self._swarm = swarm
        self._conflicts = conflicts

    def since(self, key: StaleKey) -> datetime:
        """Return when a finding became one (aware, UTC), without gathering the rest."""
        return stale_since(self._swarm, key)

    def severity(self, key: StaleKey) -> Severity:
        """Return how bad a finding is, without gathering the rest."""
        return self._severity(key, contested=self._is_contested(key))

    def finding(self, key: StaleKey) -> StaleFinding | None:
        """Return a finding whole, or None if what it is about is not there (any more)."""
        told = self._told(key)
        if told is None:
            return None
        contested = self._is_contested(key)
        return StaleFinding(
            key=key,
            record_id=told.record_id,
            run_id=told.run_id,
            branch=told.branch,
            addresses=told.addresses,
            source=told.source,
            since=self.since(key),
            severity=self._severity(key, contested=contested),
            contested=contested,
            suggestion=told.suggestion,
            command=told.command,
        )

    def _told(self, key: StaleKey) -> _Told | None:
        match key.reason:
            case StaleReason.WAITS_IN_A_CIRCLE:
                return self._circle(key.circle)
            case StaleReason.CLAIMED_BY_A_GHOST:
                return self._ghost(key.record_id)
            case StaleReason.ORPHAN_INTENT:
                return self._orphan(key.record_id)
            case StaleReason.FROM_THE_FUTURE:
                return self._ahead(key)
        held = self._swarm.reservation(key.record_id)
        if held is None:
            return None
        if key.reason is StaleReason.WAITS_ON_THE_DEAD:
            return self._waiter(held)
        return self._lease(key.reason, held)

    def _severity(self, key: StaleKey, *, contested: bool) -> Severity:
        if key.reason is StaleReason.WAITS_ON_THE_DEAD and self._may_go_on(key.record_id):
            return Severity.LOW
        base = BASE_SEVERITY[key.reason]
        return base.worse if contested else base

    def _may_go_on(self, reservation_id: str) -> bool:
        """Return whether all that a reservation waits for and that is over was released, as waits are meant to end."""
        fates = [self._swarm.reservation(each) for each in self._swarm.depends_on(reservation_id) if each]
        return all(fate is not None and (fate.is_held or fate.state is LeaseState.RELEASED) for fate in fates)

    # Whether it is in others' way

    def _is_contested(self, key: StaleKey) -> bool:
        """Return whether others wait for what is stuck, or are in conflict with it."""
        if key.circle:
            return True
        if key.kind is Kind.CLAIM:
            claim = ConflictKey(ConflictType.DOUBLE_CLAIM, key.record_id)
            return self._conflicts is not None and claim in self._conflicts
        if key.reason is StaleReason.ORPHAN_INTENT:
            return self._meets_others(key.record_id)
        if key.kind not in (Kind.RESERVATION, Kind.DEPENDENCY):
            return False
        return self._waiters(key.record_id, 1) > 0 or self._in_conflict(key.record_id)

    def _meets_others(self, intent_id: str) -> bool:
        """Return whether a run that is heard of still means to change what others hold."""
        entity = self._swarm.entity(Kind.INTENT, intent_id)
        if entity is None or self._conflicts is None:
            return False
        intent = cast("Intent", entity.record)
        # What a run meant to do that is gone, or that has given its reservation back, is in nobody's way.
        if self._swarm.is_silent(intent.run_id) or self._fate(intent.reservation_id) is LeaseState.RELEASED:
            return False
        return self._conflicts.is_held_by_others(intent.addresses, intent.run_id)

    def _in_conflict(self, reservation_id: str) -> bool:
        return self._conflicts is not None and self._conflicts.has_conflict(reservation_id)

    def _waiters(self, reservation_id: str, limit: int = WAITERS_ASKED) -> int:
        """Return how many held reservations wait for another one, at most *limit*."""
        asked = islice(self._swarm.waiting_on(reservation_id), WAITERS_ASKED)
        waiting = (each for each in asked if each != reservation_id and is_held(self._swarm, each))
        return sum(1 for _ in islice(waiting, limit))

    # What is told, by reason

    def _lease(self, reason: StaleReason, held: Held) -> _Told:
        run_id, now = held.run_id, self._swarm.now
        if (pending := held.release_ahead(now)) is not None:
            return _about(held, wording.advise_released_ahead(run_id, pending - now))
        if reason is StaleReason.ABANDONED:
            advice = wording.advise_abandoned(run_id, held.reservation.branch)
            return _about(held, advice, wording.release_command(held.record_id, reason.words))
        if reason is StaleReason.OVERLONG:
            longest = self._swarm.settings.longest_lease
            advice = wording.advise_overlong(run_id, longest, held.lease.expires_at - now)
        else:
            waiters = self._waiters(held.record_id)
            sign = self._swarm.sign_ahead(run_id)
            ahead = None if sign is None else sign - self._swarm.now
            advice = wording.advise_silent(run_id, waiters, ahead, in_conflict=self._in_conflict(held.record_id))
        return _about(held, advice, wording.release_command(held.record_id, reason.words))

    def _waiter(self, held: Held) -> _Told:
        fates = {each: self._fate(each) for each in self._swarm.depends_on(held.record_id) if each}
        dead = [(each, fate) for each, fate in fates.items() if fate is None or not fate.is_held]
        alive = len(fates) - len(dead)
        if all(fate is LeaseState.RELEASED for _, fate in dead):
            return _about(held, wording.advise_freed(held.run_id, dead, alive))
        advice = wording.advise_waiter(held.run_id, dead, alive)
        return _about(held, advice, wording.release_command(held.record_id, "waits in vain"))

    def _circle(self, circle: tuple[str, ...]) -> _Told | None:
        members = [held for each in circle if (held := self._swarm.reservation(each)) is not None]
        if len(members) < len(circle):
            return None
        freed = max(members, key=lambda held: (held.silent, held.reservation.created_at, held.record_id))
        advice = wording.advise_circle(freed.run_id, circle, freed.record_id, silent=freed.silent)
        return _about(freed, advice, wording.release_command(freed.record_id, "deadlock"))

    def _ghost(self, task_id: str) -> _Told | None:
        claimed = self._swarm.claimed(task_id)
        if claimed is None:
            return None
        sighting, task = ghost_of(self._swarm, claimed), self._swarm.entity(Kind.TASK, task_id)
        run_id = cast("Claim", sighting.record).claimer_run_id
        title = cast("Task", task.record).title if task is not None else ""
        runs = dict.fromkeys(each.record.holder for each in claimed.in_force)
        others = [each for each in runs if each != run_id and not self._swarm.is_silent(each)]
        advice = wording.advise_ghost(run_id, task_id, title, others, in_force=bool(claimed.in_force))
        return _Told(task_id, run_id, "", (task_id,), sighting.slot.source, advice)

    def _orphan(self, intent_id: str) -> _Told | None:
        entity = self._swarm.entity(Kind.INTENT, intent_id)
        if entity is None:
            return None
        intent = cast("Intent", entity.record)
        fate = self._fate(intent.reservation_id)
        others: list[str] = []
        if self._conflicts is not None and fate is not LeaseState.RELEASED:
            others = self._conflicts.others_at(intent.addresses, intent.run_id)
        advice = wording.advise_orphan(intent.run_id, intent.operation, intent.reservation_id, fate, others)
        return _Told(intent_id, intent.run_id, intent.branch, intent.addresses, entity.source, advice)

    def _ahead(self, key: StaleKey) -> _Told | None:
        entity = self._swarm.entity(key.kind, key.record_id)
        if entity is None:
            return None
        record = entity.record
        branch, addresses = "", tuple[str, ...]()
        if isinstance(record, Reservation | Intent):
            branch, addresses = record.branch, record.addresses
        elif isinstance(record, Task | Claim):
            addresses = (key.record_id,)
        run_id = record.holder
        advice = wording.advise_ahead(run_id, self.since(key) - self._swarm.now)
        return _Told(key.record_id, run_id, branch, addresses, entity.source, advice)

    def _fate(self, reservation_id: str) -> LeaseState | None:
        """Return the state of a reservation; None if it is not known."""
        held = self._swarm.reservation(reservation_id)
        return None if held is None else held.state


def _about(held: Held, suggestion: str, command: tuple[str, ...] = ()) -> _Told:
    """Return what is told of a reservation; of one that is known from a hub alone, that its release is to be pushed."""
    record = held.reservation
    if command and held.source is Source.REMOTE:
        suggestion = wording.with_push(suggestion)
    return _Told(held.record_id, record.run_id, record.branch, record.addresses, held.source, suggestion, command)
