"""Scrubbing: the picture of one moment after another, each at the cost of what lies between the two."""

from collections.abc import Iterator
from datetime import datetime

from musetui.history.trail import Trail
from musetui.swarm.delta import Delta
from musetui.swarm.rewindable import RewindableSwarm
from musetui.swarm.story import Story
from musetui.swarm.thresholds import Thresholds

AT_ONCE = 200
"""Turns taken, or taken back, in one step: what an event loop can do between two frames."""


class Scrub:
    """Holds the picture of one moment of a trail, and moves it.

    Attributes:
        swarm: the picture; empty at first.

    Args:
        trail: what is known.
        settings: when what is still there counts as a finding.
        story: what has happened at which moment, for the picture's activity.
    """

    def __init__(self, trail: Trail, settings: Thresholds | None = None, story: Story | None = None) -> None:
        self.swarm = RewindableSwarm(settings, story, trail.departed)
        self._trail = trail
        self._done = 0

    def left(self, moment: datetime) -> int:
        """Return how many turns lie between the picture and *moment* (aware)."""
        return abs(self._trail.number(moment) - self._done)

    def steps(self, moment: datetime, at_once: int = AT_ONCE) -> Iterator[Delta]:
        """Move the picture to *moment* (aware) in short steps, and yield what each makes different.

        Between two steps the picture is that of no moment; once they end it is that of *moment*. Whoever stops half
        way may move to another moment from there.
        """
        trail, swarm = self._trail, self.swarm
        while self._done < (wanted := trail.number(moment)):
            last = min(self._done + at_once, wanted)
            batch, self._done = trail.doing(self._done, last), last
            yield swarm.apply(batch, min(max(trail.at(last - 1), swarm.now), moment))
        while self._done > (wanted := trail.number(moment)):
            first = max(self._done - at_once, wanted)
            batch, self._done = trail.undoing(first, self._done), first
            yield swarm.apply(batch, max(min(trail.at(first), swarm.now), moment))
        yield swarm.advance(moment)

    def go(self, moment: datetime) -> Delta:
        """Move the picture to *moment* (aware) at once, and return what that makes different."""
        delta = Delta()
        for step in self.steps(moment):
            delta.merge(step)
        return delta
