"""What `musetui record` kept of whatever happened gives back, at any moment, what one look at the disk showed then."""

import os
import signal
import tempfile
import threading
from argparse import Namespace
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from musetui.cli import recording
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.errors import RecordError
from musetui.history.lines import entries
from musetui.history.recording import read_recording
from musetui.history.replay import Replay, open_replay
from musetui.history.scrub import Scrub
from musetui.history.unknown import Unknown
from musetui.swarm.picture import Swarm
from tests.cli.conftest import NOON
from tests.conftest import wait_until
from tests.properties import patient
from tests.swarm.scene import ADDRESSES
from tests.swarm.test_same_as_loaded_at_once import RUNS, look

MOST = 12
"""Deeds of one story."""

Moments = list[tuple[datetime, dict[str, Any]]]

lengths = st.integers(1, 90).map(lambda minutes: timedelta(minutes=minutes))
runs = st.sampled_from(RUNS[:3])
which = st.integers(0, 9)
deeds = st.one_of(
    st.tuples(st.just("reserve"), runs, st.sampled_from(ADDRESSES), lengths),
    st.tuples(st.just("beat"), which, lengths),
    st.tuples(st.just("release"), which, runs),
    st.tuples(st.just("intend"), runs, st.sampled_from(ADDRESSES), which),
    st.tuples(st.just("delete"), which),
)
waits = st.tuples(st.integers(2, 5_000), st.integers(0, 999)).map(lambda each: timedelta(seconds=each[0]))
stories = st.lists(st.tuples(deeds, waits, st.floats(0.001, 0.999)), min_size=4, max_size=MOST)


class Life:
    """A repository in which things happen, and the clock of all who see it.

    Attributes:
        now: the moment.
    """

    def __init__(self, root: Path) -> None:
        (root / ".muse").mkdir(parents=True)
        self.repository = Repository(root)
        self.now = NOON
        self._writer = Writer(self.repository, durable=False)
        self._made: list[str] = []

    def do(self, deed: Any) -> None:
        """Do a deed, if it can be done."""
        kind, *details = deed
        with suppress(RecordError):
            getattr(self, f"_{kind}")(*details)

    def _reserve(self, run_id: str, address: str, length: timedelta) -> None:
        made = self._writer.reserve([address], run_id, ttl=length, operation="modify", branch="main", now=self.now)
        self._made.append(made.reservation_id)

    def _some(self, which: int) -> str:
        return self._made[which % len(self._made)] if self._made else "none"

    def _beat(self, which: int, length: timedelta) -> None:
        self._writer.beat(self._some(which), "ann", now=self.now, extend_to=self.now + length)

    def _release(self, which: int, run_id: str) -> None:
        self._writer.release(self._some(which), run_id, now=self.now)

    def _intend(self, run_id: str, address: str, which: int) -> None:
        self._writer.intend(
            [address], run_id, operation="rename", detail="", reservation_id=self._some(which), branch="", now=self.now
        )

    def _delete(self, which: int) -> None:
        there = sorted(self.repository.coordination.rglob("*.json"))
        if there:
            there[which % len(there)].unlink()

    def seen(self) -> dict[str, Any]:
        """Return what a look at the disk shows now."""
        swarm = Swarm()
        swarm.apply(load(self.repository), self.now, live=False)
        return look(swarm)


def is_recorded(life: Life, path: Path) -> bool:
    """Return whether the recording knows of all that is there."""
    if not path.exists() or b'"looked"' not in path.read_bytes():
        return False
    recorded = read_recording(path).trail.batch()
    return sorted(entries(recorded)) == sorted(entries(load(life.repository)))


def recorded(story: Any, folder: Path) -> tuple[Replay, Moments]:
    """Have a story happen while `musetui record` runs; return what it kept, and what was seen at which moment."""
    life, path = Life(folder / "orchard"), folder / "day.jsonl"
    moments: Moments = []
    troubles: list[BaseException] = []

    def happen() -> None:
        try:
            wait_until(lambda: is_recorded(life, path), what="the first look")
            for deed, wait, share in story:
                life.do(deed)
                wait_until(lambda: is_recorded(life, path), what=f"{deed[0]} in the recording")
                begins = life.now
                life.now = begins + wait * share
                moments.append((life.now, life.seen()))
                life.now = begins + wait
        except BaseException as trouble:
            troubles.append(trouble)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=happen)
    args = Namespace(file=path, as_json=False, repo=str(life.repository.root), poll=None)
    thread.start()
    with patch.object(recording, "_now", lambda: life.now):
        assert recording.run_record(args) == 0
    thread.join()
    if troubles:
        raise troubles[0]
    return open_replay(path), moments


@patient(12)
@given(story=stories)
def test_any_moment_is_as_it_was(story: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        replay, moments = recorded(story, Path(folder))
    scrub = Scrub(replay.known.trail)
    # Forward and back again: each way must lead to the same picture.
    for moment, seen in [*moments, *reversed(moments)]:
        scrub.go(moment)
        assert look(scrub.swarm) == seen
        assert replay.known.trail.unknown(moment) == Unknown()
