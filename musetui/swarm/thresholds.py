"""Thresholds: the lengths of time that turn a fact into a finding."""

from dataclasses import dataclass
from datetime import timedelta

from musetui.records.liveness import SILENT_AFTER


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When what is still there counts as a finding.

    Attributes:
        silent_after: a run without a sign of life for this long is silent.
    """

    silent_after: timedelta = SILENT_AFTER
