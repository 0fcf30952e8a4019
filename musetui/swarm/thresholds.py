"""Thresholds: the lengths of time that turn a fact into a finding."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from musetui.records.liveness import ABANDONED_WITHIN, FUTURE_TOLERANCE, LONGEST_LEASE, SILENT_AFTER

if TYPE_CHECKING:
    from musetui.settings import Settings


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When what is still there counts as a finding.

    Attributes:
        silent_after: a run without a sign of life for this long is silent.
        longest_lease: a lease that is longer, heartbeats counted in, is overlong.
        future_tolerance: a record dated further ahead of the clock is from the future.
        abandoned_within: for how long a reservation that ran out and was never released is looked at.
    """

    silent_after: timedelta = SILENT_AFTER
    longest_lease: timedelta = LONGEST_LEASE
    future_tolerance: timedelta = FUTURE_TOLERANCE
    abandoned_within: timedelta = ABANDONED_WITHIN


def thresholds_of(settings: "Settings") -> Thresholds:
    """Return the thresholds that *settings* say."""
    return Thresholds(
        silent_after=settings.silent_after,
        longest_lease=settings.longest_lease,
        future_tolerance=settings.future_tolerance,
        abandoned_within=settings.abandoned_within,
    )
