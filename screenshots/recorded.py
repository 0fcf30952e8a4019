"""A recording of the scene, as `musetui record` would have made it while the scene came to be."""

from datetime import datetime, timedelta
from pathlib import Path

from musetui.coordination.batch import Batch, Sighting
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.history.dating import date_of, origins
from musetui.history.lines import Header
from musetui.history.recorder import Recorder
from musetui.swarm.moments import micros, moment_at

LENGTH = timedelta(hours=2)
"""For how long it was recorded."""


def record_scene(repository: Repository, path: Path, now: datetime) -> None:
    """Write to *path* what a recorder would have seen in *repository* until *now* (aware)."""
    found = load(repository).found
    known = origins(found)

    def came_at(sighting: Sighting) -> int:
        return date_of(sighting, known).at

    began = micros(now - LENGTH)
    recorder = Recorder(path, Header("orchard", "7d6c"))
    recorder.take_in(Batch(found=[each for each in found if came_at(each) <= began]), moment_at(began))
    recorder.looked(moment_at(began))
    for sighting in sorted((each for each in found if began < came_at(each) <= micros(now)), key=came_at):
        recorder.take_in(Batch(found=[sighting]), moment_at(came_at(sighting)))
    recorder.close(now)
