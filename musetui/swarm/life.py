"""Signs of life: when each run was last heard of, and which runs are silent."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from musetui.swarm.deadlines import Deadlines


class _Signs:
    """The moments of one run's records, in order, and whether the run is silent."""

    __slots__ = ("moments", "silent")

    def __init__(self) -> None:
        self.moments = array("q")
        self.silent = False


class SignsOfLife:
    """When each run was last heard of. All moments are microseconds since 1970.

    A moment ahead of the clock counts if it is so by no more than is tolerated, for clocks differ a little; one further
    ahead from when it is. A run not heard of yet is not silent: nobody knows.

    Args:
        silent_after: a run whose last sign is this long ago, or longer, is silent (microseconds).
        tolerance: how far ahead of the clock a sign may be (microseconds).
    """

    __slots__ = ("_deadlines", "_runs", "_silent_after", "_tolerance")

    def __init__(self, silent_after: int, tolerance: int = 0) -> None:
        self._silent_after = silent_after
        self._tolerance = tolerance
        self._runs: dict[str, _Signs] = {}
        self._deadlines = Deadlines()

    def add(self, run_id: str, at: int) -> None:
        """Note a sign of life. What follows from it is known after `settle`."""
        signs = self._runs.get(run_id)
        if signs is None:
            signs = self._runs[run_id] = _Signs()
        moments = signs.moments
        if not moments or at >= moments[-1]:
            moments.append(at)
        else:
            moments.insert(bisect_right(moments, at), at)

    def discard(self, run_id: str, at: int) -> None:
        """Take back one sign of life that was noted at *at*. What follows from it is known after `settle`."""
        moments = self._runs[run_id].moments
        del moments[bisect_left(moments, at)]

    def settle(self, run_id: str, now: int) -> bool:
        """Bring one run up to date, and return True if it fell silent or was heard of again."""
        signs = self._runs.get(run_id)
        if signs is None:
            return False
        heard = bisect_right(signs.moments, now + self._tolerance)
        ahead = signs.moments[heard] - self._tolerance if heard < len(signs.moments) else None
        falls_silent = signs.moments[heard - 1] + self._silent_after if heard else None
        was_silent = signs.silent
        signs.silent = falls_silent is not None and falls_silent <= now
        # The earlier of the two, so that what is due next depends on the signs alone, not on when they were settled.
        ends = [at for at in (ahead, None if signs.silent else falls_silent) if at is not None]
        self._deadlines.set(run_id, min(ends, default=None))
        if not signs.moments:
            del self._runs[run_id]
        return signs.silent != was_silent

    def due(self, now: int) -> Iterator[str]:
        """Yield each run that must be settled because it is *now*."""
        return self._deadlines.due(now)

    def next(self) -> int | None:
        """Return the next moment at which a run may fall silent or be heard of, or None."""
        return self._deadlines.next()

    def is_silent(self, run_id: str) -> bool:
        """Return whether the run was silent when it was last settled."""
        signs = self._runs.get(run_id)
        return signs is not None and signs.silent

    def last(self, run_id: str, now: int) -> int | None:
        """Return the run's last sign of life that counts *now*, or None if there is none."""
        signs = self._runs.get(run_id)
        heard = bisect_right(signs.moments, now + self._tolerance) if signs else 0
        return signs.moments[heard - 1] if signs and heard else None

    def ahead(self, run_id: str, now: int) -> int | None:
        """Return the run's furthest sign that is too far ahead to count *now*; None if there is none."""
        signs = self._runs.get(run_id)
        return signs.moments[-1] if signs and signs.moments and signs.moments[-1] > now + self._tolerance else None

    def silent(self) -> list[str]:
        """Return every run that was silent when it was last settled."""
        return [run_id for run_id, signs in self._runs.items() if signs.silent]

    def later_than(self, at: int) -> list[str]:
        """Return every run with a sign of life later than *at*, come to pass or not."""
        return [run_id for run_id, signs in self._runs.items() if signs.moments and signs.moments[-1] > at]

    def runs(self) -> list[str]:
        """Return every run that has given a sign of life, at any moment."""
        return list(self._runs)
