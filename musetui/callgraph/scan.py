"""Scanning a work tree: from what changed on the disk since the last time to what changed in the graph.

It may take minutes of a processor's time, so a dashboard leaves it to a process of its own: `musetui.callgraph.worker`.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from musetui.callgraph.cache import Cache
from musetui.callgraph.edges import GraphChange
from musetui.callgraph.languages import extract, language_of
from musetui.callgraph.resolution import Resolution
from musetui.callgraph.shapes import FILE_LIMIT, Extraction, SourceError
from musetui.callgraph.walk import FILES_LIMIT, Walk, walk
from musetui.coordination.files import READ_FLAGS, RefusedError, UnreadableError, read_looked_at

_AT_ONCE = 200
"""Files whose extractions are remembered together."""

_FRESH = 2_000_000_000
"""Nanoseconds for which a file counts as still being written: a second change may bear the same time."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one scan found.

    Attributes:
        files: source files the graph is made of.
        edges: edges of the graph.
        read: files that were read, as they were new or changed.
        remembered: how many of them had been extracted before.
        skipped: files that are binary, not in their language, too large, or not to be read or named.
        cut: files of which only a part is known, as they have more than is kept.
        beyond: files left out because there are too many; at least 1 where the walk was ended.
        seconds: how long it took.
    """

    files: int
    edges: int
    read: int
    remembered: int
    skipped: int
    cut: int
    beyond: int
    seconds: float


class Scan:
    """The state of a work tree as it was found, scan by scan."""

    def __init__(self, root: Path, cache: Cache | None = None, files_limit: int = FILES_LIMIT) -> None:
        """Look at the tree below *root*, and remember extractions in *cache*."""
        self._root = root
        self._cache = cache
        self._limit = files_limit
        self._resolution = Resolution()
        self._known: dict[str, tuple[int, int]] = {}
        self._cut: set[str] = set()
        self._silent: set[str] = set()
        self._edges = 0

    def run(self, tell: Callable[[int, int], None] = lambda done, of: None) -> tuple[GraphChange, Scanned]:
        """Scan once, and return what changed.

        Args:
            tell: called now and then with how many files of how many were read.
        """
        began = time.perf_counter()
        now = time.time_ns()
        found = walk(self._root, language_of, self._limit)
        changed = [path for path, state in found.files.items() if self._known.get(path) != state]
        changes: dict[str, Extraction | None] = {path: None for path in self._known if path not in found.files}
        remembered = 0
        for start in range(0, len(changed), _AT_ONCE):
            tell(start, len(changed))
            remembered += self._read(changed[start : start + _AT_ONCE], changes)
        for path, extraction in changes.items():
            self._note(path, extraction, is_there=path in found.files)
        self._known = {path: state for path, state in found.files.items() if now - state[1] > _FRESH or state[1] > now}
        self._known |= {path: _UNSETTLED for path in found.files if path not in self._known}
        tell(len(changed), len(changed))
        change = self._resolution.replace_files(changes)
        self._edges = sum(1 for _ in self._resolution.edges())
        if self._cache is not None and changed:
            self._cache.tidy()
        return change, self._summary(found, len(changed), remembered, time.perf_counter() - began)

    def _read(self, paths: list[str], changes: dict[str, Extraction | None]) -> int:
        """Put the extractions of *paths* into *changes*, and return how many were known already."""
        new = []
        remembered = 0
        for path in paths:
            language = language_of(path)
            try:
                data = self._bytes(path)
                extraction = self._cache.find(language, data) if self._cache is not None else None
                if extraction is not None:
                    remembered += 1
                else:
                    extraction = extract(language, data)
                    new.append((language, data, extraction))
                changes[path] = extraction
            except (SourceError, UnreadableError, FileNotFoundError):
                changes[path] = None
        if self._cache is not None and new:
            self._cache.keep(new)
        return remembered

    def _bytes(self, path: str) -> bytes:
        """Return the content of a file, no folder on the way to which is a link."""
        *folders, name = path.split("/")
        descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for folder in folders:
                inner = os.open(folder, READ_FLAGS | os.O_DIRECTORY, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            return read_looked_at(name, FILE_LIMIT, descriptor)[0]
        except FileNotFoundError:
            raise
        except OSError:
            raise RefusedError("a folder on the way became something else") from None
        finally:
            os.close(descriptor)

    def _note(self, path: str, extraction: Extraction | None, *, is_there: bool) -> None:
        self._cut.discard(path)
        self._silent.discard(path)
        if extraction is None and is_there:
            self._silent.add(path)
        elif extraction is not None and extraction.cut:
            self._cut.add(path)

    def _summary(self, found: Walk, read: int, remembered: int, seconds: float) -> Scanned:
        return Scanned(
            files=len(self._resolution),
            edges=self._edges,
            read=read,
            remembered=remembered,
            skipped=len(self._silent) + found.large + found.unnamed,
            cut=len(self._cut),
            beyond=found.beyond,
            seconds=seconds,
        )


_UNSETTLED = (-1, -1)
"""Stands for a file that is to be read again, whatever its size and time say."""
