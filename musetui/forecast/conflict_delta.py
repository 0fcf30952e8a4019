"""ConflictDelta: which conflicts appeared, changed or left, so that a view repaints those and nothing else."""

from musetui.forecast.conflict import ConflictKey
from musetui.forecast.key_delta import KeyDelta


class ConflictDelta(KeyDelta[ConflictKey]):
    """The difference between two forecasts; a conflict that changed has other holders."""

    __slots__ = ()
