"""Doubles: files that go by the id of another file's record, so that only one of them can be shown."""

from collections.abc import Mapping
from itertools import islice

from musetui.coordination.batch import Source
from musetui.records.kinds import Kind
from musetui.swarm.entity import Entity

_ALL_COUNT = (Kind.HEARTBEAT, Kind.RELEASE)
"""Kinds of which each file is heard, whatever its id."""

_SHOWN = 1_000
"""Doubles that are told one by one."""


class Doubles:
    """The reason, by the path of each local file whose record is not the one that speaks for its id."""

    __slots__ = ("_paths", "_reasons")

    def __init__(self) -> None:
        self._paths: dict[tuple[Kind, str], set[str]] = {}
        self._reasons: dict[str, str] = {}

    def note(self, kind: Kind, entity: Entity) -> bool:
        """Look at where *entity* lies, and return whether that differs from the last look."""
        key = (kind, entity.record_id)
        before = self._paths.get(key)
        if before is None and not entity.is_many:
            return False  # what nearly all are, and by the hundred thousand
        slots = entity.slots
        others = set() if kind in _ALL_COUNT else {slot.path for slot in slots[1:] if slot.source is Source.LOCAL}
        if others:
            self._paths[key] = others
        else:
            self._paths.pop(key, None)
        for path in (before or set()) - others:
            del self._reasons[path]
        reason = f"its id is that of {slots[0].name}, which is shown in its stead" if others else ""
        news = {path: reason for path in others if self._reasons.get(path) != reason}
        self._reasons.update(news)
        return bool(news or (before or set()) - others)

    def reason(self, path: str) -> str | None:
        """Return what is wrong at *path*, or None."""
        return self._reasons.get(path)

    def shown(self) -> Mapping[str, str]:
        """Return the reasons by path, the oldest `_SHOWN` where there are more."""
        return dict(islice(self._reasons.items(), _SHOWN))

    def __len__(self) -> int:
        return len(self._reasons)
