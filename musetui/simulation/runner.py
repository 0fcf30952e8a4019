"""The runner: performs a story at a pace until it is told to stop, or nobody is left to watch."""

import os
import select
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType

from musetui.simulation.performance import Performance

PULL_EVERY = 4.0
"""Seconds of the story between two pulls of what other machines wrote."""


class Curtain:
    """Whether the performance is over: a signal says so, or the end of a lifeline.

    A lifeline is the reading end of a pipe whose writing end another process holds, and which ends when that does.

    Args:
        lifeline: its descriptor; None to go on whoever is there.
    """

    def __init__(self, lifeline: int | None = None) -> None:
        self._lifeline = lifeline
        self._bell, self._rope = os.pipe()
        os.set_blocking(self._rope, False)
        self.fallen = False

    def fall_on(self, *numbers: signal.Signals) -> None:
        """Fall on each of the signals *numbers*, instead of what they do by themselves."""

        def ring(_number: int, _frame: FrameType | None) -> None:
            self.fall()

        for number in numbers:
            signal.signal(number, ring)

    def fall(self) -> None:
        """End the performance; may be called from a signal or another thread."""
        self.fallen = True
        try:
            os.write(self._rope, b".")
        except BlockingIOError:
            return  # rung often enough

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until it falls; return whether it has."""
        ends_at = time.monotonic() + seconds
        watched = [self._bell] if self._lifeline is None else [self._bell, self._lifeline]
        while not self.fallen:
            rest = max(0.0, ends_at - time.monotonic())
            ready, _, _ = select.select(watched, [], [], rest)
            for descriptor in ready:
                if descriptor == self._lifeline and not os.read(descriptor, 4_096):
                    self.fallen = True
            if not ready:
                break
        return self.fallen


def perform(
    performance: Performance,
    curtain: Curtain,
    *,
    speed: float = 1.0,
    seconds: float | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Perform from where *performance* is, until *curtain* falls.

    Args:
        performance: what is performed; its scene is set.
        curtain: says when it is over.
        speed: seconds of the story in one second. Leases are as long as ever, agents only work faster.
        seconds: end by itself after so long; None for never.
        clock: returns the moment (aware).

    Returns:
        How many records were written here.

    Raises:
        RecordError: if the disk refuses.
    """
    began, written, pull_at = time.monotonic(), 0, PULL_EVERY
    ends_at = float("inf") if seconds is None else seconds
    while True:
        next_at = min(performance.next_at, pull_at)
        wait = min(next_at / speed, ends_at) - (time.monotonic() - began)
        if curtain.wait(wait) or time.monotonic() - began >= ends_at:
            return written
        if pull_at <= performance.next_at:
            written += performance.pull()
            pull_at += PULL_EVERY
        else:
            written += not performance.step(clock()).site
