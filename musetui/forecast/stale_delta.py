"""StaleDelta: which findings appeared, changed or left, so that a view repaints those and nothing else."""

from musetui.forecast.key_delta import KeyDelta
from musetui.forecast.stale import StaleKey


class StaleDelta(KeyDelta[StaleKey]):
    """The difference between two looks at what is stuck; a finding that changed has another record or beginning."""

    __slots__ = ()
