"""Replay: a recording that was made elsewhere, opened where there is no repository. Its now is its end."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from musetui.coordination.batch import Batch
from musetui.coordination.feed import FeedStatus, WatchMode
from musetui.coordination.repository import Repository
from musetui.errors import RecordingError
from musetui.history.knowing import Known
from musetui.history.recording import Recording, read_recording
from musetui.records.text import safe_text
from musetui.swarm.moments import moment_at

AT_ONCE = 100
"""Records handed over at once: a millisecond's work for who takes them in."""

TOLD_EVERY = 20
"""Parts after which it is told how far that has come."""


@dataclass(frozen=True, slots=True)
class Elsewhere(Repository):
    """A repository that is not here: nothing of it can be opened, asked or changed.

    Attributes:
        called: its name (hostile text).
        identity: its id, or "".
    """

    called: str = ""
    identity: str = ""
    is_here: ClassVar[bool] = False

    @property
    def name(self) -> str:
        return self.called or "(unnamed)"

    def repo_id(self) -> str:
        return self.identity

    def branch(self) -> str:
        return ""

    def branches(self) -> list[str]:
        return []


@dataclass(frozen=True, slots=True)
class Replay:
    """A recording, opened.

    Attributes:
        repository: whose it is.
        known: what it tells, and what a person should know of it.
        begins: when the recorder first looked around (aware, UTC).
        ends: the last moment it knows of (aware, UTC).
        ending: all that lay there then.
    """

    repository: Elsewhere
    known: Known
    begins: datetime
    ends: datetime
    ending: Batch

    def source(self, deliver: Callable[[Batch], None], tell: Callable[[FeedStatus], None]) -> "Ending":
        """Return what tells of the end of it as a feed tells of a disk."""
        return Ending(self.ending, deliver, tell)


class Ending:
    """Hands over what lay there at the end of a recording, once. Nothing comes after."""

    def __init__(self, ending: Batch, deliver: Callable[[Batch], None], tell: Callable[[FeedStatus], None]) -> None:
        self._ending = ending
        self._deliver = deliver
        self._tell = tell

    def start(self) -> None:
        """Hand it over."""
        total = len(self._ending.found)
        self._tell(FeedStatus(WatchMode.LOADING, total=total))
        for number, batch in enumerate(_in_parts(self._ending), 1):
            self._deliver(batch)
            if not number % TOLD_EVERY:
                self._tell(FeedStatus(WatchMode.LOADING, loaded=min(number * AT_ONCE, total), total=total))
        self._tell(FeedStatus(WatchMode.KERNEL, loaded=total, total=total, settled=True))

    def stop(self) -> None:
        """There is nothing to be stopped."""

    def silent_for(self) -> float:
        """Return 0: a file was read, and there is nothing to wait for."""
        return 0.0

    def refresh(self) -> None:
        """There is nothing it could be compared with."""


def open_replay(path: Path) -> Replay:
    """Open the recording at *path*. One that was cut off at its end is opened as far as it is whole.

    Raises:
        RecordingError: if there is none, it cannot be read, is damaged, or tells nothing yet.
    """
    recording = read_recording(path)
    shown, trail = safe_text(path, 300), recording.trail
    if recording.flaw is not None:
        number, reason = recording.flaw
        more = f" ({recording.damaged:,} lines are damaged)" if recording.damaged > 1 else ""
        raise RecordingError(
            f"{shown} is damaged: line {number:,} {reason}{more}; take it out, and the rest can be seen"
        )
    if trail.ends is None:
        raise RecordingError(f"{shown} tells nothing yet: its first look around was never finished")
    header = recording.header
    repository = Elsewhere(Path(os.devnull), header.repository, header.repo_id)
    known = Known(trail, path, (), tuple(_remarks(recording)))
    return Replay(repository, known, moment_at(trail.watches[0][0]), trail.ends, trail.batch())


def _remarks(recording: Recording) -> Iterator[str]:
    if recording.is_looking:
        yield "the recorder was ended in the midst of a look around, of which nothing is shown"
    elif recording.is_torn:
        yield "the recording is cut off in the midst of a line: what came before that line is shown"


def _in_parts(batch: Batch) -> Iterator[Batch]:
    for first in range(0, max(len(batch.found), len(batch.problems)), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        yield Batch(found=batch.found[part], problems=batch.problems[part])
