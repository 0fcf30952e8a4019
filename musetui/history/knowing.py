"""All that is known of a repository's past: what its recording tells, and then what lies on its disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from musetui.coordination.attic import Attic
from musetui.coordination.batch import Problem
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.errors import RecordingError
from musetui.history.places import recording_file
from musetui.history.recording import Recording, read_recording
from musetui.history.trail import Trail
from musetui.records.text import counted, safe_text


@dataclass(frozen=True, slots=True)
class Known:
    """What is known.

    Attributes:
        trail: the past, up to the moment of the look.
        recording: the recording that is part of it, or None.
        problems: what is wrong on disk now.
        remarks: what a person should know of the recording, a sentence each; safe text.
    """

    trail: Trail
    recording: Path | None
    problems: Sequence[Problem]
    remarks: Sequence[str]


def all_known(
    repository: Repository, asked: Path | None, state: Path | None, now: datetime, cutoff: datetime | None = None
) -> Known:
    """Read all that is known of the past of *repository*.

    Args:
        repository: whose past.
        asked: the recording to be used; None for the one that is kept of the repository, if there is any.
        state: the folder of what is kept, where that is not the user's own.
        now: this moment (aware): of when the disk is looked at.
        cutoff: what was over before is left out, where no recording tells of it (aware); None to leave out nothing.

    Raises:
        RecordingError: if the recording that was asked for cannot be read, or is of another repository.
    """
    path, remarks = asked or recording_file(repository, state), []
    recording = None
    if asked is not None or path.exists():
        try:
            recording = _recording_of(repository, path)
        except RecordingError as error:
            if asked is not None:
                raise
            remarks.append(f"the recording is not used: {error}")
    if recording is not None and recording.flaw is not None:
        number, reason = recording.flaw
        lines = counted(recording.damaged, "damaged line")
        remarks.append(f"{lines} of {safe_text(path, 300)} passed over; the first, line {number:,}, {reason}")
    trail = Trail() if recording is None else recording.trail
    # What a recording tells of would seem to have been deleted, were it left out of what lies there now.
    attic = Attic(cutoff if recording is None else None)
    lying = load(repository, attic)
    if (away := attic.told()) is not None:
        remarks.append(away.sentence)
    trail.look([lying], now)
    return Known(trail, None if recording is None else path, lying.problems, remarks)


def _recording_of(repository: Repository, path: Path) -> Recording:
    recording = read_recording(path)
    theirs, ours = recording.header.repo_id, repository.repo_id()
    if theirs and ours and theirs != ours:
        name = safe_text(recording.header.repository, 60)
        raise RecordingError(f"{safe_text(path, 300)} is of another repository ({name})")
    return recording
