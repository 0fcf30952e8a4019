"""The past behind the screens: the picture of one moment after another, built in slices on the event loop."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from musetui.coordination.feed import FeedStatus, WatchMode
from musetui.coordination.repository import Repository
from musetui.history.scrub import Scrub
from musetui.history.trail import Trail
from musetui.history.unknown import Unknown
from musetui.swarm.delta import Delta
from musetui.swarm.story import Story
from musetui.swarm.thresholds import Thresholds
from musetui.tui.showing import SLICE, Showing

AT_ONCE = 40
"""Turns taken between two looks at the time."""

FAR = 10_000
"""Turns to another moment, from which on conflicts are looked for once, when that is there."""


class Past(Showing):
    """Shows one moment of a trail. While it is on its way to another one, views keep what they have painted.

    Attributes:
        moment: the moment that was asked for last (aware).

    Args:
        repository: whose past.
        trail: what is known of it; it may grow.
        thresholds: when what is still there counts as a finding.
        story: what has happened when; it may grow.
        moment: the moment to begin at.
        on_arrival: told when a moment that was asked for is shown.
        on_defect: told of a mistake of ours; the moment is not shown then.
    """

    def __init__(
        self,
        repository: Repository,
        trail: Trail,
        thresholds: Thresholds,
        story: Story,
        moment: datetime,
        *,
        on_arrival: Callable[[], None],
        on_defect: Callable[[Exception], None],
    ) -> None:
        self._scrub = Scrub(trail, thresholds, story)
        super().__init__(repository, self._scrub.swarm)
        self.moment = moment
        self.unknown = Unknown()
        self._shown = moment
        self._trail = trail
        self._on_arrival = on_arrival
        self._on_defect = on_defect
        self._steps: Iterator[Delta] | None = None
        self._walked = Delta()
        self._is_due = False
        self.begin()

    @property
    def is_there(self) -> bool:
        """Whether the picture is that of the moment that was asked for last."""
        return self._steps is None and self.status.settled

    def now(self) -> datetime:
        return self._shown

    def go(self, moment: datetime) -> None:
        """Show *moment* (aware) as soon as its picture is there; whatever was asked for before is left."""
        self.moment = moment
        self._steps = self._scrub.steps(moment, AT_ONCE)
        if not self._is_due and not self._is_looking:
            self._walk()

    def stop(self) -> None:
        super().stop()
        self._steps = None

    def repaint(self) -> None:
        """Have what is told of no record painted anew, such as the story, which has grown."""
        if self.is_there:
            self._show_news()

    def _walk(self) -> None:
        """Go on to the moment, for one slice."""
        self._is_due = False
        if self._steps is None:
            return
        self.is_forecast = self.is_forecast and self._scrub.left(self.moment) < FAR
        ends_at = time.perf_counter() + SLICE
        try:
            for delta in self._steps:
                self._take_note(delta)
                self._walked.merge(delta)
                if time.perf_counter() > ends_at:
                    self._is_due = True
                    self._loop.call_later(0.001, self._walk, context=self._context)
                    return
            self._arrive()
        except Exception as error:
            self._steps = None
            self._on_defect(error)

    def _arrive(self) -> None:
        if not self.is_forecast:
            self._look_for_all(self._walk, self._on_defect)
            return
        self._steps = None
        # What is stuck is asked once for the whole way: going back, it is looked for from scratch.
        walked, self._walked = self._walked, Delta()
        self._pending_stale.merge(self.stale.update(walked))
        self._shown = self.moment
        self.unknown = self._trail.unknown(self.moment)
        self.status = FeedStatus(WatchMode.KERNEL, settled=True)
        self._show_news()
        self._on_arrival()
