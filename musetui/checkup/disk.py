"""The disk: whether there is room, whether it can be written to, and which kind of file system it is."""

import os
import sys
from pathlib import Path

from musetui.checkup.finding import Finding, fine, note, wrong
from musetui.coordination.files import plain_reason

_NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "gpfs", "fuse.sshfs", "vboxsf", "virtiofs")
"""How the names of file systems begin on which the kernel does not hear what other machines write."""

_LITTLE = 64 << 20
"""Bytes below which room is short: a pull of 100,000 records takes less."""


def check_disk(folder: Path) -> list[Finding]:
    """Look at the disk below the repository's *folder* of records, or the nearest folder above that is there."""
    place = _nearest(folder)
    findings = [_writing(place), *_room(place)]
    kind = file_system(place)
    return findings if kind is None else [*findings, fine("file system", kind)]


def check_state(folder: Path) -> Finding:
    """Look at the *folder* in which is kept what a hub has, and how the dashboard is to look."""
    place = _nearest(folder)
    if os.access(place, os.W_OK | os.X_OK):
        return fine("memory", f"{folder} can be written to")
    return wrong(
        "memory", f"nothing can be kept in {folder}", "give this user the right to, or name another in `state`"
    )


def file_system(place: Path) -> str | None:
    """Return the kind of file system at *place*, or None where the system does not tell (as outside of Linux)."""
    if sys.platform != "linux":
        return None
    try:
        table = Path("/proc/self/mountinfo").read_bytes()
        real = os.fsencode(place.resolve())
    except OSError:
        return None
    return mounted_at(table, real)


def is_network(kind: str) -> bool:
    """Return whether a file system of this *kind* is another machine's."""
    return kind.startswith(_NETWORK)


def mounted_at(table: bytes, place: bytes) -> str | None:
    """Return the kind of what is mounted at or above *place*, by a table as that of `proc(5)`, `mountinfo`."""
    found, length = None, -1
    for line in table.splitlines():
        before, mark, after = line.partition(b" - ")
        fields, kinds = before.split(b" "), after.split(b" ")
        if not mark or len(fields) < 5:
            continue
        point = _unescaped(fields[4])
        # Of two at one place the later hides the earlier.
        if _lies_in(place, point) and len(point) >= length:
            found, length = kinds[0].decode(errors="replace"), len(point)
    return found


def _unescaped(point: bytes) -> bytes:
    for code in (b"040", b"011", b"012", b"134"):  # blank, tab, line feed, and the backslash last
        point = point.replace(b"\\" + code, bytes([int(code, 8)]))
    return point


def _lies_in(place: bytes, point: bytes) -> bool:
    return place == point or place.startswith(point.rstrip(b"/") + b"/")


def _nearest(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if each.is_dir()), Path("/"))


def _writing(place: Path) -> Finding:
    try:
        is_read_only = bool(os.statvfs(place).f_flag & os.ST_RDONLY)
    except OSError as error:
        return wrong("writing", f"{place} cannot be looked at ({plain_reason(error)})", "mount it anew")
    if is_read_only:
        return wrong("writing", f"{place} is mounted read-only", "mount it for writing, or start with --read-only")
    if not os.access(place, os.W_OK | os.X_OK):
        return wrong(
            "writing", f"{place} belongs to others", "have the right to write given, or start with --read-only"
        )
    return fine("writing", f"{place} can be written to")


def _room(place: Path) -> list[Finding]:
    try:
        room = os.statvfs(place)
    except OSError:
        return []
    free = room.f_bavail * room.f_frsize
    if room.f_files and not room.f_favail:
        return [wrong("room", "no inode is left: no file can be made", "remove files, or make a larger file system")]
    if not free:
        return [wrong("room", "the disk is full", "make room: nothing is lost, but nothing can be written either")]
    shown = f"{free / (1 << 30):,.1f} GiB free"
    if free < _LITTLE:
        return [note("room", f"{free >> 20:,} MiB free", "make room, before a pull or an agent finds none")]
    return [fine("room", shown)]
