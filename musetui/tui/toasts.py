"""Toasts that end on time, and never hold the app up."""

from dataclasses import dataclass, field
from time import monotonic

from textual.notifications import Notification

SHORTEST = 0.05
"""Seconds for which a toast is shown at least, once it is on its way to the screen."""


@dataclass
class Toasted(Notification):
    """A notification that goes by the clock that nobody sets, and has some time left whenever it is asked.

    Textual asks twice: whether the time is over, and if not, for how long a toast of it is to be shown, which is the
    pause of a timer. Where the last microseconds pass between the two, that is less than nothing, and a timer of less
    than nothing catches up with the clock without end: no key is answered any more. It was seen to happen once in some
    hours, for every change of view makes the toasts anew.
    """

    raised: float = field(default_factory=monotonic)
    """When it was raised (seconds of `time.monotonic`)."""

    @property
    def time_left(self) -> float:
        """Seconds until it goes, and never next to none."""
        return max(self._left, SHORTEST)

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        return self._left <= 0

    @property
    def _left(self) -> float:
        return self.raised + self.timeout - monotonic()
