"""Problems: what lies on disk in a record's place and is none, and why."""

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType

PROBLEMS_SHOWN = 10_000
"""Problems that are told one by one; of more, only the number is."""


class Problems:
    """The reason by path. All are remembered, so that each solved one makes room for another to be shown."""

    __slots__ = ("_reasons",)

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}

    def add(self, path: str, reason: str) -> bool:
        """Note a problem, in place of an older one at *path*; return whether that is news."""
        if self._reasons.get(path) == reason:
            return False
        self._reasons[path] = reason
        return True

    def solve(self, path: str) -> bool:
        """Forget the problem at *path*, and return whether there was one."""
        return self._reasons.pop(path, None) is not None

    def reason(self, path: str) -> str | None:
        """Return what is wrong at *path*, or None."""
        return self._reasons.get(path)

    def shown(self) -> Mapping[str, str]:
        """Return the problems, the oldest `PROBLEMS_SHOWN` where there are more."""
        if len(self._reasons) <= PROBLEMS_SHOWN:
            return MappingProxyType(self._reasons)
        return dict(islice(self._reasons.items(), PROBLEMS_SHOWN))

    def __len__(self) -> int:
        return len(self._reasons)
