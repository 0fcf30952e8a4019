"""The targets: each takes any bytes as what somebody else wrote, and breaks only if a promise of ours does.

An error that a parser names in its docstring is its answer; every other one is a find.
"""

import shlex
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from fuzz.promises import all_paintable, paintable, promise
from musetui.bus.refusals import RefusedRequestError
from musetui.callgraph.languages import extract, languages
from musetui.callgraph.shapes import SourceError
from musetui.coordination.batch import FOLDERS, Batch, Problem, Sighting, Slot
from musetui.coordination.muse_command import SemanticPlan
from musetui.coordination.reader import parse_slot
from musetui.coordination.repository import Repository
from musetui.errors import FilterError, HubRefusedError, HubRejectedError, MuseTuiError, RecordingError
from musetui.hub.envelopes import EnvelopeError, check_envelope
from musetui.hub.replies import read_pull_page, read_push_reply
from musetui.records.kinds import Kind, is_record_id
from musetui.records.text import printable, safe_text
from musetui.redaction import redacted
from musetui.swarm.picture import Swarm

if TYPE_CHECKING:
    from musetui.tui.presentation.detail import Line

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


class Target(NamedTuple):
    """Something to throw bytes at.

    Attributes:
        run: takes any bytes.
        seeds: bytes that mean something to it.
        words: what its grammar is made of.
    """

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...] = ()


def world(data: bytes) -> None:
    """Take *data* as the records of a repository, parted by zeros, the first byte of each telling its folder."""
    folders = list(FOLDERS)
    found: list[Sighting] = []
    problems: list[Problem] = []
    for number, part in enumerate(data.split(b"\0")[:40]):
        slot = Slot(folders[part[0] % len(folders)] if part else folders[0], f"r{number}.json")
        read = parse_slot(slot, part[1:])
        if isinstance(read, Problem):
            paintable(safe_text(read.reason), "a reason")
            promise(read.path == slot.path, "a problem lies elsewhere")
            problems.append(read)
        else:
            found.append(read)
    swarm = Swarm()
    swarm.apply(Batch(found=found, problems=problems), NOW)
    for hours in (0, 1, 30 * 24):
        swarm.advance(NOW + timedelta(hours=hours))
        look_at(swarm)


def look_at(swarm: Swarm) -> None:
    """Ask a swarm everything that the views do, and look at each sentence."""
    from musetui.forecast.index import ConflictIndex
    from musetui.forecast.merge_plan import plan_merges
    from musetui.forecast.plan_page import markdown_page
    from musetui.forecast.stale_index import StaleIndex
    from musetui.forecast.stale_wording import shell_line
    from musetui.forecast.work_index import gather
    from musetui.tui.presentation.detail import conflict_lines, intent_lines, reservation_lines

    index = ConflictIndex(swarm)
    conflicts = index.conflicts()
    for conflict in conflicts:
        all_paintable((conflict.description, conflict.advice), "a conflict's sentence")
        promise(len(conflict.runs) > 1, "somebody conflicts with themself")
        for line in conflict_lines(conflict, swarm.now):
            _paintable_line(line, "a line of a conflict")
    for finding in StaleIndex(swarm, index).findings():
        paintable(finding.suggestion, "a suggestion")
        if finding.command:
            promise(shlex.split(shell_line(finding.command)) == list(finding.command), "a command is another one")
    made = plan_merges(gather(swarm))
    promise(len(set(made.order)) == len(made.order), "a branch stands twice in a plan")
    all_paintable(
        (safe_text(line, 20_000) for line in markdown_page(made, "orchard", "main", swarm.now)), "a line of the page"
    )
    for held in swarm.reservations():
        for line in reservation_lines(held, swarm, (), swarm.now):
            _paintable_line(line, "a line of a reservation")
    for intent in swarm.entities(Kind.INTENT):
        for line in intent_lines(intent, swarm, swarm.now):
            _paintable_line(line, "a line of an intent")


def _paintable_line(line: "Line", what: str) -> None:
    all_paintable((line.label, *(span.text for span in line.spans)), what)


def pull(data: bytes) -> None:
    """Take *data* as a hub's answer to a pull."""
    try:
        page = read_pull_page(data, 500)
    except HubRejectedError as error:
        paintable(str(error), "a sentence about an answer")
        return
    after = 0
    for envelope in page.records:
        try:
            kept = check_envelope(envelope, after)
        except EnvelopeError as error:
            paintable(str(error), "a sentence about a record")
            continue
        promise(kept.hub_id > after, "ids do not ascend")
        after = kept.hub_id
        promise(is_record_id(kept.stem.partition(".")[0] or kept.stem), f"{kept.stem!a} is no name")
        promise("/" not in kept.stem and not kept.stem.startswith("."), f"{kept.stem!a} leads elsewhere")
        parse_slot(Slot(f"remote/{kept.kind.value}", f"{kept.stem}.json"), kept.data)


def push(data: bytes) -> None:
    """Take *data* as a hub's answer to a push of seven."""
    try:
        reply = read_push_reply(data, 7)
    except HubRejectedError as error:
        paintable(str(error), "a sentence about an answer")
    else:
        promise(0 <= reply.inserted <= 7, "more was taken than was sent")


def filters(data: bytes) -> None:
    """Take *data* as a filter that is typed, in every list."""
    from musetui.filters.completion import asked, names, words
    from musetui.filters.judge import judge

    text = data.decode(errors="surrogateescape")[:400]
    for fields in _vocabularies():
        try:
            judge(text, fields)
        except FilterError as error:
            promise(0 <= error.start <= error.end <= len(text) + 1, f"carets at {error.start} to {error.end}")
            paintable(str(error), "a sentence about a filter")
        for cursor in {0, len(text) // 2, len(text)}:
            question = asked(text, cursor, fields)
            if question is not None:
                names(question, fields) if question.field is None else words(question)


@cache
def _vocabularies() -> list[Any]:
    from musetui.tui.vocabulary.every import commands, lists

    return [*lists(), *commands()]


def settings(data: bytes) -> None:
    """Take *data* as a person's settings file and as a repository's."""
    from musetui.filters.saved import TABLE
    from musetui.settings import read_settings
    from musetui.tui.vocabulary.slips import filter_slips

    with _File(data) as path:
        for places in ({"user_file": path}, {"repository_file": path}):
            reading = read_settings({}, {}, **places)
            all_paintable(map(str, reading.problems), "a problem of the settings")
            if reading.settings.of(TABLE):
                all_paintable((slip.sentence for slip in filter_slips(reading.settings)), "a slip")


def recording(data: bytes) -> None:
    """Take *data* as a recording."""
    from musetui.history.recording import read_recording

    with _File(data) as path:
        try:
            read_recording(path)
        except RecordingError as error:
            paintable(str(error), "a sentence about a recording")


def identity(data: bytes) -> None:
    """Take *data* as an identity file, and as a key."""
    from musetui.hub.address import read_address
    from musetui.hub.identity import read_identity

    address = read_address("https://hub.example")
    with _File(data) as path, suppress(HubRefusedError):
        read_identity(path, address)
    with _File(b'["hub.example"]\nhandle = "me"\nkey_path = "key"\n') as path, suppress(HubRefusedError):
        key = path.with_name("key")
        key.touch(0o600)
        key.write_bytes(data)
        read_identity(path, address)


def typed(data: bytes) -> None:
    """Take *data* as a moment, a length, and a hub's address."""
    from musetui.durations import parse_duration
    from musetui.hub.address import read_address
    from musetui.typed_moments import parse_moment

    text = data.decode(errors="replace")
    for read in (lambda: parse_moment(text, NOW), lambda: parse_duration(text), lambda: read_address(text)):
        try:
            read()
        except MuseTuiError as error:
            paintable(str(error), "a sentence about what was typed")


def sources(data: bytes) -> None:
    """Take *data* as source code of each language."""
    for language, can_read in languages().items():
        if can_read:
            with suppress(SourceError):
                extract(language, data)


def repository(data: bytes) -> None:
    """Take *data* as the files that say what a repository is."""
    with tempfile.TemporaryDirectory() as folder:
        found = Repository(Path(folder))
        found.muse.mkdir()
        for name in ("HEAD", "repo.json"):
            (found.muse / name).write_bytes(data)
        promise(found.branch().isprintable(), "a branch's name would act on a terminal")
        safe_text(found.repo_id())


def memory(data: bytes) -> None:
    """Take *data* as what the dashboard keeps from one start to the next."""
    from musetui.tui.looks import Looks, read_choices
    from musetui.tui.shelf_file import read_shelf

    with _File(data) as path:
        Looks({}, (), read_choices(path))
        read_shelf(path)


def muse(data: bytes) -> None:
    """Take *data* as what `muse` prints."""
    from musetui.tui.presentation.semantic import semantic_lines

    with suppress(ValidationError):
        plan = SemanticPlan.model_validate_json(data)
        for line in semantic_lines(plan, "main", "feature"):
            _paintable_line(line, "a line of a semantic plan")


def signature(data: bytes) -> None:
    """Take *data* as an Authorization header at a hub of our own."""
    from musetui.bus.msign import read_claim

    with suppress(RefusedRequestError):
        read_claim(data.decode("latin-1"), NOW.timestamp())


def texts(data: bytes) -> None:
    """Take *data* as any text."""
    text = data.decode(errors="surrogateescape")
    paintable(safe_text(text))
    promise(len(safe_text(text, 9)) <= 9, "a text is longer than it may be")
    promise(len(printable(text)) == len(text), "a character has lost its place")
    redacted(text)


class _File:
    """A file with *data* that only this user can read, in a folder of its own."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._folder = tempfile.TemporaryDirectory()

    def __enter__(self) -> Path:
        path = Path(self._folder.name) / "file"
        path.touch(0o600)
        path.write_bytes(self._data)
        return path

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
