"""Looking back: the picture of a moment that has passed, and what is said about it."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

from musetui.cli.workspace import Workspace
from musetui.durations import format_duration
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.history.then import SwarmThen
    from musetui.swarm.picture import Swarm


def look_at(workspace: Workspace, moment: datetime, now: datetime) -> "SwarmThen":
    """Return the picture of *moment*, and say on stderr which moment it is, and what is not known about it.

    Raises:
        RecordingError: if the recording that was asked for cannot be read, or is of another repository.
    """
    from musetui.history.knowing import all_known
    from musetui.history.then import look_back
    from musetui.swarm.thresholds import thresholds_of

    settings = workspace.settings
    known = all_known(workspace.repository, workspace.recording, settings.state, now, settings.cutoff(moment))
    for remark in known.remarks:
        _tell(remark)
    swarm = look_back(known.trail, moment, thresholds_of(settings), known.recording, known.problems)
    local = moment.astimezone()
    _tell(f"as of {local:%Y-%m-%d %H:%M:%S} (UTC{local:%z}), {format_duration(now - moment, 2)} ago")
    for sentence in swarm.unknown.sentences():
        _tell(f"not known of then: {sentence}")
    return swarm


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
