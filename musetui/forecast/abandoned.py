"""Abandoned: reservations that ran out lately, were never released, and whose run has done nothing since."""

from bisect import bisect_left, bisect_right, insort

from musetui.forecast.stale import StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stale_step import StaleStep
from musetui.forecast.stuck import Stuck
from musetui.records.kinds import Kind
from musetui.swarm.deadlines import Deadlines
from musetui.swarm.moments import micros, span_micros
from musetui.swarm.picture import Swarm

_End = tuple[int, str, str]
"""When a reservation ran out, its id and its run."""

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
        self._abandoned = Stuck(StaleReason.ABANDONED, Kind.RESERVATION)
        self.found = {StaleReason.ABANDONED: self._abandoned}
        self._ended: dict[str, list[_End]] = {}
        self._end_of: dict[str, _End] = {}
        self._heard: dict[str, int] = {}
        self._deadlines = Deadlines()
        long_ago = micros(swarm.now) - self._within
        for run_id, reservation_ids in swarm.ended_by_run():
            ends: list[_End] = []
            for held in map(swarm.reservation, reservation_ids):
                if held is not None and (at := held.ran_out_at) is not None and at > long_ago:
                    end = at, held.record_id, run_id
                    ends.append(end)
                    self._end_of[held.record_id] = end
            if ends:
                ends.sort()
                self._ended[run_id] = ends
                self._heard[run_id] = self._last_sign(run_id)
                self._deadlines.set(run_id, ends[0][0] + self._within)
                first = bisect_left(ends, (self._heard[run_id], "", ""))
                self._abandoned.fill(Kind.RESERVATION, [reservation_id for _, reservation_id, _ in ends[first:]])

    def follow(self, step: StaleStep, told: StaleDelta) -> None:
        now = micros(self._swarm.now)
        long_ago = now - self._within
        looked_at = set(step.reservations)
        for run_id in self._deadlines.due(now):
            ends = self._ended[run_id]
            past = [each for _, each, _ in ends[: bisect_right(ends, long_ago, key=_when)]]
            looked_at.update(past)
            for reservation_id in past:
                self._forget(reservation_id)
        for run_id in self._ended.keys() & step.delta.runs:
            before, heard = self._heard[run_id], self._last_sign(run_id)
            if heard != before:
                self._heard[run_id] = heard
                ends = self._ended[run_id]
                first, last = (bisect_left(ends, (at, "", "")) for at in sorted((before, heard)))
                looked_at.update([reservation_id for _, reservation_id, _ in ends[first:last]])
        for reservation_id in self._end_of.keys() & step.reservations:
            self._forget(reservation_id)
        for held in step.there:
            if (at := held.ran_out_at) is not None and at > long_ago:
                self._file((at, held.record_id, held.run_id))
        filed = self._end_of.keys() & looked_at
        abandoned = {each for each in filed if self._is_abandoned(self._end_of[each])}
        self._abandoned.compare(Kind.RESERVATION, looked_at, abandoned, told)

    def next(self) -> int | None:
        return self._deadlines.next()

    def _is_abandoned(self, end: _End) -> bool:
        return end[0] >= self._heard[end[2]]

    def _file(self, end: _End) -> None:
        _, reservation_id, run_id = end
        ends = self._ended.get(run_id)
        if ends is None:
            self._ended[run_id] = [end]
            self._heard[run_id] = self._last_sign(run_id)
        else:
            insort(ends, end)
        self._end_of[reservation_id] = end
        self._deadlines.set(run_id, self._ended[run_id][0][0] + self._within)

    def _forget(self, reservation_id: str) -> None:
        end = self._end_of.pop(reservation_id, None)
        if end is None:
            return
        run_id = end[2]
        ends = self._ended[run_id]
        del ends[bisect_left(ends, end)]
        self._deadlines.set(run_id, ends[0][0] + self._within if ends else None)
        if not ends:
            del self._ended[run_id], self._heard[run_id]

    def _last_sign(self, run_id: str) -> int:
        last = self._swarm.last_sign(run_id)
        return _NEVER if last is None else micros(last)


def _when(end: _End) -> int:
    return end[0]
