"""Abandoned: reservations that ran out lately, were never released, and whose run has done nothing since."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_step import StaleStep
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.swarm.deadlines import Deadlines
from musetui.swarm.entity import Held
from musetui.swarm.moments import micros, span_micros
from musetui.swarm.picture import Swarm

_NEVER = -1
"""When a run was last heard of that was never heard of."""


class Abandoned:
    """What ran out lately, by run and in order of its end. All moments are microseconds since 1970.

    A sign of life clears what ended before it and nothing else. In order, that is one stretch of a run's list, so a run
    that never releases anything and is heard of every second costs no more than one that always does.
    """

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self._within = span_micros(swarm.settings.abandoned_within)
        self._ended: dict[str, list[tuple[int, str]]] = {}
        self._place_of: dict[str, tuple[str, int]] = {}
        self._heard: dict[str, int] = {}
        self._deadlines = Deadlines()
        now = micros(swarm.now)
        for run_id, reservation_ids in swarm.ended_by_run():
            ends: list[tuple[int, str]] = []
            for held in map(swarm.reservation, reservation_ids):
                if held is not None and (end := self._end(held, now)) is not None:
                    ends.append((end, held.record_id))
                    self._place_of[held.record_id] = (run_id, end)
            if ends:
                ends.sort()
                self._ended[run_id] = ends
                self._heard[run_id] = self._last_sign(run_id)
                self._deadlines.set(run_id, ends[0][0] + self._within)

    def every(self) -> Iterator[StaleKey]:
        for run_id, ends in self._ended.items():
            for _, reservation_id in ends[bisect_left(ends, (self._heard[run_id], "")) :]:
                yield _key(reservation_id)

    def follow(self, step: StaleStep) -> set[StaleKey]:
        now = micros(self._swarm.now)
        found = set(map(_key, step.reservations))
        for run_id in self._deadlines.due(now):
            ends = self._ended[run_id]
            past = [each for _, each in ends[: bisect_right(ends, now - self._within, key=_when)]]
            found.update(map(_key, past))
            for reservation_id in past:
                self._forget(reservation_id)
        for run_id in self._ended.keys() & step.delta.runs:
            before, heard = self._heard[run_id], self._last_sign(run_id)
            if heard != before:
                self._heard[run_id] = heard
                ends = self._ended[run_id]
                first, last = (bisect_left(ends, (at, "")) for at in sorted((before, heard)))
                found.update(_key(reservation_id) for _, reservation_id in ends[first:last])
        for reservation_id in step.reservations:
            self._forget(reservation_id)
            held = self._swarm.reservation(reservation_id)
            if held is not None and (end := self._end(held, now)) is not None:
                self._file(reservation_id, held.run_id, end)
        return found

    def next(self) -> int | None:
        return self._deadlines.next()

    def __contains__(self, key: StaleKey) -> bool:
        place = self._place_of.get(key.record_id)
        return place is not None and place[1] >= self._heard[place[0]]

    def _end(self, held: Held, now: int) -> int | None:
        """Return when a reservation ran out; None if it did not, or long ago, or if it was released as well."""
        if held.state is not LeaseState.EXPIRED:
            return None
        if not held.has_news:
            end = micros(held.reservation.expires_at)
        elif (lease := held.lease).released_at is None:
            end = micros(lease.expires_at)
        else:
            return None
        return end if end + self._within > now else None

    def _file(self, reservation_id: str, run_id: str, end: int) -> None:
        ends = self._ended.get(run_id)
        if ends is None:
            self._ended[run_id] = [(end, reservation_id)]
            self._heard[run_id] = self._last_sign(run_id)
        else:
            insort(ends, (end, reservation_id))
        self._place_of[reservation_id] = (run_id, end)
        self._deadlines.set(run_id, self._ended[run_id][0][0] + self._within)

    def _forget(self, reservation_id: str) -> None:
        place = self._place_of.pop(reservation_id, None)
        if place is None:
            return
        run_id, end = place
        ends = self._ended[run_id]
        del ends[bisect_left(ends, (end, reservation_id))]
        self._deadlines.set(run_id, ends[0][0] + self._within if ends else None)
        if not ends:
            del self._ended[run_id], self._heard[run_id]

    def _last_sign(self, run_id: str) -> int:
        last = self._swarm.last_sign(run_id)
        return _NEVER if last is None else micros(last)


def _when(end: tuple[int, str]) -> int:
    return end[0]


def _key(reservation_id: str) -> StaleKey:
    return StaleKey(StaleReason.ABANDONED, Kind.RESERVATION, reservation_id)
