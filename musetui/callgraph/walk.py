"""The source files of a work tree: found without following a link, and without looking where no source is."""

import os
import stat
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from musetui.callgraph.shapes import FILE_LIMIT
from musetui.records.address import SYMBOL_MARK

FILES_LIMIT = 20_000
"""Source files that are read; more are said to be left out."""

ENTRIES_LIMIT = 500_000
"""Entries of folders that one walk looks at, whatever they are."""

DEPTH_LIMIT = 32
"""Folders within folders, as deep as addresses nest."""

PATH_LIMIT = 512
"""Characters of a path, as of an address in a record."""

SKIPPED = frozenset(
    {
        "__pycache__",
        "bazel-bin",
        "bazel-out",
        "bower_components",
        "build",
        "dist",
        "env",
        "node_modules",
        "out",
        "site-packages",
        "target",
        "venv",
    }
)
"""Folders of what is installed or made, beside all hidden ones."""


@dataclass(slots=True)
class Walk:
    """What one walk found.

    Attributes:
        files: the size in bytes and the time of change in nanoseconds of each source file, by its path below the root.
        large: files that are too large.
        beyond: files beyond the limit of how many are read; at least 1 where the walk ended before its end.
        unnamed: files whose path no address can name.
        unreadable: folders that the system would not show.
    """

    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    large: int = 0
    beyond: int = 0
    unnamed: int = 0
    unreadable: int = 0


def walk(root: Path, is_source: Callable[[str], object], limit: int = FILES_LIMIT) -> Walk:
    """Return the source files below *root*, those near to it first if there are more than *limit*.

    Args:
        root: the folder.
        is_source: says of a path whether it is one of a source file.
        limit: the most files that are taken.
    """
    found = Walk()
    waiting = deque([("", 0)])
    seen = 0
    while waiting:
        prefix, depth = waiting.popleft()
        try:
            with os.scandir(root / prefix) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            found.unreadable += 1
            continue
        for entry in entries:
            seen += 1
            if seen > ENTRIES_LIMIT:
                found.beyond += 1
                return found
            if entry.name.startswith("."):
                continue
            path = prefix + entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if depth < DEPTH_LIMIT and not _is_skipped(entry):
                        waiting.append((path + "/", depth + 1))
                elif is_source(path):
                    _take(found, entry, path, limit)
            except OSError:
                continue  # gone since it was listed
    return found


def _is_skipped(entry: "os.DirEntry[str]") -> bool:
    """Return whether a folder holds what is made, or what another repository keeps."""
    return entry.name in SKIPPED or any(os.path.lexists(f"{entry.path}/{mark}") for mark in _MARKS)


_MARKS = ("pyvenv.cfg", "CACHEDIR.TAG", ".muse", ".git")


def _take(found: Walk, entry: "os.DirEntry[str]", path: str, limit: int) -> None:
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return
    if not is_nameable(path):
        found.unnamed += 1
    elif status.st_size > FILE_LIMIT:
        found.large += 1
    elif len(found.files) >= limit:
        found.beyond += 1
    else:
        found.files[path] = (status.st_size, status.st_mtime_ns)


def is_nameable(path: str) -> bool:
    """Return whether an address can name *path*."""
    return len(path) <= PATH_LIMIT and SYMBOL_MARK not in path and not path.endswith(":") and path.isprintable()
