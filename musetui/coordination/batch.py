"""What travels from disk to the swarm: slots, sightings, problems, and the batch that carries them.

A *slot* is one place on disk where a record can lie. What happens to a slot is all a reader ever reports: a record was
sighted there, nothing is there any more, or what is there is no record. So a batch can be applied twice, merged or
replayed, and the last word on each slot is the truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord


class Source(StrEnum):
    """Where a record was read."""

    LOCAL = "local"
    REMOTE = "remote"


LOCAL_FOLDERS: dict[str, Kind] = {kind.folder: kind for kind in Kind}
REMOTE_FOLDERS: dict[str, Kind] = {f"remote/{kind.value}": kind for kind in Kind}
FOLDERS: dict[str, tuple[Source, Kind]] = {
    **{folder: (Source.LOCAL, kind) for folder, kind in LOCAL_FOLDERS.items()},
    **{folder: (Source.REMOTE, kind) for folder, kind in REMOTE_FOLDERS.items()},
}
"""Every folder that holds records, relative to `.muse/coordination/`, with what it holds."""


class Slot(NamedTuple):
    """One place for a record.

    Attributes:
        folder: a key of `FOLDERS`.
        name: the file's name, ending in `.json`, as it is on disk (hostile: paint it through `safe_text`).
    """

    folder: str
    name: str

    @property
    def source(self) -> Source:
        """Whether it lies among local or pulled records."""
        return FOLDERS[self.folder][0]

    @property
    def kind(self) -> Kind:
        """The kind of record its folder holds."""
        return FOLDERS[self.folder][1]

    @property
    def stem(self) -> str:
        """The file's name without `.json`."""
        return self.name.removesuffix(".json")

    @property
    def path(self) -> str:
        """Its path relative to `.muse/coordination/`."""
        return f"{self.folder}/{self.name}"


class Sighting(NamedTuple):
    """A record and the slot it was read from.

    Attributes:
        hub_id: the hub's number for it, where an envelope told one.
        received_at: when the hub first had it, where an envelope told so (aware).
    """

    slot: Slot
    record: AnyRecord
    hub_id: int | None = None
    received_at: datetime | None = None


class Problem(NamedTuple):
    """Something on disk that is no record, and why.

    Attributes:
        path: relative to `.muse/coordination/`; hostile text.
        reason: one sentence.
    """

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """News from disk, to be applied in the order problems-solved, gone, found, problems.

    Attributes:
        found: records read; each replaces what its slot held, and clears its slot's problem.
        gone: slots that hold no record any more; clears their problem too.
        problems: what is there instead of a record. A slot with a problem is also in `gone` if it held a record.
        solved: paths (of folders, mostly) whose problem is over.
    """

    found: Sequence[Sighting] = field(default=())
    gone: Sequence[Slot] = field(default=())
    problems: Sequence[Problem] = field(default=())
    solved: Sequence[str] = field(default=())

    def __len__(self) -> int:
        return len(self.found) + len(self.gone) + len(self.problems) + len(self.solved)
