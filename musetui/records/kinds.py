"""The seven kinds of record, where each lies on disk, and what an id may look like."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """What a record is; the value is the kind's name on the wire."""

    RESERVATION = "reservation"
    INTENT = "intent"
    RELEASE = "release"
    HEARTBEAT = "heartbeat"
    DEPENDENCY = "dependency"
    TASK = "task"
    CLAIM = "claim"

    @property
    def folder(self) -> str:
        """The folder of local records of this kind, below `.muse/coordination/`."""
        return _FOLDERS[self]


_FOLDERS = {
    Kind.RESERVATION: "reservations",
    Kind.INTENT: "intents",
    Kind.RELEASE: "releases",
    Kind.HEARTBEAT: "heartbeats",
    Kind.DEPENDENCY: "dependencies",
    Kind.TASK: "tasks",
    Kind.CLAIM: "claims",
}

ID_PATTERN = r"^[A-Za-z0-9_:\-]{1,128}$"
"""What an id may be: UUIDs in v1, `sha256:<64 hex>` later, so an opaque word that is safe as a file name."""

_ID = re.compile(ID_PATTERN[:-1] + r"\Z")


def is_record_id(text: str) -> bool:
    """Return True if *text* can be a record's id, and so the stem of a record's file name."""
    return _ID.match(text) is not None


_FILE_NAME = re.compile(ID_PATTERN[:-1] + r"\.json\Z")


def is_record_name(name: str) -> bool:
    """Return True if *name* can be that of a record's file: an id, and `.json`."""
    return _FILE_NAME.match(name) is not None


OPERATIONS = ("modify", "rename", "move", "extract", "delete")
"""Operations that Muse knows for a reservation; others are kept and shown as they are."""

INTENT_OPERATIONS = ("modify", "rename", "move", "extract", "delete", "inline", "split", "merge")
"""Operations that Muse knows for an intent."""
