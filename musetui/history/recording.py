"""Reading a recording: from a file that anybody may have written to the trail that it tells."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, NamedTuple

from musetui.coordination.batch import Batch
from musetui.coordination.files import READ_FLAGS, RefusedError, UnreadableError, check_regular, look, plain_reason
from musetui.errors import RecordingError
from musetui.history.lines import LINE_LIMIT, Header, Line, Word, read_header, read_line
from musetui.history.trail import Trail
from musetui.records.text import safe_text
from musetui.swarm.moments import moment_at

SIZE_LIMIT = 268_435_456
"""Bytes of one recording: weeks of a busy swarm. A recorder stops there, and a reader takes no more."""

LINES_LIMIT = 1_000_000
"""Lines of one recording, of which each may cost as much memory as a record on disk."""


class Flaw(NamedTuple):
    """A damaged line.

    Attributes:
        number: of the line, from 1.
        reason: what is wrong with it, going on from "the line"; safe text.
    """

    number: int
    reason: str


@dataclass(slots=True)
class Recording:
    """A recording, read.

    Attributes:
        header: whose it is.
        trail: what it tells.
        lines: lines that tell something.
        damaged: lines that were passed over, as they tell nothing that is known.
        flaw: the first of these lines, or None.
        whole: bytes up to the end of its last whole line; what follows was torn off in the midst of writing.
        is_torn: whether anything follows.
        is_looking: whether it ends in the midst of a look around, of which nothing is told then.
    """

    header: Header
    trail: Trail = field(default_factory=Trail)
    lines: int = 0
    damaged: int = 0
    flaw: Flaw | None = None
    whole: int = 0
    is_torn: bool = False
    is_looking: bool = False

    def spoil(self, reason: str) -> None:
        """Count a line that tells nothing that is known."""
        if self.flaw is None:
            # The first line is the header.
            self.flaw = Flaw(self.lines + self.damaged + 2, reason)
        self.damaged += 1


def read_recording(path: Path) -> Recording:
    """Read a recording whole. A last line without an end is what a writer that was killed left behind, and no damage.

    Raises:
        RecordingError: if there is none, it is too large, or the system refuses.
    """
    try:
        with open_recording(path) as file:
            return _read(file)
    except RecordingError as error:
        raise RecordingError(f"{safe_text(path, 300)} cannot be opened: {error}") from None


def open_recording(path: Path) -> BinaryIO:
    """Open a recording to be read; a link to one is followed, for a person named it.

    Raises:
        RecordingError: if that is no plain file, too large, or the system refuses.
    """
    real = os.path.realpath(path)
    try:
        check_regular(look(real), SIZE_LIMIT)
        file = os.fdopen(os.open(real, READ_FLAGS), "rb")
    except FileNotFoundError:
        raise RecordingError("there is no such file: make one with `musetui record`") from None
    except RefusedError as error:
        raise RecordingError(str(error)) from None
    except UnreadableError as error:
        raise RecordingError(f"it is {error}") from None
    except (OSError, ValueError) as error:
        raise RecordingError(plain_reason(error) if isinstance(error, OSError) else "that is no path") from None
    return file


def _read(file: BinaryIO) -> Recording:
    first = file.readline(LINE_LIMIT + 1)
    if not first:
        raise RecordingError("it is empty: it is no recording of musetui")
    recording = Recording(read_header(first), whole=len(first))
    in_look: list[Batch] | None = None
    trail = recording.trail
    for at, lines in groupby(_lines(file, recording), key=lambda line: line.at):
        news: list[Batch] = []
        for line in lines:
            if line.word is None:
                (news if in_look is None else in_look).append(line.batch)
            elif line.word is Word.LOOK:
                # One that was begun and never ended tells nothing: somebody killed the recorder.
                in_look = []
            elif line.word is Word.LOOKED and in_look is not None:
                trail.look([trail.batch(), *in_look], moment_at(at))
                in_look = None
            elif line.word is Word.WATCH and in_look is None and trail.watches:
                trail.keep_watch(moment_at(at))
        if news and trail.watches:
            trail.follow(_joined(news), moment_at(at))
    recording.is_looking = in_look is not None
    return recording


def _joined(batches: list[Batch]) -> Batch:
    """Return what came at one moment as one batch."""
    return Batch(
        found=[sighting for batch in batches for sighting in batch.found],
        gone=[slot for batch in batches for slot in batch.gone],
        problems=[problem for batch in batches for problem in batch.problems],
        solved=[path for batch in batches for path in batch.solved],
    )


def _lines(file: BinaryIO, recording: Recording) -> Iterator[Line]:
    """Yield the lines that tell something, and keep count."""
    while data := file.readline(LINE_LIMIT + 1):
        if not data.endswith(b"\n"):
            if len(data) <= LINE_LIMIT or not _pass_over(file, recording, len(data)):
                recording.is_torn = True
                return
            continue
        recording.whole += len(data)
        if recording.lines + recording.damaged >= LINES_LIMIT or recording.whole > SIZE_LIMIT:
            raise RecordingError(f"it has more than {LINES_LIMIT:,} lines, or grows beyond all bounds")
        try:
            line = read_line(data)
        except RecordingError as error:
            recording.spoil(str(error))
            continue
        recording.lines += 1
        yield line


def _pass_over(file: BinaryIO, recording: Recording, size: int) -> bool:
    """Pass over a line that is too long; return False where it has no end."""
    while data := file.readline(LINE_LIMIT + 1):
        size += len(data)
        if data.endswith(b"\n"):
            recording.spoil("is longer than any record")
            recording.whole += size
            return True
    return False
