"""Activity: what happened last, in a log of bounded length, and how often things happen."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import heappush, heappushpop

from musetui.coordination.batch import Source
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Claim, Dependency, Heartbeat, Intent, Release, Reservation
from musetui.swarm.moments import micros

EVENTS_LIMIT = 2_000
"""Events kept; more than anyone scrolls back through."""

RATE_MINUTES = 30
"""Minutes that the rate covers: the width of its sparkline."""

_SECOND = 1_000_000
_SPAN = RATE_MINUTES * 60 * _SECOND
_KEPT_SECONDS = 3 * RATE_MINUTES * 60
"""Seconds counted apart; more than lie between the oldest and the latest that are counted at all."""


class Verb(StrEnum):
    """What a run did, or what became of its record."""

    RESERVED = "reserved"
    INTENDS = "intends"
    RELEASED = "released"
    BEAT = "beat"
    WAITS = "waits"
    QUEUED = "queued"
    CLAIMED = "claimed"
    CHANGED = "changed"
    LEFT = "left"
    EXPIRED = "expired"
    SILENT = "silent"
    RETURNED = "returned"
    PUSHED = "pushed"
    PULLED = "pulled"
    FAILED = "failed"
    ANSWERS = "answers"


APPEARING: dict[Kind, Verb] = {
    Kind.RESERVATION: Verb.RESERVED,
    Kind.INTENT: Verb.INTENDS,
    Kind.RELEASE: Verb.RELEASED,
    Kind.HEARTBEAT: Verb.BEAT,
    Kind.DEPENDENCY: Verb.WAITS,
    Kind.TASK: Verb.QUEUED,
    Kind.CLAIM: Verb.CLAIMED,
}
"""What it is called when the first record of an id is seen."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. All text is a record's own, and so hostile.

    Attributes:
        at: when it happened, by the record (aware).
        seen: when it was seen here, if that was over a minute before or after; else None.
        verb: what happened.
        run_id: whose doing it was; "" if unknown.
        kind: what kind of record tells of it. A silent run, and what the hub is about, is told of by reservations.
        record_id: which record; "" for a run's falling silent or returning, and for what the hub is about.
        source: where the record was read; None where no record tells of it.
        text: what it was about: the first address, the title, the reason.
        record: the record itself, where there is one.
    """

    at: datetime
    seen: datetime | None
    verb: Verb
    run_id: str
    kind: Kind
    record_id: str
    source: Source | None
    text: str
    record: AnyRecord | None = None


def subject(record: AnyRecord) -> str:
    """Return what *record* is about, as it says itself."""
    match record:
        case Reservation() | Intent():
            return record.addresses[0] if record.addresses else ""
        case Release():
            return record.reason or record.reservation_id
        case Heartbeat():
            return record.reservation_id
        case Dependency():
            return record.depends_on[0] if record.depends_on else ""
        case Claim():
            return record.task_id
        case _:
            return record.title


class Activity:
    """The newest events. What is loaded at the start is ordered by when it happened, later events by arrival.

    Attributes:
        arrived: events that ever arrived live; a view that knows an earlier number knows how many are new to it.
    """

    def __init__(self) -> None:
        self.arrived = 0
        self._live: deque[Event] = deque(maxlen=EVENTS_LIMIT)
        self._past: list[tuple[int, str, str, Event]] = []
        self._listeners: list[Callable[[Event], None]] = []

    def add(self, event: Event) -> None:
        """Put a live event on top."""
        self.arrived += 1
        self._live.append(event)
        for listener in self._listeners:
            listener(event)

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call *listener* with each live event as it arrives, in the midst of a step; return what ends that.

        For whoever must miss none: the log itself forgets.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    @property
    def past_begins(self) -> int:
        """The moment (microseconds) before which an event is too old to be kept."""
        return self._past[0][0] if len(self._past) >= EVENTS_LIMIT else 0

    def add_past(self, event: Event) -> None:
        """File an event from before the start; the oldest makes room."""
        entry = (micros(event.at), event.kind.value, event.record_id, event)
        if len(self._past) < EVENTS_LIMIT:
            heappush(self._past, entry)
        else:
            heappushpop(self._past, entry)

    def __iter__(self) -> Iterator[Event]:
        """Iterate over the events, newest first."""
        yield from reversed(self._live)
        room = EVENTS_LIMIT - len(self._live)
        yield from (entry[-1] for entry in sorted(self._past, key=lambda entry: entry[:3], reverse=True)[:room])

    def __len__(self) -> int:
        return min(len(self._live) + len(self._past), EVENTS_LIMIT)


class Rate:
    """How many events happened in each of the last minutes, by the events' own moments (microseconds)."""

    def __init__(self) -> None:
        self._seconds: dict[int, int] = {}

    def add(self, at: int, now: int) -> None:
        """Count an event; one further than the rate's span from *now* is not counted."""
        if not now - _SPAN <= at <= now + _SPAN:
            return
        second = at // _SECOND
        self._seconds[second] = self._seconds.get(second, 0) + 1
        if len(self._seconds) > _KEPT_SECONDS:
            oldest = (now - _SPAN) // _SECOND
            self._seconds = {second: count for second, count in self._seconds.items() if second >= oldest}

    def per_minute(self, now: int) -> list[int]:
        """Return the events of each of the last minutes, oldest first; the last one is the 60 seconds up to *now*."""
        this_second = now // _SECOND
        minutes = [0] * RATE_MINUTES
        for second, count in self._seconds.items():
            minutes_ago = (this_second - second) // 60
            if 0 <= minutes_ago < RATE_MINUTES:
                minutes[-1 - minutes_ago] += count
        return minutes
