"""The story: everything that ever happened, by when it was noticed, so that any moment's activity can be told."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from musetui.swarm.activity import APPEARING, EVENTS_LIMIT, RATE_MINUTES, Activity, Event, Rate, Verb
from musetui.swarm.moments import micros

_WROTE = frozenset((*APPEARING.values(), Verb.CHANGED))
"""What is told by a record that a run wrote; of all else the rate knows nothing."""

_RATE_SPAN = RATE_MINUTES * 60 * 1_000_000


class Story:
    """Events in the order in which they were noticed. It only grows, at its end."""

    def __init__(self) -> None:
        self._noticed = array("q")
        self._events: list[Event] = []

    def add(self, noticed: int, events: Sequence[Event]) -> None:
        """Go on with *events* (the earliest first), which were noticed at a moment not before the last one's."""
        self._noticed.extend([noticed] * len(events))
        self._events.extend(events)

    def __len__(self) -> int:
        return len(self._events)

    @property
    def moments(self) -> Sequence[int]:
        """When each event was noticed (microseconds), in order: a live view."""
        return self._noticed

    def events(self, first: int, last: int) -> Iterator[Event]:
        """Yield the events from number *first* up to and without number *last*, the earliest first."""
        return islice(self._events, first, last)

    def until(self, moment: datetime) -> Activity:
        """Return the activity as it was at *moment* (aware): what had been noticed by then."""
        return _Told(self._events, bisect_right(self._noticed, micros(moment)))

    def rate(self, moment: datetime) -> list[int]:
        """Return how many records tell of each of the last 30 minutes before *moment* (aware), oldest first."""
        now = micros(moment)
        rate = Rate()
        # A record may be dated ahead of when it was noticed, by as much as a rate takes in.
        first, last = bisect_left(self._noticed, now - 2 * _RATE_SPAN), bisect_right(self._noticed, now)
        for place in range(first, last):
            event, noticed = self._events[place], self._noticed[place]
            if event.verb in _WROTE:
                at = micros(event.at)
                if noticed - _RATE_SPAN <= at <= noticed + _RATE_SPAN:
                    rate.add(at, now)
        return rate.per_minute(now)


class _Told(Activity):
    """The newest of the first so many events of a story. Nothing arrives in it any more."""

    def __init__(self, events: Sequence[Event], count: int) -> None:
        super().__init__()
        self.arrived = count
        self._events = events

    def __iter__(self) -> Iterator[Event]:
        for place in range(self.arrived - 1, self.arrived - 1 - len(self), -1):
            yield self._events[place]

    def __len__(self) -> int:
        return min(self.arrived, EVENTS_LIMIT)
