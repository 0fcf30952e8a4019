"""A picture that goes back in time as readily as forward, each step at the cost of what differs.

Going forward, what is due next tells what time may change. Going back, what happened last tells it: of every run,
reservation and claim the latest moment is kept at which it may have looked different, and only those whose moment is
undone are worked out again.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import cast

from musetui.records.models import Claim, Reservation
from musetui.swarm.activity import Activity
from musetui.swarm.chronicle import Chronicle
from musetui.swarm.claims import Claimed, Claims
from musetui.swarm.deadlines import Deadlines
from musetui.swarm.departures import Departed
from musetui.swarm.entity import Held
from musetui.swarm.indexes import Indexes
from musetui.swarm.life import SignsOfLife
from musetui.swarm.moments import micros
from musetui.swarm.picture import Swarm
from musetui.swarm.standing import Standing
from musetui.swarm.story import Story
from musetui.swarm.thresholds import Thresholds


class _Passed:
    """The latest moment (microseconds) at which each key may have looked different; the latest of all is undone first.

    It is a queue of deadlines that runs the other way.
    """

    __slots__ = ("_deadlines",)

    def __init__(self) -> None:
        self._deadlines = Deadlines()

    def set(self, key: str, at: int | None) -> None:
        """Let *at* be the moment of *key*; None if there is none."""
        self._deadlines.set(key, None if at is None else -at)

    def undone(self, now: int) -> Iterable[str]:
        """Take out and yield each key whose moment is after *now*."""
        return self._deadlines.due(-now - 1)


class _Life(SignsOfLife):
    __slots__ = ("passed",)

    def __init__(self, silent_after: int, tolerance: int = 0) -> None:
        super().__init__(silent_after, tolerance)
        self.passed = _Passed()

    def settle(self, run_id: str, now: int) -> bool:
        turned = super().settle(run_id, now)
        last = self.last(run_id, now)
        turned_at = None if last is None else last - self._tolerance
        self.passed.set(run_id, last + self._silent_after if last is not None and self.is_silent(run_id) else turned_at)
        return turned


class _Standing(Standing):
    def __init__(self, life: SignsOfLife, indexes: Indexes, chronicle: Chronicle, longest_lease: timedelta) -> None:
        super().__init__(life, indexes, chronicle, longest_lease)
        self.passed = _Passed()

    def place(self, held: Held, before: Reservation | None, now: datetime) -> bool:
        differs = super().place(held, before, now)
        last = held.lease.last_change(now)
        self.passed.set(held.record_id, None if last is None else micros(last))
        return differs

    def remove(self, held: Held, before: Reservation) -> None:
        super().remove(held, before)
        self.passed.set(held.record_id, None)


class _Claims(Claims):
    def __init__(self) -> None:
        super().__init__()
        self.passed = _Passed()

    def place(self, claimed: Claimed, now: datetime) -> set[str]:
        runs = super().place(claimed, now)
        ends = (cast("Claim", sighting.record).expires_at for sighting in claimed.sightings)
        last = max((end for end in ends if end is not None and end <= now), default=None)
        self.passed.set(claimed.record_id, None if last is None else micros(last))
        return runs

    def remove(self, task_id: str) -> None:
        super().remove(task_id)
        self.passed.set(task_id, None)


class _NoChronicle(Chronicle):
    """Tells nothing: what has happened up to a moment is told by the story."""

    def _wrote(self, *_: object) -> None:
        pass

    def _tell(self, *_: object) -> None:
        pass


def _nobody_knows(_id: str, _moment: datetime) -> None:
    return None


class RewindableSwarm(Swarm):
    """The picture of one swarm at any moment.

    To go back to a moment, `apply` what undoes all that was told since, at that moment. Whatever way led there, the
    picture of a moment is the same.

    Args:
        settings: when what is still there counts as a finding.
        story: what has happened at which moment; nothing where nobody asks for it.
        departed: tells how reservations had gone by a moment; what is seen to go here may as well be still to come.
    """

    LIFE = _Life
    STANDING = _Standing
    CLAIMS = _Claims
    CHRONICLE = _NoChronicle

    _life: _Life
    _standing: _Standing
    _claims: _Claims

    def __init__(
        self, settings: Thresholds | None = None, story: Story | None = None, departed: Departed | None = None
    ) -> None:
        super().__init__(settings, departed or _nobody_knows)
        self._story = Story() if story is None else story

    @property
    def activity(self) -> Activity:
        """What had happened last, at the moment of the picture."""
        return self._story.until(self._now)

    def rate(self, now: datetime) -> list[int]:
        return self._story.rate(now)

    def _move(self, now: datetime, *, live: bool) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        now = now.astimezone(UTC)
        if now >= self._now:
            return super()._move(now, live=live)
        self._now = now
        at = micros(now)
        return self._life.passed.undone(at), self._standing.passed.undone(at), self._claims.passed.undone(at)
