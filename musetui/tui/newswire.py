"""The newswire: what happens to a live picture, as occurrences, from the moment when all that was there is known."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from musetui.news.kinds import NewsKind
from musetui.news.reporter import Reporter
from musetui.news.teller import NOTED, Teller
from musetui.tui.hub_status import HubStanding, HubStatus

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.news.occurrence import Occurrence
    from musetui.tui.live import Live
    from musetui.tui.showing import Change

_AWAY = (HubStanding.AWAY, HubStanding.REFUSED)
_THERE = (HubStanding.SYNCED, HubStanding.EMPTY)


class Newswire:
    """Follows one live picture. To be made before that is started.

    Attributes:
        teller: says all there is to say of an occurrence.

    Args:
        live: the picture.
        deliver: called with occurrences, in order; the first call has what was so at the start.
        remembers: whether it is to be known of a conflict that has ended who was in it.
    """

    def __init__(
        self, live: "Live", deliver: Callable[[Sequence["Occurrence"]], None], *, remembers: bool = False
    ) -> None:
        self.teller = Teller(live.swarm, live.conflicts, live.stale)
        self._live = live
        self._deliver = deliver
        self._remembers = remembers
        self._reporter = Reporter(live.swarm, live.conflicts, live.stale)
        self._has_begun = False
        live.on_change(self._take_in)
        live.on_status(self._hear_status)

    def hear_of_hub(self, status: HubStatus) -> None:
        """Hear how it stands with the hub."""
        if status.standing in _AWAY:
            self._hand_over(self._reporter.hear_of_hub(status.reason or "the hub is away", self._live.now()))
        elif status.standing in _THERE:
            self._hand_over(self._reporter.hear_of_hub("", self._live.now()))

    def _hear_status(self, status: "FeedStatus") -> None:
        if status.settled and not self._has_begun:
            self._has_begun = True
            occurrences = self._reporter.look()
            self._note(occurrences)
            self._deliver(occurrences)

    def _take_in(self, change: "Change") -> None:
        if self._has_begun:
            live = self._live
            self._hand_over(
                self._reporter.report(
                    change.delta, change.conflicts, change.stale, live.now(), knows_calls=live.knows_calls
                )
            )

    def _hand_over(self, occurrences: "Sequence[Occurrence]") -> None:
        if occurrences:
            self._note(occurrences)
            self._deliver(occurrences)

    def _note(self, occurrences: "Sequence[Occurrence]") -> None:
        if self._remembers:
            # The worst come first. Of more than is remembered the others are not gathered only to be forgotten.
            told = (each for each in occurrences if each.kind in (NewsKind.CONFLICT, NewsKind.CONFLICT_CHANGED))
            for occurrence in islice(told, NOTED):
                self.teller.note(occurrence)
