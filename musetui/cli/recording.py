"""`musetui record`: follows a repository and keeps what its disk forgets, until it is told to end."""

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.cli.output import flush, say, say_json
from musetui.cli.workspace import open_workspace
from musetui.durations import format_duration
from musetui.errors import RecordingError
from musetui.records.text import counted, safe_text

if TYPE_CHECKING:
    from musetui.coordination.batch import Batch
    from musetui.coordination.feed import FeedStatus
    from musetui.history.recorder import Recorder

_LOOK_EVERY = 1.0
"""Seconds between two looks at whether the recording still goes on."""

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_record(args: Namespace) -> int:
    """Record until a signal ends it; return once all that was seen is written."""
    from musetui.coordination.feed import Feed
    from musetui.history.lines import Header
    from musetui.history.places import recording_file
    from musetui.history.recorder import Recorder

    workspace = open_workspace(args)
    repository, settings = workspace.repository, workspace.settings
    path: Path = args.file or recording_file(repository, settings.state)
    if args.file is None:
        _make_folder(path.parent)
    began = _now()
    recorder = Recorder(path.absolute(), Header(repository.name, repository.repo_id()))
    scribe = _Scribe(recorder, repository.name, path, as_json=args.as_json)
    feed = Feed(repository, scribe.deliver, scribe.tell, polling=settings.poll)
    with _ended_by_signals() as ended:
        feed.start()
        while not (ended.wait(_LOOK_EVERY) or recorder.failure):
            recorder.keep_watch(_now())
    feed.stop()
    failure = recorder.failure
    recorder.close(_now())
    if failure:
        raise RecordingError(f"{safe_text(path, 300)} is not written any more: {failure}")
    length = _now() - began
    if args.as_json:
        seconds = round(length.total_seconds(), 3)
        say_json({"schema_version": 1, "recording": str(path), "changes": recorder.changes, "seconds": seconds})
    else:
        say(f"recorded {counted(recorder.changes, 'change')} in {format_duration(length, 2)}")
    return 0


class _Scribe:
    """Hands what the feed tells on to the recorder, on the feed's thread."""

    def __init__(self, recorder: "Recorder", name: str, path: Path, *, as_json: bool) -> None:
        self._recorder = recorder
        self._name = name
        self._path = path
        self._as_json = as_json
        self._has_looked = False
        self._trouble = ""

    def deliver(self, batch: "Batch") -> None:
        self._recorder.take_in(batch, _now())

    def tell(self, status: "FeedStatus") -> None:
        if status.reason != self._trouble:
            self._trouble = status.reason
            if status.reason:
                print(f"musetui: {safe_text(status.reason, 300)}", file=sys.stderr)
        if not status.settled or self._has_looked:
            return
        self._has_looked = True
        self._recorder.looked(_now())
        if not self._as_json:
            how = "begun" if self._recorder.is_new else "gone on with"
            say(f"recording {self._name} into {safe_text(self._path, 300)}, {how}; Ctrl+C ends")
            flush()


@contextmanager
def _ended_by_signals() -> Iterator[threading.Event]:
    """Give what is set by the first signal to end, and let the signals mean what they meant afterwards."""
    ended = threading.Event()
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in _ENDS}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _make_folder(folder: Path) -> None:
    from musetui.coordination.files import plain_reason

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordingError(f"{safe_text(folder, 300)} cannot be made: {plain_reason(error)}") from None


def _now() -> datetime:
    return datetime.now(UTC)
