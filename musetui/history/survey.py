"""The survey: one walk through all that is known, from the beginning, as if it had been watched live.

It finds what only time tells and no record does: when leases ran out and runs fell silent, and when conflicts came
and went.
"""

from collections.abc import Iterator
from datetime import datetime

from musetui.forecast.index import ConflictIndex
from musetui.history.episodes import Episodes
from musetui.history.trail import Trail
from musetui.swarm.activity import Event
from musetui.swarm.delta import Delta
from musetui.swarm.moments import micros
from musetui.swarm.picture import Swarm
from musetui.swarm.story import Story
from musetui.swarm.thresholds import Thresholds


class Survey:
    """Walks along a trail. Where it has not come yet, nothing is told.

    Attributes:
        story: all that happened, as far as it has come.
        episodes: all conflicts there were, as far as it has come.
        done: how many of the trail's turns it has taken in.
    """

    def __init__(self, trail: Trail, settings: Thresholds | None = None) -> None:
        self.story = Story()
        self.episodes = Episodes()
        self.done = 0
        self._trail = trail
        self._swarm = Swarm(settings)
        self._conflicts = ConflictIndex(self._swarm)
        self._events: list[Event] = []
        self._swarm.activity.listen(self._events.append)

    @property
    def is_behind(self) -> bool:
        """Whether there are turns that it has not taken in."""
        return self.done < len(self._trail)

    def steps(self) -> Iterator[None]:
        """Walk on to where the trail ends now, and yield after each step.

        May be called again once the trail has grown, and given up half way.
        """
        while self.is_behind:
            moment = self._trail.at(self.done)
            yield from self._wait_until(moment)
            last = self._trail.end_of_step(self.done)
            batch, self.done = self._trail.doing(self.done, last), last
            self._take_in(self._swarm.apply(batch, moment), moment)
            yield
        if self._trail.ends is not None:
            yield from self._wait_until(self._trail.ends)

    def _wait_until(self, moment: datetime) -> Iterator[None]:
        """Let time pass up to *moment*, with a stop wherever something may come of that."""
        while (due := self._swarm.next_deadline()) is not None and due <= moment:
            self._take_in(self._swarm.advance(due), due)
            yield

    def _take_in(self, delta: Delta, moment: datetime) -> None:
        at = micros(moment)
        self.story.add(at, self._events)
        self._events.clear()
        if delta:
            self.episodes.follow(self._conflicts.update(delta), self._conflicts, at)
