"""A picture of which the story is known: what happened up to its moment, and not only what its records tell of that."""

from datetime import datetime

from musetui.swarm.activity import Activity
from musetui.swarm.picture import Swarm
from musetui.swarm.story import Story


class ToldSwarm(Swarm):
    """The picture of one swarm, whose activity is that of a story as soon as there is one.

    Attributes:
        story: what happened when, whole; None while nobody knows it, and the records alone tell.
    """

    story: Story | None = None

    @property
    def activity(self) -> Activity:
        """What had happened last, at the moment of the picture."""
        return super().activity if self.story is None else self.story.until(self._now)

    def rate(self, now: datetime) -> list[int]:
        return super().rate(now) if self.story is None else self.story.rate(now)
