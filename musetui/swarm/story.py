"""The story: everything that ever happened, by when it was noticed, so that any moment's activity can be told."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from musetui.swarm.activity import APPEARING, EVENTS_LIMIT, RATE_MINUTES, Activity, Event, Verb
from musetui.swarm.moments import micros

_WROTE = frozenset((*APPEARING.values(), Verb.CHANGED))
"""What is told by a record that a run wrote; of all else the rate knows nothing."""

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_RATE_SPAN = RATE_MINUTES * _MINUTE

_Seconds = dict[int, int]
"""How many records tell of each second."""


class Story:
    """Events in the order in which they were noticed. It only grows, at its end."""

    def __init__(self) -> None:
        self._noticed = array("q")
        self._events: list[Event] = []
        self._written: dict[int, _Seconds] = {}  # what was noticed in each minute

    def add(self, noticed: int, events: Sequence[Event]) -> None:
        """Go on with *events* (the earliest first), which were noticed at a moment not before the last one's."""
        self._noticed.extend([noticed] * len(events))
        self._events.extend(events)
        if events:
            _count(events, noticed, self._written.setdefault(noticed // _MINUTE, {}))

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
        this_minute = now // _MINUTE
        # A record may be dated ahead of when it was noticed, by as much as a rate takes in.
        minutes = range((now - 2 * _RATE_SPAN) // _MINUTE, this_minute)
        written = [self._written[minute] for minute in minutes if minute in self._written]
        so_far: _Seconds = {}
        for place in range(bisect_left(self._noticed, this_minute * _MINUTE), bisect_right(self._noticed, now)):
            _count((self._events[place],), self._noticed[place], so_far)
        this_second, rate = now // _SECOND, [0] * RATE_MINUTES
        for seconds in (*written, so_far):
            for second, count in seconds.items():
                minutes_ago = (this_second - second) // 60
                if 0 <= minutes_ago < RATE_MINUTES:
                    rate[-1 - minutes_ago] += count
        return rate


def _count(events: Iterable[Event], noticed: int, seconds: _Seconds) -> None:
    """Count records by the second that they tell of, but for those dated too far from when they were noticed."""
    for event in events:
        if event.verb in _WROTE:
            at = micros(event.at)
            if noticed - _RATE_SPAN <= at <= noticed + _RATE_SPAN:
                seconds[at // _SECOND] = seconds.get(at // _SECOND, 0) + 1


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
