"""How far a repository has read at a hub, kept beside what it read: remove `remote/`, and all is read again."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

from musetui.coordination.files import RefusedError, UnreadableError, check_regular, look, plain_reason, read_looked_at
from musetui.coordination.folders import FolderError, make_folder, opened_folder
from musetui.errors import RecordError
from musetui.hub.replies import LARGEST_ID
from musetui.hub.target import HubTarget
from musetui.placing import remove_leftovers, replace_file

FILE_NAME = ".musetui-cursor.json"
_FOLDER = "remote"
_FILE_LIMIT = 65_536
_HUBS_LIMIT = 32
"""Hubs that are remembered; a repository has one, or two while it moves."""

_DATA_ID_LIMIT = 128


class Cursor(NamedTuple):
    """How far was read.

    Attributes:
        since_id: the hub's id of the last record that is safe on disk; 0 for none.
        data_id: which data of the hub's that id counts in; "" where the hub does not say.
    """

    since_id: int = 0
    data_id: str = ""


def read_cursor(coordination: Path, target: HubTarget) -> Cursor:
    """Return how far *target* was read; the beginning, where that is not known for certain.

    Raises:
        RecordError: if the disk refuses to tell.
    """
    return _cursor(_read(coordination).get(target.place))


def save_cursor(coordination: Path, target: HubTarget, cursor: Cursor) -> None:
    """Have the disk remember *cursor* for *target*.

    Raises:
        RecordError: if the disk refuses; then the cursor before it stands.
    """
    others = {place: kept for place, kept in _read(coordination).items() if place != target.place}
    # The latest are at the end, and the oldest go.
    kept = {**dict(list(others.items())[1 - _HUBS_LIMIT :]), target.place: cursor._asdict()}
    try:
        folder = make_folder(coordination, _FOLDER)
        try:
            remove_leftovers(folder)
            replace_file(folder, FILE_NAME, f"{json.dumps({'version': 1, 'hubs': kept})}\n".encode(), durable=True)
        finally:
            os.close(folder)
    except FileNotFoundError:
        raise RecordError(f"{coordination.parent} is gone: make the repository again with `muse init`") from None
    except UnreadableError as error:
        raise RecordError(f"the place in the hub's records cannot be kept ({error}): see to {_FOLDER}/") from None
    except OSError as error:
        raise RecordError(f"the place in the hub's records cannot be kept: {plain_reason(error)}") from None


def _read(coordination: Path) -> dict[str, Any]:
    try:
        with opened_folder(coordination, _FOLDER) as folder:
            check_regular(look(FILE_NAME, folder), _FILE_LIMIT)
            whole = from_json(read_looked_at(FILE_NAME, _FILE_LIMIT, folder)[0])
    except (RefusedError, FolderError) as error:
        raise RecordError(f"the place in the hub's records cannot be read ({error}): see to {_FOLDER}/") from None
    except (FileNotFoundError, UnreadableError, ValueError):
        return {}
    hubs = whole.get("hubs") if isinstance(whole, dict) else None
    if not isinstance(hubs, dict):
        return {}
    return {place: _cursor(kept)._asdict() for place, kept in hubs.items() if _cursor(kept) != Cursor()}


def _cursor(kept: object) -> Cursor:
    if not isinstance(kept, dict):
        return Cursor()
    since_id, data_id = kept.get("since_id"), kept.get("data_id")
    if isinstance(since_id, bool) or not isinstance(since_id, int) or not 0 <= since_id <= LARGEST_ID:
        return Cursor()
    if not isinstance(data_id, str) or len(data_id) > _DATA_ID_LIMIT:
        return Cursor()
    return Cursor(since_id, data_id)
