"""Values that can be known: what the repository holds, newest first, looked at with little more than a directory.

Records are read as plain JSON, and only the newest: a person presses tab, and waits.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from pathlib import Path
from typing import Any

from musetui.coordination.files import UnreadableError, read_regular
from musetui.coordination.repository import Repository
from musetui.records.kinds import Kind, is_record_id

_NEWEST = 200
"""Records that are read."""

_RECORD_LIMIT = 65_536
"""Bytes of a record that is read for completion."""

Values = Iterable[tuple[str, str]]


class Place:
    """Where the command would run: its repository, found when it is first asked for.

    Args:
        words: the words of the command line so far, of which `--repo` counts.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._found: Repository | None = None
        self._looked = False

    @property
    def repository(self) -> Repository | None:
        """The repository, or None where there is none, or where the settings cannot be read."""
        if not self._looked:
            self._looked = True
            self._found = self._find()
        return self._found

    def _find(self) -> Repository | None:
        from musetui.cli.workspace import find_workplace
        from musetui.errors import MuseTuiError
        from musetui.settings import read_settings, user_settings_file

        try:
            said = {"repo": self._said()}
            return find_workplace(read_settings(said, os.environ, user_file=user_settings_file()).settings)
        except MuseTuiError:
            return None

    def _said(self) -> str | None:
        """Return what the last `--repo` says."""
        said = None
        for word, following in zip(self._words, [*self._words[1:], ""], strict=True):
            if word.startswith("--repo="):
                said = word.partition("=")[2]
            elif word == "--repo":
                said = following
        return said or None


def _newest(place: Place, *kinds: Kind) -> Iterator[dict[str, Any]]:
    """Yield the newest records of *kinds*, as they stand on disk; what cannot be read is left out."""
    if place.repository is None:
        return
    found: list[tuple[float, Path]] = []
    for kind in kinds:
        try:
            with os.scandir(place.repository.coordination / kind.folder) as entries:
                found += [
                    (entry.stat(follow_symlinks=False).st_mtime, Path(entry.path))
                    for entry in entries
                    if entry.name.endswith(".json") and not entry.name.startswith(".")
                ]
        except OSError:
            continue
    for _, path in nlargest(_NEWEST, found):
        try:
            record = json.loads(read_regular(path, _RECORD_LIMIT))
        except (OSError, UnreadableError, ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            yield record


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _addresses_of(record: Mapping[str, Any]) -> list[str]:
    found = record.get("addresses")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def reservations(_current: str, place: Place) -> Values:
    """Yield the ids of reservations that nobody has given back, each with its run and its first address."""
    for record in _newest(place, Kind.RESERVATION):
        record_id = _text(record, "reservation_id")
        assert place.repository is not None
        if (
            is_record_id(record_id)
            and not (place.repository.coordination / Kind.RELEASE.folder / f"{record_id}.json").exists()
        ):
            yield record_id, " ".join([_text(record, "run_id"), *_addresses_of(record)[:1]])


def runs(_current: str, place: Place) -> Values:
    """Yield the runs that have reserved or announced something lately."""
    for record in _newest(place, Kind.RESERVATION, Kind.INTENT):
        yield _text(record, "run_id"), _text(record, "branch")


def branches(_current: str, place: Place) -> Values:
    """Yield the branches of the repository, and those that records name."""
    if place.repository is not None:
        yield from ((name, "") for name in place.repository.branches())
        yield from ((_text(record, "branch"), "") for record in _newest(place, Kind.RESERVATION, Kind.INTENT))


def addresses(current: str, place: Place) -> Values:
    """Yield addresses that records name, and the files and folders of the work tree that go on as *current* does."""
    for record in _newest(place, Kind.RESERVATION, Kind.INTENT):
        yield from ((address, _text(record, "run_id")) for address in _addresses_of(record))
    if place.repository is None or "::" in current:
        return
    folder = current.rpartition("/")[0]
    if ".." in folder.split("/") or folder.startswith("/"):
        return
    try:
        with os.scandir(place.repository.root / folder) as entries:
            names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError:
        return
    for name, is_folder in names:
        if not name.startswith("."):
            yield f"{folder}/{name}".removeprefix("/") + ("/" if is_folder else ""), ""


def kinds(current: str, _place: Place) -> Values:
    """Yield the kinds of records; several may stand with commas between."""
    return _listed(current, list(Kind))


def themes(_current: str, _place: Place) -> Values:
    """Yield our own themes; those of Textual would take too long to come by."""
    from musetui.tui.theme_list import MEANS

    return MEANS.items()


def reasons(current: str, _place: Place) -> Values:
    """Yield why something can be stuck; several may stand with commas between."""
    from musetui.forecast.stale import StaleReason

    return _listed(current, [reason.value for reason in StaleReason])


def news(current: str, _place: Place) -> Values:
    """Yield what can happen; several may stand with commas between."""
    from musetui.cli.watch_arguments import ALERT
    from musetui.news.kinds import NAMES

    return _listed(current, [*NAMES, ALERT])


def _listed(current: str, names: Sequence[str]) -> Values:
    done, comma, _ = current.rpartition(",")
    before = done.split(",")
    return [(f"{done}{comma}{name}", "") for name in names if name not in before]


FILES = "files"
FOLDERS = "folders"

SOURCES: Mapping[str, str | Callable[[str, Place], Values]] = {
    "repo": FOLDERS,
    "dev_home": FOLDERS,
    "key": FILES,
    "file": FILES,
    "recording": FILES,
    "recording_file": FILES,
    "debug_log": FILES,
    "id": reservations,
    "reservation_id": reservations,
    "run_id": runs,
    "released": runs,
    "runs": runs,
    "branches": branches,
    "branch": branches,
    "merged": branches,
    "pair": branches,
    "addresses": addresses,
    "kinds": kinds,
    "reasons": reasons,
    "only": news,
    "theme": themes,
}
"""Where the values of an argument come from, by its name in the parsed arguments."""
