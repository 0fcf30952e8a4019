"""What a selected record fills into the words of a command of a person's own, and what that makes of them.

All of it may come from anybody: it is filled in word by word, where it can become neither a command nor an option
(`musetui.placeholders`), and a path is only ever one within the work tree.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, cast

from musetui.coordination.source_place import find_source
from musetui.errors import MuseTuiError
from musetui.placeholders import Fields, FillingError, fill
from musetui.records.address import parse_address
from musetui.records.kinds import Kind
from musetui.records.shell import shell_words
from musetui.records.text import safe_text
from musetui.tui.own.command import OwnCommand
from musetui.tui.subject import Subject, SubjectKind

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict, ConflictKey
    from musetui.swarm.entity import Entity
    from musetui.tui.presentation.claims import ClaimKey
    from musetui.tui.showing import Showing

_ON_DISK = frozenset({"file", "line"})
"""What is found out by looking into the work tree."""

COORDINATION = ".muse/coordination"


class Order(NamedTuple):
    """One program to be run, for one record or for none.

    Attributes:
        words: the program and its arguments, everything filled in.
        about: what it is run for, in a few words of safe text; "" for nothing.
        feed: what it can read from its standard input: the record as JSON.
    """

    words: tuple[str, ...]
    about: str = ""
    feed: bytes = b""

    @property
    def line(self) -> str:
        """The words as one line of safe text, as they would be typed into a shell."""
        return shell_words(safe_text(word) for word in self.words)


class Known(NamedTuple):
    """What is known of what is selected, without a look at the disk.

    Attributes:
        fields: what there is to fill in.
        about: what it is, in a few words of safe text.
        feed: the record as JSON; empty where it is no record.
    """

    fields: Fields
    about: str = ""
    feed: bytes = b""


def known_of(subject: Subject | None, live: "Showing") -> Known:
    """Return what is known of *subject* now; of nothing, what is known everywhere."""
    repo: dict[str, str | tuple[str, ...]] = {"repo": str(live.repository.root)}
    if subject is None:
        return Known(repo)
    own, feed = _own_fields(subject, live)
    filled = {name: value for name, value in own.items() if value}
    about = f"{subject.kind.value} {safe_text(_called(subject, filled), 120)}"
    return Known({**repo, **filled}, about, feed)


def order_of(command: OwnCommand, known: Known, root: Path) -> Order:
    """Return what *command* runs for what is *known*; looks into the work tree at *root*, so call it in a thread.

    Raises:
        FillingError: if its words cannot be filled in; one sentence, safe text.
        RecordError: if its file is not to be found.
    """
    fields = dict(known.fields)
    if command.needs & {*_ON_DISK, "path"}:
        fields.update(_paths(command.needs, fields, root))
    return Order(tuple(fill(command.words, fields)), known.about, known.feed)


def orders_of(command: OwnCommand, known: Sequence[Known], root: Path) -> tuple[list[Order], list[str]]:
    """Return what *command* runs for each of what is *known*, and of those for which it cannot be run why; as above."""
    orders: list[Order] = []
    lost: list[str] = []
    for each in known:
        try:
            orders.append(order_of(command, each, root))
        except MuseTuiError as error:
            lost.append(f"{each.about}: {error}" if each.about else str(error))
    return orders, lost


def _called(subject: Subject, fields: Mapping[str, str | tuple[str, ...]]) -> str:
    """Return what a person calls it: a run, an address, an id."""
    if subject.kind in (SubjectKind.RESERVATION, SubjectKind.INTENT):
        return f"of {fields.get('run', '')}: {fields.get('address', subject.copied)}"
    return subject.copied


def _own_fields(subject: Subject, live: "Showing") -> tuple[dict[str, str | tuple[str, ...]], bytes]:
    kind = subject.kind
    if kind in (SubjectKind.RESERVATION, SubjectKind.INTENT):
        entity = live.swarm.entity(Kind(kind.value), str(subject.key))
        return (_held_fields(entity, live), _feed(entity)) if entity is not None else ({}, b"")
    if kind is SubjectKind.CONFLICT:
        conflict = live.conflicts.conflict(cast("ConflictKey", subject.key))
        return (_conflict_fields(conflict) if conflict is not None else {}), b""
    if kind in (SubjectKind.TASK, SubjectKind.CLAIM):
        return _task_fields(subject, live)
    key = str(subject.key)
    if kind is SubjectKind.RUN:
        return {"id": key, "run": key}, b""
    if kind is SubjectKind.BRANCH:
        return {"id": key, "branch": key}, b""
    path = f"{COORDINATION}/{key}"
    return {"id": key, "path": path, "reason": live.swarm.problem(key) or ""}, b""


def _held_fields(entity: "Entity", live: "Showing") -> dict[str, str | tuple[str, ...]]:
    record = entity.record
    fields: dict[str, str | tuple[str, ...]] = {
        "id": entity.record_id,
        "run": record.holder,
        "branch": getattr(record, "branch", ""),
        "operation": getattr(record, "operation", "") or "",
        "detail": getattr(record, "detail", ""),
        **_address_fields(getattr(record, "addresses", ())),
    }
    held = live.swarm.reservation(entity.record_id) if record.kind is Kind.RESERVATION else None
    fields["reservation"] = entity.record_id if held is not None else getattr(record, "reservation_id", "")
    if held is not None:
        fields["state"] = held.state.value
        fields["expires"] = held.lease.expires_at.isoformat()
    return fields


def _conflict_fields(conflict: "Conflict") -> dict[str, str | tuple[str, ...]]:
    # Of two claims, what stands there is a task.
    addresses = () if conflict.conflict_type == "double_claim" else conflict.addresses
    return {"runs": conflict.runs, "branches": conflict.branches, **_address_fields(addresses)}


def _task_fields(subject: Subject, live: "Showing") -> tuple[dict[str, str | tuple[str, ...]], bytes]:
    if subject.kind is SubjectKind.CLAIM:
        key = cast("ClaimKey", subject.key)
        task_id, run = key.task_id, key.run_id
    else:
        task_id = str(subject.key)
        claimed = live.swarm.claimed(task_id)
        run = claimed.sightings[0].record.holder if claimed is not None and claimed.sightings else ""
    task = live.swarm.entity(Kind.TASK, task_id)
    title = str(getattr(task.record, "title", "")) if task is not None else ""
    return {"id": task_id, "task": task_id, "title": title, "run": run}, _feed(task)


def _address_fields(addresses: Sequence[str]) -> dict[str, str | tuple[str, ...]]:
    """Return what there is of addresses; of several, path and symbol are the first one's."""
    if not addresses:
        return {}
    first = parse_address(addresses[0])
    return {"addresses": tuple(addresses), "address": addresses[0], "path": first.path, "symbol": first.symbol}


def _feed(entity: "Entity | None") -> bytes:
    # Pure ASCII: a program that prints it as it is does a terminal no harm.
    return json.dumps(json.loads(entity.record.model_dump_json())).encode() + b"\n" if entity is not None else b""


def _paths(needs: frozenset[str], fields: Fields, root: Path) -> dict[str, str]:
    """Return the path, the file and the line of an address; none of them leads out of the work tree."""
    path = str(fields.get("path", ""))
    if path and (PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts):
        raise FillingError(f"its path leads out of the work tree: {safe_text(path, 80)}")
    if not path or not needs & _ON_DISK:
        return {}
    place = find_source(root, str(fields.get("address", path)))
    return {"file": str(place.file), "line": str(place.line)}
