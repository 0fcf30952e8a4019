"""The lines of a recording: one JSON object each, written and read here alone. `docs/time-travel.md` describes them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from musetui.coordination.batch import FOLDERS, Batch, Problem, Sighting, Slot
from musetui.errors import RecordError, RecordingError
from musetui.records.kinds import is_record_id
from musetui.records.models import EARLIEST, LATEST, Moment
from musetui.records.parse import RECORD_BYTES_LIMIT, record_of
from musetui.records.text import safe_text
from musetui.swarm.moments import micros

MARK = "musetui-recording"
"""What the first line calls the file."""

VERSION = 1

LINE_LIMIT = 2 * RECORD_BYTES_LIMIT
"""Bytes of one line; a record's own, however it is put."""

_ROOM = 64
"""Bytes of a line beside its body: the moment."""

_PATH_LIMIT = 4_096
_REASON_LIMIT = 1_000
_NAME_LIMIT = 512
_FIRST, _LAST = micros(EARLIEST), micros(LATEST)
_HUB_ID_LIMIT = 2**63
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


class Word(StrEnum):
    """What a line tells, beside the records that come and go."""

    LOOK = "look"
    LOOKED = "looked"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a recording, read.

    Attributes:
        at: when it was written (microseconds).
        word: what it tells; None where it tells of a place.
        batch: the news of one place.
    """

    at: int
    word: Word | None
    batch: Batch


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line tells.

    Attributes:
        repository: the name of the repository (hostile text).
        repo_id: its id, or "".
    """

    repository: str
    repo_id: str


# From news to lines


class Entry(NamedTuple):
    """What a line tells of one place, without when.

    Attributes:
        path: the place, relative to `.muse/coordination/`.
        body: the rest of the line; the same wherever the same is told.
        is_there: whether something lies there.
    """

    path: str
    body: bytes
    is_there: bool


def header_line(header: Header) -> bytes:
    """Return the first line of a recording."""
    names = {"repository": _plain(header.repository), "repo_id": _plain(header.repo_id)}
    fields = {"format": MARK, "version": VERSION, **names}
    return b"{%s\n" % _body(fields)


def is_torn_header(data: bytes) -> bool:
    """Return True for the beginning of a header without its end: what is left where one was being written."""
    start = b'{"format":"%s"' % MARK.encode()
    return b"\n" not in data and (data.startswith(start) or start.startswith(data))


def word_line(at: int, word: Word) -> bytes:
    """Return the line that says *word*."""
    return entry_line(at, _body({"tells": word.value}))


def entry_line(at: int, body: bytes) -> bytes:
    """Return the line that tells *body* at a moment (microseconds)."""
    return b'{"at":%d,%s\n' % (at, body)


def entries(batch: Batch) -> Iterator[Entry]:
    """Yield what *batch* tells of each place, in the order in which a batch is applied."""
    for path in (*batch.solved, *(slot.path for slot in batch.gone)):
        yield Entry(path, _body({"gone": _plain(path)}), False)
    for sighting in batch.found:
        yield Entry(sighting.slot.path, _found(sighting), True)
    for problem in batch.problems:
        yield Entry(problem.path, _problem(problem.path, problem.reason), True)


def _found(sighting: Sighting) -> bytes:
    path = sighting.slot.path
    fields: dict[str, object] = {"found": path}
    if sighting.hub_id is not None:
        fields["hub_id"] = sighting.hub_id
    if sighting.received_at is not None:
        fields["received_at"] = sighting.received_at.isoformat()
    try:
        record = sighting.record.model_dump_json().encode()
    except ValueError:  # a number or a text that has no place in JSON
        return _problem(path, "cannot be recorded")
    body = b'%s,"record":%s}' % (_body(fields)[:-1], record)
    return body if len(body) < LINE_LIMIT - _ROOM else _problem(path, "too large to be recorded")


def _problem(path: str, reason: str) -> bytes:
    return _body({"problem": _plain(path), "reason": _plain(reason)[:_REASON_LIMIT]})


def _body(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()[1:]


def _plain(text: str) -> str:
    """Return *text* with what cannot be written as UTF-8 spelled out: a name on disk may be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode()[:_PATH_LIMIT]


# From lines to news


def read_header(data: bytes) -> Header:
    """Read the first line.

    Raises:
        RecordingError: if it is not that of a recording, or of one that is newer than this musetui.
    """
    fields = _fields(data)
    if fields is None or fields.get("format") != MARK:
        raise RecordingError("it is no recording of musetui: make one with `musetui record`")
    if fields.get("version") != VERSION:
        shown = safe_text(fields.get("version"), 20)
        raise RecordingError(f"its version is {shown}, and this musetui reads version {VERSION}: take a newer musetui")
    names = (fields.get("repository"), fields.get("repo_id"))
    repository, repo_id = (name[:_NAME_LIMIT] if isinstance(name, str) else "" for name in names)
    return Header(repository, repo_id)


def read_line(data: bytes) -> Line:
    """Read any other line.

    Raises:
        RecordingError: if it is damaged, or tells nothing that is known; the sentence goes on from "the line".
    """
    fields = _fields(data)
    if fields is None:
        raise RecordingError("is no JSON object")
    at = fields.get("at")
    if not isinstance(at, int) or isinstance(at, bool) or not _FIRST <= at <= _LAST:
        raise RecordingError("says no moment")
    if (word := fields.get("tells")) is not None:
        if word not in list(Word):
            raise RecordingError(f"tells of something unknown, {safe_text(word, 40)!r}")
        return Line(at, Word(word), Batch())
    return Line(at, None, _news(fields))


def _fields(data: bytes) -> dict[str, Any] | None:
    try:
        fields = from_json(data)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _news(fields: dict[str, Any]) -> Batch:
    if (path := _path(fields.get("found"))) is not None:
        slot = _slot(path)
        if slot is None or not slot.name.endswith(".json") or not is_record_id(slot.stem):
            raise RecordingError(f"names a place where no record lies, {safe_text(path, 80)!r}")
        return Batch(found=(_sighting(slot, fields),))
    if (path := _path(fields.get("gone"))) is not None:
        slot = _slot(path)
        return Batch(solved=(path,)) if slot is None else Batch(gone=(slot,))
    if (path := _path(fields.get("problem"))) is not None:
        reason = fields.get("reason")
        return Batch(problems=(Problem(path, reason[:_REASON_LIMIT] if isinstance(reason, str) else ""),))
    raise RecordingError("tells of nothing")


def _path(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _PATH_LIMIT else None


def _slot(path: str) -> Slot | None:
    folder, _, name = path.rpartition("/")
    return Slot(folder, name) if folder in FOLDERS else None


def _sighting(slot: Slot, fields: dict[str, Any]) -> Sighting:
    """Return the record of a line, judged as one that lies on disk is."""
    record, hub_id, received_at = fields.get("record"), fields.get("hub_id"), fields.get("received_at")
    if not isinstance(record, dict):
        raise RecordingError("holds no record")
    if not isinstance(hub_id, int | None) or isinstance(hub_id, bool) or abs(hub_id or 0) >= _HUB_ID_LIMIT:
        raise RecordingError("has a hub_id that no hub gives")
    try:
        moment = None if received_at is None else _MOMENT.validate_python(received_at)
    except (ValidationError, ValueError, OverflowError):
        raise RecordingError("has a received_at that is no moment") from None
    try:
        return Sighting(slot, record_of(slot.kind, record, slot.stem), hub_id, moment)
    except RecordError as error:
        raise RecordingError(f"holds what is no record: {safe_text(error, 200)}") from None
    except (ValidationError, ValueError, RecursionError, OverflowError):
        raise RecordingError("holds what is no record") from None
