"""Gathering lanes: from all leases and conflicts that are known to the rows of the timeline, in short steps."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from musetui.forecast.conflict import ConflictKey, ConflictType
from musetui.forecast.nesting import around
from musetui.history.episodes import Episode
from musetui.history.leases import Lease
from musetui.records.address import SYMBOL_MARK, nest_key
from musetui.tui.presentation.lanes import Clash, Grouping, Lane

_Span = tuple[int, int | None]
"""From when to when; without an end, up to now (microseconds)."""

_Held = tuple[int, int]
"""From when to when (microseconds)."""

AT_ONCE = 100
"""Leases or marks of conflicts taken in between two pauses: about a third of a millisecond."""


class LaneGathering:
    """Gathers the lanes of all that was known when it began.

    Attributes:
        lanes: the lanes by name; whole once `steps` has ended.
    """

    def __init__(
        self, leases: Iterable[Lease], episodes: Mapping[ConflictKey, Sequence[Episode]], grouping: Grouping
    ) -> None:
        self.lanes: dict[str, Lane] = {}
        self._leases = tuple(leases)
        self._episodes = tuple(episodes.items())
        self._grouping = grouping
        self._held: dict[str, list[Lease]] = {}
        self._clashes: dict[str, list[Clash]] = {}
        self._places = _Places()

    def steps(self) -> Iterator[None]:
        """Gather, and yield now and then."""
        yield from self._take_leases()
        yield from self._take_conflicts()
        count = 0
        for name, held in self._held.items():
            held.sort(key=lambda lease: lease.begins)
            self.lanes[name] = Lane(
                (name,), tuple(held), len(held), tuple(self._clashes.get(name, ())), tuple(map(_state, held))
            )
            count += len(held)
            if count >= AT_ONCE:
                count = 0
                yield

    def _take_leases(self) -> Iterator[None]:
        for number, lease in enumerate(self._leases, 1):
            for name in _names(lease, self._grouping):
                self._held.setdefault(name, []).append(lease)
            if self._grouping is Grouping.BRANCH:
                self._places.note(lease)
            if not number % AT_ONCE:
                yield

    def _take_conflicts(self) -> Iterator[None]:
        count = 0
        for key, episodes in self._episodes:
            for episode in tuple(episodes):
                for name, spans in self._concerned(key, episode):
                    self._clashes.setdefault(name, []).extend(_clashes(episode, spans))
                    count += 1
                count += 1
                if count >= AT_ONCE:
                    count = 0
                    yield

    def _concerned(self, key: ConflictKey, episode: Episode) -> Iterable[tuple[str, Sequence[_Span]]]:
        """Return the lanes that a conflict was in while it was there, each with from when to when."""
        if self._grouping is Grouping.AGENT:
            return [(run_id, episode.of(run_id)) for run_id in episode.runs]
        if self._grouping is Grouping.BRANCH:
            return self._places.branches(key, episode).items()
        return ((key.address.partition(SYMBOL_MARK)[0], ((episode.begins, episode.ends),)),)


def _clashes(episode: Episode, spans: Sequence[_Span]) -> Iterable[Clash]:
    """Return when a lane was in a conflict, of which it was part from when to when."""
    if len(spans) == 1 and (risk := episode.risk) is not None:  # as nearly all
        return (Clash(*spans[0], risk),)
    stretches = (stretch for span in spans for stretch in episode.stretches(*span))
    return [Clash(*stretch, goes_on=number > 0) for number, stretch in enumerate(stretches)]


def _names(lease: Lease, grouping: Grouping) -> Iterable[str]:
    if grouping is Grouping.AGENT:
        return (lease.run_id,)
    if grouping is Grouping.BRANCH:
        return (lease.branch,)
    return dict.fromkeys(address.partition(SYMBOL_MARK)[0] for address in lease.addresses)


def _state(lease: Lease) -> tuple[int, int]:
    """Return what differs when a lease has been heard of, or has come to another end."""
    return lease.ends, len(lease.beats)


_Spans = dict[str, list[list[int]]]
"""By branch, from when to when something was held, in order and without overlaps (microseconds)."""


class _Places:
    """Which branches held which address, or something within it, and when."""

    def __init__(self) -> None:
        self._at: dict[str, _Spans] = {}
        self._within: dict[str, _Spans] = {}

    def note(self, lease: Lease) -> None:
        """Take in a lease; none that was taken in before may have become known later."""
        for address in lease.addresses:
            place = nest_key(address)
            _lay(self._at.setdefault(place, {}), lease)
            for outer in around(place):
                _lay(self._within.setdefault(outer, {}), lease)

    def branches(self, key: ConflictKey, episode: Episode) -> dict[str, list[_Held]]:
        """Return the branches that held what a conflict was about while it was there, and from when to when.

        A task lies on none.
        """
        if key.conflict_type is ConflictType.DOUBLE_CLAIM:
            return {}
        found = _branches(self._at.get(key.address, {}), episode)
        if key.conflict_type is not ConflictType.ADDRESS_OVERLAP:
            for branch, spans in _branches(self._within.get(key.address, {}), episode).items():
                found[branch] = _joined([*found.get(branch, ()), *spans])
        return found


def _lay(spans: _Spans, lease: Lease) -> None:
    begins, ends = lease.known, lease.ends
    if begins >= ends:
        return  # it was over before it was heard of: a conflict of it never was seen
    laid = spans.setdefault(lease.branch, [])
    if laid and begins <= laid[-1][1]:
        laid[-1][1] = max(laid[-1][1], ends)
    else:
        laid.append([begins, ends])


def _branches(spans: _Spans, episode: Episode) -> dict[str, list[_Held]]:
    found: dict[str, list[_Held]] = {}
    for branch, laid in spans.items():
        after = (
            len(laid) if episode.ends is None else bisect_left(laid, max(episode.ends, episode.begins + 1), key=_begins)
        )
        while after and laid[after - 1][1] > episode.begins:
            after -= 1
            begins, ends = laid[after]
            last = ends if episode.ends is None else min(ends, episode.ends)
            found.setdefault(branch, []).append((max(begins, episode.begins), last))
    return found


def _joined(spans: list[_Held]) -> list[_Held]:
    """Return times as such that do not overlap."""
    joined: list[_Held] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined


def _begins(span: Sequence[int]) -> int:
    return span[0]
