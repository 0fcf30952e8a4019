"""Stock: what lies in every slot, joined into entities, and what a step touched."""

from typing import cast

from musetui.coordination.batch import Sighting, Slot
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Heartbeat, Release
from musetui.swarm.claims import Claimed
from musetui.swarm.entity import Entity, Held
from musetui.swarm.lease_news import LeaseNews
from musetui.swarm.life import SignsOfLife
from musetui.swarm.moments import micros
from musetui.swarm.unsigned_beats import UnsignedBeats

_ENTITIES: dict[Kind, type[Entity]] = {Kind.RESERVATION: Held, Kind.CLAIM: Claimed}
"""What joins the sightings of a kind on which time acts."""


class Stock:
    """Every sighting by its slot, every entity by kind and id.

    An entity whose last sighting is taken stays, empty, until `drop`, so that a file replaced within one step is a
    change and no departure.

    Attributes:
        entities: by kind and record id.
        touched: by kind and id, what an entity that was put to, taken from or spoken of had as its record when the
            step began; None if it was not there.
        touched_runs: runs that a touched record belongs or belonged to.
        beats: heartbeats by the reservation they name.
        releases: releases by the reservation they name.
    """

    def __init__(self, life: SignsOfLife) -> None:
        self.entities: dict[Kind, dict[str, Entity]] = {kind: {} for kind in Kind}
        self.touched: dict[Kind, dict[str, AnyRecord | None]] = {kind: {} for kind in Kind}
        self.touched_runs: set[str] = set()
        self.beats = LeaseNews.of_heartbeats()
        self.releases = LeaseNews.of_releases()
        self._life = life
        self._unsigned = UnsignedBeats(life)
        # Nearly every record lies under its own id; only where one lies under another name, that is noted here.
        self._elsewhere: dict[Slot, Entity] = {}

    def put(self, sighting: Sighting) -> None:
        """Note what was read at a slot, in place of what was there."""
        slot, record = sighting.slot, sighting.record
        kind, record_id = record.kind, record.record_id
        there = self._at(slot)
        if there is not None and not self._make_way(there, sighting):
            return
        entities = self.entities[kind]
        entity = entities.get(record_id)
        if entity is None:
            entity = entities[record_id] = _ENTITIES.get(kind, Entity)(record_id)
            self.touched[kind][record_id] = None
        else:
            self._touch(kind, entity)
        entity.put(sighting)
        if slot.stem != record_id:
            self._elsewhere[slot] = entity
        self._note(sighting)

    def _at(self, slot: Slot) -> Entity | None:
        """Return what lies at *slot*, or None."""
        entity = self._elsewhere.get(slot) if self._elsewhere else None
        if entity is not None:
            return entity
        entity = self.entities[slot.kind].get(slot.stem)
        return entity if entity is not None and entity.find(slot) is not None else None

    def _make_way(self, there: Entity, sighting: Sighting) -> bool:
        """Forget what was read at a slot that is read again, and return whether there is news."""
        old = there.find(sighting.slot)
        if old is None or old == sighting:
            return False
        if there.record_id != sighting.record.record_id:
            self.take(sighting.slot)
        else:
            self._touch(old.record.kind, there)
            self._forget(old)
        return True

    def take(self, slot: Slot) -> bool:
        """Forget what was read at *slot*, and return whether there was anything."""
        entity = self._at(slot)
        self._elsewhere.pop(slot, None)
        old = entity.find(slot) if entity is not None else None
        if entity is None or old is None:
            return False
        self._touch(old.record.kind, entity)
        entity.take(slot)
        self._forget(old)
        return True

    def settle_unsigned(self) -> None:
        """Have heartbeats that name no run count for whoever holds what they name, as far as this step touched it."""
        self.touched_runs |= self._unsigned.settle(self.touched[Kind.RESERVATION], self._holder_of)

    def _holder_of(self, reservation_id: str) -> str:
        reservation = self.entities[Kind.RESERVATION].get(reservation_id)
        return reservation.record.holder if reservation is not None and reservation.is_there else ""

    def drop(self, kind: Kind, record_id: str) -> None:
        """Remove an entity that lies nowhere any more."""
        del self.entities[kind][record_id]

    def _touch(self, kind: Kind, entity: Entity) -> None:
        self.touched[kind].setdefault(entity.record_id, entity.record if entity.is_there else None)

    def _note(self, sighting: Sighting) -> None:
        record = sighting.record
        run_id, moment = record.holder, record.moment
        self.touched_runs.add(run_id)
        if moment is not None:
            self._life.add(run_id, micros(moment))
            if record.kind is Kind.HEARTBEAT and not run_id:
                self._unsigned.add(record.record_id, sighting.slot, micros(moment))
        if news := self._news(record.kind):
            reservation_id = cast("Heartbeat | Release", record).reservation_id
            news.add(reservation_id, sighting)
            self._stir(reservation_id)

    def _forget(self, sighting: Sighting) -> None:
        record = sighting.record
        run_id, moment = record.holder, record.moment
        self.touched_runs.add(run_id)
        if moment is not None:
            self._life.discard(run_id, micros(moment))
            if record.kind is Kind.HEARTBEAT and not run_id:
                self._unsigned.discard(record.record_id, sighting.slot)
        if news := self._news(record.kind):
            reservation_id = cast("Heartbeat | Release", record).reservation_id
            news.discard(reservation_id, sighting)
            self._stir(reservation_id)

    def _news(self, kind: Kind) -> LeaseNews | None:
        if kind is Kind.HEARTBEAT:
            return self.beats
        return self.releases if kind is Kind.RELEASE else None

    def _stir(self, reservation_id: str) -> None:
        """Touch the reservation that a heartbeat or a release speaks of."""
        reservation = self.entities[Kind.RESERVATION].get(reservation_id)
        if reservation is not None:
            self._touch(Kind.RESERVATION, reservation)
