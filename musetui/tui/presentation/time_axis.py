"""The time axis: which moment each column of the timeline stands for, and what is written above them."""

from dataclasses import dataclass
from datetime import datetime

from musetui.swarm.moments import moment_at

SECOND = 1_000_000
"""Microseconds, as all moments here are counted."""

_STEPS = (
    *(1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200),
    *(86_400, 172_800, 604_800, 2_419_200, 7_257_600, 31_536_000),
    *(315_360_000, 3_153_600_000, 31_536_000_000),
)
"""Seconds that may lie between two labels."""

_LEAST_BETWEEN = 11
"""Columns that a label and the gap behind it take."""

SHORTEST = 10 * SECOND
LONGEST = 10 * 365 * 86_400 * SECOND
"""How much time can be shown."""

_FIRST, _LAST = -60_000_000_000 * SECOND, 253_000_000_000 * SECOND
"""Between these a moment has a date: records of all times may be on one axis, and there is room beside them."""


def nearest_moment(at: int) -> datetime:
    """Return the moment (aware, UTC) that is *at*, or else the nearest one that has a date."""
    return moment_at(min(max(at, _FIRST), _LAST))


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time over so many columns. All moments are microseconds.

    Attributes:
        begins: the moment at the left edge of the first column.
        ends: the moment at the right edge of the last one.
        columns: how many there are, at least one.
    """

    begins: int
    ends: int
    columns: int

    @property
    def cell(self) -> int:
        """How much time one column stands for."""
        return max((self.ends - self.begins) // self.columns, 1)

    def column(self, at: int) -> int:
        """Return the column in which a moment lies; one that is none, below 0 or too great, where it lies outside."""
        return (at - self.begins) * self.columns // (self.ends - self.begins)

    def zoomed(self, factor: float, at: int) -> "Axis":
        """Return it with *factor* times as much time, and the moment *at* in the same column."""
        wanted = min(max(int((self.ends - self.begins) * factor), SHORTEST), LONGEST)
        share = min(max((at - self.begins) / (self.ends - self.begins), 0.0), 1.0)
        begins = at - int(wanted * share)
        return Axis(begins, begins + wanted, self.columns)

    def showing(self, at: int) -> "Axis":
        """Return it moved, no further than it takes, so that the moment *at* is seen with some room around it."""
        length = self.ends - self.begins
        room = length // 20
        if at < self.begins + room:
            begins = at - length // 4
        elif at > self.ends - room:
            begins = at - length * 3 // 4
        else:
            return self
        return Axis(begins, begins + length, self.columns)

    def labels(self) -> list[tuple[int, str]]:
        """Return what is written above the columns, on this machine's clock: each label and where it begins."""
        least = self.cell * _LEAST_BETWEEN
        step = next((step * SECOND for step in _STEPS if step * SECOND >= least), least)
        form = (
            "%Y"
            if step >= 31_536_000 * SECOND
            else "%m-%d"
            if step >= 86_400 * SECOND
            else "%H:%M"
            if step >= 60 * SECOND
            else "%H:%M:%S"
        )
        offset = _offset(self.begins)
        first = -(-(self.begins + offset) // step) * step - offset
        found: list[tuple[int, str]] = []
        for at in range(first, min(self.ends, _LAST), step):
            if at < _FIRST:
                continue
            local = _local(at)
            text = f"{local:%m-%d}" if form == "%H:%M" and (local.hour, local.minute) == (0, 0) else f"{local:{form}}"
            if self.column(at) + len(text) <= self.columns:
                found.append((self.column(at), text))
        return found


def _local(at: int) -> datetime:
    moment = nearest_moment(at)
    try:
        return moment.astimezone()
    except (OverflowError, OSError, ValueError):  # what the platform's clock cannot tell
        return moment


def _offset(at: int) -> int:
    offset = _local(at).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) * SECOND
