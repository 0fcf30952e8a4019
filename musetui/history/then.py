"""Then: the picture of one moment that has passed, for who looks once and is done."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from musetui.coordination.batch import FOLDERS, Batch, Problem
from musetui.history.trail import Trail
from musetui.history.unknown import Unknown
from musetui.swarm.departures import Departed
from musetui.swarm.picture import Swarm
from musetui.swarm.thresholds import Thresholds


class SwarmThen(Swarm):
    """A picture of the past.

    Attributes:
        unknown: what is not known about its moment.
        recording: the recording that was used, or None.
    """

    def __init__(
        self, settings: Thresholds, unknown: Unknown, recording: Path | None, departed: Departed | None = None
    ) -> None:
        super().__init__(settings, departed)
        self.unknown = unknown
        self.recording = recording


def look_back(
    trail: Trail,
    moment: datetime,
    settings: Thresholds,
    recording: Path | None = None,
    problems: Sequence[Problem] = (),
) -> SwarmThen:
    """Return the picture of *moment* (aware).

    Args:
        trail: what is known.
        moment: of when.
        settings: when what is still there counts as a finding.
        recording: the recording among what is known, or None.
        problems: what is wrong on disk now. Of a folder that cannot be read nothing is known of then either.
    """
    swarm = SwarmThen(settings, trail.unknown(moment), recording, trail.departed)
    unread = [problem for problem in problems if problem.path.rpartition("/")[0] not in FOLDERS]
    swarm.apply(trail.doing(0, trail.number(moment)), moment, live=False)
    swarm.apply(Batch(problems=unread), moment, live=False)
    return swarm
