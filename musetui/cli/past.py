"""Looking back: the picture of a moment that has passed, and what is said about it."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.cli.workspace import Workspace
from musetui.durations import format_duration
from musetui.errors import RecordingError
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.history.recording import Recording
    from musetui.history.then import SwarmThen
    from musetui.swarm.picture import Swarm


def look_at(workspace: Workspace, moment: datetime, now: datetime) -> "SwarmThen":
    """Return the picture of *moment*, and say on stderr which moment it is, and what is not known about it.

    Raises:
        RecordingError: if the recording that was asked for cannot be read, or is of another repository.
    """
    from musetui.coordination.reader import load
    from musetui.history.then import look_back
    from musetui.history.trail import Trail
    from musetui.swarm.thresholds import thresholds_of

    path, recording = find_recording(workspace)
    trail = Trail() if recording is None else recording.trail
    lying = load(workspace.repository)
    trail.look([lying], now)
    swarm = look_back(trail, moment, thresholds_of(workspace.settings), path, lying.problems)
    local = moment.astimezone()
    _tell(f"as of {local:%Y-%m-%d %H:%M:%S} (UTC{local:%z}), {format_duration(now - moment, 2)} ago")
    for sentence in swarm.unknown.sentences():
        _tell(f"not known of then: {sentence}")
    return swarm


def find_recording(workspace: Workspace) -> "tuple[Path | None, Recording | None]":
    """Return the recording to be used, and where it is; None twice if there is none.

    Raises:
        RecordingError: if the one that was asked for cannot be read, or is of another repository.
    """
    from musetui.history.places import recording_file
    from musetui.history.recording import read_recording

    asked, repository = workspace.recording, workspace.repository
    path = asked or recording_file(repository, workspace.settings.state)
    if asked is None and not path.exists():
        return None, None
    try:
        recording = read_recording(path)
        theirs, ours = recording.header.repo_id, repository.repo_id()
        if theirs and ours and theirs != ours:
            name = safe_text(recording.header.repository, 60)
            raise RecordingError(f"{safe_text(path, 300)} is of another repository ({name})")
    except RecordingError as error:
        if asked is not None:
            raise
        _tell(f"the recording is not used: {error}")
        return None, None
    if recording.damaged:
        _tell(f"{recording.damaged:,} damaged lines of {safe_text(path, 300)} were passed over")
    return path, recording


def moment_fields(swarm: "Swarm") -> dict[str, object]:
    """Return what JSON says of the moment that *swarm* shows."""
    fields: dict[str, object] = {"at": swarm.now.isoformat()}
    unknown = getattr(swarm, "unknown", None)
    if unknown is not None:
        path = getattr(swarm, "recording", None)
        fields["past"] = {
            "recorded": not unknown.deleted,
            "recording": None if path is None else str(path),
            "overwritten_heartbeats": unknown.beats,
            "undated": unknown.undated,
            "unknown_arrivals": unknown.arrivals,
            "notes": unknown.sentences(),
        }
    return fields


def _tell(sentence: str) -> None:
    print(f"musetui: {safe_text(sentence)}", file=sys.stderr)
