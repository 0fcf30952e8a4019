"""Folder trees as somebody hostile leaves them: links, pipes, loops, names that are no names; read and written into.

Beside the tree lie files that are somebody else's: whatever is done, they stay as they are, and nothing new comes.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fuzz.promises import paintable, promise
from musetui.coordination.batch import FOLDERS
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.errors import RecordError
from musetui.hub.envelopes import check_envelope
from musetui.hub.landing import LandingPlace
from musetui.records.kinds import Kind
from musetui.records.text import safe_text
from musetui.swarm.picture import Swarm

_NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
_RECORD = (
    b'{"reservation_id": "r0", "run_id": "a", "addresses": ["x"], "created_at": "2026-03-18T11:00:00Z", "expires_at"'
)
_NAMES = (
    *("r0.json", "r1.json", ".json", ".hidden.json", "r2.json.tmp", f".r0.json.{'0' * 16}.tmp", "a b.json", "-rf.json"),
    *("x" * 250 + ".json", "\x1b[31m.json", "a\nb.json", os.fsdecode(b"\xff\xfe.json"), "東京.json", "r0.JSON", "r3"),
)
_ENVELOPE = {
    "id": 1,
    "kind": "reservation",
    "record_id": "r0",
    "run_id": "a",
    "payload": {"reservation_id": "r0", "run_id": "a", "addresses": ["x"]},
}


def tree(data: bytes) -> None:
    """Take *data* as what was done to a tree, three bytes a deed: where, under which name, and what."""
    with tempfile.TemporaryDirectory() as folder:
        root, outside = Path(folder) / "orchard", Path(folder) / "outside"
        (outside / "reservations").mkdir(parents=True)
        (outside / "key.pem").write_text("secret")
        (root / ".muse").mkdir(parents=True)
        coordination = root / ".muse" / "coordination"
        places = [coordination, coordination / "remote", *(coordination / name for name in FOLDERS)]
        for number in range(0, min(len(data), 60), 3):
            where, name, what = (*data[number : number + 3], 0, 0)[:3]
            with suppress(OSError):
                _do(places[where % len(places)], _NAMES[name % len(_NAMES)], what, outside)
        before = _listed(outside)  # what was done through links is part of it
        _use(Repository(root))
        promise(_listed(outside) == before, "what is somebody else's was touched")


def _do(place: Path, name: str, what: int, outside: Path) -> None:
    """Leave something at *place*, or in its stead."""
    deed = what % 12
    if deed == 0:
        place.mkdir(parents=True, exist_ok=True)
        _write(place / name, _RECORD + b': "2026-03-18T13:00:00Z"}')
    elif deed == 1:
        place.mkdir(parents=True, exist_ok=True)
        (place / name).symlink_to(outside / "key.pem")
    elif deed == 2:
        place.mkdir(parents=True, exist_ok=True)
        os.mkfifo(place / name)
    elif deed == 3:
        (place / name / "deep").mkdir(parents=True)
    elif deed == 4:  # the folder itself leads elsewhere
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(outside / "reservations")
    elif deed == 5:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(place.name)  # a loop
    elif deed == 6:
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place, b"a file where a folder is meant")
    elif deed == 7:
        place.mkdir(parents=True, exist_ok=True)
        _write(place / name, b"")
        os.truncate(place / name, 1 << 31)  # it takes no room
    elif deed == 8:
        place.mkdir(parents=True, exist_ok=True)
        os.link(place / "r0.json", place / name)
    elif deed == 9:
        place.mkdir(parents=True, exist_ok=True)
        _write(place / name, bytes([what]) * 300)
    elif deed == 10:
        place.mkdir(parents=True, exist_ok=True)
        (place / "r1.json").symlink_to(name)
    else:
        place.mkdir(parents=True, exist_ok=True)
        _write(place / name, b"")


def _write(path: Path, data: bytes) -> None:
    """Write a file; not to a pipe, which would wait for a reader."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)


def _use(repository: Repository) -> None:
    """Read the tree, write into it, and read it again; every complaint is a sentence."""
    swarm = Swarm()
    swarm.apply(load(repository), _NOW)
    for path, reason in swarm.problems().items():
        paintable(safe_text(path), "a path")
        paintable(safe_text(reason), "a reason")
    deeds = (
        lambda: Writer(repository, durable=False).reserve(
            ["x"], "me", ttl=timedelta(hours=1), operation=None, branch="main", now=_NOW
        ),
        lambda: LandingPlace(repository.coordination).land([check_envelope(_ENVELOPE, 0)]),
    )
    for deed in deeds:
        try:
            deed()
        except RecordError as error:
            paintable(str(error), "a sentence about what cannot be written")
    for folder in (Kind.RESERVATION.folder, f"remote/{Kind.RESERVATION.value}"):
        place = repository.coordination / folder
        if place.is_dir() and not place.is_symlink():
            left = [path.name for path in place.iterdir() if path.name.endswith(".tmp") and path.name not in _NAMES]
            promise(not left, f"temporary files are left: {left!a}")
    load(repository)


def _listed(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return all that lies below *folder*, with which file it is, when it was changed, and how large it is."""
    status = {str(path.relative_to(folder)): path.lstat() for path in folder.rglob("*")}
    return {path: (each.st_ino, each.st_mtime_ns, each.st_size) for path, each in status.items()}
