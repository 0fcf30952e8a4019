"""Recording: a file to which all is appended that happens in a repository, as it is seen.

Nothing that was written is ever changed, so whoever kills the recorder loses at most the line it was writing. Who
begins again with the same file goes on with it: only what differs from its end is written.
"""

import fcntl
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from musetui.coordination.batch import Batch
from musetui.coordination.files import UnreadableError, check_regular, plain_reason
from musetui.errors import RecordingError
from musetui.history.lines import (
    LINE_LIMIT,
    Entry,
    Header,
    Word,
    entries,
    entry_line,
    header_line,
    is_torn_header,
    word_line,
)
from musetui.history.recording import LINES_LIMIT, SIZE_LIMIT, read_recording
from musetui.records.text import safe_text
from musetui.swarm.moments import micros, span_micros

WATCH_EVERY = timedelta(seconds=20)
"""How often it is noted that nothing has happened: of a recorder that was killed, no more is left in doubt."""

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
_MODE = 0o666
"""As any program's; the umask takes its part away."""


class Recorder:
    """Writes one recording. Its methods may be called from any thread; once it is open, none of them fails.

    Attributes:
        changes: what was written of things that came and went, since it was opened.
        is_new: whether there was no such recording before.
        failure: why nothing is written any more, or "".
    """

    def __init__(self, path: Path, header: Header) -> None:
        """Open the recording at *path*, or begin one.

        Raises:
            RecordingError: if that is no recording of the repository that *header* names, is being written by
                somebody else, or the system refuses.
        """
        self.changes = 0
        self.failure = ""
        self._lock = threading.Lock()
        self._known: dict[str, int] = {}
        self._seen: set[str] = set()
        self._at = 0
        self._size = 0
        self._lines = 0
        self._is_looking = True
        self._has_begun = False
        self._descriptor = _open(path)
        try:
            self.is_new = self._has_no_header(path)
            if self.is_new:
                self._write([header_line(header)])
                if self.failure:
                    raise RecordingError(f"{safe_text(path, 300)} cannot be written: {self.failure}")
            else:
                self._go_on(path, header)
        except BaseException:
            os.close(self._descriptor)
            raise

    def _has_no_header(self, path: Path) -> bool:
        """Return whether nothing was recorded yet; what a recorder that was killed had written of a header goes."""
        try:
            start = os.pread(self._descriptor, LINE_LIMIT, 0)
            if start and not is_torn_header(start):
                return False
            os.ftruncate(self._descriptor, 0)
        except OSError as error:
            raise RecordingError(f"{safe_text(path, 300)} cannot be written: {plain_reason(error)}") from None
        return True

    def _go_on(self, path: Path, header: Header) -> None:
        """Learn how the recording ends, and cut off what a recorder that was killed had half written."""
        recording = read_recording(path)
        theirs, ours = recording.header.repo_id, header.repo_id
        if theirs and ours and theirs != ours:
            name = safe_text(recording.header.repository, 60)
            raise RecordingError(f"{safe_text(path, 300)} is of another repository ({name}): name another file")
        try:
            os.ftruncate(self._descriptor, recording.whole)
        except OSError as error:
            raise RecordingError(f"{safe_text(path, 300)} cannot be written: {plain_reason(error)}") from None
        self._size = recording.whole
        self._lines = recording.lines + recording.damaged
        self._known = {entry.path: hash(entry.body) for entry in entries(recording.trail.batch())}
        if recording.trail.ends is not None:
            self._at = micros(recording.trail.ends)

    def take_in(self, batch: Batch, now: datetime) -> None:
        """Write what came at *now* (aware); until `looked`, what was found by looking around."""
        with self._lock:
            news = [entry for entry in entries(batch) if self._is_news(entry)]
            if news:
                self._put(news, self._next(now))

    def looked(self, now: datetime) -> None:
        """Note that by *now* (aware) all that is there was told. Only the first time says anything."""
        with self._lock:
            if self._is_looking:
                at = self._next(now)
                gone = sorted(self._known.keys() - self._seen)
                self._put([entry for entry in entries(Batch(solved=gone)) if self._is_news(entry)], at)
                self._write([word_line(at, Word.LOOKED)])
                self._is_looking = False
                self._seen.clear()

    def keep_watch(self, now: datetime) -> None:
        """Note that up to *now* (aware) all was told, if nothing was noted for long."""
        with self._lock:
            if not self._is_looking and micros(now) - self._at >= span_micros(WATCH_EVERY):
                self._write([word_line(self._next(now), Word.WATCH)])

    def close(self, now: datetime) -> None:
        """End the recording at *now* (aware); nothing is written after."""
        with self._lock:
            if not self._is_looking:
                self._write([word_line(self._next(now), Word.WATCH)])
            self.failure = self.failure or "it is closed"
            with suppress(OSError):
                os.close(self._descriptor)

    def _is_news(self, entry: Entry) -> bool:
        """Note what lies in a place, and return whether the recording does not say so yet."""
        if self._is_looking:
            (self._seen.add if entry.is_there else self._seen.discard)(entry.path)
        if not entry.is_there:
            return self._known.pop(entry.path, None) is not None
        content = hash(entry.body)
        if self._known.get(entry.path) == content:
            return False
        self._known[entry.path] = content
        return True

    def _put(self, news: Iterable[Entry], at: int) -> None:
        lines = [entry_line(at, entry.body) for entry in news]
        self.changes += len(lines)
        if self._is_looking and not self._has_begun:
            self._has_begun = True
            lines.insert(0, word_line(at, Word.LOOK))
        self._write(lines)

    def _next(self, now: datetime) -> int:
        """Return the moment for what comes now: what comes apart is told apart, whatever the clock does."""
        self._at = max(micros(now), self._at + 1)
        return self._at

    def _write(self, lines: list[bytes]) -> None:
        data = b"".join(lines)
        if self.failure:
            return
        if self._size + len(data) > SIZE_LIMIT or self._lines + len(lines) > LINES_LIMIT:
            self.failure = "it is full: begin another one"
            return
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            self.failure = plain_reason(error)
        self._size += len(data)
        self._lines += len(lines)


def _open(path: Path) -> int:
    """Open a plain file to be appended to, which nobody else records into."""
    shown = safe_text(path, 300)
    try:
        descriptor = os.open(os.path.realpath(path), _FLAGS, _MODE)
    except (OSError, ValueError) as error:
        reason = plain_reason(error) if isinstance(error, OSError) else "that is no path"
        raise RecordingError(f"{shown} cannot be written: {reason}") from None
    try:
        check_regular(os.fstat(descriptor), SIZE_LIMIT)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except UnreadableError as error:
        os.close(descriptor)
        raise RecordingError(f"{shown} cannot be written: it is {error}") from None
    except OSError:
        os.close(descriptor)
        raise RecordingError(f"{shown} is being written already: end that recorder, or name another file") from None
    return descriptor
