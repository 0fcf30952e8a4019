"""The chronicle: turns what a step did to the picture into events, and files them."""

from datetime import datetime, timedelta

from musetui.coordination.batch import Source
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord
from musetui.records.writing import written_at
from musetui.swarm.activity import APPEARING, Activity, Event, Rate, Verb, subject
from musetui.swarm.entity import Entity, Held
from musetui.swarm.moments import micros, moment_at

LATE = timedelta(minutes=1)
"""News further than this from the moment it tells of also notes when it was seen."""


class Chronicle:
    """Events of one step at a time: `begin`, tell what happened, `end`.

    Attributes:
        activity: the log.
        rate: how often runs write.
    """

    def __init__(self) -> None:
        self.activity = Activity()
        self.rate = Rate()
        self._live = True
        self._now = moment_at(0)
        self._now_micros = 0
        self._step: list[Event] = []

    def begin(self, now: datetime, *, live: bool) -> None:
        """Start a step; one that is not *live* tells of the past, and of records alone."""
        self._now, self._now_micros, self._live = now, micros(now), live

    def end(self) -> None:
        """File the step's events in the order in which they happened."""
        self._step.sort(key=lambda event: event.at)
        for event in self._step:
            self.activity.add(event)
        self._step.clear()

    def appeared(self, kind: Kind, entity: Entity) -> None:
        """A record was seen for the first time."""
        self._wrote(APPEARING[kind], kind, entity)

    def changed(self, kind: Kind, entity: Entity, before: AnyRecord) -> None:
        """The record that speaks for *entity* is another one than *before*."""
        record = entity.record
        if kind is not Kind.HEARTBEAT:
            if record != before:
                self._wrote(Verb.CHANGED, kind, entity)
        elif record.moment is not None and (before.moment is None or record.moment > before.moment):
            self._wrote(Verb.BEAT, kind, entity)

    def left(self, kind: Kind, record_id: str, record: AnyRecord) -> None:
        """The last place of a record is empty."""
        if self._live:
            event = Event(self._now, None, Verb.LEFT, record.holder, kind, record_id, None, subject(record), record)
            self._step.append(event)

    def expired(self, held: Held, at: datetime) -> None:
        """A lease ran out at *at*."""
        if self._live:
            record = held.reservation
            text = subject(record)
            self._tell(at, Verb.EXPIRED, record.run_id, Kind.RESERVATION, held.record_id, held.source, text, record)

    def fell_silent(self, run_id: str, at: datetime) -> None:
        """A run that holds something has shown no sign of life for too long, since *at*."""
        if self._live:
            self._tell(at, Verb.SILENT, run_id, Kind.RESERVATION, "", None, "", None)

    def returned(self, run_id: str) -> None:
        """A silent run was heard of again."""
        if self._live:
            self._tell(self._now, Verb.RETURNED, run_id, Kind.RESERVATION, "", None, "", None)

    def note(self, verb: Verb, who: str, text: str, now: datetime) -> None:
        """File at once what no record tells of."""
        self.activity.add(Event(now, None, verb, who, Kind.RESERVATION, "", None, text))

    def _wrote(self, verb: Verb, kind: Kind, entity: Entity) -> None:
        record = entity.record
        # A reservation that takes an old one's place is news of when it was written; an extension is no beat.
        moment = written_at(record) if kind is Kind.RESERVATION else record.moment
        if moment is None and not self._live:
            return
        at = self._now_micros if moment is None else micros(moment)
        self.rate.add(at, self._now_micros)
        if not self._live and at < self.activity.past_begins:
            return
        happened = self._now if moment is None else moment
        holder, source, text = record.holder, entity.source, subject(record)
        if self._live:
            self._tell(happened, verb, holder, kind, entity.record_id, source, text, record)
        else:
            self.activity.add_past(Event(happened, None, verb, holder, kind, entity.record_id, source, text, record))

    def _tell(
        self,
        at: datetime,
        verb: Verb,
        run_id: str,
        kind: Kind,
        record_id: str,
        source: Source | None,
        text: str,
        record: AnyRecord | None,
    ) -> None:
        seen = self._now if abs(self._now - at) > LATE else None
        self._step.append(Event(at, seen, verb, run_id, kind, record_id, source, text, record))
