"""Where the recording of a repository is kept, where nobody says."""

import os
from hashlib import blake2b
from pathlib import Path

from musetui.coordination.repository import Repository

_KEY_SIZE = 16


def recording_file(repository: Repository, state: Path | None = None) -> Path:
    """Return where the recording of *repository* is kept: in the folder *state*, or else the user's own."""
    if state is None:
        from platformdirs import user_state_path

        state = user_state_path("musetui")
    key = os.fspath(repository.root).encode("utf-8", "surrogateescape")
    return state / "recordings" / f"{blake2b(key, digest_size=_KEY_SIZE).hexdigest()}.jsonl"
